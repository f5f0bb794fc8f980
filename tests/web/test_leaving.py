"""The owner closes the practice for good and takes it back: name and password first, one who hears of it."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from survey.db import insert_once, reading, transaction
from survey.practice import departing
from survey.practice.model import AuditEntry, JobRun, Practice
from survey.runtime import Runtime
from tests.web.desk import GOOD, enter, make_owner, token_of

PAGE = "/staff/leaving"
TODAY = date(2026, 3, 2)


@pytest.fixture
def olu(runtime: Runtime, practice: Practice, client: FlaskClient) -> FlaskClient:
    enter(client, runtime, make_owner(runtime, practice))
    return client


def send(client: FlaskClient, name: str = "Riverside Practice", password: str = GOOD) -> tuple[int, str]:
    form = {"csrf_token": token_of(client, PAGE), "name": name, "password": password}
    answer = client.post(f"{PAGE}/close", data=form)
    return answer.status_code, answer.text


def here(runtime: Runtime, practice: Practice) -> Practice:
    with reading(runtime.engine, practice.id) as db:
        return db.get_one(Practice, practice.id)


def actions(runtime: Runtime) -> list[str]:
    with reading(runtime.engine) as db:
        return list(db.scalars(select(AuditEntry.action).order_by(AuditEntry.number)))


def test_with_name_and_password_it_closes_and_says_until_when(
    runtime: Runtime, practice: Practice, olu: FlaskClient
) -> None:
    assert "16, 2026" in olu.get(PAGE).text
    assert send(olu, name="  riverside   PRACTICE ")[0] == 302
    kept = here(runtime, practice)
    assert (kept.closed_on, kept.leaves_on, kept.sending) == (TODAY, TODAY + departing.WAITING, False)
    page = olu.get(PAGE).text
    assert "Everything is deleted on" in page
    assert "Take it back" in page
    assert 'name="password"' not in page
    assert actions(runtime)[-1] == "asked to leave"


def test_without_the_name_or_the_password_nothing_changes(
    runtime: Runtime, practice: Practice, olu: FlaskClient
) -> None:
    status, page = send(olu, name="Riverside")
    assert (status, "This is not the name of your practice" in page) == (400, True)
    assert actions(runtime)[-1] == "signed in"
    status, page = send(olu, password="four odd words running")
    assert (status, "The password is not right" in page) == (400, True)
    assert 'value="Riverside Practice"' in page, "what was typed comes back, but for the password"
    assert actions(runtime)[-1] == "leaving refused"
    assert (here(runtime, practice).closed_on, here(runtime, practice).leaves_on) == (None, None)


def test_after_ten_wrong_passwords_no_more_is_tried(olu: FlaskClient) -> None:
    assert [send(olu, password="wrong words here")[0] for _ in range(10)] == [400] * 10
    assert send(olu)[0] == 429


def test_it_is_taken_back_with_one_press_by_any_owner(
    runtime: Runtime, practice: Practice, olu: FlaskClient
) -> None:
    send(olu)
    pia = olu.application.test_client()
    enter(pia, runtime, make_owner(runtime, practice, email="pia@example.org"))
    form = {"csrf_token": token_of(pia, PAGE)}
    assert "Your practice stays" in pia.post(f"{PAGE}/stay", data=form, follow_redirects=True).text
    assert pia.post(f"{PAGE}/stay", data=form).status_code == 302
    kept = here(runtime, practice)
    assert (kept.closed_on, kept.leaves_on, kept.sending) == (None, None, False)
    assert actions(runtime).count("took leaving back") == 1


def test_while_it_waits_owners_read_take_away_and_see_it_on_their_pages(
    runtime: Runtime, practice: Practice, olu: FlaskClient
) -> None:
    send(olu)
    for page in ("/staff/practice", "/staff/everything"):
        assert "This practice is closing for good" in olu.get(page).text
    packed = olu.post("/staff/everything/zip", data={"csrf_token": token_of(olu, "/staff/everything")})
    assert packed.mimetype == "application/zip"
    form = {"csrf_token": token_of(olu, PAGE)}
    assert olu.post("/staff/reaching/reopen", data=form).location == PAGE, "there it is asked whether to stay"
    assert here(runtime, practice).leaves_on is not None
    anew = olu.application.test_client()
    way_in = {"csrf_token": token_of(anew, "/staff/sign-in"), "email": "olu@example.org", "password": GOOD}
    assert anew.post("/staff/sign-in", data=way_in).status_code == 302


def test_once_the_deletion_has_begun_it_is_too_late(
    runtime: Runtime, practice: Practice, olu: FlaskClient
) -> None:
    send(olu)
    form = {"csrf_token": token_of(olu, PAGE)}
    with transaction(runtime.engine, practice.id) as db:
        insert_once(db, JobRun, practice_id=practice.id, job=departing.BEGUN, day=TODAY + timedelta(days=14))
    answer = olu.post(f"{PAGE}/stay", data=form)
    assert (answer.status_code, "the deletion has begun" in answer.text) == (409, True)
    assert "Take it back" not in olu.get(PAGE).text
    assert here(runtime, practice).leaves_on is not None
