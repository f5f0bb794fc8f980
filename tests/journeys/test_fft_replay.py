"""Real people's answers travel the whole way and every one of them is accounted for.

3,787 respondents of two NHS trusts (22 units, almost two years) become visits files by day, invitations,
mails over a real SMTP conversation, answers over HTTP, sealed boxes and atoms. Nothing may be lost, doubled
or shown too early; one answer of each batch is counted as blank, and no other.
"""

from __future__ import annotations

import csv
from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from survey import clock, jobs
from survey.app import make_app
from survey.clock import SimulatedClock
from survey.db import reading, transaction
from survey.demo.mailbag import Letter, to_patients
from survey.demo.sink import Sink, listening
from survey.invitations.mailer import mailer_for
from survey.invitations.scheduling import take_visits
from survey.keys import pool as pool_keys
from survey.keys.sealing import opener
from survey.practice import publishing
from survey.practice.model import Cell, Clinician, Practice
from survey.releases.model import Atom, Comment, Tally, Unreleased
from survey.releases.ticks import HOLD
from survey.responses import answers
from survey.responses.model import Kind, Pool
from survey.runtime import Runtime
from tests import builders
from tests.services import data_folder

CODES = {
    "1": "very_good",
    "2": "good",
    "3": "neither",
    "4": "poor",
    "5": "very_poor",
    "6": "dont_know",
    "7": "",
}
ITEM = "overall"
STAND_IN = "The words of this answer are not part of the data."


@dataclass(frozen=True)
class Period:
    """Days of the data, and how many of their people chose an answer, and how many none."""

    first: date
    last: date
    posted: int
    empty: int


WHOLE = Period(date.min, date.max, posted=3593, empty=53)
TWO_MONTHS = Period(date(2022, 2, 1), date(2022, 3, 31), posted=609, empty=18)


@dataclass(frozen=True)
class Respondent:
    """One real person of the data: where and when they were seen, and what they answered."""

    id: str
    trust: str
    unit: str
    day: date
    answer: str


@pytest.fixture
def sink() -> Iterator[Sink]:
    """A mail server of this machine that takes part in a real SMTP conversation."""
    with listening() as server:
        yield server


def respondents(folder: Path) -> tuple[list[Respondent], int]:
    """The dated respondents, and how many have no date and so were never on a list of visits."""
    dated, undated = [], 0
    with (folder / "fft" / "fft_scores.csv").open(newline="", encoding="utf-8") as stream:
        for row in csv.DictReader(stream):
            if not row["date"]:
                undated += 1
                continue
            unit = " – ".join(filter(None, (row["service"], row["team"])))
            day = date.fromisoformat(row["date"])
            dated.append(Respondent(row["respondent"], row["trust"], unit, day, CODES[row["answer"]]))
    return dated, undated


@dataclass
class Replay:
    """The period, lived through day by day, with a ledger kept outside the product."""

    runtime: Runtime
    practices: dict[str, Practice]
    people: dict[str, Respondent]
    sink: Sink
    posted: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    posted_by_unit: Counter[tuple[str, str]] = field(default_factory=Counter)
    expired: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    batches: Counter[tuple[str, str]] = field(default_factory=Counter)
    refused_empty: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.client = make_app(self.runtime).test_client()
        self.mailer = mailer_for(self.runtime.settings)
        self.box = builders.load_instrument(self.runtime, "fft").comments[0].id
        self.by_day: dict[date, list[Respondent]] = defaultdict(list)
        for person in self.people.values():
            self.by_day[person.day].append(person)

    def live(self) -> None:
        day, last = min(self.by_day), max(self.by_day) + timedelta(days=7)
        while day <= last:
            self.live_day(day)
            day += timedelta(days=1)

    def live_day(self, day: date) -> None:
        self.note_what_expires(day)
        before = {trust: self.atoms(trust, f"{day:%Y-%m}") for trust in self.practices}
        self.at(day, 3)
        for trust, known in before.items():
            self.batches[trust, f"{day:%Y-%m}"] += len(self.atoms(trust, f"{day:%Y-%m}") - known)
        yesterday = self.by_day.get(day - timedelta(days=1), [])
        for trust in self.practices:
            self.bring_visits(trust, [p for p in yesterday if p.trust == trust])
        self.at(day, 10)
        for letter in to_patients(self.sink.mails):
            self.post(letter)
        self.sink.mails.clear()

    def at(self, day: date, hour: int) -> None:
        simulated = self.runtime.clock
        assert isinstance(simulated, SimulatedClock)
        simulated.move_to(clock.at_local(day, hour, "Europe/London"))
        jobs.run_due(self.runtime, self.mailer)

    def bring_visits(self, trust: str, people: list[Respondent]) -> None:
        if not people:
            return
        lines = ["visit_id,start,clinician,email,status"]
        lines += [f'{p.id},{p.day},"{p.unit}",{p.id}@example.org,attended' for p in people]
        practice = self.practices[trust]
        with transaction(self.runtime.engine, practice.id) as db:
            intake = take_visits(
                db,
                self.runtime.files,
                practice,
                "\n".join(lines).encode("utf-8"),
                now=self.runtime.clock.now(),
            )
        assert intake.file.errors == ()
        assert intake.invited == len(people), intake.skipped

    def post(self, letter: Letter) -> None:
        person = self.people[letter.to.removesuffix("@example.org")]
        form = {"token": letter.token, f"item.{ITEM}": person.answer, f"box.{self.box}": STAND_IN}
        reply = self.client.post(letter.path, data={key: value for key, value in form.items() if value})
        if not person.answer:
            assert b"There is a problem" in reply.data
            self.refused_empty.add(person.id)  # a reminder may bring the same person once more
            return
        assert reply.status_code == 200, reply.data[-600:]
        self.posted[person.trust][person.answer] += 1
        self.posted_by_unit[person.trust, person.unit] += 1

    def note_what_expires(self, day: date) -> None:
        """By the rule itself, not by asking the product: what has waited its limit is given up tonight."""
        for trust in self.practices:
            for row in self.waiting(trust):
                if day >= clock.fortnight_start(row.fortnight) + HOLD[Kind.RATINGS]:
                    self.expired[trust][row.values[0]] += 1

    def waiting(self, trust: str) -> list[answers.Ratings]:
        """The test's own look into the pool, with the key that only the flush has in real life."""
        practice, files = self.practices[trust], self.runtime.files
        with reading(self.runtime.engine, practice.id) as db:
            versions = publishing.versions(db, practice.id)
            query = select(Pool.kid, Pool.sealed).where(
                Pool.practice_id == practice.id, Pool.kind == Kind.RATINGS
            )
            rows = db.execute(query).all()
            openers = {
                kid: opener(pool_keys.private_key(files, practice.id, kid)) for kid in {r.kid for r in rows}
            }
            return [answers.unpack_ratings(openers[row.kid](row.sealed), versions) for row in rows]

    def atoms(self, trust: str, month: str) -> set[bytes]:
        """Ratings atoms of a month that still stands open, so that each is one batch."""
        practice = self.practices[trust]
        with reading(self.runtime.engine, practice.id) as db:
            query = select(Atom.id).where(Atom.practice_id == practice.id, Atom.kind == Kind.RATINGS)
            return set(db.scalars(query.where(Atom.month == month)))

    def released(self, trust: str, *, joined: bool) -> Counter[str]:
        """Sums of the tallies of clinician atoms, or of atoms joined for the practice."""
        practice = self.practices[trust]
        sums: Counter[str] = Counter()
        with reading(self.runtime.engine, practice.id) as db:
            query = (
                select(Tally.value, Tally.n)
                .join(Atom, (Atom.practice_id == Tally.practice_id) & (Atom.id == Tally.atom_id))
                .where(Tally.practice_id == practice.id)
                .where(Atom.cell_id.is_(None) if joined else Atom.cell_id.is_not(None))
            )
            for row in db.execute(query):
                sums[row.value] += row.n
        return sums

    def released_by_unit(self, trust: str) -> Counter[str]:
        practice = self.practices[trust]
        sums: Counter[str] = Counter()
        with reading(self.runtime.engine, practice.id) as db:
            query = (
                select(Clinician.name, Atom.n)
                .join(Cell, (Cell.practice_id == Clinician.practice_id) & (Cell.clinician_id == Clinician.id))
                .join(Atom, (Atom.practice_id == Cell.practice_id) & (Atom.cell_id == Cell.id))
                .where(Clinician.practice_id == practice.id, Atom.kind == Kind.RATINGS)
            )
            for row in db.execute(query):
                sums[row.name] += row.n
        return sums


# Two years, day by day, take minutes: they belong to the full run.
@pytest.mark.parametrize(
    ("settings", "period"),
    [
        pytest.param("sqlite", TWO_MONTHS, id="sqlite-two months"),
        pytest.param("sqlite", WHOLE, marks=pytest.mark.slow, id="sqlite-whole"),
        pytest.param("postgres", WHOLE, marks=pytest.mark.slow, id="postgres-whole"),
    ],
    indirect=["settings"],
)
def test_every_real_answer_is_accounted_for(runtime: Runtime, sink: Sink, period: Period) -> None:
    everybody, undated = respondents(data_folder())
    people = [person for person in everybody if period.first <= person.day <= period.last]
    settings = replace(
        runtime.settings, mail="smtp", smtp_host="127.0.0.1", smtp_port=sink.port, smtp_tls="none"
    )
    first = min(person.day for person in people)
    assert isinstance(runtime.clock, SimulatedClock)
    runtime.clock.move_to(clock.at_local(first, 1, "Europe/London"))
    trusts = {
        trust: builders.make_practice(
            runtime, slug=trust.lower(), name=f"{trust} Trust", instrument="fft", time_zone="Europe/London"
        )
        for trust in sorted({person.trust for person in people})
    }
    replay = Replay(
        replace(runtime, settings=settings), trusts, {person.id: person for person in people}, sink
    )
    with closing(replay.mailer):
        replay.live()

    assert (len(everybody) + undated, undated) == (3787, 141)
    assert len(replay.refused_empty) == period.empty
    assert sum(sum(counts.values()) for counts in replay.posted.values()) == period.posted
    for trust in trusts:
        waiting = Counter(row.values[0] for row in replay.waiting(trust))
        apart = replay.released(trust, joined=False)
        joined = replay.released(trust, joined=True)
        check_answers(replay, trust, apart + joined + waiting + replay.expired[trust])
        check_batches(replay, trust)
        check_units(replay, trust)
        check_losses(replay, trust)
        print(
            f"{trust}: posted {sum(replay.posted[trust].values())}, released {sum(apart.values())}, "
            f"joined {sum(joined.values())}, waiting {sum(waiting.values())}, "
            f"expired {sum(replay.expired[trust].values())}"
        )


def check_answers(replay: Replay, trust: str, found: Counter[str]) -> None:
    """Every answer is where it was posted, but for one of each batch, which is counted as blank."""
    posted = replay.posted[trust]
    batches = sum(number for (whose, _), number in replay.batches.items() if whose == trust)
    assert posted[""] == 0, "one question: nobody can send it blank"
    assert found.total() == posted.total()
    assert found[""] == batches > 0
    left_out = {value: posted[value] - found[value] for value in posted | found if value}
    assert min(left_out.values()) >= 0
    assert sum(left_out.values()) == batches


def check_batches(replay: Replay, trust: str) -> None:
    """In each month there are as many blanks as batches, and each atom counts as many as it has."""
    practice_id = replay.practices[trust].id
    mine = (Atom.practice_id == Tally.practice_id) & (Atom.id == Tally.atom_id)
    blanks: Counter[tuple[str, str]] = Counter()
    sizes: dict[bytes, int] = {}
    counted: Counter[bytes] = Counter()
    with reading(replay.runtime.engine, practice_id) as db:
        query = select(Atom.id, Atom.n.label("size"), Atom.month, Tally.value, Tally.n).join(Tally, mine)
        for row in db.execute(query.where(Atom.practice_id == practice_id)):
            sizes[row.id] = row.size
            counted[row.id] += row.n
            blanks[trust, row.month] += row.n if row.value == "" else 0
    assert dict(counted) == sizes
    assert blanks == +Counter({key: n for key, n in replay.batches.items() if key[0] == trust})


def check_units(replay: Replay, trust: str) -> None:
    """No unit has more released than posted, and no atom is smaller than k."""
    for unit, number in replay.released_by_unit(trust).items():
        assert number <= replay.posted_by_unit[trust, unit]
    with reading(replay.runtime.engine) as db:
        sizes = db.scalars(select(Atom.n).where(Atom.practice_id == replay.practices[trust].id)).all()
        words = db.scalars(
            select(Comment.text).where(Comment.practice_id == replay.practices[trust].id)
        ).all()
    assert sizes
    assert min(sizes) >= replay.practices[trust].k_ratings
    assert 0 < len(words) <= sum(replay.posted[trust].values())
    assert set(words) == {STAND_IN}


def check_losses(replay: Replay, trust: str) -> None:
    """What the product says it gave up is what the rule says, and no key was lost."""
    practice_id = replay.practices[trust].id
    with reading(replay.runtime.engine) as db:
        query = select(Unreleased.cause, Unreleased.n).where(
            Unreleased.practice_id == practice_id, Unreleased.kind == Kind.RATINGS
        )
        given_up: Counter[str] = Counter()
        for row in db.execute(query):
            given_up[row.cause] += row.n
    assert given_up["lost"] == 0
    assert given_up["expired"] == sum(replay.expired[trust].values())
