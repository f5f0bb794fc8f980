"""An owner's story: the practice on one page, a repair told to patients, a closed quarter that stays."""

from __future__ import annotations

import hashlib
from datetime import date

import pytest
from flask import Flask
from flask.testing import FlaskClient

from survey.actions import acting, telling
from survey.actions.telling import Line
from survey.db import reading, transaction
from survey.practice import recording
from survey.practice.model import Clinician, Practice, Staff
from survey.reports.model import Report
from survey.runtime import Runtime
from tests import builders
from tests.actions.register import open_repair, promise_repair
from tests.invitations.post import invite
from tests.journeys.days import answer_often, later, letters, live_through, seen, send
from tests.journeys.test_visits_to_mails import FILE
from tests.web.desk import enter, make_owner, token_of

WEDNESDAY, NEXT_MONDAY = date(2026, 3, 4), date(2026, 3, 9)
FREEZING, DAY_AFTER = date(2026, 4, 3), date(2026, 4, 4)
NAMES = ("Ana Ortiz", "Ben Yu", "Cy Young")


@pytest.fixture
def olu(runtime: Runtime, practice: Practice) -> Staff:
    return make_owner(runtime, practice)


@pytest.fixture
def people(runtime: Runtime, practice: Practice, app: Flask) -> tuple[Clinician, ...]:
    """Fourteen answer about each of three clinicians; it is the Monday after."""
    found = tuple(builders.make_clinician(runtime, practice, name) for name in NAMES)
    live_through(runtime, practice, WEDNESDAY, 12)
    for person in found:
        answer_often(runtime, practice, person, client=app.test_client(), times=14, phone=("no", 11))
    live_through(runtime, practice, NEXT_MONDAY, 3, 12)
    return found


def report(client: FlaskClient, form: str) -> bytes:
    """The file that the owner takes away."""
    data = {"csrf_token": token_of(client, "/staff/reports")}
    answer = client.post(f"/staff/reports/2026-Q1/{form}", data=data)
    assert answer.status_code == 200
    return answer.data


def test_the_owner_sees_the_practice_and_tells_patients_what_was_done(
    runtime: Runtime,
    practice: Practice,
    client: FlaskClient,
    people: tuple[Clinician, ...],
    olu: Staff,
) -> None:
    enter(client, runtime, olu)
    page = seen(client.get("/staff/practice"))
    assert "Phone and messages" in page[page.index("What needs attention") :]
    assert "30+ answers" in page, "three times fourteen"
    places = [page.rindex(name) for name in NAMES]
    assert places == sorted(places)
    today = NEXT_MONDAY
    with transaction(runtime.engine, practice.id) as db:
        words = "Two people answer the phone now."
        action = open_repair(db, practice, today, heard="Nobody called back.")
        promise_repair(db, action, today, words=words)
    assert words in seen(client.get("/staff/practice"))
    with transaction(runtime.engine, practice.id) as db:
        action = db.merge(action)
        acting.finish(db, action, by="olu", today=today)
        telling.publish(db, action, {"en": Line("Nobody called back.", words)}, by="olu", today=today)
    invite(runtime, practice, FILE[0].replace("2026-03-02", "2026-03-09"))
    live_through(runtime, practice, date(2026, 3, 10), 9)
    (letter,) = letters(runtime)
    assert words in seen(send(later(runtime), letter.token, {"overall": "good"}, "", letter.path))


def test_a_closed_quarter_stays_as_it_was_and_every_download_is_noted(
    runtime: Runtime, practice: Practice, client: FlaskClient, people: tuple[Clinician, ...], olu: Staff
) -> None:
    enter(client, runtime, olu)
    early = report(client, "csv")
    add_late(runtime, practice, people[0])
    assert report(client, "csv") != early, "a running quarter moves with its answers"
    live_through(runtime, practice, FREEZING, 3, 12)
    enter(client, runtime, olu)
    frozen = report(client, "csv")
    add_late(runtime, practice, people[0])
    live_through(runtime, practice, DAY_AFTER, 3, 12)
    enter(client, runtime, olu)
    assert report(client, "csv") == frozen
    assert b",frozen,practice," in frozen
    assert report(client, "pdf").startswith(b"%PDF-")
    assert "Frozen on" in seen(client.get("/staff/reports"))
    with reading(runtime.engine, practice.id) as db:
        kept = db.get_one(Report, (practice.id, "2026-Q1"))
        assert hashlib.sha256(kept.body.encode("utf-8")).hexdigest() == kept.sha256
        assert recording.first_broken(db, practice.id) is None


def add_late(runtime: Runtime, practice: Practice, person: Clinician) -> None:
    """Forty more answers of March, all content with the phone."""
    with transaction(runtime.engine, practice.id) as db:
        counts = {"phone.1": {"definitely": 40}, "overall.1": {"poor": 40}}
        builders.make_atom(db, practice, clinician=person, month="2026-03", counts=counts)
