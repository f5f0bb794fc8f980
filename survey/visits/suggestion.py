"""What a file seems to be, before anything is taken from it: shown to a person, who may correct all of it.

Pure. Nothing is guessed where the file allows two readings; that becomes an open question instead. Samples
never hold a name, an address or a client's number, nor anything of a column that is not used.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from itertools import islice
from typing import Final

from survey.visits import letters
from survey.visits.cells import Statuses, positions, shape_of, word_of
from survey.visits.faults import UnreadableFile, _
from survey.visits.joining import client_list
from survey.visits.kinds import Form, form_of, table_of
from survey.visits.match import PERSONAL, DateOrder, FileKind, Join, Match
from survey.visits.model import VisitStatus
from survey.visits.moments import OrderFound, order_of
from survey.visits.part import Part
from survey.visits.presets import GENERIC, Preset
from survey.visits.source import PROTECTING, near_miss
from survey.visits.table import Table

LOOKED_AT: Final = 20_000  # lines that are searched for statuses and for days that prove their order
SHOWN: Final = 4
MOST_STATUSES: Final = 40
NEEDED: Final = ("start", "clinician", "address", "status")


class Asked(StrEnum):
    """What an open question is about."""

    COLUMN = "column"  # subject: the meaning no column was found for
    DATE_ORDER = "date order"  # subject: the first day that can be read in two ways
    STATUS = "status"  # subject: the word of the file
    ENCODING = "encoding"  # subject: the number of the first line that leaves doubt
    SECOND_FILE = "second file"  # subject: the name of the column by which clients are found


@dataclass(frozen=True)
class Question:
    """Something only a person can decide. Until it is, the lines concerned come back as row errors."""

    about: Asked
    subject: str


@dataclass(frozen=True)
class Suggestion:
    """The best guess and what it rests on.

    ``samples`` holds a few cells by meaning, of columns that are used and say nothing about who somebody is;
    ``unused`` are the names of all other columns; ``statuses`` are the words found in the file, in small
    letters, each with what it is taken for (None: not known); a code stands there by its shape, ``#####``.
    ``sheets`` are those of a workbook. ``remembered`` says that the match is one this practice used before.
    """

    match: Match
    header: tuple[str, ...]
    samples: Mapping[str, tuple[str, ...]]
    unused: tuple[str, ...]
    statuses: Mapping[str, VisitStatus | None]
    questions: tuple[Question, ...] = ()
    problems: tuple[UnreadableFile, ...] = ()
    sheets: tuple[str, ...] = ()
    remembered: bool = False


@dataclass(frozen=True)
class Looked:
    """A file, how it is written, and its lines."""

    part: Part
    form: Form
    table: Table


def suggest(
    parts: Sequence[Part],
    *,
    presets: Sequence[Preset],
    remembered: Sequence[Match] = (),
    time_zone: str,
    now: datetime | None = None,
) -> Suggestion:
    """Look at one file, or at a visits file and a list of clients in any order.

    ``remembered`` are matches of this practice, newest first; one whose columns are all there is preferred to
    every preset. Without ``now`` repeating events of a calendar are looked at once. Raises UnreadableFile
    where nothing at all can be made of a file.
    """
    if not 1 <= len(parts) <= 2:
        raise UnreadableFile(_("Choose one file, or the visits and a list of clients."))
    looked = [_look(part, time_zone, now) for part in parts]
    known = [(match, True) for match in remembered]
    known += [(preset.match(time_zone=time_zone), False) for preset in presets]
    best = max(
        (
            (_fit(match, first, second, presets=presets, remembered=old), -rank, old, match, first, second)
            for rank, (match, old) in enumerate(known)
            for first, second in _orders(looked)
        ),
        key=lambda choice: choice[:2],
    )
    _score, _rank, old, match, first, second = best
    return _suggestion(match, first, second, presets=presets, remembered=old)


def _look(part: Part, time_zone: str, now: datetime | None) -> Looked:
    form = form_of(part, time_zone=time_zone)
    return Looked(part, form, table_of(part, form, now=now))


def _orders(looked: list[Looked]) -> Iterator[tuple[Looked, Looked | None]]:
    yield looked[0], looked[1] if len(looked) > 1 else None
    if len(looked) > 1:
        yield looked[1], looked[0]


def _fit(
    match: Match, first: Looked, second: Looked | None, *, presets: Sequence[Preset], remembered: bool
) -> tuple[int, int, int]:
    """How well a match fits: used before and all there, all that is needed there, most of it found."""
    if not _same_kind(match.kind, first.form.kind):
        return (-1, 0, 0)
    columns = _headed(match, first.table.header, presets)
    found = sum(meaning in columns or bool(match.fixed.get(meaning)) for meaning in _needed(match))
    complete = found == len(_needed(match))
    if remembered:
        whole = complete and len(columns) == len(match.columns)
        return (4, 0, 0) if whole else (-1, 0, 0)
    paired = 0 if second is None else 1 if match.join is not None else -1
    return (2 * complete + (paired > 0), found + paired, len(columns))


def _same_kind(one: FileKind, other: FileKind) -> bool:
    """CSV and Excel are two ways to write the same table."""
    return one is other or {one, other} == {FileKind.CSV, FileKind.XLSX}


def _needed(match: Match) -> tuple[str, ...]:
    return NEEDED if match.join is None else ("start", "clinician", "name", "status")


def _headed(match: Match, header: Sequence[str], presets: Sequence[Preset]) -> dict[str, str]:
    """Columns of a match as this header spells them; a preset may know several headings for one meaning."""
    spelt = {name.lower(): name for name in reversed(header) if name}
    headings = next((dict(p.columns) for p in presets if p.id == match.preset), {})
    found = {}
    for meaning, usual in match.columns.items():
        for name in (usual, *headings.get(meaning, ())):
            if name.lower() in spelt and meaning not in found:
                found[meaning] = spelt[name.lower()]
    return found


def _suggestion(
    match: Match,
    first: Looked,
    second: Looked | None,
    *,
    presets: Sequence[Preset],
    remembered: bool,
) -> Suggestion:
    header, form = first.table.header, first.form
    columns = _headed(match, header, presets)
    whole = remembered or set(_needed(match)) <= set(columns) | set(match.fixed)
    if not whole:  # nobody's file: what a preset would take its words for is not known
        generic = next((p.words for p in presets if p.id == GENERIC), match.statuses)
        match = replace(match, preset="", statuses=generic, date_order=DateOrder.YMD)
    made = replace(
        match,
        kind=form.kind,
        columns=columns,
        encoding=form.encoding,
        delimiter=form.delimiter,
        sheet=getattr(first.table, "sheet", ""),
        time_zone=form.time_zone,
        join=_join(match.join, second, presets, match.preset),
    )
    places = positions(header, columns)
    order = order_of(_cells(first.table, places, "start"))
    made = replace(made, date_order=_order(order, match.date_order))
    statuses = _statuses(first.table, places, made)
    return Suggestion(
        match=made,
        header=header,
        samples={m: _samples(first.table, place) for m, place in places.items() if _may_be_shown(m, made)},
        unused=tuple(name for name in header if name not in columns.values()),
        statuses=statuses,
        questions=tuple(_questions(made, first, second, order, statuses)),
        problems=tuple(_problems(made, header, second)),
        sheets=getattr(first.table, "sheets", ()),
        remembered=remembered,
    )


def _join(join: Join | None, second: Looked | None, presets: Sequence[Preset], preset: str) -> Join | None:
    if join is None or second is None:
        return join
    headings = next((p.join or {} for p in presets if p.id == preset), {})
    spelt = {name.lower(): name for name in reversed(second.table.header) if name}
    columns = {}
    for meaning, usual in join.columns.items():
        for name in (usual, *headings.get(meaning, ())):
            if name.lower() in spelt and meaning not in columns:
                columns[meaning] = spelt[name.lower()]
    return Join(columns, second.form.encoding, second.form.delimiter)


def _order(found: OrderFound, known: DateOrder) -> DateOrder:
    """What the days prove, else what is known of this kind of file. Days that prove both leave it open."""
    if found.mixed:
        return DateOrder.YMD
    return known if found.order is DateOrder.YMD else found.order


def _cells(table: Table, places: Mapping[str, int], meaning: str) -> Iterator[str]:
    """Cells of one column, of the first lines that have it."""
    if meaning in places:
        at = places[meaning]
        for line in islice(table.lines(), LOOKED_AT):
            if len(line.cells) > at:
                yield line.cells[at]


def _samples(table: Table, place: int) -> tuple[str, ...]:
    """A few different cells, those with letters outside ASCII first: by them wrong letters are noticed."""
    cells = [line.cells[place].strip() for line in islice(table.lines(), 500) if len(line.cells) > place]
    different = [cell[:80] for cell in dict.fromkeys(cells) if cell]
    return tuple(sorted(different, key=str.isascii)[:SHOWN])


def _may_be_shown(meaning: str, match: Match) -> bool:
    """Not what says who somebody is, and not the codes a status is read from: they may be clinical."""
    return meaning not in PERSONAL and not (meaning == "status" and Statuses(match.statuses).coded)


def _statuses(table: Table, places: Mapping[str, int], match: Match) -> dict[str, VisitStatus | None]:
    known = Statuses(match.statuses)
    found: dict[str, VisitStatus | None] = {}
    for cell in _cells(table, places, "status"):
        word = word_of(cell)[:80]
        if known.coded and any(mark.isdigit() for mark in word) and word not in match.statuses:
            word = shape_of(word)
        if word not in found and len(found) < MOST_STATUSES:
            found[word] = match.statuses.get(word)
    return found


def _questions(
    match: Match,
    first: Looked,
    second: Looked | None,
    order: OrderFound,
    statuses: Mapping[str, VisitStatus | None],
) -> Iterator[Question]:
    for meaning in _needed(match):
        if meaning not in match.columns and not match.fixed.get(meaning):
            yield Question(Asked.COLUMN, meaning)
    if match.date_order is DateOrder.YMD and order.open:
        yield Question(Asked.DATE_ORDER, order.open)
    for word, status in statuses.items():
        if status is None:
            yield Question(Asked.STATUS, word)
    if first.form.kind is FileKind.CSV:
        doubtful = letters.detect(first.part).doubtful
        if doubtful is not None:
            yield Question(Asked.ENCODING, str(doubtful))
    if match.join is not None and second is None:
        yield Question(Asked.SECOND_FILE, match.columns.get("name", "name"))


def _problems(match: Match, header: Sequence[str], second: Looked | None) -> Iterator[UnreadableFile]:
    absent = [name for meaning, name in PROTECTING.items() if meaning not in match.columns]
    used = set(match.columns.values())
    for name in header:
        near = near_miss(name, absent) if name not in used else ""
        if near:
            sentence = _(
                "The column {name} looks like {expected} misspelt. Rename it to {expected}, or remove it."
            )
            yield UnreadableFile(sentence, name=name[:40], expected=near)
    if match.join is not None and second is not None:
        try:
            client_list(second.part, match.join)
        except UnreadableFile as fault:
            yield fault
