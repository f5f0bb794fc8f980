"""Visits out of a file, one by one: the same iterator for every kind of file.

Pure. Each pass reads the file anew, in pieces; nothing but short hashes is kept of the rows that went by.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from survey.visits.faults import RowError
from survey.visits.match import Match
from survey.visits.part import Part
from survey.visits.visit_row import VisitRow


@dataclass(frozen=True)
class Candidate:
    """One of several clients of one name. ``masked`` looks like ``o…@example.org``, ``""`` without address;
    ``clinician`` is the one the list of clients names, where it does. ``key`` says nothing by itself."""

    key: str
    masked: str
    clinician: str


@dataclass(frozen=True)
class Tie:
    """Visits with one clinician whose client's name stands in the list of clients more than once.

    For a person's eyes only: ``name`` is a client's name. ``lines`` are the first few lines of the file,
    ``visits`` how many there are in all.
    """

    key: str
    name: str
    clinician: str
    visits: int
    lines: tuple[int, ...]
    candidates: tuple[Candidate, ...]


class VisitSource:
    """The visits of a file. Can be iterated any number of times; each pass reads the file again.

    Rows and faults come in the order of the file. The same visit twice is given once; a second visit under
    the same number with other content is a fault of the later line. Iterating raises UnreadableFile where the
    file breaks off in the middle (a quotation mark that never ends), so take all of it in one transaction.
    ``ignored`` are the names of columns that are not looked at.
    """

    ignored: tuple[str, ...]

    def __iter__(self) -> Iterator[VisitRow | RowError]:
        raise NotImplementedError

    @property
    def ties(self) -> tuple[Tie, ...]:
        """Ties that ``match.join.choices`` does not answer yet; reads the file once."""
        raise NotImplementedError


def open_source(parts: Sequence[Part], match: Match, *, now: datetime) -> VisitSource:
    """Make a file ready to be read. Raises UnreadableFile.

    ``now`` decides which events of a calendar are over and how far repeating ones are followed (400 days
    back, none ahead); other files are read without it.
    """
    raise NotImplementedError
