"""A small practice, lived through week by week on the real program, for attackers to look at.

Visits come in by file, mails go out by the worker, answers arrive over the web application's own client, and
every night does what it does. The truth (who answered what, when) stays outside, in ``Person``; a thief
copies the database each evening and after each night. Nothing here may be imported by the program itself.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from pathlib import Path

from sqlalchemy import select

from survey import clock, jobs
from survey.app import make_app
from survey.attacks import dumps, searching, trails
from survey.attacks.dumps import Dump
from survey.attacks.searching import NAME
from survey.attacks.variants import Variant
from survey.clock import SimulatedClock
from survey.db import transaction
from survey.demo.mailbag import to_patients
from survey.demo.story import Visit, visits_file
from survey.instruments.loading import load_all
from survey.invitations.mailer import NOTHING_AHEAD, Ahead
from survey.invitations.model import Invitation
from survey.invitations.scheduling import take_visits
from survey.keys import issue, tokens
from survey.practice.model import Practice
from survey.responses.answers import unpack_comments, unpack_ratings
from survey.runtime import Runtime

BEGIN = date(2026, 1, 5)
TIME_ZONE = "America/New_York"
SYLLABLES = ("ba", "de", "fi", "go", "lu", "ma", "ne", "po", "ri", "su")


class RehearsalFailed(Exception):
    """The simulated practice could not do what it must; the text says what."""


@dataclass(frozen=True)
class Plan:
    """How the practice is. ``weekly``: invitations of each clinician in a week. ``panel``: so many regulars
    come back each week instead of new people. ``talk``: share of answers with words in them."""

    weeks: int = 13
    clinicians: int = 1
    weekly: int = 10
    reply: float = 0.5
    talk: float = 0.7
    seed: int = 1
    panel: int = 0
    silent_after: int = 10_000
    quiet_days: int = 28
    noon_every: int = 9


@dataclass
class Person:
    """One patient of the truth."""

    number: int
    clinician: int
    email: str
    sent: datetime | None = None
    token: str = ""
    invitation: bytes = b""
    cell: int = 0
    answered: datetime | None = None
    ratings: dict[str, str] = field(default_factory=dict)
    words: str = ""


@dataclass(frozen=True)
class Release:
    """One atom, with the truth about it: the persons behind it in the order handed to ``publish``."""

    atom: bytes
    kind: str
    cell: int | None
    day: date
    persons: tuple[int, ...]
    contents: tuple[bytes, ...]


@dataclass
class Seizure:
    """Everything there was at one noon: the database and the key files."""

    dump: Dump
    keys: dict[str, bytes]


class Collector:
    """A mailer that keeps what it is given: the owner of the sending mailbox."""

    def __init__(self) -> None:
        self.mails: list[bytes] = []

    def hand_over(self, content: bytes, *, to: str, ahead: Ahead = NOTHING_AHEAD) -> None:
        del to, ahead
        self.mails.append(content)


@dataclass
class Rehearsal:
    """The practice's life, with all that was seen from outside and the truth beside it."""

    runtime: Runtime
    practice: Practice
    plan: Plan
    variant: Variant
    folder: Path
    persons: list[Person] = field(default_factory=list)
    dumps: list[Dump] = field(default_factory=list)
    releases: list[Release] = field(default_factory=list)
    seizures: list[Seizure] = field(default_factory=list)
    #: For each night the persons behind the boxes of one kind as the table lists them, and how many were old.
    waiting: list[tuple[int, ...]] = field(default_factory=list)
    final: list[Dump] = field(default_factory=list)
    last_keys: dict[str, bytes] = field(default_factory=dict)
    sequences: list[str] = field(default_factory=list)
    searched: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.rng = random.Random(self.plan.seed)  # noqa: S311 — invented people, repeatable
        #: What is said is drawn anew in each life: what is found of it in a shared log is this life's.
        self.said = random.SystemRandom()
        self.trails = trails.follow(self.runtime)
        self.mailer = Collector()
        self.client = make_app(self.runtime).test_client()
        self.instrument = load_all(self.runtime.settings.surveys_config)[self.practice.instrument]
        self.by_email: dict[str, Person] = {}
        self.by_token: dict[str, Person] = {}
        self.by_answer: dict[tuple[str, ...], Person] = {}
        self.by_words: dict[str, Person] = {}
        self.diary: list[tuple[datetime, Person]] = []
        self.letters_read = 0
        self.names: set[str] = set()
        self.tags: dict[str, bytes] = {}
        self.nonces: dict[str, tuple[int, bytes]] = {}
        self.reminder_runs: list[int] = []
        self.reminded = 0

    def live(self) -> None:
        """All weeks, then as many as the last links and the last publishing day need."""
        for offset in range(7 * self.plan.weeks + self.plan.quiet_days):
            day = BEGIN + timedelta(days=offset)
            self.live_day(day, new=offset < 7 * self.plan.weeks)
            for trail in self.trails:
                trail.search(self)
            if offset % 7 == 3:
                self.searched += searching.in_files(self)
        self.last_keys = self.keys()
        self.sequences = dumps.sequences(self.runtime)
        self.final = dumps.rewritten(self.runtime, self.folder, at=self.runtime.clock.now())

    def live_day(self, day: date, *, new: bool = True) -> None:
        """Night, the file of the day's visits, morning mails, answers, and the thief at night and evening."""
        self._work(day, 3)
        self._steal(day, 4, night=True)
        self._note_waiting()
        if new and day.weekday() < 5:
            self._bring_visits(day)
        self._work(day, 9)
        self._read_mails(day)
        due = sorted((each for each in self.diary if self._day(each[0]) <= day), key=lambda each: each[0])
        noon, seized = clock.at_local(day, 15, TIME_ZONE), False
        for at, person in due:
            if at > noon and not seized:
                seized = self._seize(day)
            self._answer(at, person)
        self.diary = [each for each in self.diary if self._day(each[0]) > day]
        if due:
            self._steal(day, 23, night=False)

    def keys(self) -> dict[str, bytes]:
        """The key files as they are now."""
        root = self.runtime.files.root
        return {str(path.relative_to(root)): path.read_bytes() for path in root.rglob("*") if path.is_file()}

    @property
    def answered(self) -> list[Person]:
        """Everybody who has answered, in the order in which they did."""
        times = [(person.answered, person.number) for person in self.persons if person.answered]
        return [self.persons[number] for _, number in sorted(times)]

    def person_of(self, content: bytes) -> int:
        """Whose ratings these packed bytes are."""
        record = unpack_ratings(content, {self.instrument.label: self.instrument})
        return self.by_answer[record.values].number

    def _day(self, at: datetime) -> date:
        return clock.local_day(at, TIME_ZONE)

    def _move(self, at: datetime) -> None:
        if not isinstance(self.runtime.clock, SimulatedClock):
            raise RehearsalFailed("a rehearsal needs a simulated clock")
        self.runtime.clock.move_to(at)

    def _work(self, day: date, hour: int) -> None:
        self._move(clock.at_local(day, hour, TIME_ZONE, 5))
        jobs.run_due(self.runtime, self.mailer)

    def _steal(self, day: date, hour: int, *, night: bool) -> None:
        at = clock.at_local(day, hour, TIME_ZONE)
        self.dumps.append(dumps.take(self.runtime, self.folder, at=at, night=night))

    def _note_waiting(self) -> None:
        """The truth about the boxes that were just sealed again; nobody outside can know it."""
        keys = [content for name, content in self.keys().items() if name.startswith("pool/")]
        boxes = [row["sealed"] for _, row in self.dumps[-1].rows("pool") if row["kind"] == "comments"]
        found = [dumps.read_box(box, keys) for box in boxes]
        words = [unpack_comments(content).texts for content in found if content]
        known = [self.by_words[text].number for texts in words for text in texts if text]
        self.waiting.append(tuple(known))

    def _seize(self, day: date) -> bool:
        if day.toordinal() % self.plan.noon_every == 0:
            at = clock.at_local(day, 15, TIME_ZONE)
            self.seizures.append(
                Seizure(dumps.take(self.runtime, self.folder, at=at, night=False), self.keys())
            )
        return True

    def _bring_visits(self, day: date) -> None:
        rows: list[Visit] = []
        for clinician in range(self.plan.clinicians):
            for _ in range(self._today(day)):
                person = self._visitor(clinician)
                reference = f"V-{day.isoformat()}-{clinician}-{len(rows)}"
                rows.append(
                    Visit(reference, day, f"Doctor {clinician}", "Main", person.email, True, "en", 2, False)
                )
        if not rows:
            return
        with transaction(self.runtime.engine, self.practice.id) as db:
            content, now = visits_file(tuple(rows)), self.runtime.clock.now()
            intake = take_visits(db, self.runtime.files, self.practice, content, now=now)
        if intake.file.errors:
            raise RehearsalFailed(f"the visits file has errors: {intake.file.errors[0]}")

    def _today(self, day: date) -> int:
        """This day's share of the week's visits."""
        return self.plan.weekly // 5 + (day.weekday() < self.plan.weekly % 5)

    def _visitor(self, clinician: int) -> Person:
        if self.plan.panel:
            email = f"regular{clinician}x{self.rng.randrange(self.plan.panel)}@example.org"
            if email in self.by_email:
                return self.by_email[email]
        else:
            email = f"p{len(self.persons):05d}@example.org"
        person = Person(len(self.persons), clinician, email)
        self.persons.append(person)
        self.by_email[email] = person
        return person

    def _read_mails(self, day: date) -> None:
        """Who gets a mail makes up their mind: not at all, or within ten days, at an hour of their own."""
        mails, self.letters_read = self.mailer.mails[self.letters_read :], len(self.mailer.mails)
        for letter in to_patients(mails):
            if letter.token in self.by_token:
                continue  # a reminder: whoever wanted to answer has it in the diary
            person = self._addressed(letter.to, letter.token, day)
            if self.rng.random() < self.plan.reply and (day - BEGIN).days < self.plan.silent_after:
                wait = min(9, int(self.rng.expovariate(1 / 1.7)))
                at = clock.at_local(day + timedelta(days=wait), 10, TIME_ZONE)
                self.diary.append((at + timedelta(seconds=self.rng.randrange(12 * 3600)), person))
        self._name_invitations()

    def _addressed(self, email: str, token: str, day: date) -> Person:
        person = self.by_email[email]
        if person.token:  # asked again: for the truth another answer, of the same mailbox
            person = replace(person, number=len(self.persons), answered=None)
            self.persons.append(person)
        person.sent, person.token = clock.at_local(day, 9, TIME_ZONE, 5), token
        read = tokens.read_token(self.runtime.files, token)
        person.cell = read.cell_id
        self.nonces[token] = (read.week, read.nonce)
        self.tags[token] = issue.spent_tag(self.runtime.files, read.week, read.nonce)
        self._make_up_mind(person)
        self.by_token[token] = person
        return person

    def _make_up_mind(self, person: Person) -> None:
        """An answer that nobody else gives, so that a released one tells whose it is."""
        while not person.ratings or tuple(person.ratings.values()) in self.by_answer:
            person.ratings = {
                item.id: self.said.choice((*(option.value for option in item.scale.options), ""))
                for item in self.instrument.items
            }
        self.by_answer[tuple(person.ratings.values())] = person
        if self.rng.random() < self.plan.talk:
            name = "".join(self.said.choice(SYLLABLES) for _ in range(NAME // 2))
            while name in self.names:
                name = "".join(self.said.choice(SYLLABLES) for _ in range(NAME // 2))
            self.names.add(name)
            more = " ".join(["and so on"] * self.rng.randrange(60))
            person.words = f"the chair said {name} to me {more}".strip()
            self.by_words[person.words] = person

    def _name_invitations(self) -> None:
        """Which invitation is whose: the appointment book and the mailbox together know."""
        nonces = {}
        for token, person in self.by_token.items():
            if not person.invitation:
                read = tokens.read_token(self.runtime.files, token)
                nonces[read.nonce] = (read.week, person)
        if not nonces:
            return
        with transaction(self.runtime.engine, self.practice.id) as db:
            rows = db.execute(select(Invitation.id, Invitation.issue_week)).all()
        for row in rows:
            found = nonces.get(issue.nonce(self.runtime.files, row.issue_week, row.id))
            if found:
                found[1].invitation = row.id

    def _answer(self, at: datetime, person: Person) -> None:
        self._move(at)
        fields = {f"item.{key}": value for key, value in person.ratings.items() if value}
        place = f"/s/{self.practice.slug}/{self.instrument.label}/en"
        reply = self.client.post(place, data={"token": person.token, "box.to_change": person.words, **fields})
        if reply.status_code != 200:
            raise RehearsalFailed(f"an answer was refused with status {reply.status_code}")
        person.answered = at
