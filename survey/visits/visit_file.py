"""Visits files of every kind: the one door for importing, pages and commands.

Pure: bytes in, visits and faults out. Nothing is guessed and no cell is changed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from survey.visits.faults import RowError, UnreadableFile
from survey.visits.match import DateOrder, FileKind, Join, Match
from survey.visits.part import Part
from survey.visits.presets import Preset, generic, load_presets
from survey.visits.source import Candidate, Tie, VisitSource, open_source
from survey.visits.suggestion import Asked, Question, Suggestion, review, suggest
from survey.visits.visit_row import VisitRow

__all__ = [
    "Asked",
    "Candidate",
    "DateOrder",
    "FileKind",
    "Join",
    "Match",
    "Part",
    "Preset",
    "Question",
    "RowError",
    "Suggestion",
    "Tie",
    "UnreadableFile",
    "VisitFile",
    "VisitRow",
    "VisitSource",
    "generic_match",
    "load_presets",
    "open_source",
    "read_all",
    "read_visits",
    "review",
    "suggest",
]

#: Files without repeating events are read without a clock.
NEVER = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class VisitFile:
    """What a file holds: visits, faults, and the names of columns that were not looked at."""

    rows: tuple[VisitRow, ...]
    errors: tuple[RowError, ...]
    ignored: tuple[str, ...] = ()


def generic_match(*, time_zone: str) -> Match:
    """How files of the plain form are read, as the documents describe it."""
    return generic().match(time_zone=time_zone)


def read_visits(data: bytes, match: Match | None = None, *, time_zone: str = "UTC") -> VisitFile:
    """Read a small table at once, the generic one where no match is given. Raises UnreadableFile."""
    return read_all([Part("visits.csv", data)], match or generic_match(time_zone=time_zone), now=NEVER)


def read_all(parts: Sequence[Part], match: Match, *, now: datetime) -> VisitFile:
    """Everything of a small file at once. Raises UnreadableFile."""
    source = open_source(parts, match, now=now)
    found = list(source)
    return VisitFile(
        rows=tuple(each for each in found if isinstance(each, VisitRow)),
        errors=tuple(each for each in found if isinstance(each, RowError)),
        ignored=source.ignored,
    )
