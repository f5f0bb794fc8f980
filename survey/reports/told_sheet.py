"""A sheet for the waiting room: what patients said, what was done, what changed where it was measured.

Nothing on it may tell what kind of care somebody gets; lines that would are left out. Pure.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from survey.practice.model import Practice
from survey.practice.neutrality import telling
from survey.reports.paper import SIZES, breakable, set_pdf
from survey.reports.poster import Done
from survey.reports.tongues import translator

#: So many lines fit one page in large letters.
MOST = 5
#: From so many characters on the letters are smaller; more than this do not fit one page.
ROOMY = 500
ONE_PAGE = 720


def fitting(done: Sequence[Done], *, people: Sequence[str]) -> tuple[Done, ...]:
    """The newest lines that fit one page and tell nothing about anybody's care."""
    kept: list[Done] = []
    for each in done:
        neutral = not telling(f"{each.heard} {each.done}", people=people)
        if neutral and len(kept) < MOST and characters([*kept, each]) <= ONE_PAGE:
            kept.append(each)
    return tuple(kept)


def characters(done: Sequence[Done]) -> int:
    """How many characters the lines have together."""
    return sum(len(each.heard) + len(each.done) for each in done)


def sheet_pdf(practice: Practice, done: Sequence[Done], *, language: str, size: str, day: date) -> bytes:
    """One page; ``size`` is ``a4`` or ``letter``. Raises CannotPrint."""
    _ = translator(language)
    data = {
        "size": SIZES[size],
        "small": characters(done) > ROOMY,
        "language": language,
        "practice": breakable(practice.neutral_name),
        "document": _("You said, we did"),
        "title": _("You said, we did"),
        "said": _("You said"),
        "did": _("We did"),
        "done": [
            {
                "heard": breakable(each.heard),
                "done": breakable(each.done),
                "change": each.change,
            }
            for each in done
        ],
        "thanks": _("Thank you for telling us. Please go on."),
        "note": _(
            "Nobody here knows who answered what. A change is shown where at least 30 answers from before "
            "can be set against 30 from after, whichever way it went."
        ),
    }
    return set_pdf("told.typ", {"sheet": data}, day=day)
