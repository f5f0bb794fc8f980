"""Several workers, and workers that are killed: a mail goes out at most once and none is lost from sight."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections import Counter
from datetime import datetime, timedelta
from threading import Barrier, Thread

import pytest

from survey import clock
from survey.invitations import sending
from survey.invitations.mailer import NOTHING_AHEAD, Ahead
from survey.invitations.pace import CLAIM, GROUP, Pace
from survey.invitations.sending import LEASE, SendSummary, send_due
from survey.practice.model import Practice
from survey.runtime import Runtime
from tests.invitations.post import (
    invitations,
    invite_people,
    mailbox,
    next_morning,
    relay,
    smtp_mailer,
    states,
)

WORKER = """
import sys
from datetime import datetime
from pathlib import Path
from survey.db import make_engine
from survey.invitations.mailer import SmtpMailer
from survey.invitations.sending import send_due
from survey.keys.files import KeyFiles
from survey.clock import SystemClock
from survey.runtime import Runtime
from survey.settings import load_settings
instance, keys, url, port, practice, now = sys.argv[1:]
settings = load_settings(
    {}, instance=Path(instance), keys=Path(keys), database_url=url, mail="smtp", smtp_tls="none",
    smtp_port=int(port),
)
runtime = Runtime(settings, make_engine(settings), KeyFiles(settings.keys), SystemClock())
print("ready", flush=True)
print(send_due(runtime, int(practice), SmtpMailer(settings), now=datetime.fromisoformat(now)).sent)
"""


def start_worker(runtime: Runtime, practice: Practice, port: int, now: datetime) -> subprocess.Popen[str]:
    settings = runtime.settings
    arguments = [settings.instance, settings.keys, settings.database_url, port, practice.id, now.isoformat()]
    return subprocess.Popen(
        [sys.executable, "-c", WORKER, *map(str, arguments)], stdout=subprocess.PIPE, text=True
    )


def test_four_workers_at_once_send_each_mail_once(runtime: Runtime, practice: Practice) -> None:
    names = [f"person{number}" for number in range(4 * CLAIM)]
    invite_people(runtime, practice, *names)
    morning = next_morning(runtime.clock.now())
    barrier, summaries = Barrier(4), list[SendSummary]()

    def work(port: int) -> None:
        with smtp_mailer(runtime, port) as mailer:
            barrier.wait()
            summaries.append(send_due(runtime, practice.id, mailer, now=morning))

    with relay() as sink:
        threads = [Thread(target=work, args=(sink.port,)) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert sink.names() == sorted(names)
    assert sum(summary.sent for summary in summaries) == 4 * CLAIM
    assert sum(1 for summary in summaries if summary.sent) >= 2
    assert states(runtime, practice) == {"sent": 4 * CLAIM}


class AtTheRelay:
    """A mailer during whose first mail, while the relay decides, another worker begins and ends."""

    def __init__(self, runtime: Runtime, practice: Practice, now: datetime) -> None:
        self.runtime, self.practice, self.now = runtime, practice, now
        self.box = mailbox(runtime)
        self.other: SendSummary | None = None

    def hand_over(self, content: bytes, *, to: str, ahead: Ahead = NOTHING_AHEAD) -> None:
        if self.other is None:
            self.other = send_due(self.runtime, self.practice.id, self.box, now=self.now)
        self.box.hand_over(content, to=to, ahead=ahead)


def shared(runtime: Runtime, practice: Practice) -> tuple[int, int]:
    """Of a few mails, how many went out by the first worker, and how many by the other one meanwhile."""
    invite_people(runtime, practice, *[f"person{number}" for number in range(CLAIM // 2)])
    morning = next_morning(runtime.clock.now())
    mailer = AtTheRelay(runtime, practice, morning)
    first = send_due(runtime, practice.id, mailer, now=morning)
    assert mailer.other is not None
    assert states(runtime, practice) == {"sent": CLAIM // 2}
    return first.sent, mailer.other.sent


def test_two_workers_share_the_mails_of_one_practice(runtime: Runtime, practice: Practice) -> None:
    assert shared(runtime, practice) == (CLAIM // 4, CLAIM // 4)


def test_a_worker_that_claims_all_at_once_leaves_the_other_without_work(
    runtime: Runtime, practice: Practice, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sending, "Pace", lambda: Pace(claim=CLAIM))
    assert shared(runtime, practice) == (CLAIM // 2, 0)


def test_two_processes_send_each_mail_once(runtime: Runtime, practice: Practice) -> None:
    names = [f"person{number}" for number in range(40)]
    invite_people(runtime, practice, *names)
    morning = next_morning(runtime.clock.now())
    with relay() as sink:
        workers = [start_worker(runtime, practice, sink.port, morning) for _ in range(2)]
        sent = [int(worker.communicate(timeout=60)[0].split()[-1]) for worker in workers]
    assert (sum(sent), sink.names()) == (40, sorted(names))


@pytest.mark.parametrize("kills", [6])
def test_killed_workers_double_nothing_and_lose_nothing_from_sight(
    runtime: Runtime, practice: Practice, kills: int
) -> None:
    names = [f"person{number}" for number in range(80)]
    invite_people(runtime, practice, *names)
    now = next_morning(runtime.clock.now())
    with relay() as sink:
        for number in range(kills):
            worker = start_worker(runtime, practice, sink.port, now)
            assert worker.stdout is not None
            assert worker.stdout.readline() == "ready\n"
            clock.pause(0.03 + 0.01 * number)
            os.kill(worker.pid, signal.SIGKILL)
            worker.wait()
            worker.stdout.close()
            now += LEASE + timedelta(seconds=2)
        with smtp_mailer(runtime, sink.port) as mailer:
            send_due(runtime, practice.id, mailer, now=now)
        counted = Counter(sink.names())
    assert max(counted.values()) == 1
    ended = states(runtime, practice)
    assert set(ended) <= {"sent", "unknown"}
    assert sum(ended.values()) == len(invitations(runtime, practice)) == 80
    assert ended["sent"] <= len(counted) <= ended["sent"] + ended["unknown"]
    assert ended["unknown"] <= kills * GROUP
