"""Visits out of a file, one by one: the same iterator for every kind of file.

Pure. Each pass reads the file anew, in pieces; nothing but short hashes is kept of the rows that went by. A
file that cannot be trusted as a whole is refused as a whole; a faulty line is named and left out whole.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from survey.visits.cells import RowReader, positions
from survey.visits.client_list import Clients, tie_key
from survey.visits.faults import RowError, UnreadableFile, _
from survey.visits.heading import says_who
from survey.visits.joining import client_list, in_order
from survey.visits.kinds import Form, table_of
from survey.visits.match import PERSONAL, Match
from survey.visits.part import Part
from survey.visits.seen import Seen
from survey.visits.table import Line, Table
from survey.visits.visit_row import VisitRow

TIE_LINES = 5
#: Columns nobody may misspell unnoticed: people who said no would be asked.
PROTECTING = {"do_not_survey": "do_not_survey", "minor": "minor"}
#: Meanings whose cells are kept in clear, and shown: a client's name among them would become a clinician's.
IN_CLEAR = ("clinician", "location", "visit_type", "reference")


@dataclass(frozen=True)
class Candidate:
    """One of several clients of one name. ``masked`` looks like ``o…98@example.org``, ``""`` without address;
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
    file breaks off in the middle (a quotation mark that never ends), so read all of it before you write.
    ``ignored`` are the names of columns that are not looked at.
    """

    def __init__(self, table: Table, match: Match, clients: Clients | None) -> None:
        self._table, self._match, self._clients = table, match, clients
        self._places = _places(table.header, match)
        used = set(self._places.values())
        self.ignored = tuple(name for place, name in enumerate(table.header) if place not in used)
        _refuse_misspelt(self.ignored, match, self._places)
        for fault in of_people(table.header, self._places):
            raise fault
        self._reader = RowReader(self._places, match, clients)

    def __iter__(self) -> Iterator[VisitRow | RowError]:
        seen = Seen()
        for line in self._table.lines():
            found = self._read(line)
            if isinstance(found, list):
                yield from found
                continue
            first = seen.add(hash(found.identity.text), _content(found), line=found.line)
            if first is None:
                yield found
            elif not first[1]:
                yield self._double(found, first[0])

    @property
    def ties(self) -> tuple[Tie, ...]:
        """Ties that ``match.join.choices`` does not answer yet; reads the file once."""
        if self._clients is None:
            return ()
        found: dict[str, Tie] = {}
        name_at, clinician_at = self._places["name"], self._places.get("clinician")
        for line in self._table.lines():
            if len(line.cells) != len(self._table.header):
                continue
            name = line.cells[name_at].strip()
            clinician = line.cells[clinician_at].strip() if clinician_at is not None else ""
            if self._clients.is_tied(name, clinician):
                _count(found, self._clients, name, clinician, line=line.number)
        return tuple(found.values())

    def _read(self, line: Line) -> VisitRow | list[RowError]:
        header = self._table.header
        if len(line.cells) == len(header):
            return self._reader.read(line)
        sentence = _("This line has {cells} cells, the first line has {columns}. Is a comma not in quotes?")
        values = {"cells": str(len(line.cells)), "columns": str(len(header))}
        at = header[min(len(line.cells), len(header)) - 1]
        return [RowError(line.number, at, sentence, values)]

    def _double(self, row: VisitRow, first: int) -> RowError:
        sentence = _("Line {line} has the same visit with other content. Keep one of them.")
        column = self._match.columns.get("reference" if row.reference else "start", "start")
        return RowError(row.line, column, sentence, {"line": str(first)})


def open_source(parts: Sequence[Part], match: Match, *, now: datetime) -> VisitSource:
    """Make a file ready to be read. Raises UnreadableFile.

    ``now`` decides which events of a calendar are over and how far repeating ones are followed (400 days
    back, none ahead); other files are read without it.
    """
    visits, second = in_order(parts, match)
    form = Form(match.kind, match.encoding, match.delimiter, match.sheet, match.time_zone)
    table = table_of(visits, form, now=now)
    clients = None if match.join is None or second is None else client_list(second, match.join)
    return VisitSource(table, match, clients)


def _content(row: VisitRow) -> int:
    """A hash of everything but the line."""
    who = (row.address, row.client, row.guardian, row.minor, row.do_not_survey, row.language)
    what = (row.day, row.instant, row.clinician, row.location, row.status, row.visit_type, row.number)
    return hash(who + what)


def _places(header: Sequence[str], match: Match) -> dict[str, int]:
    """Positions by meaning. Raises UnreadableFile where a column without which nothing works is missing."""
    places = positions(header, match.columns)
    who = ("name",) if match.join is not None else ("address",)
    needed = [meaning for meaning in ("start", "clinician", *who, "status") if not match.fixed.get(meaning)]
    missing = [match.columns.get(meaning) or meaning for meaning in needed if meaning not in places]
    if missing:
        _refuse_missing(missing, header, match)
    return places


def _refuse_missing(missing: Sequence[str], header: Sequence[str], match: Match) -> None:
    values = {
        "missing": ", ".join(missing),
        "expected": ", ".join(match.columns.values()),
        "found": ", ".join(name[:40] for name in header[:20]) or "—",
    }
    if len(header) == 1 and any(mark in header[0] for mark in ",;\t|"):
        raise UnreadableFile(
            _("The columns are separated by another mark. Choose it, or save the file as “CSV UTF-8”."),
            **values,
        )
    raise UnreadableFile(
        _("The first line lacks {missing}. Expected columns: {expected}. Found: {found}."), **values
    )


def _refuse_misspelt(ignored: Sequence[str], match: Match, places: Mapping[str, int]) -> None:
    absent = [name for meaning, name in (PROTECTING | dict(match.columns)).items() if meaning not in places]
    for name in ignored:
        near = near_miss(name, absent)
        if near:
            raise misspelt(name, near)


def of_people(header: Sequence[str], places: Mapping[str, int]) -> Iterator[UnreadableFile]:
    """The refusals of a file of which a column that says who clients are would be kept in clear."""
    personal = {places[meaning] for meaning in PERSONAL if meaning in places}
    for place in dict.fromkeys(places[meaning] for meaning in IN_CLEAR if meaning in places):
        if place in personal or says_who(header[place]):
            yield UnreadableFile(
                _(
                    "The column {name} seems to say who clients are. It is not taken for a clinician, a "
                    "location, a type or a number of visits, because those are kept and shown. Choose "
                    "another column. If it says nothing about clients, change its heading in your file."
                ),
                name=header[place][:40],
            )


def misspelt(name: str, expected: str) -> UnreadableFile:
    """The refusal of a file with a column that is almost one that is looked for."""
    return UnreadableFile(
        _("The column {name} looks like {expected} misspelt. Rename it to {expected}, or remove it."),
        name=name[:40],
        expected=expected,
    )


def near_miss(name: str, expected: Sequence[str]) -> str:
    """The expected name that ``name`` is almost, or ``""``."""
    plain = {each.lower().replace(" ", "_"): each for each in expected}
    near = difflib.get_close_matches(name.lower().replace(" ", "_"), list(plain), n=1, cutoff=0.85)
    return plain[near[0]] if near else ""


def _count(found: dict[str, Tie], clients: Clients, name: str, clinician: str, *, line: int) -> None:
    key = tie_key(name, clinician)
    known = found.get(key)
    candidates = tuple(
        Candidate(client.key, masked(client.address), client.clinician) for client in clients.named(name)
    )
    lines = (*known.lines, line)[:TIE_LINES] if known else (line,)
    visits = known.visits + 1 if known else 1
    found[key] = Tie(key, known.name if known else name, clinician, visits, lines, candidates)


def masked(address: str) -> str:
    """Enough to tell two addresses apart with the list at hand: first letter, last two, and domain."""
    local, mark, domain = address.partition("@")
    last = local[-2:] if len(local) > 5 else ""
    return f"{local[:1]}…{last}@{domain}" if mark else ""
