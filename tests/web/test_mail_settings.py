"""When mail goes out, by the owner's page: the same rules as the commands, and nothing half-done."""

from __future__ import annotations

from datetime import date

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from survey.db import reading
from survey.practice import mail_scheduling, publishing
from survey.practice.model import AuditEntry, Practice, Staff
from survey.practice.schedule import Schedule
from survey.runtime import Runtime
from tests.web.desk import token_of

PAGE = "/staff/mail/settings"
DAY = date(2026, 12, 24)


def press(client: FlaskClient, button: str, **fields: str | int) -> tuple[int, str]:
    form = {"csrf_token": token_of(client, PAGE), **fields}
    answer = client.post(f"{PAGE}/{button}", data=form)
    return answer.status_code, answer.text


def said(runtime: Runtime, practice: Practice) -> tuple[Schedule, Practice]:
    with reading(runtime.engine, practice.id) as db:
        here = db.get_one(Practice, practice.id)
        return mail_scheduling.schedule_of(db, here), here


def test_everything_can_be_set_and_is_noted(
    runtime: Runtime, practice: Practice, client: FlaskClient, olu: Staff
) -> None:
    press(client, "hours", from_hour=10, until_hour=18, most_per_day=200)
    press(client, "holidays", country="ES")
    press(client, "day", day=DAY.isoformat(), what="closed")
    press(client, "reminders", reminders="everyone")
    press(client, "type", name="intake", instrument="")
    schedule, here = said(runtime, practice)
    assert (schedule.from_hour, schedule.until_hour, schedule.most_per_day) == (10, 18, 200)
    assert (here.country, here.reminders) == ("ES", "everyone")
    assert schedule.days.closed == {DAY}
    assert schedule.types == {"intake": ""}
    page = client.get(PAGE).text
    assert "Dec 24, 2026: no mail" in page
    assert "<strong>intake</strong>: Nothing is asked" in page
    with reading(runtime.engine) as db:
        noted = db.scalars(select(AuditEntry.action).order_by(AuditEntry.number)).all()
    assert noted[-5:] == [
        "changed hours and limit of mail",
        "changed country of holidays",
        "changed day of mail",
        "changed reminders",
        "changed survey of a visit type",
    ]


def test_what_was_set_can_be_taken_back(
    runtime: Runtime, practice: Practice, client: FlaskClient, olu: Staff
) -> None:
    for what in ("open", "as-usual"):
        press(client, "day", day=DAY.isoformat(), what=what)
    for instrument in ("", "as-usual"):
        press(client, "type", name="intake", instrument=instrument)
    schedule, _here = said(runtime, practice)
    assert (schedule.days.opened, schedule.types) == (set(), {})


def test_a_survey_that_is_chosen_for_visits_of_a_type_is_published(
    runtime: Runtime, practice: Practice, client: FlaskClient, olu: Staff
) -> None:
    press(client, "type", name="phone call", instrument="fft")
    with reading(runtime.engine, practice.id) as db:
        assert publishing.version_on(db, practice.id, "fft", date.max) is not None


@pytest.mark.parametrize(
    ("button", "fields", "at"),
    [
        ("hours", {"from_hour": "18", "until_hour": "10", "most_per_day": "5"}, "from_hour"),
        ("hours", {"from_hour": "5", "until_hour": "10", "most_per_day": "5"}, "from_hour"),
        ("hours", {"from_hour": "٩", "until_hour": "10", "most_per_day": "5"}, "from_hour"),
        ("hours", {"from_hour": "10", "until_hour": "18", "most_per_day": "0"}, "most_per_day"),
        ("hours", {"from_hour": "10", "until_hour": "18", "most_per_day": "9" * 400}, "most_per_day"),
        ("hours", {}, "from_hour"),
        ("holidays", {"country": "XX"}, "country"),
        ("day", {"day": "24.12.2026", "what": "closed"}, "day"),
        ("day", {"day": "2026-12-24", "what": "perhaps"}, "what"),
        ("reminders", {"reminders": "twice"}, "reminders"),
        ("type", {"name": "", "instrument": ""}, "name"),
        ("type", {"name": "x" * 41, "instrument": "fft"}, "name"),
        ("type", {"name": "intake", "instrument": "../../etc"}, "instrument"),
    ],
)
def test_a_value_that_cannot_be_used_names_its_field_and_changes_nothing(
    runtime: Runtime,
    practice: Practice,
    client: FlaskClient,
    olu: Staff,
    button: str,
    fields: dict[str, str],
    at: str,
) -> None:
    before = said(runtime, practice)[0]
    status, page = press(client, button, **fields)
    assert (status, f'<a href="#{at}">' in page) == (400, True)
    assert said(runtime, practice)[0] == before
