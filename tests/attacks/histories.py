"""A small practice and the truth about it: how it is drawn, who answers what, what was counted of it."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from survey import clock
from survey.db import transaction
from survey.instruments.model import BLANK, Instrument, Item, Standing
from survey.invitations.model import SentTotal
from survey.practice import declaring
from survey.practice.model import Practice
from survey.releases.atoms import Opened
from survey.responses.answers import Audience, Ratings, Words
from survey.responses.model import Kind
from survey.runtime import Runtime
from tests import builders

Counted = Mapping[str, Counter[str]]
Values = tuple[str, ...]

ANSWER, WEEK = "an answer came", "a week is over"
MOODS = ("usual", "mixed", "swinging")
FEW = (0.2, 0.3, 0.4, 0.6)
NAMES = ("Ana Ortiz", "Ben Yu", "Cy Young", "Dev Patel", "Eli Stern", "Fay Lund")


@dataclass(frozen=True)
class Released:
    """An atom as it truly is: whose (None: a join), when, who.

    ``counts``: what stands in the database. ``drawn``: to each question the answer that was left out; blank
    where that of somebody who had left it blank was, or where nothing is left out at all.
    """

    clinician_id: int | None
    month: str
    people: frozenset[int]
    counts: Counted
    drawn: Mapping[str, str]


@dataclass(frozen=True)
class Plan:
    """How a history is drawn."""

    seed: int
    clinicians: int
    weeks: int
    mood: str
    start: date
    rates: tuple[float, ...] = (0.3, 0.7, 1.5, 3.0, 5.0)


@dataclass
class History:
    """One practice and the truth about it.

    ``answers``: per person, the value given to each item in order; ``counted``: the same as it was counted,
    blank where a lot left it out. ``home``: whose patient. ``words``: the comments of each person.
    """

    runtime: Runtime
    practice: Practice
    instrument: Instrument
    clinicians: dict[int, int]
    answers: list[Values] = field(default_factory=list)
    counted: list[Values] = field(default_factory=list)
    words: list[Words] = field(default_factory=list)
    home: list[int] = field(default_factory=list)
    released: dict[Kind, list[Released]] = field(default_factory=lambda: {kind: [] for kind in Kind})
    waiting: dict[Kind, list[Opened]] = field(default_factory=lambda: {kind: [] for kind in Kind})
    sent: dict[str, int] = field(default_factory=dict)
    weeks: int = 0

    @property
    def atoms(self) -> list[Released]:
        """The batches of ratings."""
        return self.released[Kind.RATINGS]

    def people(
        self, clinician_id: int | None, months: frozenset[str], kind: Kind = Kind.RATINGS
    ) -> frozenset[int]:
        """Who is behind results of a clinician, or (None) of the practice, in these months by now."""
        found: set[int] = set()
        for atom in self.released[kind]:
            if atom.month in months and (clinician_id is None or atom.clinician_id == clinician_id):
                found |= atom.people
        return frozenset(found)

    def categories(self, *, counted: bool = True) -> dict[str, list[str]]:
        """Per item, everybody's category as it was counted, or as they truly answered."""
        answers = self.counted if counted else self.answers
        return {
            item.key: [category(item, values[place]) for values in answers]
            for place, item in enumerate(self.instrument.items)
        }


def category(item: Item, value: str) -> str:
    """best, problem, rest, or aside (which blanks are, too)."""
    if value == BLANK:
        return "aside"
    standing = item.scale.option(value).standing
    return {Standing.BEST: "best", Standing.PROBLEM: "problem", Standing.ASIDE: "aside"}.get(standing, "rest")


def draw(seed: int, *, weeks: tuple[int, int] = (10, 30)) -> Plan:
    """A plan from a seed: 2 to 6 clinicians, some weeks, one of the moods.

    Every fifth is a practice with few answers and long gaps, so that leftovers grow old and are joined.
    """
    chance = random.Random(seed)
    clinicians = chance.randint(2, 6)
    drawn = Plan(
        seed=seed,
        clinicians=clinicians,
        weeks=chance.randint(*weeks),
        mood=MOODS[seed % len(MOODS)],
        start=date(2026, 1, 5) + timedelta(weeks=chance.randint(0, 20)),
    )
    if seed % 5 == 4:
        return replace(drawn, clinicians=max(4, clinicians), weeks=chance.randint(13, 20), rates=FEW)
    return drawn


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


def arrivals(history: History, drawn: Plan) -> Iterator[tuple[date, str]]:
    """(day, ANSWER) after each answer, and (its next Monday, WEEK) after each week."""
    chance = random.Random(f"{drawn.seed} answers")
    rates = {cell: chance.choice(drawn.rates) for cell in history.clinicians}
    blanks, wordy = chance.choice((0.0, 0.05, 0.25)), chance.choice((0.2, 0.5, 0.9))
    monday = drawn.start
    for _ in range(drawn.weeks):
        for place, (cell, rate) in enumerate(rates.items()):
            number = sum(chance.random() < rate / 20 for _ in range(20))
            _send(history, cell, monday, 2 * number + chance.randint(0, 2))
            for _ in range(number):
                when = f"{drawn.seed} {place} {clock.month_of(monday)}"  # cells have random numbers
                values = _values(history.instrument, chance, drawn.mood, when, blanks)
                day = monday + timedelta(days=chance.randint(0, 6))
                texts = tuple("It was fine" * (chance.random() < wordy) for _ in history.instrument.comments)
                audience = chance.choice((Audience.ALL, Audience.ALL, Audience.MANAGEMENT, Audience.NOBODY))
                answer(history, cell, values, day, texts=texts, audience=audience)
                yield day, ANSWER
        monday += timedelta(weeks=1)
        yield monday, WEEK


def answer(
    history: History,
    cell: int,
    values: Values,
    day: date,
    *,
    texts: Values | None = None,
    audience: Audience = Audience.ALL,
) -> int:
    """Somebody answers, by default without a comment; the answer waits. Returns the person's number."""
    person, label, fortnight = len(history.answers), history.instrument.label, clock.fortnight_number(day)
    words = Words(label, fortnight, texts or ("",) * len(history.instrument.comments), audience)
    history.answers.append(values)
    history.counted.append(values)
    history.words.append(words)
    history.home.append(history.clinicians[cell])
    number = person.to_bytes(4, "big")
    history.waiting[Kind.RATINGS].append(Opened(cell, number, Ratings(label, fortnight, values)))
    history.waiting[Kind.COMMENTS].append(Opened(cell, number, words))
    return person


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
