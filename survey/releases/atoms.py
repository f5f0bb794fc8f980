"""What a flush may publish, decided without a database: pure.

Takes opened answers that exist in memory only, and says which cells become atoms, which leftovers are joined,
which have waited too long and which are sealed again. Nothing here may be written down as it is.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from operator import itemgetter
from random import Random

from survey import clock
from survey.instruments.model import BLANK, Instrument, Item
from survey.responses.answers import Audience, Ratings, Words

FORTNIGHT = timedelta(days=14)

#: The names of an item and its follow-ups, and somebody's answer: a value, or one for each of them.
Question = tuple[str, ...]
Answer = str | tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Opened:
    """One waiting answer, opened in memory. ``content`` goes back into a new box unchanged."""

    cell_id: int
    content: bytes
    record: Ratings | Words

    @property
    def since(self) -> date:
        """First day of the fortnight in which it came; its age is counted from here."""
        return clock.fortnight_start(self.record.fortnight)


@dataclass(frozen=True)
class Batch:
    """Answers that become one atom. ``cell_id`` is None for leftovers joined for the practice."""

    cell_id: int | None
    instrument: str
    rows: tuple[Opened, ...]


@dataclass(frozen=True)
class Plan:
    """What happens to every waiting answer: each is in exactly one of the three."""

    published: tuple[Batch, ...]
    kept: tuple[Opened, ...]
    expired: tuple[Opened, ...]


@dataclass(frozen=True)
class Rules:
    """When answers of one kind may be published.

    ``enough`` says whether a batch suffices (at least k answers; for comments also enough words);
    ``hold`` is how long an answer may wait; ``tick`` whether today publishes at all.
    ``alone``: cells that are joined with no other.
    """

    enough: Callable[[Sequence[Opened]], bool]
    hold: timedelta
    tick: bool
    instrument_of: Mapping[int, str] = field(default_factory=dict)
    alone: frozenset[int] = frozenset()


def plan(rows: Iterable[Opened], rules: Rules, *, today: date) -> Plan:
    """Sort the waiting answers. Deterministic but for the order, which the caller shuffles."""
    expired, alive = _split(rows, lambda row: today >= row.since + rules.hold)
    if not rules.tick:
        return Plan(published=(), kept=tuple(alive), expired=tuple(expired))
    batches, waiting = [], []
    for cell_id, members in _by_cell(alive).items():
        if rules.enough(members):
            batches.append(Batch(cell_id, rules.instrument_of[cell_id], tuple(members)))
        else:
            waiting.extend(members)
    joined, kept = _join(waiting, rules, today=today)
    return Plan(published=(*batches, *joined), kept=tuple(kept), expired=tuple(expired))


def tally(
    rows: Sequence[Opened], versions: Mapping[str, Instrument], *, k: int, lot: Random
) -> dict[str, Counter[str]]:
    """Counts per item revision and value, blanks included; of each question one person's is left out by lot.

    A question with its follow-ups is one question to the lot, and so is one of several choices: who is left
    out is left out of all of it. Several choices are then counted option by option, as chosen or not.
    A revision that fewer than k of the batch were shown is dropped: it would tell of fewer than k people.
    ``lot`` must not be foreseeable, nor repeatable afterwards.
    """
    asked = {label: _questions(version) for label, version in versions.items()}
    given: dict[Question, Counter[Answer]] = defaultdict(Counter)
    for row in rows:
        if not isinstance(row.record, Ratings):
            raise TypeError("only ratings are tallied")
        for question, answer in asked[row.record.label]:
            given[question][answer(row.record.values)] += 1
    items = {item.key: item for version in versions.values() for item in version.items}
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for question, answers in given.items():
        if answers.total() >= k:
            _add(counts, [items[key] for key in question], _left_out(answers, lot))
    return _settled(counts)


def _questions(version: Instrument) -> list[tuple[Question, Callable[[tuple[str, ...]], Answer]]]:
    """Each question as the names of its items, and what takes its answer out of somebody's values."""
    return [
        (tuple(version.items[place].key for place in places), itemgetter(*places))
        for places in version.questions
    ]


def _left_out(answers: Counter[Answer], lot: Random) -> Counter[Answer]:
    """The counts with one person's answer, drawn by lot, counted as blank.

    Where all of a batch agree, nobody can be certain of anybody's answer: it may be the one that was not
    counted. What remains is a random sample of the batch, so shares keep their expectation.
    """
    drawn = lot.choices(list(answers), weights=list(answers.values()))
    blank: Answer = BLANK if isinstance(drawn[0], str) else (BLANK,) * len(drawn[0])
    return answers - Counter(drawn) + Counter([blank])


def _add(counts: dict[str, Counter[str]], items: Sequence[Item], answers: Counter[Answer]) -> None:
    """Count a question's answers under the names of its items and options."""
    for answer, number in answers.items():
        values = (answer,) if isinstance(answer, str) else answer
        for item, value in zip(items, values, strict=True):
            for key, counted in item.counts_of(value).items():
                counts[key][counted] += number


def _settled(counts: Mapping[str, Counter[str]]) -> dict[str, Counter[str]]:
    """In the order of their names: as they were counted, the first values would be the first row's."""
    return {key: Counter(dict(sorted(counts[key].items()))) for key in sorted(counts)}


def texts(rows: Iterable[Opened]) -> int:
    """How many of the answers have words that somebody may read."""
    return sum(1 for row in rows if isinstance(row.record, Words) and _readable(row.record))


def _readable(words: Words) -> bool:
    return words.audience is not Audience.NOBODY and any(words.texts)


def _join(waiting: list[Opened], rules: Rules, *, today: date) -> tuple[list[Batch], list[Opened]]:
    """Leftovers in their last fortnight, together for the practice: from two cells at least, k at least.

    Printed cards stay alone: whoever holds several can answer several times, and would fill up a join.
    """
    near, kept = _split(waiting, lambda row: today >= row.since + rules.hold - FORTNIGHT)
    by_instrument: dict[str, list[Opened]] = defaultdict(list)
    for row in near:
        if row.cell_id in rules.alone:
            kept.append(row)
            continue
        by_instrument[rules.instrument_of[row.cell_id]].append(row)
    joined = []
    for instrument, members in by_instrument.items():
        if len({row.cell_id for row in members}) >= 2 and rules.enough(members):
            joined.append(Batch(None, instrument, tuple(members)))
        else:
            kept.extend(members)
    return joined, kept


def _by_cell(rows: Iterable[Opened]) -> dict[int, list[Opened]]:
    cells: dict[int, list[Opened]] = defaultdict(list)
    for row in rows:
        cells[row.cell_id].append(row)
    return cells


def _split(rows: Iterable[Opened], test: Callable[[Opened], bool]) -> tuple[list[Opened], list[Opened]]:
    yes: list[Opened] = []
    no: list[Opened] = []
    for row in rows:
        (yes if test(row) else no).append(row)
    return yes, no
