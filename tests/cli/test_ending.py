"""Told to end: an answer that is being saved is thanked for, a mail that was begun goes out."""

from __future__ import annotations

import signal
import sqlite3
import urllib.parse
import urllib.request
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from threading import Thread

import pytest

from survey import clock
from survey.clock import SystemClock
from survey.db import transaction
from survey.practice import mail_scheduling
from survey.practice.model import Practice
from survey.runtime import Runtime
from tests import builders
from tests.cli.test_serving import answers
from tests.invitations.moody import Mood, moody_sink
from tests.invitations.post import invite, states
from tests.jobs.towns import command, free_port, zone_at_noon
from tests.web.patients import GOOD, PAGE, kept

MAILS = 150


def due(runtime: Runtime) -> Practice:
    """A practice where it is noon now, with so many mails that are due."""
    now = SystemClock().now()
    practice = builders.make_practice(runtime, time_zone=zone_at_noon(now))
    before = now - timedelta(days=3)
    day = clock.local_day(before, practice.time_zone)
    with transaction(runtime.engine, practice.id) as db:
        for later in range(4):
            mail_scheduling.set_day(db, practice.id, day + timedelta(days=later), is_open=True)
    rows = [f"V-{n},{day},Ana Ortiz,Main,person{n}@example.org,attended,en,2," for n in range(MAILS)]
    assert invite(runtime, practice, *rows, now=before).invited == MAILS
    return practice


def test_a_worker_that_is_told_to_end_leaves_no_mail_in_doubt(sqlite_runtime: Runtime) -> None:
    practice = due(sqlite_runtime)
    with moody_sink(seed=1, mix={Mood.SLOW: 1}, delay=0.01) as sink:
        relay = {"mail": "smtp", "smtp_host": "127.0.0.1", "smtp_port": sink.port, "smtp_tls": "none"}
        with command(replace(sqlite_runtime.settings, **relay), "work") as worker:
            until = clock.monotonic() + 90
            while sum(sink.stored.values()) < 10 and clock.monotonic() < until:
                clock.pause(0.05)
            worker.send_signal(signal.SIGTERM)
            worker.wait(timeout=30)
            output = worker.stdout.read() if worker.stdout else ""
    assert worker.returncode == 0, output
    found = states(sqlite_runtime, practice)
    assert set(found) <= {"sent", "due"}, found
    assert found["sent"] == len(sink.stored) >= 10
    assert set(sink.stored.values()) == {1}
    assert found["due"] > 0, "there was more to do"


@pytest.mark.parametrize("ending", [signal.SIGTERM, signal.SIGINT])
def test_an_answer_that_is_being_saved_is_saved_and_thanked_for(
    sqlite_runtime: Runtime, ending: signal.Signals
) -> None:
    runtime = replace(sqlite_runtime, clock=SystemClock())
    practice = builders.make_practice(runtime)
    token = builders.make_token(runtime, practice, builders.make_clinician(runtime, practice))
    port, said = free_port(), list[bytes]()
    body = urllib.parse.urlencode({**GOOD, "token": token}).encode()

    def answer() -> None:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}{PAGE}", data=body, timeout=20) as reply:
            said.append(reply.read())

    with command(runtime.settings, "serve", "--port", str(port)) as server:
        assert answers(port, server) == "ok\n"
        with held(runtime.settings.data / "afterword.sqlite3") as writer:
            patient = Thread(target=answer)
            patient.start()
            clock.pause(1.5)  # it waits for the database now
            server.send_signal(ending)
            clock.pause(0.5)
            writer.rollback()
            patient.join()
        server.wait(timeout=20)
    assert server.returncode == 0
    assert b"Thank you" in said[0]
    assert kept(runtime, practice).spent == 1


def held(file: Path) -> sqlite3.Connection:
    """A connection that lets nobody else write."""
    writer = sqlite3.connect(file, isolation_level=None, check_same_thread=False)
    writer.execute("BEGIN IMMEDIATE")
    return writer
