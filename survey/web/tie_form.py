"""Visits whose client's name stands in the list of clients more than once: the question and its answers.

The answers are about people. They travel with the form as places in a list, ``0:1 3:none``, and mean nothing
without the file; nothing here is written down.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from survey.visits.match import NOBODY
from survey.visits.visit_file import Candidate, Tie

#: Ties that are asked on one page; more would be a wrong list of clients.
ASKED: Final = 200
NONE: Final = "none"


@dataclass(frozen=True)
class TieQuestion:
    """One tie as it is asked: whose visits, where in the file, and who it may be."""

    place: int
    name: str
    clinician: str
    visits: int
    lines: str
    candidates: tuple[Candidate, ...]


def questions(ties: Sequence[Tie]) -> tuple[TieQuestion, ...]:
    """The ties for a page; names only so far that whoever has the file at hand can tell them."""
    return tuple(
        TieQuestion(
            place=place,
            name=initials(tie.name),
            clinician=tie.clinician,
            visits=tie.visits,
            lines=", ".join(map(str, tie.lines)) + (" …" if tie.visits > len(tie.lines) else ""),
            candidates=tie.candidates,
        )
        for place, tie in enumerate(ties[:ASKED])
    )


def initials(name: str) -> str:
    """``Maria García`` as ``Ma… Ga…``."""
    return " ".join(f"{word[:2]}…" if len(word) > 2 else word for word in name.replace(",", " ").split())


def from_form(form: Mapping[str, str]) -> str:
    """What was chosen, as it travels on."""
    chosen = ((place, form.get(f"tie-{place}", "")) for place in range(ASKED))
    return " ".join(f"{place}:{said}" for place, said in chosen if said.isdigit() or said == NONE)


def choices(ties: Sequence[Tie], chosen: str) -> dict[str, str]:
    """Key of the tie to key of the client, for ``Match.settled``. What leads nowhere is left open."""
    return dict(_choices(ties, chosen))


def _choices(ties: Sequence[Tie], chosen: str) -> Iterator[tuple[str, str]]:
    for each in chosen.split():
        place, _mark, said = each.partition(":")
        if not (place.isascii() and place.isdigit() and int(place) < len(ties)):
            continue
        tie = ties[int(place)]
        if said == NONE:
            yield tie.key, NOBODY
        elif said.isascii() and said.isdigit() and int(said) < len(tie.candidates):
            yield tie.key, tie.candidates[int(said)].key
