"""A worker that is stuck and not dead (row 49): what it had is taken, and when it comes back it stays out."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from datetime import datetime, timedelta

import pytest

from survey import clock
from survey.invitations import sending
from survey.invitations.model import InvitationState
from survey.invitations.sending import send_due
from survey.practice.model import Practice
from survey.runtime import Runtime
from tests.databases import SQLITE_FIRST
from tests.invitations.moody import Mood, MoodySink, moody_sink
from tests.invitations.post import invite_people, next_morning, smtp_mailer, states
from tests.invitations.test_mail_faults import Outcome, outcome
from tests.invitations.test_two_workers import WORKER

#: Seconds; the real ones are 120 and 30.
LEASE, HEARTBEAT = 2.0, 0.5
GROUP, MAILS = 6, 20
SHORT = f"""
from datetime import timedelta
from survey.invitations import sending
sending.LEASE, sending.HEARTBEAT = timedelta(seconds={LEASE}), timedelta(seconds={HEARTBEAT})
sending.Pace.heard = lambda self, *_, **__: None
sending.Pace.__init__ = lambda self, group={GROUP}: setattr(self, "group", group)
"""
#: Begins mails without asking the database what is still its own.
RECKLESS = """
sending.Shift._begin = lambda self, db, group: [(m, letter) for m, letter in group if letter is not None]
sending.Shift._renew = lambda self, db, mails: frozenset(mail.id for mail in mails)
"""


def stuck_and_back(
    runtime: Runtime, practice: Practice, monkeypatch: pytest.MonkeyPatch, *, changed: str = ""
) -> tuple[Outcome, MoodySink]:
    """Stop a worker in the middle of a group, let another one work, let the first go on."""
    monkeypatch.setattr(sending, "LEASE", timedelta(seconds=LEASE))
    invite_people(runtime, practice, *[f"person{number}" for number in range(MAILS)])
    began, morning = clock.monotonic(), next_morning(runtime.clock.now())
    with moody_sink(seed=3, mix={Mood.SLOW: 1}, delay=0.15) as sink:
        worker = start(runtime, practice, sink.port, morning, SHORT + changed)
        while sum(sink.stored.values()) < 2:
            assert worker.poll() is None
            clock.pause(0.02)
        os.kill(worker.pid, signal.SIGSTOP)
        clock.pause(LEASE + 0.3)
        now = morning + timedelta(seconds=clock.monotonic() - began + LEASE)
        with smtp_mailer(runtime, sink.port) as mailer:
            send_due(runtime, practice.id, mailer, now=now)
        os.kill(worker.pid, signal.SIGCONT)
        worker.communicate(timeout=60)
        assert worker.returncode == 0
        return outcome(runtime, practice, sink, kills=0), sink


def start(
    runtime: Runtime, practice: Practice, port: int, now: datetime, first: str
) -> subprocess.Popen[str]:
    settings = runtime.settings
    arguments = [settings.instance, settings.keys, settings.database_url, port, practice.id, now.isoformat()]
    return subprocess.Popen(
        [sys.executable, "-c", first + WORKER, *map(str, arguments)], stdout=subprocess.PIPE, text=True
    )


def test_a_worker_that_comes_back_sends_nothing_that_others_took(
    runtime: Runtime, practice: Practice, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen, _sink = stuck_and_back(runtime, practice, monkeypatch)
    assert (seen.twice, seen.lost, seen.unseen) == (0, 0, 0), seen
    assert set(states(runtime, practice)) <= {InvitationState.SENT, InvitationState.UNKNOWN}
    assert seen.ended["unknown"] <= GROUP, "those that it had announced"
    assert seen.ended["sent"] >= MAILS - GROUP


@SQLITE_FIRST
def test_one_that_does_not_ask_what_is_its_own_sends_twice(
    runtime: Runtime, practice: Practice, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A deliberately broken variant."""
    seen, _sink = stuck_and_back(runtime, practice, monkeypatch, changed=RECKLESS)
    assert seen.twice > 0
