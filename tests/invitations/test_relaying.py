"""A relay that is down is left alone for longer each time, and then tried with one mail."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from survey.db import reading, transaction
from survey.invitations import relaying
from survey.invitations.backoff import LONGEST_REST, rest_after
from survey.invitations.mailer import NOTHING_AHEAD, Ahead, RelayUnreachable
from survey.invitations.relaying import TRIAL, Way
from survey.invitations.sending import SendSummary, send_due
from survey.practice.model import Practice
from survey.runtime import Runtime
from tests.invitations.post import Relay, invite_people, next_morning, relay, smtp_mailer, states

NAME = "mail.example.org:587"


@pytest.fixture
def sink() -> Iterator[Relay]:
    with relay() as server:
        yield server


class Down:
    """A relay that is called and does not answer."""

    def __init__(self) -> None:
        self.calls = 0

    def hand_over(self, content: bytes, *, to: str, ahead: Ahead = NOTHING_AHEAD) -> None:
        del content, to, ahead
        self.calls += 1
        raise RelayUnreachable("the relay does not answer")


def way(runtime: Runtime, practice: Practice, now: datetime) -> Way:
    with transaction(runtime.engine, practice.id) as db:
        return relaying.way(db, practice.id, NAME, now=now)


def down(runtime: Runtime, practice: Practice, now: datetime) -> timedelta:
    """The relay is down once more; how long it rests."""
    with transaction(runtime.engine, practice.id) as db:
        relaying.went_down(db, practice.id, NAME, now=now)
        rest = relaying.rest(db, practice.id, NAME)
    assert rest is not None
    return rest.until - now


def test_rests_grow_to_half_an_hour() -> None:
    minutes = [rest_after(failures) / timedelta(minutes=1) for failures in range(1, 9)]
    assert minutes == [1, 2, 4, 8, 16, 30, 30, 30]
    assert rest_after(10_000) == LONGEST_REST


def test_each_time_it_is_down_it_rests_for_longer(runtime: Runtime, practice: Practice) -> None:
    now = runtime.clock.now()
    rests = [down(runtime, practice, now) for _ in range(3)]
    assert rests == [timedelta(minutes=1), timedelta(minutes=2), timedelta(minutes=4)]


def test_after_the_rest_one_worker_alone_may_try(runtime: Runtime, practice: Practice) -> None:
    now = runtime.clock.now()
    assert way(runtime, practice, now) is Way.OPEN
    down(runtime, practice, now)
    assert way(runtime, practice, now) is Way.CLOSED
    later = now + timedelta(minutes=1)
    assert [way(runtime, practice, later) for _ in range(3)] == [Way.TRIAL, Way.CLOSED, Way.CLOSED]
    assert way(runtime, practice, later + TRIAL) is Way.TRIAL  # who tried was killed


def test_once_it_answers_the_rest_is_over(runtime: Runtime, practice: Practice) -> None:
    now = runtime.clock.now()
    down(runtime, practice, now)
    with transaction(runtime.engine, practice.id) as db:
        relaying.answered(db, practice.id, NAME)
        assert relaying.rest(db, practice.id, NAME) is None
    assert way(runtime, practice, now) is Way.OPEN


def test_a_relay_that_is_down_is_called_once_and_not_at_every_waking(
    runtime: Runtime, practice: Practice
) -> None:
    invite_people(runtime, practice, *[f"person{number}" for number in range(12)])
    morning = next_morning(runtime.clock.now())
    relay_down = Down()
    for minute in range(60):
        send_due(runtime, practice.id, relay_down, now=morning + timedelta(minutes=minute))
    assert relay_down.calls == 6  # after 0, 1, 3, 7, 15 and 31 minutes
    assert states(runtime, practice) == {"due": 12}


def test_a_restart_does_not_forget_the_rest_and_one_mail_goes_first(
    runtime: Runtime, practice: Practice, sink: Relay
) -> None:
    invite_people(runtime, practice, *[f"person{number}" for number in range(12)])
    morning = next_morning(runtime.clock.now())
    send_due(runtime, practice.id, Down(), now=morning)
    with smtp_mailer(runtime, sink.port) as mailer:  # a new worker; the relay is well again
        assert send_due(runtime, practice.id, mailer, now=morning) == SendSummary()
        later = morning + timedelta(minutes=6)
        assert send_due(runtime, practice.id, mailer, now=later).sent == 12
    with reading(runtime.engine, practice.id) as db:
        assert relaying.rest(db, practice.id, relaying.relay_name(runtime.settings)) is None


def test_one_goodbye_counts_against_the_mail_and_two_in_a_row_against_the_relay(
    runtime: Runtime, practice: Practice, sink: Relay
) -> None:
    invite_people(runtime, practice, *[f"bye{number}" for number in range(8)])
    morning = next_morning(runtime.clock.now())
    with smtp_mailer(runtime, sink.port) as mailer:
        summary = send_due(runtime, practice.id, mailer, now=morning)
    assert (summary.retried, sink.recipients.total()) == (2, 2)
    assert states(runtime, practice) == {"due": 8}
    with reading(runtime.engine, practice.id) as db:
        assert relaying.rest(db, practice.id, relaying.relay_name(runtime.settings)) is not None


def test_a_refused_sender_costs_no_mail_an_attempt(runtime: Runtime, practice: Practice, sink: Relay) -> None:
    invite_people(runtime, practice, "ana", "ben")
    sink.sender_reply = "451 not now"
    with smtp_mailer(runtime, sink.port) as mailer:
        send_due(runtime, practice.id, mailer, now=next_morning(runtime.clock.now()))
    assert states(runtime, practice) == {"due": 2}
    assert sink.recipients.total() == 0


def test_the_name_of_a_relay_is_its_host_and_port(runtime: Runtime) -> None:
    assert relaying.relay_name(runtime.settings) == ""
    smtp = replace(runtime.settings, mail="smtp", smtp_host="mail.example.org", smtp_port=587)
    assert relaying.relay_name(smtp) == NAME
