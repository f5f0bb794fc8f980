"""Requests to be contacted: sealed until the next morning, mailed once together, destroyed."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import func, insert, select
from sqlalchemy.exc import IntegrityError

from survey import clock
from survey.db import random_id, reading, transaction
from survey.invitations import contacting, destroying
from survey.invitations.contact import Asked
from survey.invitations.mailer import NOTHING_AHEAD, Ahead, RelayUnreachable
from survey.invitations.model import ContactRequest
from survey.keys import issue
from survey.practice.model import Practice
from survey.runtime import Runtime
from tests.invitations.post import mailbox, mails, next_morning, plain_text


@pytest.fixture
def asking(runtime: Runtime, practice: Practice) -> Practice:
    with transaction(runtime.engine, practice.id) as db:
        here = db.get_one(Practice, practice.id)
        here.contact_address = "desk@example.org"
    return here


def ask(runtime: Runtime, practice: Practice, name: str) -> None:
    today = clock.local_day(runtime.clock.now(), practice.time_zone)
    with transaction(runtime.engine, practice.id) as db:
        contacting.ask(db, runtime.files, practice, Asked(name, "555-0199", "A bill"), today=today)


def waiting(runtime: Runtime, practice: Practice) -> int:
    with reading(runtime.engine, practice.id) as db:
        return db.scalar(select(func.count()).select_from(ContactRequest)) or 0


def mail(runtime: Runtime, practice: Practice, *, days: int = 1, hours: int = 0) -> int:
    now = runtime.clock.now() + timedelta(days=days, hours=hours)
    return contacting.mail_requests(runtime, practice.id, mailbox(runtime), now=now)


def test_a_days_requests_go_out_together_next_morning_and_are_destroyed(
    runtime: Runtime, asking: Practice
) -> None:
    ask(runtime, asking, "Mara Quill")
    ask(runtime, asking, "Jon Reed")
    assert mail(runtime, asking, days=0, hours=5) == 0, "not on the day itself"
    assert mail(runtime, asking) == 2
    (letter,) = mails(runtime)
    assert letter["To"] == "desk@example.org"
    assert "Mara Quill" not in str(letter["Subject"])
    assert all(word in plain_text(letter) for word in ("Mara Quill", "Jon Reed", "555-0199", "A bill"))
    assert waiting(runtime, asking) == 0
    assert mail(runtime, asking, hours=1) == 0


def test_nothing_goes_out_at_night(runtime: Runtime, asking: Practice) -> None:
    ask(runtime, asking, "Mara Quill")
    assert mail(runtime, asking, hours=-4) == 0, "six in the morning"
    assert mail(runtime, asking, hours=-3) == 1


def test_a_relay_that_is_down_is_asked_again_an_hour_later_and_nothing_is_lost(
    runtime: Runtime, asking: Practice
) -> None:
    class Down:
        calls = 0

        def hand_over(self, content: bytes, *, to: str, ahead: Ahead = NOTHING_AHEAD) -> None:
            self.calls += 1
            raise RelayUnreachable("down")

    ask(runtime, asking, "Mara Quill")
    down, morning = Down(), next_morning(runtime.clock.now())
    with pytest.raises(RelayUnreachable):
        contacting.mail_requests(runtime, asking.id, down, now=morning)
    assert contacting.mail_requests(runtime, asking.id, down, now=morning + timedelta(minutes=1)) == 0
    assert down.calls == 1
    assert waiting(runtime, asking) == 1
    assert mail(runtime, asking, hours=1) == 1


def test_what_was_never_mailed_goes_with_its_week(runtime: Runtime, asking: Practice) -> None:
    ask(runtime, asking, "Mara Quill")
    week = clock.week_number(clock.local_day(runtime.clock.now(), asking.time_zone))
    for day, left in ((issue.last_day(week), 1), (issue.last_day(week) + timedelta(days=1), 0)):
        with transaction(runtime.engine, asking.id) as db:
            destroying.destroy_weeks(db, asking.id, today=day)
        assert waiting(runtime, asking) == left


def test_a_box_whose_key_is_gone_is_removed_without_a_mail(runtime: Runtime, asking: Practice) -> None:
    ask(runtime, asking, "Mara Quill")
    for week in issue.weeks_held(runtime.files):
        issue.destroy_week(runtime.files, week)
    assert mail(runtime, asking) == 0
    assert mails(runtime) == []
    assert waiting(runtime, asking) == 0


@pytest.mark.parametrize("why", ["no address", "closed"])
def test_a_practice_that_does_not_want_it_is_asked_nothing(
    runtime: Runtime, asking: Practice, why: str
) -> None:
    if why == "closed":
        asking.closed_on = runtime.clock.now().date()
    else:
        asking.contact_address = ""
    with pytest.raises(contacting.NobodyToAsk):
        ask(runtime, asking, "Mara Quill")


def test_the_database_itself_refuses_a_box_of_another_length(runtime: Runtime, asking: Practice) -> None:
    values = {"practice_id": asking.id, "id": random_id(), "issue_week": 1, "sealed": b"in clear"}
    statement = insert(ContactRequest).values(day=runtime.clock.now().date(), **values)
    with pytest.raises(IntegrityError), transaction(runtime.engine, asking.id) as db:
        db.execute(statement)
