"""A year of visits in three time zones: caps, flags, opt-outs, holidays, hours and clock changes hold."""

from __future__ import annotations

import random
from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest

from survey import clock, jobs
from survey.db import reading, transaction
from survey.invitations import asking, eligibility, opting_out, scheduling
from survey.invitations.mailer import NOTHING_AHEAD, Ahead
from survey.keys import contact
from survey.practice import mail_scheduling
from survey.practice.model import Practice
from survey.runtime import Runtime
from survey.settings import read_test_environment
from tests import builders
from tests.invitations.post import plain_text
from tests.visits.files import line, visits_csv

FIRST = date(2026, 1, 5)
LIMIT = 12
FULL = read_test_environment().get("AFTERWORD_FULL") == "1"
#: Zone, country, a few days off that are known without our rules, and the Mondays after the clock changed.
PLACES = (
    (
        "America/New_York",
        "US",
        {date(2026, 1, 19), date(2026, 7, 3), date(2026, 11, 26), date(2026, 12, 25)},
        (date(2026, 3, 9), date(2026, 11, 2)),
    ),
    (
        "Europe/Madrid",
        "ES",
        {date(2026, 1, 6), date(2026, 4, 3), date(2026, 5, 1), date(2026, 10, 12)},
        (date(2026, 3, 30), date(2026, 10, 26)),
    ),
    (
        "Pacific/Auckland",
        "NZ",
        {date(2026, 2, 6), date(2026, 4, 6), date(2026, 4, 27), date(2026, 7, 10), date(2026, 12, 28)},
        (date(2026, 4, 7), date(2026, 9, 28)),
    ),
)


@dataclass
class Postman:
    """Takes every mail and notes when and to whom; ``reminders`` apart from ``invitations``."""

    now: datetime
    invitations: list[tuple[datetime, str]] = field(default_factory=list)
    reminders: list[tuple[datetime, str]] = field(default_factory=list)

    def hand_over(self, content: bytes, *, to: str, ahead: Ahead = NOTHING_AHEAD) -> None:
        del ahead
        message = message_from_bytes(content, policy=policy.default)
        assert isinstance(message, EmailMessage)
        kind = self.reminders if "the only reminder" in plain_text(message) else self.invitations
        kind.append((self.now, to))

    def close(self) -> None:
        """Nothing is open."""


@dataclass(frozen=True)
class Lived:
    """A year that was lived through; ``stopped``: since when somebody gets no more mail."""

    postman: Postman
    zone: ZoneInfo
    flagged: frozenset[str]
    stopped: dict[str, datetime]
    visits: int


def address(person: int) -> str:
    return f"person{person}@example.org"


def live(runtime: Runtime, practice: Practice, *, days: int, per_day: int) -> Lived:
    """Every evening a file of the day's visits, every day the worker at four moments."""
    rng = random.Random(4)
    people = per_day * 12
    flagged = frozenset(address(person) for person in range(0, people, 9))
    postman, stopped, number = Postman(runtime.clock.now()), dict[str, datetime](), 0
    for day in (FIRST + timedelta(days=count) for count in range(days)):
        for hour, minute in ((3, 0), (8, 59), (9, 0), (20, 0)):
            postman.now = clock.at_local(day, hour, practice.time_zone, minute)
            jobs.run_practice(runtime, postman, practice, postman.now)
        now = clock.at_local(day, 18, practice.time_zone)
        seen = rng.sample(range(people), per_day)
        lines = [_visit(number + place, person, day, flagged) for place, person in enumerate(seen)]
        number += len(lines)
        with transaction(runtime.engine, practice.id) as db:
            scheduling.take_visits(db, runtime.files, practice, visits_csv(*lines), now=now)
            if rng.random() < 0.2:
                gone = address(rng.randrange(people))
                stopped.setdefault(gone, now)
                tag = contact.contact_tag(runtime.files, practice.id, gone)
                opting_out.opt_out_contact(db, practice.id, tag)
    return Lived(postman, ZoneInfo(practice.time_zone), flagged, stopped, number)


def _visit(number: int, person: int, day: date, flagged: frozenset[str]) -> str:
    to = address(person)
    return line(
        number,
        start=day.isoformat(),
        email=to,
        clinician=f"Clinician {number % 3}",
        visit_number="2",
        flag="yes" if to in flagged else "",
    )


def faults(lived: Lived, *, off: set[date]) -> set[str]:
    """What must never be found in a year of mail, found by looking at the mails alone."""
    found: set[str] = set()
    postman = lived.postman
    asked: dict[str, list[date]] = defaultdict(list)
    per_day: Counter[date] = Counter()
    for at, to in postman.invitations:
        day = at.astimezone(lived.zone).date()
        asked[to].append(day)
        per_day[day] += 1
    if any(
        (later - earlier).days < eligibility.CAP_DAYS
        for days in asked.values()
        for earlier, later in pairwise(days)
    ):
        found.add("asked again too soon")
    if max(per_day.values(), default=0) > LIMIT:
        found.add("too many on one day")
    for at, to in postman.invitations + postman.reminders:
        local = at.astimezone(lived.zone)
        if local.hour != 9 or local.weekday() >= 5 or local.date() in off:
            found.add("at a time when nothing goes out")
        if to in lived.flagged or at > lived.stopped.get(to, at):
            found.add("to somebody who gets no mail")
    return found


def settle(runtime: Runtime, zone: str, country: str) -> Practice:
    practice = builders.make_practice(runtime, time_zone=zone)
    with transaction(runtime.engine, practice.id) as db:
        mail_scheduling.set_country(db.get_one(Practice, practice.id), country)
        mail_scheduling.set_limit(db, practice.id, LIMIT)
    with reading(runtime.engine, practice.id) as db:
        return db.get_one(Practice, practice.id)


@pytest.mark.parametrize(
    ("zone", "country", "off", "mondays"),
    [PLACES[0], *(pytest.param(*place, marks=pytest.mark.slow) for place in PLACES[1:])],
)
def test_a_year_of_mail_keeps_every_promise(
    sqlite_runtime: Runtime, zone: str, country: str, off: set[date], mondays: tuple[date, date]
) -> None:
    practice = settle(sqlite_runtime, zone, country)
    lived = live(sqlite_runtime, practice, days=365 if FULL else 75, per_day=14 if FULL else 4)
    assert lived.visits >= (5000 if FULL else 300)
    assert faults(lived, off=off) == set()
    assert len(lived.postman.invitations) > (300 if FULL else 20)
    assert lived.postman.reminders
    last = FIRST + timedelta(days=365 if FULL else 75)
    for monday in (day for day in mondays if day < last):
        instants = [clock.at_local(day, 9, zone) for day in (monday - timedelta(days=7), monday)]
        assert instants[1] - instants[0] != timedelta(days=7), "the clock was changed in between"


def test_a_year_without_the_cap_is_seen(sqlite_runtime: Runtime, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(eligibility, "is_capped", lambda *_, **__: False)
    lived = live(sqlite_runtime, settle(sqlite_runtime, "Europe/Madrid", "ES"), days=40, per_day=4)
    assert "asked again too soon" in faults(lived, off=set())


@pytest.mark.parametrize(
    ("broken", "words"),
    [
        (
            lambda monkeypatch: monkeypatch.setattr(jobs, "_may_send", lambda *_: True),
            "at a time when nothing goes out",
        ),
        (
            lambda monkeypatch: monkeypatch.setattr(mail_scheduling.Schedule, "limit", lambda *_: 10**6),
            "too many on one day",
        ),
        (
            lambda monkeypatch: monkeypatch.setattr(
                asking,
                "decide",
                lambda candidate, **_: None if candidate.has_address else eligibility.Reason.NO_ADDRESS,
            ),
            "to somebody who gets no mail",
        ),
    ],
)
def test_each_broken_promise_is_seen(
    sqlite_runtime: Runtime,
    monkeypatch: pytest.MonkeyPatch,
    broken: Callable[[pytest.MonkeyPatch], None],
    words: str,
) -> None:
    practice = settle(sqlite_runtime, "America/New_York", "US")
    broken(monkeypatch)
    assert words in faults(live(sqlite_runtime, practice, days=12, per_day=14), off=set())
