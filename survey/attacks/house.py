"""A small practice to attack: a fresh installation with its people, its forms and its post, on a still clock.

Everything is done through the real program. What the harness knows beyond it is kept in memory only.
"""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import Any

from sqlalchemy import func, select, text
from werkzeug.test import Client, TestResponse

from survey import clock, jobs, migrating
from survey.app import make_app
from survey.attacks.evidence import Options
from survey.clock import SimulatedClock
from survey.db import make_engine, random_id, reading, transaction
from survey.instruments.loading import load_all
from survey.instruments.model import Instrument
from survey.invitations import trying_out
from survey.invitations.mailer import FolderMailer, Mailer
from survey.invitations.scheduling import take_visits
from survey.keys import issue, tokens
from survey.practice import declaring, passwords, publishing
from survey.practice.admitting import add_staff
from survey.practice.model import Clinician, Practice, Role
from survey.responses import pooling
from survey.responses.model import Pool, Scratch, Spent
from survey.runtime import Runtime, open_runtime
from survey.settings import Settings, load_settings

LONG_AGO = datetime(2020, 1, 2, 15, 0, tzinfo=UTC)  # a sender known so long has no small daily limit
BEGIN = datetime(2026, 3, 2, 15, 0, tzinfo=UTC)  # a Monday morning in New York
INSTRUMENT = "after_visit"
PAGE = "/s/riverside/after-visit-1/en"
PASSWORD = "seven quiet rivers west"  # noqa: S105 — of an invented practice
FORM_TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')
HEADER = "visit_id,start,clinician,location,email,status,language,visit_number,do_not_survey"


@dataclass(frozen=True)
class Kept:
    """How many rows answers have left: used links, boxes that wait, boxes that count for nothing."""

    spent: int
    waiting: int
    scratch: int


@dataclass(frozen=True)
class House:
    """An installation with one practice, its clinicians, and its web application (a Flask object)."""

    runtime: Runtime
    practice: Practice
    clinicians: tuple[Clinician, ...]
    app: Any
    full: bool = False

    @cached_property
    def instrument(self) -> Instrument:
        return load_all(self.runtime.settings.surveys_config)[INSTRUMENT]

    @property
    def mailer(self) -> FolderMailer:
        return FolderMailer(self.runtime.settings.mailbox)

    def client(self) -> Client:
        """A browser without a past."""
        return Client(self.app)

    def token(self, clinician: int = 0) -> str:
        """A link's code of this week, as the mailer makes it."""
        place, practice = self.runtime, self.practice
        today = clock.local_day(place.clock.now(), practice.time_zone)
        week = clock.week_number(today)
        issue.ensure_week(place.files, week, today=today)
        person = self.clinicians[clinician].id
        with transaction(place.engine, practice.id) as db:
            cell = declaring.cell_for(db, practice.id, instrument=INSTRUMENT, clinician_id=person)
        return tokens.make_token(place.files, week, cell.id, random_id())

    def kept(self) -> Kept:
        """What a thief could count in the database."""
        with reading(self.runtime.engine, self.practice.id) as db:
            counts = [
                db.scalar(select(func.count()).select_from(each)) or 0 for each in (Spent, Pool, Scratch)
            ]
        return Kept(*counts)

    def invite(self, *people: tuple[str, str], clinician: str = "") -> None:
        """A visits file of today with these (address, language); their mails go out tomorrow."""
        name, day = clinician or self.clinicians[0].name, clock.local_day(self.now, self.practice.time_zone)
        lines = [
            f"V-{random_id().hex()},{day},{name},Main,{address},attended,{language},2,"
            for address, language in people
        ]
        data = "\n".join([HEADER, *lines, ""]).encode("utf-8")
        with transaction(self.runtime.engine, self.practice.id) as db:
            take_visits(db, self.runtime.files, self.practice, data, now=self.now)

    @property
    def now(self) -> datetime:
        return self.runtime.clock.now()

    def live_until(self, day: date, *hours: int, mailer: Mailer | None = None) -> None:
        """Every night and morning up to a day; on the day itself the worker wakes at ``hours``."""
        at = clock.local_day(self.now, self.practice.time_zone)
        while (at := at + timedelta(days=1)) < day:
            self.wake(at, 3, 10, mailer=mailer)
        self.wake(day, *(hours or (3,)), mailer=mailer)

    def wake(self, day: date, *hours: int, mailer: Mailer | None = None) -> None:
        """The worker wakes at these hours of a day; days in between may be left out."""
        assert isinstance(self.runtime.clock, SimulatedClock)
        for hour in hours:
            self.runtime.clock.move_to(clock.at_local(day, hour, self.practice.time_zone, 5))
            jobs.run_due(self.runtime, mailer or self.mailer)


def send(client: Client, token: str, page: str = PAGE, **fields: str) -> TestResponse:
    """An answer as a browser sends it; ``fields`` by name, their first ``__`` read as a dot."""
    given = {name.replace("__", ".", 1): value for name, value in fields.items()}
    return client.post(page, data={"item.overall": "good", "item.phone": "no", "token": token, **given})


def answer(client: Client, token: str, ratings: Mapping[str, str], words: str = "") -> TestResponse:
    """An answer of these choices, with words in the box for what to change."""
    data = {
        "token": token,
        "box.to_change": words,
        **{f"item.{key}": value for key, value in ratings.items()},
    }
    return client.post(PAGE, data=data)


def sign_in(house: House, role: Role, clinician: int | None = None) -> Client:
    """Somebody of the staff, signed in through the form."""
    email = f"{role.value}{'' if clinician is None else clinician}@riverside.example"
    practice, person = house.practice, None if clinician is None else house.clinicians[clinician].id
    with transaction(house.runtime.engine, practice.id) as db:
        member = add_staff(db, practice.id, email=email, name="Somebody", role=role, clinician_id=person)
        member.password_hash = passwords.hash_new(PASSWORD)
    return enter(house, email)


def enter(house: House, email: str) -> Client:
    """Somebody who has an account, signed in once more."""
    client = house.client()
    found = FORM_TOKEN.search(client.get("/staff/sign-in").text)
    assert found is not None
    form = {"csrf_token": found.group(1), "email": email, "password": PASSWORD}
    reply = client.post("/staff/sign-in", data=form)
    assert reply.status_code in (302, 303), reply.status
    return client


def furnish(runtime: Runtime, *, clinicians: int = 2, full: bool = False) -> House:
    """Found the practice in an opened, empty installation."""
    names = [f"Clinician {chr(65 + number)}" for number in range(clinicians)]
    with transaction(runtime.engine) as db:
        practice = declaring.create_practice(
            db,
            slug="riverside",
            name="Riverside Practice",
            time_zone="America/New_York",
            phone="555-0100",
            instrument=INSTRUMENT,
        )
        found = load_all(runtime.settings.surveys_config)[INSTRUMENT]
        publishing.publish(db, practice.id, found, from_day=date(2020, 1, 1))
        pooling.open_pools(db, runtime.files, practice.id)
        code = trying_out.begin(db, runtime.settings, practice.id, now=LONG_AGO)
        trying_out.confirm(db, runtime.settings, practice, code, now=LONG_AGO)
        people = tuple(declaring.declare_clinician(db, practice, name) for name in names)
    return House(runtime, practice, people, make_app(runtime), full)


@contextmanager
def fresh_runtime(options: Options) -> Iterator[Runtime]:
    """An empty installation below the scratch folder; a given PostgreSQL database is emptied first."""
    with tempfile.TemporaryDirectory(dir=options.folder) as name:
        folder = Path(name)
        more = {"database_url": options.database} if options.database else {}
        settings = load_settings(
            {}, instance=folder / "instance", keys=folder / "keys", mail="folder", **more
        )
        if options.database:
            _empty(settings)  # before the new keys are made: they belong to an empty database
        runtime = open_runtime(settings, SimulatedClock(BEGIN))
        try:
            yield runtime
        finally:
            runtime.engine.dispose()


def _empty(settings: Settings) -> None:
    """Tables too: a variant that was here before may have altered them."""
    engine = make_engine(settings)
    with engine.begin() as connection:
        connection.execute(text("DROP SCHEMA public CASCADE"))
        connection.execute(text("CREATE SCHEMA public"))
    migrating.upgrade(engine)
    engine.dispose()
