"""A real worker process wakes by itself, on SQLite and on Redis, does what is due, and ends when told to."""

from __future__ import annotations

import signal
from dataclasses import replace
from datetime import timedelta

import pytest

from survey import clock, waking
from survey.clock import SystemClock
from survey.db import transaction
from survey.practice import mail_scheduling
from survey.practice.model import Practice
from survey.runtime import Runtime
from survey.settings import Settings
from tests import builders
from tests.invitations.post import invite, mails
from tests.jobs.towns import command, nights, zone_at_noon
from tests.services import REDIS, miss

PATIENCE = 30.0


@pytest.fixture(params=["sqlite", pytest.param("redis", marks=pytest.mark.redis)])
def queue(request: pytest.FixtureRequest, sqlite_runtime: Runtime) -> Settings:
    """Settings of an installation whose queue stands on SQLite, or on Redis."""
    if request.param == "sqlite":
        return sqlite_runtime.settings
    import redis

    server = redis.Redis.from_url(REDIS)
    try:
        for key in server.scan_iter("huey*afterword*"):
            server.delete(key)
    except redis.ConnectionError:
        miss("redis", "no Redis server answers (set AFTERWORD_TEST_REDIS)")
    finally:
        server.close()
    return replace(sqlite_runtime.settings, queue_url=REDIS)


@pytest.fixture
def due(sqlite_runtime: Runtime) -> Practice:
    """A practice where it is noon now, with a mail that was due yesterday or today."""
    now = SystemClock().now()
    practice = builders.make_practice(sqlite_runtime, time_zone=zone_at_noon(now))
    before = now - timedelta(days=3)
    day = clock.local_day(before, practice.time_zone)
    with transaction(sqlite_runtime.engine, practice.id) as db:
        for later in range(4):  # mail goes out on whatever day of the week or holiday a test runs
            mail_scheduling.set_day(db, practice.id, day + timedelta(days=later), is_open=True)
    row = f"V-1,{day},Ana Ortiz,Main,rita@example.org,attended,en,2,"
    assert invite(sqlite_runtime, practice, row, now=before).invited == 1
    return practice


def came(runtime: Runtime, practice: Practice) -> bool:
    """Whether mail and night of today are there before our patience ends."""
    until = clock.monotonic() + PATIENCE
    while clock.monotonic() < until:
        if mails(runtime) and nights(runtime, practice):
            return True
        clock.pause(0.1)
    return False


def test_a_worker_wakes_works_and_ends(sqlite_runtime: Runtime, due: Practice, queue: Settings) -> None:
    ending = signal.SIGTERM if queue.queue_url else signal.SIGINT
    with command(queue, "work") as worker:
        arrived = came(sqlite_runtime, due)
        worker.send_signal(ending)
        worker.wait(timeout=15)
        output = worker.stdout.read() if worker.stdout else ""
    assert arrived, output
    assert worker.returncode == 0, output
    assert [mail["To"] for mail in mails(sqlite_runtime)] == ["rita@example.org"]
    assert "rita" not in output
    assert "Traceback" not in output


def test_a_second_worker_only_helps(sqlite_runtime: Runtime, due: Practice) -> None:
    """With --no-periodic nothing wakes by itself; a task in the queue is still done."""
    with command(sqlite_runtime.settings, "work", "--no-periodic") as worker:
        clock.pause(3)
        assert (worker.poll(), mails(sqlite_runtime)) == (None, [])
        huey = waking.make_huey(sqlite_runtime)
        (wake,) = huey.read_periodic(SystemClock().now())
        huey.enqueue(wake)
        assert came(sqlite_runtime, due)
        worker.send_signal(signal.SIGTERM)
        worker.wait(timeout=15)
