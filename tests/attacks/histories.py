"""A small practice over some months: people answer, the product's own rules publish, the truth is kept.

Only the sealing is left out: which answers become an atom is decided by ``releases.atoms.plan`` and written
by ``releases.publication.publish``, months are compacted and quarters frozen by the product's own functions.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta

from sqlalchemy.orm import Session

from survey import clock
from survey.db import transaction
from survey.instruments.model import BLANK, Instrument, Item, Standing
from survey.invitations.model import SentTotal
from survey.practice import declaring
from survey.practice.model import Practice
from survey.releases import compacting, publication, ticks
from survey.releases.atoms import Batch, Opened, Rules, plan
from survey.reports import freezing
from survey.responses.answers import Ratings
from survey.responses.model import Kind
from survey.runtime import Runtime
from tests import builders

ANSWER = "an answer came"
MOODS = ("usual", "mixed", "swinging")
NAMES = ("Ana Ortiz", "Ben Yu", "Cy Young", "Dev Patel", "Eli Stern", "Fay Lund")


@dataclass(frozen=True)
class Released:
    """An atom as it truly is: whose (None: a join), when, who."""

    clinician_id: int | None
    month: str
    people: frozenset[int]


@dataclass(frozen=True)
class Plan:
    """How a history is drawn."""

    seed: int
    clinicians: int
    weeks: int
    mood: str
    start: date


@dataclass
class History:
    """One practice and the truth about it. ``answers``: per person, the value given to each item in order."""

    runtime: Runtime
    practice: Practice
    instrument: Instrument
    clinicians: dict[int, int]
    answers: list[tuple[str, ...]] = field(default_factory=list)
    home: list[int] = field(default_factory=list)
    atoms: list[Released] = field(default_factory=list)
    waiting: list[Opened] = field(default_factory=list)
    sent: dict[str, int] = field(default_factory=dict)
    weeks: int = 0

    def people(self, clinician_id: int | None, months: frozenset[str]) -> frozenset[int]:
        """Who is behind results of a clinician, or (None) of the practice, in these months by now."""
        found: set[int] = set()
        for atom in self.atoms:
            if atom.month in months and (clinician_id is None or atom.clinician_id == clinician_id):
                found |= atom.people
        return frozenset(found)

    def category(self, person: int, item: int) -> str:
        """best, problem, rest, or aside (which blanks are, too)."""
        value = self.answers[person][item]
        if value == BLANK:
            return "aside"
        standing = self.instrument.items[item].scale.option(value).standing
        return {Standing.BEST: "best", Standing.PROBLEM: "problem", Standing.ASIDE: "aside"}.get(
            standing, "rest"
        )

    def categories(self) -> dict[str, list[str]]:
        """Per item, everybody's category."""
        everybody = range(len(self.answers))
        return {
            item.key: [self.category(person, place) for person in everybody]
            for place, item in enumerate(self.instrument.items)
        }


def draw(seed: int, *, weeks: tuple[int, int] = (10, 30)) -> Plan:
    """A plan from a seed: 2 to 6 clinicians, some months, one of the moods."""
    chance = random.Random(seed)
    return Plan(
        seed=seed,
        clinicians=chance.randint(2, 6),
        weeks=chance.randint(*weeks),
        mood=MOODS[seed % len(MOODS)],
        start=date(2026, 1, 5) + timedelta(weeks=chance.randint(0, 20)),
    )


def begin(runtime: Runtime, drawn: Plan) -> History:
    """The practice before its first answer."""
    practice = builders.make_practice(runtime, slug=f"small-{drawn.seed}", name=f"Small {drawn.seed}")
    cells = {}
    with transaction(runtime.engine, practice.id) as db:
        for name in NAMES[: drawn.clinicians]:
            person = declaring.declare_clinician(db, practice, name)
            cell = declaring.cell_for(db, practice.id, instrument=practice.instrument, clinician_id=person.id)
            cells[cell.id] = person.id
    return History(runtime, practice, builders.load_instrument(runtime), cells)


def live(history: History, drawn: Plan) -> Iterator[tuple[date, str]]:
    """Live through the weeks; yields (day, what just happened) whenever a screen may have changed."""
    chance = random.Random(f"{drawn.seed} answers")
    rates = {cell: chance.choice((0.3, 0.7, 1.5, 3.0, 5.0)) for cell in history.clinicians}
    blanks = chance.choice((0.0, 0.05, 0.25))
    monday = drawn.start
    for _ in range(drawn.weeks):
        for place, (cell, rate) in enumerate(rates.items()):
            number = sum(chance.random() < rate / 20 for _ in range(20))
            _send(history, cell, monday, 2 * number + chance.randint(0, 2))
            for _ in range(number):
                when = f"{drawn.seed} {place} {clock.month_of(monday)}"  # cells have random numbers
                values = _values(history.instrument, chance, drawn.mood, when, blanks)
                day = monday + timedelta(days=chance.randint(0, 6))
                answer(history, cell, values, day)
                yield day, ANSWER
        monday += timedelta(weeks=1)
        yield from night(history, monday, before=monday - timedelta(weeks=1))


def answer(history: History, cell: int, values: tuple[str, ...], day: date) -> int:
    """Somebody answers; the answer waits. Returns the person's number."""
    person = len(history.answers)
    history.answers.append(values)
    history.home.append(history.clinicians[cell])
    record = Ratings(history.instrument.label, clock.fortnight_number(day), values)
    history.waiting.append(Opened(cell, person.to_bytes(4, "big"), record))
    return person


def night(history: History, monday: date, *, before: date) -> Iterator[tuple[date, str]]:
    """The Monday's flush, compaction and freezing, with a stop wherever something can be seen."""
    engine, practice = history.runtime.engine, history.practice
    for ahead in range(1, 8):  # the other nights of the week publish nothing, but quarters begin and freeze
        day = before + timedelta(days=ahead)
        last = clock.quarter_before(clock.quarter_of(day))
        if day == clock.quarter_end(last) + timedelta(days=1):
            yield day, "a quarter begins"
        if day == freezing.freezing_day(last):
            with transaction(engine, practice.id) as db:
                freezing.freeze(db, practice, last, today=day)
            yield day, "a quarter is frozen"
    with transaction(engine, practice.id) as db:
        published = _flush(db, history, monday)
    if published:
        yield monday, "after the tick"
    with transaction(engine, practice.id) as db:
        joined = compacting.compact(db, practice.id, before_month=clock.month_of(monday))
    if joined:
        yield monday, "after compaction"


def _flush(db: Session, history: History, today: date) -> int:
    practice, instrument = history.practice, history.instrument
    rules = Rules(
        enough=lambda rows: len(rows) >= practice.k_ratings,
        hold=ticks.HOLD[Kind.RATINGS],
        tick=ticks.is_due(Kind.RATINGS, today, None),
        instrument_of=dict.fromkeys(history.clinicians, instrument.id),
    )
    decided = plan(history.waiting, rules, today=today)
    month = clock.month_of(today)
    publication.publish(
        db, practice, Kind.RATINGS, decided.published, versions={instrument.label: instrument}, month=month
    )
    history.waiting = list(decided.kept)
    history.atoms.extend(_released(history, batch, month) for batch in decided.published)
    return len(decided.published)


def _released(history: History, batch: Batch, month: str) -> Released:
    people = frozenset(int.from_bytes(row.content, "big") for row in batch.rows)
    clinician = None if batch.cell_id is None else history.clinicians[batch.cell_id]
    return Released(clinician, month, people)


def _send(history: History, cell: int, day: date, number: int) -> None:
    """Invitations of a week, so that response rates are shown too."""
    month = clock.month_of(day)
    history.sent[month] = history.sent.get(month, 0) + number
    with transaction(history.runtime.engine, history.practice.id) as db:
        row = db.get(SentTotal, (history.practice.id, cell, month))
        if row is None:
            db.add(SentTotal(practice_id=history.practice.id, cell_id=cell, month=month, sent=number))
        else:
            row.sent += number


def _values(
    instrument: Instrument, chance: random.Random, mood: str, when: str, blanks: float
) -> tuple[str, ...]:
    """One person's answers. ``swinging``: in some months nearly all of a clinician agree on an item."""
    return tuple(_value(item, chance, mood, when, blanks) for item in instrument.items)


def _value(item: Item, chance: random.Random, mood: str, when: str, blanks: float) -> str:
    if chance.random() < blanks:
        return BLANK
    options = item.scale.options
    if mood == "mixed":
        return chance.choice(options).value
    swing = random.Random(f"{when} {item.key}").random()
    worst = mood == "swinging" and swing < 0.5
    good, bad = (0.01, 0.97) if worst else (0.7, 0.1)
    draw_one = chance.random()
    wanted = Standing.BEST if draw_one < good else Standing.PROBLEM if draw_one < good + bad else None
    fitting = [each for each in options if each.standing is wanted] or [
        each for each in options if each.standing not in {Standing.BEST, Standing.PROBLEM}
    ]
    return chance.choice(fitting).value
