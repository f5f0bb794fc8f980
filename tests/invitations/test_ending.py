"""A worker that is told to end finishes the mail it has begun, and gives all others back."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from survey.db import reading
from survey.invitations import reminding, sending
from survey.invitations.mailer import NOTHING_AHEAD, Ahead
from survey.invitations.model import Invitation, RelayRest
from survey.invitations.pace import Pace
from survey.invitations.sending import LEASE, send_due
from survey.practice.model import Practice
from survey.runtime import Runtime
from tests.invitations.post import invite_people, mailbox, mails, next_morning, states

PEOPLE = [f"person{number}" for number in range(12)]


class Told:
    """A mailer during whose third mail the process is told to end, or dies."""

    def __init__(self, runtime: Runtime, *, dies: bool = False) -> None:
        self.runtime, self.dies, self.number = runtime, dies, 0
        self.box = mailbox(runtime)

    def hand_over(self, content: bytes, *, to: str, ahead: Ahead = NOTHING_AHEAD) -> None:
        self.number += 1
        if self.number == 3:
            self.runtime.ending.set()
            if self.dies:
                raise KeyboardInterrupt
        self.box.hand_over(content, to=to, ahead=ahead)


@pytest.fixture(autouse=True)
def _all_in_one_group(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sending, "Pace", lambda: Pace(len(PEOPLE)))


def test_the_mail_that_was_begun_is_finished_and_the_others_are_given_back(
    runtime: Runtime, practice: Practice
) -> None:
    invite_people(runtime, practice, *PEOPLE)
    now = next_morning(runtime.clock.now())
    done = send_due(runtime, practice.id, Told(runtime), now=now)
    assert (done.sent, done.unknown, done.retried) == (3, 0, 0)
    assert states(runtime, practice) == {"sent": 3, "due": 9}
    with reading(runtime.engine, practice.id) as db:
        leased = db.scalar(select(func.count()).where(Invitation.lease_until.is_not(None)))
        resting = db.scalar(select(func.count()).select_from(RelayRest))
    assert (leased, resting) == (0, 0), "nobody has to wait for a lease, or for the relay"
    runtime.ending.clear()
    send_due(runtime, practice.id, mailbox(runtime), now=now)
    assert (states(runtime, practice), len(mails(runtime))) == ({"sent": 12}, 12)


def test_a_process_that_is_not_asked_leaves_its_group_in_doubt(runtime: Runtime, practice: Practice) -> None:
    """What it was before: cut at once, also those mails become unknown that were not begun."""
    invite_people(runtime, practice, *PEOPLE)
    now = next_morning(runtime.clock.now())
    with pytest.raises(KeyboardInterrupt):
        send_due(runtime, practice.id, Told(runtime, dies=True), now=now)
    runtime.ending.clear()
    send_due(runtime, practice.id, mailbox(runtime), now=now + LEASE + timedelta(seconds=1))
    assert states(runtime, practice) == {"unknown": 12}
    assert len(mails(runtime)) == 2


def test_nothing_is_begun_once_the_process_is_told_to_end(runtime: Runtime, practice: Practice) -> None:
    invite_people(runtime, practice, *PEOPLE)
    runtime.ending.set()
    send_due(runtime, practice.id, mailbox(runtime), now=next_morning(runtime.clock.now()))
    assert states(runtime, practice) == {"due": 12}


def test_reminders_end_with_the_one_that_was_begun(runtime: Runtime, practice: Practice) -> None:
    invite_people(runtime, practice, *PEOPLE)
    sent = next_morning(runtime.clock.now())
    send_due(runtime, practice.id, mailbox(runtime), now=sent)
    before = len(mails(runtime))
    done = [
        reminding.send_reminders(runtime, practice.id, Told(runtime), now=sent + timedelta(days=days))
        for days in range(4, 7)
        if not runtime.ending.is_set()
    ]
    assert not any(done)
    assert len(mails(runtime)) == before + 3
