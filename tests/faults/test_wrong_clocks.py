"""Clocks that jump, and hours that are skipped or come twice (rows 16 to 18)."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import func, select

from survey import clock, clock_guard, jobs, noticing
from survey.clock import SimulatedClock
from survey.clock_guard import ClockInDoubt
from survey.db import reading, transaction
from survey.invitations import outbox
from survey.invitations.mailer import FolderMailer
from survey.invitations.model import Invitation, InvitationState
from survey.invitations.sending import LEASE
from survey.practice import recording
from survey.practice.model import AuditEntry, Practice
from survey.responses.model import Pool, Spent
from survey.runtime import Runtime
from tests import builders
from tests.invitations.post import mails, states
from tests.jobs.towns import Towns, answer, found, invite_in, nights, run_at

S = InvitationState
NOON = datetime(2026, 3, 4, 15, 0, tzinfo=UTC)  # Wednesday, ten in the morning in New York
DAY = timedelta(days=1)


@pytest.fixture
def towns(runtime: Runtime) -> Towns:
    """Two nights lived through; a mail to Rita is due on Wednesday, two answers wait."""
    towns = found(runtime)
    run_at(runtime, NOON - timedelta(hours=31))
    invite_in(runtime, towns.riverside, "rita")
    run_at(runtime, NOON - timedelta(hours=7))
    answer(runtime, towns.riverside, times=2)
    return towns


def everything(runtime: Runtime, practice: Practice) -> list[object]:
    """What a wrong clock could destroy, publish or send."""
    with reading(runtime.engine, practice.id) as db:
        counts = [db.scalar(select(func.count()).select_from(each)) for each in (Invitation, Spent, Pool)]
    return [
        *counts,
        sorted(runtime.files.names("issue")),
        sorted(runtime.files.names("pool")),
        len(mails(runtime)),
    ]


# --- two hours back (row 16) --------------------------------------------------------------------------


def test_two_hours_back_send_nothing_and_a_link_still_works(runtime: Runtime, towns: Towns) -> None:
    run_at(runtime, NOON - timedelta(hours=1))
    before = everything(runtime, towns.riverside)
    with pytest.raises(ClockInDoubt):
        run_at(runtime, NOON - timedelta(hours=3))
    assert everything(runtime, towns.riverside) == before
    answer(runtime, towns.riverside, times=1)  # refused links raise
    with reading(runtime.engine, towns.riverside.id) as db:
        assert db.scalar(select(func.count()).select_from(Spent)) == 3


def test_after_a_word_the_mail_of_a_dead_worker_is_taken_within_the_hours_the_clock_lost(
    runtime: Runtime, towns: Towns
) -> None:
    """A lease ends two hours late at most; nothing is held for ever."""
    practice, back = towns.riverside, NOON - timedelta(hours=2)
    run_at(runtime, NOON - timedelta(hours=2, minutes=1))
    with transaction(runtime.engine, practice.id) as db:
        outbox.move(db, outbox.moving(practice.id, S.DUE, S.CLAIMED).values(lease_until=NOON + LEASE))
    clock_guard.confirm(runtime, back)
    run_at(runtime, back)
    assert states(runtime, practice) == {"claimed": 1}
    run_at(runtime, NOON + LEASE + timedelta(minutes=1))
    assert states(runtime, practice) == {"sent": 1}


def test_the_audit_log_keeps_its_order_whatever_the_clock_says(runtime: Runtime, towns: Towns) -> None:
    with transaction(runtime.engine, towns.riverside.id) as db:
        for hours in (0, -2):
            at = NOON + timedelta(hours=hours)
            recording.record(db, towns.riverside.id, actor="olu", action="flush", subject="", now=at)
        assert recording.first_broken(db, towns.riverside.id) is None
        times = db.scalars(
            select(AuditEntry.at).where(AuditEntry.action == "flush").order_by(AuditEntry.number)
        ).all()
    assert list(times) == [NOON, NOON - timedelta(hours=2)]


# --- four hundred days ahead and back (row 17) --------------------------------------------------------


def test_four_hundred_days_ahead_and_back_remind_nobody_and_destroy_nothing(
    runtime: Runtime, towns: Towns
) -> None:
    before = everything(runtime, towns.riverside)
    assert isinstance(runtime.clock, SimulatedClock)
    mailer = FolderMailer(runtime.settings.mailbox)
    watch = clock_guard.Watch(NOON, 0.0)
    for seconds, instant in enumerate((NOON + 400 * DAY, NOON + timedelta(minutes=2)), start=1):
        runtime.clock.move_to(instant)
        jobs.woken(runtime, mailer, watch, monotonic=60.0 * seconds)
        assert everything(runtime, towns.riverside) == before
    clock_guard.confirm(runtime, runtime.clock.now())
    jobs.woken(runtime, mailer, watch, monotonic=180.0)
    assert [mail["To"] for mail in mails(runtime)] == ["rita@example.org"], "and then it goes on as it was"


# --- the hour that is skipped, the hour that comes twice (row 18) -------------------------------------

SPRING, AUTUMN = date(2026, 3, 8), date(2026, 11, 1)


@pytest.mark.parametrize("day", [SPRING, AUTUMN])
def test_there_is_one_night_where_an_hour_is_skipped_or_comes_twice(runtime: Runtime, day: date) -> None:
    """Half past one, twice; half past two, never: the night's job is noted by its local day."""
    practice = builders.make_practice(runtime)
    midnight = clock.at_local(day, 0, practice.time_zone)
    for half_hours in range(1, 10):
        run_at(runtime, midnight + timedelta(minutes=30 * half_hours))
    assert nights(runtime, practice) == [day]


@pytest.mark.parametrize("day", [SPRING, AUTUMN])
def test_the_night_of_such_a_day_is_not_called_late(runtime: Runtime, day: date) -> None:
    practice = builders.make_practice(runtime)
    run_at(runtime, clock.at_local(day - DAY, 3, practice.time_zone))
    for hour in (1, 3):
        with reading(runtime.engine, practice.id) as db:
            now = clock.at_local(day, hour, practice.time_zone)
            night, *_ = noticing.notice(db, runtime.files, practice, now=now)
        assert night.since is None


def test_half_past_midnight_utc_on_the_first_of_april_is_still_the_first_quarter_in_new_york() -> None:
    instant = datetime(2026, 4, 1, 0, 30, tzinfo=UTC)
    zones = ("America/New_York", "UTC", "Australia/Sydney")
    found = [clock.quarter_of(clock.local_day(instant, zone)) for zone in zones]
    assert found == ["2026-Q1", "2026-Q2", "2026-Q2"]
