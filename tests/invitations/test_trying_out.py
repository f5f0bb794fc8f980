"""Nothing goes out before a test mail has arrived and its code was typed in."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import update
from sqlalchemy.exc import IntegrityError

from survey.db import transaction
from survey.invitations import trying_out
from survey.invitations.sending import send_due
from survey.practice import declaring
from survey.practice.mail_schedule_model import MailSchedule, MailTest
from survey.practice.model import Practice
from survey.runtime import Runtime
from tests.invitations.post import (
    invite_people,
    mailbox,
    mails,
    next_morning,
    plain_text,
    relay,
    smtp_mailer,
)


@pytest.fixture
def fresh(runtime: Runtime, practice: Practice) -> Practice:
    """A practice whose mail was never tried out."""
    with transaction(runtime.engine, practice.id) as db:
        db.delete(db.get_one(MailSchedule, practice.id))
        here = db.get_one(Practice, practice.id)
        here.sending = False
    return here


def begin(runtime: Runtime, practice: Practice) -> str:
    with transaction(runtime.engine, practice.id) as db:
        return trying_out.begin(db, runtime.settings, practice.id, now=runtime.clock.now())


def confirm(runtime: Runtime, practice: Practice, code: str, *, hours: int = 0) -> bool:
    now = runtime.clock.now() + timedelta(hours=hours)
    with transaction(runtime.engine, practice.id) as db:
        return trying_out.confirm(db, runtime.settings, db.get_one(Practice, practice.id), code, now=now)


def test_a_new_practice_sends_nothing(runtime: Runtime) -> None:
    with transaction(runtime.engine) as db:
        made = declaring.create_practice(db, slug="hill", name="Hill", time_zone="UTC")
    assert made.sending is False


def test_mail_goes_out_once_the_code_that_arrived_is_typed_in(runtime: Runtime, fresh: Practice) -> None:
    invite_people(runtime, fresh, "ana")
    morning = next_morning(runtime.clock.now())
    assert send_due(runtime, fresh.id, mailbox(runtime), now=morning).sent == 0
    code = begin(runtime, fresh)
    letter = trying_out.letter(
        runtime.settings, fresh, to="olu@example.org", code=code, now=runtime.clock.now()
    )
    with relay() as sink, smtp_mailer(runtime, sink.port) as mailer:
        mailer.hand_over(letter.as_bytes(), to="olu@example.org")
        arrived = plain_text(sink.stored[0])
    read = re.search(r"^\d{8}$", arrived, re.MULTILINE)
    assert read is not None
    assert confirm(runtime, fresh, read.group())
    assert send_due(runtime, fresh.id, mailbox(runtime), now=morning).sent == 1
    assert [mail["To"] for mail in mails(runtime)] == ["ana@example.org"]


def test_a_wrong_code_an_old_one_and_a_used_one_confirm_nothing(runtime: Runtime, fresh: Practice) -> None:
    assert not confirm(runtime, fresh, "12345678")
    code = begin(runtime, fresh)
    assert not confirm(runtime, fresh, code, hours=25)
    assert not confirm(runtime, fresh, code + "0")
    assert confirm(runtime, fresh, f" {code[:4]} {code[4:]} ")
    assert not confirm(runtime, fresh, code)


def test_after_five_wrong_codes_the_right_one_is_void(runtime: Runtime, fresh: Practice) -> None:
    code = begin(runtime, fresh)
    for _ in range(trying_out.MOST_TRIES):
        assert not confirm(runtime, fresh, "no")
    assert not confirm(runtime, fresh, code)
    assert confirm(runtime, fresh, begin(runtime, fresh))


def test_a_pause_ends_only_where_this_sender_was_tried_out(runtime: Runtime, fresh: Practice) -> None:
    with transaction(runtime.engine, fresh.id) as db, pytest.raises(trying_out.NotTested):
        trying_out.resume(db, runtime.settings, fresh.id)
    assert confirm(runtime, fresh, begin(runtime, fresh))
    other = replace(runtime.settings, mail_from="new@elsewhere.example")
    with transaction(runtime.engine, fresh.id) as db:
        trying_out.resume(db, runtime.settings, fresh.id)
        with pytest.raises(trying_out.NotTested):
            trying_out.resume(db, other, fresh.id)


def test_the_database_refuses_more_tries_and_a_test_without_a_sender(
    runtime: Runtime, fresh: Practice
) -> None:
    confirm(runtime, fresh, begin(runtime, fresh))
    begin(runtime, fresh)
    for broken in (update(MailTest).values(tries=6), update(MailSchedule).values(sender="")):
        with pytest.raises(IntegrityError), transaction(runtime.engine, fresh.id) as db:
            db.execute(broken)
