"""Visits whose client's name stands in the list of clients more than once: the question and its answers.

The answers are about people. They travel with the form as places in a list, ``0:1 3:none``, and mean nothing
without the file; nothing here is written down. Many ties are asked page by page.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from survey.visits.match import NOBODY
from survey.visits.visit_file import Candidate, Tie

#: Ties that are asked on one page.
ASKED: Final = 100
NONE: Final = "none"
#: No file has as many ties, and no place as many digits.
ALL: Final = 10**8
LONGEST: Final = 9


@dataclass(frozen=True)
class TieQuestion:
    """One tie as it is asked: whose visits, where in the file, and who it may be."""

    place: int
    name: str
    clinician: str
    visits: int
    lines: str
    candidates: tuple[Candidate, ...]


@dataclass(frozen=True)
class TiePage:
    """Some ties of ``number``, the ``first`` to the ``last`` counted from one, and what was chosen before."""

    ties: tuple[TieQuestion, ...]
    first: int
    last: int
    number: int
    chosen: str


def page_of(ties: Sequence[Tie], place: int, *, chosen: str) -> TiePage:
    """The page that begins at a place."""
    found = _questions(ties, place)
    return TiePage(found, first=place + 1, last=place + len(found), number=len(ties), chosen=chosen)


def _questions(ties: Sequence[Tie], start: int) -> tuple[TieQuestion, ...]:
    """Names only so far that whoever has the file at hand can tell them."""
    return tuple(
        TieQuestion(
            place=place,
            name=initials(tie.name),
            clinician=tie.clinician,
            visits=tie.visits,
            lines=", ".join(map(str, tie.lines)) + (" …" if tie.visits > len(tie.lines) else ""),
            candidates=tie.candidates,
        )
        for place, tie in enumerate(ties[start : start + ASKED], start)
    )


def initials(name: str) -> str:
    """``Maria García`` as ``Ma… Ga…``."""
    return " ".join(f"{word[:2]}…" if len(word) > 2 else word for word in name.replace(",", " ").split())


def from_form(form: Mapping[str, str]) -> str:
    """What was chosen on earlier pages and on this one, as it travels on."""
    start = _place(form.get("place", ""))
    here = ((place, form.get(f"tie-{place}", "")) for place in range(start, start + ASKED))
    said = [f"{place}:{said}" for place, said in here if said.isdigit() or said == NONE]
    return " ".join([*form.get("chosen", "").split(), *said])


def next_place(form: Mapping[str, str]) -> int:
    """The first tie that this form did not ask about; far behind all where the rest is not to be asked."""
    return ALL if form.get("rest") == "out" else _place(form.get("place", "")) + ASKED


def _place(text: str) -> int:
    """A place as it travels with the form; nonsense is the beginning."""
    return int(text) if _is_number(text) else 0


def _is_number(text: str) -> bool:
    """Whether it may be a place; Python refuses to read a number of thousands of digits."""
    return text.isascii() and text.isdigit() and len(text) < LONGEST


def choices(ties: Sequence[Tie], chosen: str) -> dict[str, str]:
    """Key of the tie to key of the client, for ``Match.settled``. What leads nowhere is left open."""
    return dict(_choices(ties, chosen))


def _choices(ties: Sequence[Tie], chosen: str) -> Iterator[tuple[str, str]]:
    for each in chosen.split():
        place, _mark, said = each.partition(":")
        if not (_is_number(place) and int(place) < len(ties)):
            continue
        tie = ties[int(place)]
        if said == NONE:
            yield tie.key, NOBODY
        elif _is_number(said) and int(said) < len(tie.candidates):
            yield tie.key, tie.candidates[int(said)].key
