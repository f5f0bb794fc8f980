"""Live through the story's year: visits in, mails out, answers over HTTP, a flush each night.

Everything goes through the same functions as in real life, on a simulated clock; nothing is ever inserted as
a finished result.
"""

from __future__ import annotations

import random
import re
from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from email import message_from_bytes

from survey import clock, jobs
from survey.app import make_app
from survey.clock import SimulatedClock
from survey.db import transaction
from survey.demo import feelings, story
from survey.demo.feelings import Answer
from survey.demo.mailbag import Letter, Mailbag
from survey.demo.repairs import Register
from survey.demo.story import Story, Visit
from survey.instruments.loading import load_all
from survey.instruments.model import Instrument
from survey.invitations import taking, trying_out
from survey.invitations.mailer import Mailer, mailer_for
from survey.invitations.planning import Intake
from survey.practice import admitting, declaring, publishing
from survey.practice.model import Practice, Role
from survey.responses import pooling
from survey.runtime import Runtime
from survey.visits.visit_file import Part, generic_match, open_source

OWNER_EMAIL = "owner@riverside.example"
CLINICIAN_EMAIL = "maya@riverside.example"


class DemoFailed(Exception):
    """Something in the demo did not go as it must; the text says what."""


@dataclass
class Tallied:
    """What the invented year did, counted from outside."""

    visits: int = 0
    invited: int = 0
    skipped: Counter[str] = field(default_factory=Counter)
    posted: int = 0
    mails_over_smtp: int = 0


@dataclass
class Year:
    """A year in progress. ``day_done`` is called with each finished day."""

    runtime: Runtime
    practice: Practice
    story: Story
    day_done: Callable[[date], None]
    password: str
    rng: random.Random = field(default_factory=lambda: random.Random(7))
    counted: Tallied = field(default_factory=Tallied)
    diary: dict[date, list[tuple[Letter, Answer]]] = field(default_factory=lambda: defaultdict(list))
    unanswered: list[Letter] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.client = make_app(self.runtime).test_client()
        self.mailer: Mailer = mailer_for(self.runtime.settings)
        self.bag = Mailbag(self.runtime.settings.mailbox)
        self.instrument: Instrument = load_all(self.runtime.settings.surveys_config)[self.practice.instrument]
        self.last_visit: dict[str, Visit] = {}
        self.answered: set[str] = set()
        self.register = Register(self.practice, self.story)

    def live(self) -> Tallied:
        """Every day of the story, then the night after the last."""
        day = self.story.first_day
        while day <= self.story.last_day:
            self.live_day(day)
            self.day_done(day)
            day += timedelta(days=1)
        self.move_to(day, 3)
        jobs.run_due(self.runtime, self.mailer)
        return self.counted

    def live_day(self, day: date) -> None:
        """Night, import of the day before, morning mails, evening answers."""
        self.move_to(day, 3)
        jobs.run_due(self.runtime, self.mailer)
        self.move_to(day, 7)
        self.bring_visits(self.story.visits.get(day - timedelta(days=1), ()))
        self.repair(day)
        self.move_to(day, 9, minute=5)
        jobs.run_due(self.runtime, self.mailer)
        self.read_mails(day)
        self.move_to(day, 18)
        for letter, answer in self.diary.pop(day, []):
            self.post(letter, answer)

    def move_to(self, day: date, hour: int, *, minute: int = 0) -> None:
        simulated = self.runtime.clock
        if not isinstance(simulated, SimulatedClock):
            raise DemoFailed("the year needs a simulated clock")
        simulated.move_to(clock.at_local(day, hour, self.practice.time_zone, minute))

    def bring_visits(self, visits: tuple[Visit, ...]) -> None:
        if not visits:
            return
        self.last_visit.update((visit.email, visit) for visit in visits)
        intake = self.take(visits)
        if intake.file.errors:
            raise DemoFailed(f"the visits file has errors: {intake.file.errors[0]}")
        self.counted.visits += intake.outcome.new
        self.counted.invited += intake.invited
        for reason, number in intake.skipped.items():
            self.counted.skipped[str(reason)] += number

    def take(self, visits: tuple[Visit, ...]) -> Intake:
        """The practice's file as the command line takes it, noted in the history."""
        now, part = self.runtime.clock.now(), Part("visits.csv", story.visits_file(visits))
        match = generic_match(time_zone=self.practice.time_zone)
        source = open_source([part], match, now=now)
        return taking.take(
            self.runtime, self.practice, source, actor="command line", name=match.source, now=now
        )

    def read_mails(self, day: date) -> None:
        """The patients look into their mailboxes and make up their minds."""
        for letter in self.bag.new_letters():
            if letter.token in self.answered:
                continue
            reminder = any(known.token == letter.token for known in self.unanswered)
            if not feelings.answers_at_all(self.rng, reminder=reminder):
                if not reminder:
                    self.unanswered.append(letter)
                continue
            visit = self.last_visit[letter.to]
            answer = feelings.feel(
                self.rng,
                self.instrument,
                clinician=visit.clinician,
                day=visit.day,
                language=visit.language,
                spell=self.story.spell,
            )
            self.answered.add(letter.token)
            self.diary[day + timedelta(days=feelings.delay_days(self.rng))].append((letter, answer))

    def post(self, letter: Letter, answer: Answer) -> None:
        """Send an answer as a browser would."""
        reply = self.client.post(letter.path, data=form_of(letter, answer))
        if reply.status_code != 200:
            raise DemoFailed(f"an answer was refused with status {reply.status_code}")
        self.counted.posted += 1

    def repair(self, day: date) -> None:
        """The owner hears of something, promises, repairs, checks and tells the patients."""
        if self.register.is_awaited(day):
            with transaction(self.runtime.engine, self.practice.id) as db:
                self.register.live(db, day)


def form_of(letter: Letter, answer: Answer) -> dict[str, str]:
    """The fields that a browser would send."""
    ratings = {f"item.{key}": value for key, value in answer.ratings.items()}
    comments = {f"box.{key}": text for key, text in answer.comments.items()}
    return {"token": letter.token, "audience": answer.audience, **ratings, **comments}


def found_practice(runtime: Runtime, first_day: date, password: str) -> Practice:
    """The practice with its people, its survey and its two sign-ins."""
    instruments = load_all(runtime.settings.surveys_config)
    with transaction(runtime.engine) as db:
        practice = declaring.create_practice(
            db, slug=story.SLUG, name=story.PRACTICE_NAME, time_zone=story.TIME_ZONE, phone=story.PHONE
        )
        pooling.open_pools(db, runtime.files, practice.id)
        publishing.publish(db, practice.id, instruments[practice.instrument], from_day=first_day)
        for location in story.LOCATIONS:
            declaring.declare_location(db, practice.id, location)
        maya = declaring.declare_clinician(db, practice, story.CLINICIANS[0][0])
        owner = admitting.add_staff(
            db, practice.id, email=OWNER_EMAIL, name=story.OWNER, role=Role.OWNER, clinician_id=None
        )
        clinician = admitting.add_staff(
            db, practice.id, email=CLINICIAN_EMAIL, name=maya.name, role=Role.CLINICIAN, clinician_id=maya.id
        )
        for member in (owner, clinician):
            admitting.set_password(db, member, password)
    return begin_sending(runtime, practice)


def begin_sending(runtime: Runtime, practice: Practice) -> Practice:
    """The owner mails a test to herself, reads it, types in its code and throws it away."""
    settings, now = runtime.settings, runtime.clock.now()
    with transaction(runtime.engine, practice.id) as db:
        code = trying_out.begin(db, settings, practice.id, now=now)
    mail = trying_out.letter(settings, practice, to=OWNER_EMAIL, code=code, now=now)
    mailer_for(settings).hand_over(mail.as_bytes(), to=OWNER_EMAIL)
    (path,) = settings.mailbox.glob("*.eml")
    words = str(message_from_bytes(path.read_bytes()).get_payload())
    read = re.search(r"^\d{8}(?=\s*$)", words, re.MULTILINE)
    path.unlink()
    with transaction(runtime.engine, practice.id) as db:
        here = db.get_one(Practice, practice.id)
        if read is None or not trying_out.confirm(db, settings, here, read.group(), now=now):
            raise DemoFailed("the test mail did not bring its code")
    return here


def at_start(today: date) -> datetime:
    """The instant at which the simulated year begins."""
    return clock.at_local(today, 1, story.TIME_ZONE)
