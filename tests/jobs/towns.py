"""Two practices on two sides of the world, and one clock; plain functions for the tests of what is due."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from sqlalchemy import select

from survey import clock, jobs
from survey.clock import SimulatedClock
from survey.db import reading
from survey.invitations.mailer import FolderMailer, Mailer
from survey.practice.model import JobRun, Practice
from survey.runtime import Runtime
from survey.settings import Settings, environment_for
from tests import builders
from tests.invitations.post import invite

ROOT = Path(__file__).resolve().parents[2]
SYDNEY = "Australia/Sydney"


@dataclass(frozen=True)
class Towns:
    """Riverside in New York and Harbour in Sydney, fifteen or sixteen hours ahead."""

    riverside: Practice
    harbour: Practice


def found(runtime: Runtime) -> Towns:
    return Towns(
        riverside=builders.make_practice(runtime),
        harbour=builders.make_practice(
            runtime, slug="harbour", name="Harbour Practice", time_zone=SYDNEY, instrument="fft"
        ),
    )


def invite_in(runtime: Runtime, practice: Practice, *names: str) -> None:
    """Invite these people for the practice's next sending day."""
    today = clock.local_day(runtime.clock.now(), practice.time_zone)
    rows = [
        f"{practice.slug}-{name}-{today},{today},Ana Ortiz,Main,{name}@example.org,attended,en,2,"
        for name in names
    ]
    intake = invite(runtime, practice, *rows)
    assert (intake.invited, intake.file.errors) == (len(names), ())


def answer(runtime: Runtime, practice: Practice, *, times: int) -> None:
    """So many answers about one clinician, today, by way of tokens."""
    clinician = builders.make_clinician(runtime, practice)
    for _ in range(times):
        builders.answer(runtime, practice, builders.make_token(runtime, practice, clinician), value="good")


def run_at(runtime: Runtime, instant: datetime, mailer: Mailer | None = None) -> None:
    """Move the clock and do what is due then."""
    assert isinstance(runtime.clock, SimulatedClock)
    runtime.clock.move_to(instant)
    jobs.run_due(runtime, mailer or FolderMailer(runtime.settings.mailbox))


def nights(runtime: Runtime, practice: Practice) -> list[date]:
    """The days whose night is noted as done."""
    with reading(runtime.engine, practice.id) as db:
        query = select(JobRun.day).where(JobRun.practice_id == practice.id, JobRun.job == "night")
        return sorted(db.scalars(query))


def interruptible() -> None:
    """A shell in the background hands down that Ctrl-C is ignored; a person's terminal does not."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


@contextmanager
def command(settings: Settings, *arguments: str) -> Iterator[subprocess.Popen[str]]:
    """A running ``afterword`` command on this installation; killed at the end if it still runs."""
    process = subprocess.Popen(
        [sys.executable, "-m", "survey.cli", *arguments],
        env={**environment_for(settings), "PYTHONUNBUFFERED": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        cwd=ROOT,
        preexec_fn=interruptible,  # noqa: PLW1509 — a simple function, and the tests here start it alone
    )
    try:
        yield process
    finally:
        if process.poll() is None:
            process.kill()
        process.communicate()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def zone_at_noon(now: datetime) -> str:
    """A time zone in which it is noon now, so that night and morning are due whenever a test runs."""
    ahead = 12 - now.hour
    return f"Etc/GMT{-ahead:+d}"


def is_running(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True
