"""The reminder: once, on day four, only where it may, and leaving no trace of who answered."""

from __future__ import annotations

import random
from datetime import datetime, timedelta

import pytest
from sqlalchemy import func, select, update

from survey import clock
from survey.db import reading, transaction
from survey.invitations import opting_out, relaying
from survey.invitations.model import MailRun
from survey.invitations.reminding import send_reminders
from survey.invitations.sending import send_due
from survey.keys import contact
from survey.migrations.tables import METADATA
from survey.practice.model import Practice, Reminders
from survey.runtime import Runtime
from tests import builders
from tests.invitations.post import (
    invite_people,
    mailbox,
    mails,
    next_morning,
    plain_text,
    relay,
    smtp_mailer,
    token_of,
)


class Always(random.Random):
    """Draws the same number each time: 0.5 holds nobody back, 0.1 everybody."""

    def __init__(self, drawn: float) -> None:
        super().__init__(1)
        self.drawn = drawn

    def random(self) -> float:
        return self.drawn


def send(runtime: Runtime, practice: Practice, *names: str) -> datetime:
    """Invite and send on a Tuesday; the day of the reminder, at nine in the morning."""
    invite_people(runtime, practice, *names)
    morning = next_morning(runtime.clock.now())
    assert send_due(runtime, practice.id, mailbox(runtime), now=morning).sent == len(names)
    return morning + timedelta(days=6)  # day 4 is a Saturday; the Monday after it


def answer(runtime: Runtime, practice: Practice, name: str, *, now: datetime) -> None:
    mail = next(mail for mail in mails(runtime) if mail["To"] == f"{name}@example.org")
    builders.answer(runtime, practice, token_of(mail), today=clock.local_day(now, practice.time_zone))


def remind(runtime: Runtime, practice: Practice, now: datetime, *, drawn: float = 0.5) -> bool:
    return send_reminders(runtime, practice.id, mailbox(runtime), now=now, rng=Always(drawn))


def reminded(runtime: Runtime) -> list[str]:
    """Who got a reminder."""
    return sorted(str(mail["To"]) for mail in mails(runtime) if "the only reminder" in plain_text(mail))


def set_mode(runtime: Runtime, mode: Reminders) -> None:
    with transaction(runtime.engine) as db:
        db.execute(update(Practice).values(reminders=mode))


def test_those_who_have_not_answered_are_reminded_once(runtime: Runtime, practice: Practice) -> None:
    day = send(runtime, practice, "ana", "ben", "eva")
    answer(runtime, practice, "ben", now=day)
    assert remind(runtime, practice, day) is True
    assert reminded(runtime) == ["ana@example.org", "eva@example.org"]
    assert remind(runtime, practice, day + timedelta(hours=1)) is False
    assert len(reminded(runtime)) == 2


@pytest.mark.parametrize("days", [-1, 1])
def test_only_the_fourth_day_is_the_day(runtime: Runtime, practice: Practice, days: int) -> None:
    day = send(runtime, practice, "ana")
    remind(runtime, practice, day + timedelta(days=days))
    assert reminded(runtime) == []


def test_the_reminder_holds_the_same_code_and_a_message_id_of_its_own(
    runtime: Runtime, practice: Practice
) -> None:
    day = send(runtime, practice, "ana")
    remind(runtime, practice, day)
    first, second = mails(runtime)
    assert token_of(first) == token_of(second)
    assert first["Message-ID"] != second["Message-ID"]


def test_a_random_fifth_is_held_back(runtime: Runtime, practice: Practice) -> None:
    day = send(runtime, practice, *[f"person{number}" for number in range(100)])
    send_reminders(runtime, practice.id, mailbox(runtime), now=day, rng=random.Random(5))
    assert 68 <= len(reminded(runtime)) <= 92


def test_the_held_back_get_none_on_a_later_day(runtime: Runtime, practice: Practice) -> None:
    day = send(runtime, practice, "ana")
    assert remind(runtime, practice, day, drawn=0.1) is True
    for later in range(1, 10):
        remind(runtime, practice, day + timedelta(days=later))
    assert reminded(runtime) == []


def test_everyone_means_nobodys_answer_is_looked_up(runtime: Runtime, practice: Practice) -> None:
    day = send(runtime, practice, "ana", "ben")
    answer(runtime, practice, "ben", now=day)
    set_mode(runtime, Reminders.EVERYONE)
    remind(runtime, practice, day, drawn=0.1)
    assert len(reminded(runtime)) == 2


def test_off_means_off(runtime: Runtime, practice: Practice) -> None:
    day = send(runtime, practice, "ana")
    set_mode(runtime, Reminders.OFF)
    assert remind(runtime, practice, day) is False
    assert reminded(runtime) == []


def test_a_paused_practice_reminds_nobody(runtime: Runtime, practice: Practice) -> None:
    day = send(runtime, practice, "ana")
    with transaction(runtime.engine) as db:
        db.execute(update(Practice).values(sending=False))
    assert remind(runtime, practice, day) is False


def test_nobody_is_reminded_after_saying_no(runtime: Runtime, practice: Practice) -> None:
    day = send(runtime, practice, "ana", "ben")
    with transaction(runtime.engine, practice.id) as db:
        tag = contact.contact_tag(runtime.files, practice.id, "ana@example.org")
        opting_out.opt_out_contact(db, practice.id, tag)
    remind(runtime, practice, day)
    assert reminded(runtime) == ["ben@example.org"]


def everything(runtime: Runtime) -> dict[str, list[tuple[object, ...]]]:
    """Every row of every table, apart from the note that a run was begun."""
    with reading(runtime.engine) as db:
        return {
            table.name: sorted((tuple(row) for row in db.execute(select(table))), key=repr)
            for table in METADATA.sorted_tables
            if table.name != "mail_run"
        }


@pytest.mark.parametrize("answered", [True, False])
def test_a_run_writes_nothing_but_that_it_was_run(
    runtime: Runtime, practice: Practice, answered: bool
) -> None:
    day = send(runtime, practice, "ana", "ben")
    if answered:
        answer(runtime, practice, "ana", now=day)
    before = everything(runtime)
    remind(runtime, practice, day)
    assert everything(runtime) == before
    with reading(runtime.engine) as db:
        rows = db.execute(select(MailRun.kind, MailRun.finished)).all()
    assert [tuple(row) for row in rows] == [("reminder", True)]


def test_a_run_that_was_interrupted_says_so_and_is_not_repeated(runtime: Runtime, practice: Practice) -> None:
    day = send(runtime, practice, "ana", "ben")
    with relay() as gone:
        port = gone.port
    with smtp_mailer(runtime, port) as mailer:
        assert send_reminders(runtime, practice.id, mailer, now=day, rng=Always(0.5)) is False
    assert remind(runtime, practice, day + timedelta(hours=1)) is False
    assert reminded(runtime) == []
    with reading(runtime.engine) as db:
        unfinished = db.scalar(select(func.count()).select_from(MailRun).where(~MailRun.finished))
    assert unfinished == 1


def test_while_the_relay_is_down_the_days_reminders_are_not_used_up(
    runtime: Runtime, practice: Practice
) -> None:
    day_four = send(runtime, practice, "ana")
    relay_name = relaying.relay_name(runtime.settings)
    with transaction(runtime.engine, practice.id) as db:
        relaying.went_down(db, practice.id, relay_name, now=day_four)
    assert not remind(runtime, practice, day_four)
    with transaction(runtime.engine, practice.id) as db:
        relaying.answered(db, practice.id, relay_name)
    assert remind(runtime, practice, day_four)
    assert reminded(runtime) == ["ana@example.org"]
