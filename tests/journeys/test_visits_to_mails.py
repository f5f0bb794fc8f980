"""From a visits file to mailboxes: uploaded by the page, sent in a real SMTP conversation, once to each."""

from __future__ import annotations

from datetime import date

import pytest
from flask.testing import FlaskClient

from survey import clock, jobs
from survey.clock import SimulatedClock
from survey.practice.model import Practice, Staff
from survey.runtime import Runtime
from tests.invitations.post import plain_text, relay, smtp_mailer, stop_of
from tests.journeys.days import MONDAY, seen, upload
from tests.web.desk import enter, make_owner

TUESDAY = date(2026, 3, 3)
FILE = (
    "V-1,2026-03-02T09:00:00-05:00,Ana Ortiz,Main,rita@example.org,attended,en,2,",
    "V-2,2026-03-02T10:00:00-05:00,Ana Ortiz,Main,sara@example.org,attended,es,5,",
    "V-3,2026-03-02T11:00:00-05:00,Ben Yu,Main,first@example.org,attended,en,1,",
    "V-4,2026-03-02T12:00:00-05:00,Ben Yu,Main,never@example.org,attended,en,3,",
    "V-5,2026-03-02T13:00:00-05:00,Ben Yu,Main,quiet@example.org,attended,en,3,yes",
    "V-6,2026-03-02T14:00:00-05:00,Ben Yu,Main,not an address,attended,en,3,",
)


@pytest.fixture
def olu(runtime: Runtime, practice: Practice) -> Staff:
    return make_owner(runtime, practice)


def move_to(runtime: Runtime, practice: Practice, day: date, hour: int) -> None:
    assert isinstance(runtime.clock, SimulatedClock)
    runtime.clock.move_to(clock.at_local(day, hour, practice.time_zone))


def upload_at(
    runtime: Runtime, practice: Practice, olu: Staff, client: FlaskClient, *lines: str, day: date, hour: int
) -> str:
    """The owner signs in at that hour and uploads a file; what the page then says."""
    move_to(runtime, practice, day, hour)
    enter(client, runtime, olu)
    return seen(upload(client, *lines))


def test_a_file_becomes_mails_and_the_owner_sees_what_became_of_each_row(
    runtime: Runtime, practice: Practice, olu: Staff, client: FlaskClient
) -> None:
    page = upload_at(runtime, practice, olu, client, *FILE, day=MONDAY, hour=17)
    assert "New visits 5" in page
    assert "People who would be asked 3" in page
    assert "First visits are not asked about. 1" in page
    assert "marked this person as not to be asked. 1" in page
    assert "1 row could not be read" in page
    assert "7 email" in page, "line and column of the bad address"
    assert "not an address" not in page

    with relay() as sink, smtp_mailer(runtime, sink.port) as mailer:
        jobs.run_due(runtime, mailer)
        assert sink.stored == [], "nothing goes out on the evening itself"
        move_to(runtime, practice, TUESDAY, 9)
        jobs.run_due(runtime, mailer)
        assert sink.names() == ["rita", "sara"]
        again = upload_at(runtime, practice, olu, client, *FILE, day=TUESDAY, hour=15)
        assert "People who would be asked 0" in again, "the same file asks nobody twice"
        jobs.run_due(runtime, mailer)
        assert sink.names() == ["rita", "sara"]
        letters = {str(mail["To"]).partition("@")[0]: mail for mail in sink.stored}

    page = seen(client.get("/staff/mail"))
    assert "Sent The mail server has taken it. 0–2" in page
    assert "Refused The mail server refused it for good, or it came back. 0–2" in page
    for name, language in (("rita", "en"), ("sara", "es")):
        text = plain_text(letters[name])
        assert f"{runtime.settings.base_url}/s/riverside/after-visit-1/{language}#" in text
        for secret in ("Ana", "Ortiz", "V-1", "V-2", name):
            assert secret not in text


def test_whoever_stops_the_mails_gets_none_after_the_next_visit(
    runtime: Runtime, practice: Practice, olu: Staff, client: FlaskClient
) -> None:
    upload_at(runtime, practice, olu, client, FILE[0], day=MONDAY, hour=17)
    with relay() as sink, smtp_mailer(runtime, sink.port) as mailer:
        move_to(runtime, practice, TUESDAY, 9)
        jobs.run_due(runtime, mailer)
        (mail,) = sink.stored
        answer = client.post(f"/stop/en/{stop_of(mail)}", data={"List-Unsubscribe": "One-Click"})
        assert "You will get no more of these mails" in seen(answer)
        for between in (date(2026, 4, 6), date(2026, 5, 11)):  # a service that rested so long would ask first
            move_to(runtime, practice, between, 3)
            jobs.run_due(runtime, mailer)
        day = date(2026, 6, 15)
        line = f"V-9,{day},Ana Ortiz,Main,rita@example.org,attended,en,6,"
        page = upload_at(runtime, practice, olu, client, line, day=day, hour=17)
        assert "mail did not reach it. 1" in page
        move_to(runtime, practice, date(2026, 6, 16), 9)
        jobs.run_due(runtime, mailer)
        assert len(sink.stored) == 1
