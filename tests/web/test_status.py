"""The owner sees whether all that goes on by itself does so, and what to do; answers leave no trace in it."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select, update

from survey.clock import SimulatedClock, at_local
from survey.db import reading, transaction
from survey.practice import departing
from survey.practice.model import JobRun, Practice
from survey.responses.model import Pool
from survey.runtime import Runtime
from survey.web import status
from tests import builders
from tests.invitations.post import invite
from tests.jobs.towns import answer
from tests.visits.files import line
from tests.web.desk import enter, make_clinician_account, make_owner

PAGE = "/staff/status"
MONDAY = date(2026, 3, 2)


@pytest.fixture
def at_work(client: FlaskClient, runtime: Runtime, practice: Practice) -> Practice:
    """An owner is signed in; the night of today was done, and two mails wait for tomorrow."""
    with transaction(runtime.engine, practice.id) as db:
        db.add(JobRun(practice_id=practice.id, job="night", day=MONDAY))
    assert invite(runtime, practice, line(1), line(2)).invited == 2
    enter(client, runtime, make_owner(runtime, practice))
    return practice


def move(runtime: Runtime, practice: Practice, days: int) -> None:
    """Some days on, shortly after: the sign-in is renewed by whoever looks."""
    assert isinstance(runtime.clock, SimulatedClock)
    runtime.clock.move_to(at_local(MONDAY + timedelta(days=days), 10, practice.time_zone))


def shown(client: FlaskClient) -> str:
    """The page without the token of its forms, which is new each time."""
    return client.get(PAGE).text.partition("<main")[2]


def test_all_is_well_in_sentences(client: FlaskClient, at_work: Practice) -> None:
    page = client.get(PAGE).text
    assert "Everything that should run by itself is running." in page
    assert "It was last done in the night to Monday, March 2, 2026." in page
    assert "The one that waits longest is planned for Tuesday, March 3, 2026." in page
    assert "No visits have come yet" in page
    assert "verdict-attention" not in page


def test_what_stopped_stands_first_with_what_to_do_and_on_every_page(
    client: FlaskClient, runtime: Runtime, at_work: Practice
) -> None:
    owner = make_owner(runtime, at_work, email="two@example.org")
    move(runtime, at_work, 3)
    enter(client, runtime, owner)
    page = client.get(PAGE).text
    assert "Something has stopped." in page
    assert page.index("The nightly work has stopped") < page.index("Old data is destroyed")
    assert "Since Tuesday, March 3, 2026." in page
    assert "Ask whoever runs the server" in page
    assert 'class="banner"' not in page, "the page itself says it better"
    mail = client.get("/staff/mail").text
    assert "The nightly work has stopped · Mails do not go out" in mail
    assert 'href="/staff/status"' in mail


def test_nobody_but_an_owner_is_told(client: FlaskClient, runtime: Runtime, at_work: Practice) -> None:
    ana = make_clinician_account(runtime, at_work, builders.make_clinician(runtime, at_work))
    move(runtime, at_work, 3)
    enter(client, runtime, ana)
    assert client.get(PAGE).status_code == 403
    assert "has stopped" not in client.get("/staff/account").text


def test_paused_mail_is_called_paused(client: FlaskClient, runtime: Runtime, at_work: Practice) -> None:
    with transaction(runtime.engine, at_work.id) as db:
        db.execute(update(Practice).values(sending=False))
    page = client.get(PAGE).text
    assert "Mails are paused" in page
    assert "Mails go out" not in page


def test_a_deletion_that_waits_for_a_mail_stands_first_with_what_to_do(
    client: FlaskClient, runtime: Runtime, at_work: Practice
) -> None:
    with transaction(runtime.engine, at_work.id) as db:
        departing.leave(db, at_work.id, today=MONDAY - departing.WAITING)
    page = client.get(PAGE).text
    assert "Something has stopped." in page
    assert page.index("The deletion of your practice waits") < page.index("The nightly work is done")
    assert "Since Friday, February 27, 2026. Its owners get one more mail" in page
    assert "Ask whoever runs the server why no mail goes out." in page
    with transaction(runtime.engine, at_work.id) as db:
        departing.note_warned(db, db.get_one(Practice, at_work.id), today=MONDAY)
    assert "The deletion of your practice waits" not in client.get(PAGE).text


def test_numbers_of_mails_are_rounded(client: FlaskClient, at_work: Practice) -> None:
    assert "about 0–2 went out, 0–2 were refused, and 0–2 are not certain" in client.get(PAGE).text


def test_an_answer_changes_no_byte(client: FlaskClient, runtime: Runtime, at_work: Practice) -> None:
    before = shown(client)
    answer(runtime, at_work, times=7)
    assert shown(client) == before


def test_a_page_that_told_of_answers_would_be_noticed(
    client: FlaskClient, runtime: Runtime, at_work: Practice, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A deliberately broken variant: how many wait is said with the nightly work."""
    whole = status._details

    def leaking(*given: object) -> tuple[str, ...]:
        with reading(runtime.engine, at_work.id) as db:
            return (*whole(*given), str(db.scalar(select(func.count()).select_from(Pool))))  # type: ignore[arg-type]

    monkeypatch.setattr(status, "_details", leaking)
    before = shown(client)
    answer(runtime, at_work, times=7)
    assert shown(client) != before
