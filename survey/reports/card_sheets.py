"""Printed cards as sheets to cut: a QR code, the same code to type, until when it is good. Pure.

All cards of a sheet are alike but for their random codes: no number, no order, no person. The codes go into
the PDF and nowhere else.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import segno
from babel.dates import format_date

from survey.instruments.model import Instrument, wording
from survey.keys.codes import grouped
from survey.practice.model import Practice
from survey.reports.paper import SIZES, breakable, set_pdf
from survey.reports.tongues import translator


@dataclass(frozen=True)
class Deck:
    """What all cards of a print have in common. ``base_url``: where the survey is served."""

    practice: Practice
    instrument: Instrument
    base_url: str
    language: str
    until: date

    def link(self, code: str) -> str:
        """What the QR code says: the page that mails lead to, with the code where no log sees it."""
        return f"{self.base_url}/s/{self.practice.slug}/{self.instrument.label}/{self.language}#{code}"

    @property
    def address(self) -> str:
        """What is typed: short, and always the survey in force."""
        return f"{self.base_url.removeprefix('https://')}/s/{self.practice.slug}/{self.language}"


def cards_pdf(deck: Deck, codes: Sequence[str], *, size: str, day: date) -> bytes:
    """Sheets of cards with cutting lines; ``size`` is ``a4`` or ``letter``. Raises CannotPrint."""
    return set_pdf(
        "cards.typ",
        {"sheet": {"size": SIZES[size], **_words(deck)}, "cards": [_card(deck, code) for code in codes]},
        day=day,
    )


def qr_svg(text: str) -> str:
    """A QR code that a scratched or folded card survives (15%), drawn with nothing around it."""
    drawn = io.BytesIO()
    segno.make(text, error="m", micro=False, boost_error=False).save(
        drawn, kind="svg", border=0, xmldecl=False, svgns=True, nl=False
    )
    return drawn.getvalue().decode("utf-8")


def _card(deck: Deck, code: str) -> dict[str, str]:
    return {"code": grouped(code), "qr": qr_svg(deck.link(code))}


def _words(deck: Deck) -> dict[str, str]:
    _ = translator(deck.language)
    return {
        "language": deck.language,
        "practice": breakable(deck.practice.neutral_name),
        "title": _("How was your visit?"),
        "about": _(
            "A few short questions, about {seconds} seconds. No name is asked, and this card has no number."
        ).format(seconds=deck.instrument.seconds),
        "go": _("Scan this, or go to"),
        "address": deck.address,
        "type": _("and type this code"),
        "until": _("Good for one answer until {day}.").format(
            day=format_date(deck.until, "long", locale=deck.language)
        ),
        "document": _("Cards: {title}").format(title=wording(deck.instrument.title, deck.language)),
        "alt": _("QR code that leads to the survey"),
    }
