"""A worker that still sends keeps what it has; one that slept too long finds out before it sends anything."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from survey import clock
from survey.db import reading, transaction
from survey.invitations import deciding, sending
from survey.invitations.composing import make_composer
from survey.invitations.deciding import Decision
from survey.invitations.mailer import NOTHING_AHEAD, Ahead
from survey.invitations.pace import CLAIM, GROUP, Pace
from survey.invitations.sending import LEASE, SendSummary, Shift, send_due
from survey.practice.model import Practice
from survey.runtime import Runtime
from tests.invitations.post import invite_people, mailbox, mails, next_morning, states

MINUTES = timedelta(minutes=5)


class Watched:
    """A mailer that lets time pass: ``steps`` says how much during each mail; others may act meanwhile."""

    def __init__(self, runtime: Runtime, practice: Practice, *steps: timedelta) -> None:
        self.runtime, self.practice, self.steps = runtime, practice, list(steps)
        self.box = mailbox(runtime)
        self.shift = shift_of(runtime, practice, self)
        self.other: list[SendSummary] = []

    def hand_over(self, content: bytes, *, to: str, ahead: Ahead = NOTHING_AHEAD) -> None:
        self.box.hand_over(content, to=to, ahead=ahead)
        if self.steps:
            later = self.shift.now() + self.steps.pop(0)
            self.shift._began = (later, clock.monotonic())
            self.meanwhile(later)

    def meanwhile(self, now: datetime) -> None:
        self.other.append(send_due(self.runtime, self.practice.id, self.box, now=now))


class Overtaken(Watched):
    """Meanwhile a person says of every mail in doubt that it is to be sent again, and it is."""

    def meanwhile(self, now: datetime) -> None:
        super().meanwhile(now)
        with transaction(self.runtime.engine, self.practice.id) as db:
            for mail in deciding.unknown_mails(db, self.practice.id):
                deciding.decide(db, self.practice.id, mail.id, Decision.AGAIN)
        super().meanwhile(now)


def shift_of(runtime: Runtime, practice: Practice, mailer: Watched) -> Shift:
    with reading(runtime.engine, practice.id) as db:
        composer = make_composer(db, runtime, practice)
    return Shift(runtime, practice, mailer, composer, next_morning(runtime.clock.now()))


def all_in_one_group(watched: Watched, number: int) -> None:
    """Claim and begin so many mails with one commit."""
    watched.shift.pace.group = number
    watched.shift.send(watched.shift.take())
    assert watched.shift.take() == []


def people(runtime: Runtime, practice: Practice, number: int) -> None:
    invite_people(runtime, practice, *[f"person{one}" for one in range(number)])


def test_a_worker_that_is_slow_but_alive_keeps_its_mails(runtime: Runtime, practice: Practice) -> None:
    people(runtime, practice, 6)
    watched = Watched(runtime, practice, *[LEASE / 2] * 6)
    all_in_one_group(watched, 6)
    assert watched.other == [SendSummary()] * 6
    assert (len(mails(runtime)), states(runtime, practice)) == (6, {"sent": 6})


def test_it_keeps_also_those_that_it_has_not_begun(runtime: Runtime, practice: Practice) -> None:
    people(runtime, practice, 6)
    watched = Watched(runtime, practice, *[LEASE / 2] * 6)
    watched.shift.pace = Slow()
    watched.shift.send(watched.shift.take())
    assert watched.shift.take() == []
    assert watched.other == [SendSummary()] * 6
    assert (len(mails(runtime)), states(runtime, practice)) == (6, {"sent": 6})


class Slow(Pace):
    """One mail for each commit, whatever the speed."""

    def heard(self, mails: int, seconds: float, *, commit: float) -> None:
        del mails, seconds, commit


def test_a_worker_that_slept_sends_none_of_what_others_took(runtime: Runtime, practice: Practice) -> None:
    people(runtime, practice, 6)
    watched = Overtaken(runtime, practice, MINUTES)
    all_in_one_group(watched, 6)
    sent = [str(mail["To"]) for mail in mails(runtime)]
    assert states(runtime, practice) == {"sent": 6}
    assert len(set(sent)) == 6
    assert (
        len(sent) == 7
    )  # the one that was already with the relay when it fell asleep, and a person said again


def test_without_the_look_at_its_lease_it_would_send_them_twice(
    runtime: Runtime, practice: Practice, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sending, "HEARTBEAT", timedelta(days=1))
    people(runtime, practice, 6)
    all_in_one_group(Overtaken(runtime, practice, MINUTES), 6)
    assert len(mails(runtime)) == 12


@pytest.mark.parametrize(
    ("mails", "seconds", "commit", "group", "claim"),
    [
        (1, 0.3, 0.004, 1, 7),  # a relay far away: each mail has a commit of its own, and few are claimed
        (1, 0.08, 0.004, 1, 25),
        (10, 0.01, 0.004, 20, CLAIM),
        (20, 0.002, 0.004, GROUP, CLAIM),  # faster than any disk
        (1, 0.0, 0.004, GROUP, CLAIM),
        (1, 0.3, 0.6, 10, 10),  # a disk slower than the relay: a group is claimed at once
        (1, 30, 0.004, 1, 1),
        (0, 0.0, 0.004, 7, GROUP),  # nothing was begun, nothing learned
    ],
)
def test_group_and_claim_are_no_larger_than_disk_and_relay_make_them(
    mails: int, seconds: float, commit: float, group: int, claim: int
) -> None:
    pace = Pace(7)
    pace.heard(mails, seconds, commit=commit)
    assert (pace.group, pace.claim) == (group, claim)
