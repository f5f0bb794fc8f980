"""Whose answer is this? Four attackers with growing knowledge, and how often their best guess is right.

L1 has the last copy of the database; L2 all copies, of every evening and night; L3 also the exact times at
which each person answered; L4 also the key files as they are at the end. All are given the content of every
released answer, which the program itself never shows, and the full list of invitations.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import IntEnum
from statistics import mean
from typing import Any

from survey import clock
from survey.attacks.dumps import Dump, Row, read_box
from survey.attacks.practice import TIME_ZONE, Rehearsal, Release
from survey.keys import sealing
from survey.responses.model import Kind

Guess = frozenset[int]


class Level(IntEnum):
    """What the attacker has."""

    LAST_DUMP = 1
    ALL_DUMPS = 2
    AND_TIMES = 3
    AND_KEYS = 4


@dataclass(frozen=True)
class Score:
    """``mean`` chance that the best guess is right; ``highest`` certainty about the right person of any
    answer; ``floor`` is the mean of 1/n over the released answers, which nobody can be denied."""

    mean: float
    highest: float
    floor: float
    answers: int
    batches: int

    @property
    def sigma(self) -> float:
        return math.sqrt(self.batches) / self.answers if self.answers else 0.0

    @property
    def limit(self) -> float:
        return self.floor + 3 * self.sigma


def link(rehearsal: Rehearsal, level: Level) -> Score:
    """Carry out the attack on every released rating."""
    atoms = [release for release in rehearsal.releases if release.kind == Kind.RATINGS.value]
    attacker = Attacker(rehearsal, level)
    chances = []
    for release in atoms:
        for person, content in zip(release.persons, release.contents, strict=True):
            guess = attacker.guess(release, content)
            chances.append(1 / len(guess) if person in guess else 0.0)
    total = len(chances)
    return Score(
        mean=mean(chances) if chances else 0.0,
        highest=max(chances, default=0.0),
        floor=len(atoms) / total if total else 0.0,
        answers=total,
        batches=len(atoms),
    )


@dataclass(frozen=True)
class Arrival:
    """Something that came between two copies. ``trace``: its content if it can be read, else its length."""

    trace: Any
    row: Row


class Attacker:
    """Works out once what the copies tell, then guesses."""

    def __init__(self, rehearsal: Rehearsal, level: Level) -> None:
        self.rehearsal, self.level = rehearsal, level
        self.dumps = rehearsal.dumps if level > Level.LAST_DUMP else rehearsal.dumps[-1:]
        self.keys = _pool_keys(rehearsal.keys()) if level >= Level.AND_KEYS else {}
        self.asked = [person for person in rehearsal.persons if person.sent]
        self.known: dict[Any, set[int]] = defaultdict(set)
        self.lengths: dict[int, set[int]] = defaultdict(set)
        self._learn()

    def guess(self, release: Release, content: bytes) -> Guess:
        """The persons that seem most likely, all equally."""
        seen = self.known.get(_readable(content))
        if seen:
            return frozenset(seen)
        everybody = self._possible(release)
        length = len(content)
        fitting = {number for number in everybody if length in self.lengths.get(number, ())}
        return frozenset(fitting or everybody)

    def _possible(self, release: Release) -> set[int]:
        """Who can stand behind this atom: who was asked in its weeks; with times, who answered in them."""
        mine = [p for p in self.asked if release.cell is None or p.cell == release.cell]
        if self.level is Level.LAST_DUMP:
            return {p.number for p in mine}
        before = [
            other.day
            for other in self.rehearsal.releases
            if other.kind == release.kind and other.cell == release.cell and other.day < release.day
        ]
        end = clock.at_local(release.day, 3, TIME_ZONE)
        start = (
            clock.at_local(max(before), 3, TIME_ZONE) if before else datetime.min.replace(tzinfo=end.tzinfo)
        )
        if self.level >= Level.AND_TIMES:
            return {p.number for p in mine if p.answered and start < p.answered <= end}
        early = start - timedelta(days=7) if before else start
        return {p.number for p in mine if p.sent and early < p.sent <= end}

    def _learn(self) -> None:
        """Match what came between two copies with who took part between them."""
        flagged: set[int] = set()
        seen: set[Any] = set()
        since = datetime.min.replace(tzinfo=self.rehearsal.dumps[0].at.tzinfo)
        for dump in self.dumps:
            flags = [row for _, row in dump.rows("leak_contact") if row["person"] not in flagged]
            flagged |= {row["person"] for row in flags}
            who = self._took_part(flags, since, dump.at)
            self._match_answers(dump, who, flags, seen)
            if not dump.night:
                self._match_lengths(dump, who, seen)
            seen |= {row["id"] for _, row in dump.rows("pool")}
            since = dump.at

    def _took_part(self, flags: Sequence[Row], since: datetime, until: datetime) -> list[int]:
        """In the order in which they seem to have answered."""
        if self.level >= Level.AND_TIMES:
            inside = (p for p in self.rehearsal.answered if p.answered and since < p.answered <= until)
            return [p.number for p in inside]
        return [row["person"] for row in sorted(flags, key=_written)]

    def _match_answers(self, dump: Dump, who: Sequence[int], flags: Sequence[Row], seen: set[Any]) -> None:
        came = [each for each in self._readable_rows(dump) if each.trace not in seen]
        seen |= {each.trace for each in came}
        together = {_moment(row): row["person"] for row in flags if _moment(row) is not None}
        rest, left = [], list(who)
        for each in came:
            person = together.get(_moment(each.row))
            if person is None:
                rest.append(each)
            else:
                self.known[each.trace].add(person)
                left = [number for number in left if number != person]
        for cell, inside in _by_cell(rest).items():
            people = [number for number in left if self.rehearsal.persons[number].cell == cell]
            for trace, who_else in _in_rank([each.trace for each in inside], people):
                self.known[trace] |= who_else

    def _match_lengths(self, dump: Dump, who: Sequence[int], seen: set[Any]) -> None:
        """What cannot be read still has a length: whose box it was tells how long their answer is."""
        rows = [row for _, row in dump.rows("pool") if row["kind"] == Kind.RATINGS.value]
        rows = [row for row in rows if row["id"] not in seen]
        lengths = {len(row["sealed"]) for _, row in dump.rows("pool") if row["kind"] == Kind.RATINGS.value}
        if lengths <= {sealing.SEALED_RATINGS}:
            return
        came = [Arrival(len(row["sealed"]) - sealing.OVERHEAD, row) for row in sorted(rows, key=_written)]
        for cell, inside in _by_cell(came).items():
            mine = [number for number in who if self.rehearsal.persons[number].cell == cell]
            for length, people in _in_rank([each.trace for each in inside], mine):
                for person in people:
                    self.lengths[person].add(length)

    def _readable_rows(self, dump: Dump) -> list[Arrival]:
        kept = [Arrival(row["answer"].decode(), row) for _, row in dump.rows("leak_answer")]
        if kept:
            return sorted(kept, key=lambda each: _written(each.row))
        rows = [row for _, row in dump.rows("pool") if row["kind"] == Kind.RATINGS.value]
        opened = [(read_box(row["sealed"], self.keys.values()), row) for row in rows]
        found = [Arrival(_readable(content), row) for content, row in opened if content]
        return sorted(found, key=lambda each: _written(each.row))


def _by_cell(came: Iterable[Arrival]) -> dict[int, list[Arrival]]:
    cells: dict[int, list[Arrival]] = defaultdict(list)
    for each in came:
        cells[each.row["cell_id"]].append(each)
    return cells


def _pool_keys(files: Mapping[str, bytes]) -> dict[str, bytes]:
    return {name: content for name, content in files.items() if name.startswith("pool/")}


def _readable(content: bytes) -> str:
    """One form for an answer, wherever it was read. Attackers see positions; two of one kind are equal."""
    return content.decode("utf-8")


def _written(row: Row) -> tuple[int, ...]:
    """Sorts rows in the order in which they seem to have been written."""
    number = row.values.get("id")
    if isinstance(number, int):
        return (number,)
    return (row.xmin, *row.place) if row.xmin is not None else row.place


def _moment(row: Row) -> Any:
    """What says that two rows were written together: a time, or the number of the transaction."""
    for column in ("created_at", "done"):
        value = row.values.get(column)
        if isinstance(value, str) and len(value) > 1:
            return value
    return row.xmin


def _in_rank(traces: Sequence[Any], people: Sequence[int]) -> Iterable[tuple[Any, set[int]]]:
    """First to first, second to second; where the numbers differ, everybody for everything."""
    if len(traces) == len(people):
        return [(trace, {person}) for trace, person in zip(traces, people, strict=True)]
    return [(trace, set(people)) for trace in traces]
