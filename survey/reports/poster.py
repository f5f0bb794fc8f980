"""A poster for the waiting room: it invites to take a card, and says what is promised. Pure.

Nothing on it may tell what kind of care somebody gets: lines of "You said, we did" that would are left out.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from survey.practice.model import Practice
from survey.practice.neutrality import telling
from survey.reports.paper import SIZES, breakable, set_pdf
from survey.reports.tongues import translator

#: Lines of "You said, we did", and most characters of each side, so that all stays on one page.
MOST_DONE = 3
LONGEST = 120


@dataclass(frozen=True)
class Done:
    """A published repair: what was heard, what was done, and what changed where that was measured."""

    heard: str
    done: str
    change: str = ""


def poster_pdf(
    practice: Practice,
    done: Sequence[Done],
    *,
    language: str,
    size: str,
    day: date,
    people: Sequence[str] = (),
) -> bytes:
    """One page; ``size`` is ``a4`` or ``letter``, ``people`` the clinicians' names. Raises CannotPrint."""
    shown = neutral(done, people=people)
    data = {
        "size": SIZES[size],
        **_words(practice, language=language),
        "done": [{"heard": breakable(each.heard), "done": breakable(each.done)} for each in shown],
    }
    return set_pdf("poster.typ", {"poster": data}, day=day)


def neutral(done: Sequence[Done], *, people: Sequence[str]) -> tuple[Done, ...]:
    """The newest lines that fit and that tell nothing about anybody's care."""
    fitting = (
        each
        for each in done
        if max(len(each.heard), len(each.done)) <= LONGEST
        and not telling(f"{each.heard} {each.done}", people=people)
    )
    return tuple(fitting)[:MOST_DONE]


def _words(practice: Practice, *, language: str) -> dict[str, object]:
    _ = translator(language)
    return {
        "language": language,
        "practice": breakable(practice.neutral_name),
        "title": _("How was your visit?"),
        "lead": _("Take a card and tell us. It takes about a minute."),
        "steps": [
            _("Take any card. Which one makes no difference."),
            _("Scan it with your phone, or type its code at home."),
            _("Answer what you like. Leave out what you like."),
        ],
        "promises_title": _("What we promise"),
        "promises": [
            _("The cards have no name and no number, and answers are kept without a time."),
            _("Answers are only ever counted in groups of {k} or more.").format(k=practice.k_ratings),
        ],
        "done_title": _("You said, we did"),
        "help": _help(practice, language=language),
        "document": _("Poster: How was your visit?"),
    }


def _help(practice: Practice, *, language: str) -> str:
    _ = translator(language)
    if practice.phone:
        return _(
            "Nobody reads cards in time to help. If you need help now, call your local emergency number, or "
            "call us on {phone}."
        ).format(phone=practice.phone)
    return _("Nobody reads cards in time to help. If you need help now, call your local emergency number.")
