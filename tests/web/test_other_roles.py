"""Pages and forms that belong to another role: refused, and a form that was sent is noted once a day."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from survey.clock import SimulatedClock
from survey.db import reading
from survey.practice import recording
from survey.practice.model import AuditEntry, Practice
from survey.runtime import Runtime
from survey.web import entering
from tests import builders
from tests.web.desk import enter, make_clinician_account, token_of

FORMS = ("/staff/people/invite", "/staff/account/second-factor/everybody")


def notes(runtime: Runtime) -> int:
    with reading(runtime.engine) as db:
        actions = select(AuditEntry.action).where(AuditEntry.action == "form refused")
        return len(db.scalars(actions).all())


@pytest.mark.parametrize(
    "path",
    [
        "/staff/practice",
        "/staff/practice/figure/phone.json",
        "/staff/visits",
        "/staff/mail",
        "/staff/reports",
    ],
)
def test_a_clinician_is_refused_the_owners_pages(
    runtime: Runtime, client: FlaskClient, practice: Practice, path: str
) -> None:
    ana = make_clinician_account(runtime, practice, builders.make_clinician(runtime, practice))
    enter(client, runtime, ana)
    answer = client.get(path)
    assert answer.status_code == 403
    assert "belongs to another role" in answer.text


def test_a_form_of_another_role_stands_in_the_log_once_a_day_and_a_look_leaves_nothing(
    runtime: Runtime, client: FlaskClient, clock: SimulatedClock, practice: Practice
) -> None:
    ana = make_clinician_account(runtime, practice, builders.make_clinician(runtime, practice))
    for day in (1, 2):
        enter(client, runtime, ana)
        assert client.get("/staff/people").status_code == 403
        assert notes(runtime) == day - 1
        for path in FORMS:
            answer = client.post(path, data={"csrf_token": token_of(client, "/staff/account")})
            assert answer.status_code == 403
            assert "belongs to another role" in answer.text
        assert notes(runtime) == day
        clock.advance(timedelta(days=1))


@pytest.mark.parametrize(("each", "stand"), [(0, 0), (1, 2)])
def test_a_note_that_is_missing_or_comes_each_time_would_be_noticed(
    runtime: Runtime,
    client: FlaskClient,
    practice: Practice,
    monkeypatch: pytest.MonkeyPatch,
    each: int,
    stand: int,
) -> None:
    """The broken variants: nothing is noted, or whoever sends forms fills the log."""

    def noted(db: Session, practice_id: int, *, since: datetime, **what: Any) -> None:
        del since
        for _ in range(each):
            recording.record(db, practice_id, subject="", **what)

    monkeypatch.setattr(entering.recording, "record_once", noted)
    enter(
        client,
        runtime,
        make_clinician_account(runtime, practice, builders.make_clinician(runtime, practice)),
    )
    for path in FORMS:
        client.post(path, data={"csrf_token": token_of(client, "/staff/account")})
    assert notes(runtime) == stand
