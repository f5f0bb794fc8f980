"""Opening comments is a button; it is noted once for each person and day, and ends with day and sign-in."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from survey.clock import SimulatedClock, at_local
from survey.db import reading
from survey.practice.model import AuditEntry, Clinician, Practice
from survey.releases.model import Comment
from survey.runtime import Runtime
from survey.web.opening import OPENED
from tests.web.desk import GOOD, enter, make_clinician_account, make_front_desk, make_owner, token_of

DESK, BUTTON = "/staff/practice/comments", "Open the comments"
WORDS = 'class="said"'


@pytest.fixture
def closed(
    runtime: Runtime, practice: Practice, people: tuple[Clinician, ...], client: FlaskClient
) -> FlaskClient:
    """The owner, just signed in."""
    enter(client, runtime, make_owner(runtime, practice), opened=False)
    return client


def press(client: FlaskClient, page: str, wanted: str = "") -> TestResponse:
    form = {"csrf_token": token_of(client, page), "next": wanted or page}
    return client.post("/staff/comments/open", data=form)


def noted(runtime: Runtime) -> list[str]:
    """Who opened comments, as the log has it."""
    with reading(runtime.engine) as db:
        query = select(AuditEntry.actor).where(AuditEntry.action == OPENED).order_by(AuditEntry.number)
        return list(db.scalars(query))


def test_the_button_opens_is_noted_and_leads_where_one_was_going(
    runtime: Runtime, closed: FlaskClient
) -> None:
    page = closed.get(f"{DESK}/mentioning/phone")
    assert BUTTON in page.text
    assert WORDS not in page.text
    assert noted(runtime) == []
    answer = press(closed, f"{DESK}/mentioning/phone")
    assert (answer.status_code, answer.location) == (302, f"{DESK}/mentioning/phone")
    assert noted(runtime) == ["olu@example.org"]
    page = closed.get(DESK)
    assert WORDS in page.text
    assert BUTTON not in page.text


def test_dashboards_stay_and_only_their_words_wait(closed: FlaskClient) -> None:
    before = closed.get("/staff/practice").text
    assert BUTTON in before
    assert 'class="quotes"' not in before
    assert "Each touchpoint" in before
    press(closed, "/staff/practice")
    after = closed.get("/staff/practice").text
    assert BUTTON not in after
    assert 'class="quotes"' in after


def test_the_same_person_is_noted_once_a_day_and_each_person_for_themselves(
    runtime: Runtime, practice: Practice, people: tuple[Clinician, ...], closed: FlaskClient
) -> None:
    press(closed, DESK)
    press(closed, "/staff/account")
    ana = closed.application.test_client()
    enter(ana, runtime, make_clinician_account(runtime, practice, people[0]), opened=False)
    press(ana, "/staff/comments")
    assert noted(runtime) == ["olu@example.org", "ana@example.org"]


def test_the_mark_ends_at_the_practice_s_midnight_and_the_new_day_is_noted_again(
    runtime: Runtime, practice: Practice, people: tuple[Clinician, ...], client: FlaskClient
) -> None:
    assert isinstance(runtime.clock, SimulatedClock)
    runtime.clock.move_to(at_local(date(2026, 4, 20), 23, practice.time_zone, 50))
    enter(client, runtime, make_owner(runtime, practice), opened=False)
    press(client, DESK)
    assert WORDS in client.get(DESK).text
    runtime.clock.advance(timedelta(minutes=11))
    assert WORDS not in client.get(DESK).text
    press(client, DESK)
    assert noted(runtime) == ["olu@example.org"] * 2


def test_what_is_sent_to_closed_comments_does_nothing_and_says_so(closed: FlaskClient) -> None:
    form = {"csrf_token": token_of(closed, DESK), "word": "phone"}
    for address in ("search", "print", "hide"):
        answer = closed.post(f"{DESK}/{address}", data=form)
        assert answer.status_code == 409
        assert "Nothing was changed" in answer.text
        assert WORDS not in answer.text


def test_a_repair_from_a_comment_can_be_written_before_its_words_are_opened(
    runtime: Runtime, closed: FlaskClient
) -> None:
    with reading(runtime.engine) as db:
        key = db.scalars(select(Comment.id)).first()
    assert key is not None
    page = f"/staff/repairs/new/comment/{key.hex()}"
    assert BUTTON in closed.get(page).text
    assert WORDS not in closed.get(page).text
    form = {
        "csrf_token": token_of(closed, page),
        "comment": key.hex(),
        "touchpoint": "phone",
        "heard": "Late",
    }
    repair = closed.post("/staff/repairs", data=form).location
    assert BUTTON in closed.get(repair).text
    assert WORDS not in closed.get(repair).text
    assert press(closed, repair).location == repair
    assert WORDS in closed.get(repair).text
    assert WORDS in closed.get(page).text


def test_the_button_leads_to_our_own_pages_only_and_is_for_those_who_read_results(
    runtime: Runtime, practice: Practice, closed: FlaskClient
) -> None:
    assert press(closed, DESK, "https://elsewhere.example/").location == "/staff/"
    enter(closed, runtime, make_front_desk(runtime, practice), opened=False)
    form = {"csrf_token": token_of(closed, "/staff/mail"), "next": DESK}
    assert closed.post("/staff/comments/open", data=form).status_code == 403
    assert noted(runtime) == ["olu@example.org"]


def test_the_mark_ends_with_the_sign_in_and_the_second_of_the_day_is_not_noted(
    runtime: Runtime, closed: FlaskClient
) -> None:
    press(closed, DESK)
    closed.post("/staff/sign-out", data={"csrf_token": token_of(closed, "/staff/account")})
    form = {"csrf_token": token_of(closed, "/staff/sign-in"), "email": "olu@example.org", "password": GOOD}
    assert closed.post("/staff/sign-in", data=form).status_code == 302
    assert WORDS not in closed.get(DESK).text
    press(closed, DESK)
    assert WORDS in closed.get(DESK).text
    assert noted(runtime) == ["olu@example.org"]
