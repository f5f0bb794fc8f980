"""What a file seems to be, before anything is taken from it: shown to a person, who may correct all of it.

Pure. Nothing is guessed where the file allows two readings; that becomes an open question instead. Samples
never hold a name, an address or a client's number, nor anything of a column that is not used.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Final

from survey.visits import letters
from survey.visits.cells import Statuses, positions, shape_of, word_of
from survey.visits.faults import UnreadableFile, _
from survey.visits.fit import Looked, adapted, fit, look, needed
from survey.visits.heading import says_who
from survey.visits.joining import client_list, in_order
from survey.visits.kinds import Form, table_of
from survey.visits.match import PERSONAL, DateOrder, FileKind, Match
from survey.visits.model import VisitStatus
from survey.visits.moments import OrderFound, order_of
from survey.visits.part import Part
from survey.visits.presets import Preset
from survey.visits.source import PROTECTING, misspelt, near_miss, of_people

SHOWN: Final = 4
MOST_STATUSES: Final = 40


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
    Of a column whose heading says that it holds people there are neither samples nor words.
    ``sheets`` are those of a workbook; ``client_header`` is the
    first line of the list of clients. ``remembered`` says that the match is one this practice used before.
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
    client_header: tuple[str, ...] = ()


def suggest(
    parts: Sequence[Part],
    *,
    presets: Sequence[Preset],
    remembered: Sequence[Match] = (),
    time_zone: str,
    now: datetime | None = None,
    sheet: str = "",
) -> Suggestion:
    """Look at one file, or at a visits file and a list of clients in any order.

    ``remembered`` are matches of this practice, newest first; one whose columns are all there is preferred to
    every preset. Without ``now`` repeating events of a calendar are looked at once. With ``sheet`` it is that
    sheet of the first file that has the visits. Raises UnreadableFile where nothing at all can be made of it.
    """
    if not 1 <= len(parts) <= 2:
        raise UnreadableFile(_("Choose one file, or the visits and a list of clients."))
    looked = [look(part, time_zone, now, sheet if not rank else "") for rank, part in enumerate(parts)]
    known = [(match, True) for match in remembered]
    known += [(preset.match(time_zone=time_zone), False) for preset in presets]
    choices = [
        (fit(match, first, second, presets=presets, remembered=old), -rank, first, second)
        for rank, (match, old) in enumerate(known)
        for first, second in _orders(looked, swapped=not sheet)
    ]
    _score, rank, first, second = max(choices, key=lambda choice: choice[:2])
    match, old = known[-rank]
    made = adapted(match, first, second, presets=presets, remembered=old)
    order = _order_in(first, made)
    made = replace(
        made, date_order=_decided(order, match.date_order if made.preset or old else DateOrder.YMD)
    )
    return _shown(made, first, second, order=order, remembered=old)


def review(parts: Sequence[Part], match: Match, *, now: datetime | None = None) -> Suggestion:
    """The same view of a match that a person has corrected: nothing of it is changed.

    Raises UnreadableFile where the files cannot be read so at all (other letters, no such sheet).
    """
    first, second = in_order(parts, match)
    form = Form(match.kind, match.encoding, match.delimiter, match.sheet, match.time_zone)
    looked = Looked(first, form, table_of(first, form, now=now))
    other = None if second is None else look(second, match.time_zone, now)
    return _shown(match, looked, other, order=_order_in(looked, match), remembered=False)


def _orders(looked: list[Looked], *, swapped: bool) -> Iterator[tuple[Looked, Looked | None]]:
    yield looked[0], looked[1] if len(looked) > 1 else None
    if swapped and len(looked) > 1:
        yield looked[1], looked[0]


def _order_in(looked: Looked, match: Match) -> OrderFound:
    place = positions(looked.table.header, match.columns).get("start")
    return order_of([] if place is None else looked.cells(place))


def _decided(found: OrderFound, known: DateOrder) -> DateOrder:
    """What the days prove, else what is known of this kind of file. Days that prove both leave it open."""
    if found.mixed:
        return DateOrder.YMD
    return known if found.order is DateOrder.YMD else found.order


def _shown(
    match: Match, first: Looked, second: Looked | None, *, order: OrderFound, remembered: bool
) -> Suggestion:
    header = first.table.header
    places = positions(header, match.columns)
    used = set(places.values())
    unused = tuple(name for place, name in enumerate(header) if place not in used)
    statuses = _statuses(first, places, match)
    return Suggestion(
        match=match,
        header=header,
        samples={
            m: _samples(first, place) for m, place in places.items() if _may_be_shown(m, header[place], match)
        },
        unused=unused,
        statuses=statuses,
        questions=tuple(_questions(match, first, second, order, statuses)),
        problems=(*_problems(match, unused, second), *of_people(header, places)),
        sheets=getattr(first.table, "sheets", ()),
        remembered=remembered,
        client_header=() if second is None else second.table.header,
    )


def _samples(looked: Looked, place: int) -> tuple[str, ...]:
    """A few different cells, those with letters outside ASCII first: by them wrong letters are noticed."""
    different = dict.fromkeys(cell.strip()[:80] for cell in looked.cells(place))
    return tuple(sorted(filter(None, different), key=str.isascii)[:SHOWN])


def _may_be_shown(meaning: str, heading: str, match: Match) -> bool:
    """Not what says who somebody is, even where a person took it for something else by mistake.

    Not the codes a status is read from either: they may be clinical.
    """
    if meaning in PERSONAL or says_who(heading):
        return False
    return not (meaning == "status" and Statuses(match.statuses).coded)


def _statuses(looked: Looked, places: Mapping[str, int], match: Match) -> dict[str, VisitStatus | None]:
    known = Statuses(match.statuses)
    found: dict[str, VisitStatus | None] = {}
    if says_who(match.columns.get("status", "")):
        return found  # its words would be people
    for cell in looked.cells(places["status"]) if "status" in places else ():
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
    places = positions(first.table.header, match.columns)
    for meaning in needed(match):
        if meaning not in places and not match.fixed.get(meaning):
            yield Question(Asked.COLUMN, meaning)
    if match.date_order is DateOrder.YMD and order.open:
        yield Question(Asked.DATE_ORDER, order.open)
    for word, status in statuses.items():
        if status is None:
            yield Question(Asked.STATUS, word)
    if first.form.kind is FileKind.CSV:
        found = letters.detect(first.part)
        if found.doubtful is not None and found.encoding == match.encoding:  # else a person has chosen
            yield Question(Asked.ENCODING, str(found.doubtful))
    if match.join is not None and second is None:
        yield Question(Asked.SECOND_FILE, match.columns.get("name", "name"))


def _problems(match: Match, unused: Sequence[str], second: Looked | None) -> Iterator[UnreadableFile]:
    for name in unused:
        near = near_miss(name, [each for m, each in PROTECTING.items() if m not in match.columns])
        if near:
            yield misspelt(name, near)
    if match.join is not None and second is not None:
        try:
            client_list(second.part, match.join)
        except UnreadableFile as fault:
            yield fault
