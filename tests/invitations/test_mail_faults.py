"""A relay in a bad mood and workers that are killed: at most one mail each, and none lost from sight."""

from __future__ import annotations

import os
import signal
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from survey import clock
from survey.db import transaction
from survey.invitations import outbox
from survey.invitations.model import InvitationState
from survey.invitations.pace import GROUP
from survey.invitations.sending import LEASE, Shift, send_due
from survey.keys import issue
from survey.practice.model import Practice
from survey.runtime import Runtime
from tests.databases import SQLITE_FIRST
from tests.invitations.moody import Mood, MoodySink, moody_sink
from tests.invitations.post import invitations, invite_people, next_morning, smtp_mailer, states
from tests.invitations.test_two_workers import start_worker
from tests.services import FULL

S = InvitationState
PAGE = Path(__file__).resolve().parents[2] / "docs" / "faults-of-mail.md"
FINAL = {S.SENT, S.FAILED, S.UNKNOWN}
STEP = LEASE + timedelta(seconds=2)


@dataclass(frozen=True)
class Outcome:
    """What a run of faults left behind; ``lost`` were not stored, though their state says sent."""

    mails: int
    kills: int
    stored: int
    twice: int
    lost: int
    unseen: int
    ended: Counter[str]


def outcome(runtime: Runtime, practice: Practice, sink: MoodySink, *, kills: int) -> Outcome:
    """Compare what the sink stored with what the database says, mail by mail."""
    rows = invitations(runtime, practice)
    stored = {name.partition(b"@")[0].decode(): times for name, times in sink.stored.items()}
    named = {issue.message_id(runtime.files, row.issue_week, row.id): S(row.state) for row in rows}
    assert set(stored) <= set(named)
    return Outcome(
        mails=len(rows),
        kills=kills,
        stored=len(stored),
        twice=sum(1 for times in stored.values() if times > 1),
        lost=sum(1 for name, state in named.items() if state is S.SENT and name not in stored),
        unseen=sum(1 for name, state in named.items() if name in stored and state not in (S.SENT, S.UNKNOWN)),
        ended=Counter(state.value for state in named.values()),
    )


def kill_and_send(
    runtime: Runtime, practice: Practice, sink: MoodySink, *, mails: int, kills: int
) -> Outcome:
    """Kill so many workers in the middle of their work, then let one work on until nothing waits."""
    invite_people(runtime, practice, *[f"person{number}" for number in range(mails)])
    now = next_morning(runtime.clock.now())
    for number in range(kills):
        worker = start_worker(runtime, practice, sink.port, now)
        assert worker.stdout is not None
        assert worker.stdout.readline() == "ready\n"
        clock.pause(0.02 + 0.013 * (number % 12))
        os.kill(worker.pid, signal.SIGKILL)
        worker.wait()
        worker.stdout.close()
        now += STEP
    finish(runtime, practice, sink, now)
    return outcome(runtime, practice, sink, kills=kills)


def finish(runtime: Runtime, practice: Practice, sink: MoodySink, now: datetime) -> datetime:
    """Work until nothing waits; a mail may be refused for three days."""
    with smtp_mailer(runtime, sink.port) as mailer:
        for _ in range(200):
            send_due(runtime, practice.id, mailer, now=now)
            if set(states(runtime, practice)) <= FINAL:
                break
            now += timedelta(minutes=20)
    return now


def require_harmless(seen: Outcome) -> None:
    assert seen.twice == 0, seen
    assert seen.lost == 0, seen
    assert seen.unseen == 0, seen
    assert set(seen.ended) <= FINAL, seen
    assert sum(seen.ended.values()) == seen.mails, seen


@SQLITE_FIRST
@pytest.mark.parametrize("pipelining", [True, False])
def test_a_moody_relay_gets_each_mail_at_most_once_and_every_mail_ends_somewhere(
    runtime: Runtime, practice: Practice, pipelining: bool
) -> None:
    with moody_sink(seed=5, pipelining=pipelining) as sink:
        seen = kill_and_send(runtime, practice, sink, mails=80, kills=0)
    require_harmless(seen)
    cut = sink.moods[Mood.CUT_STORED] + sink.moods[Mood.CUT_LOST]
    assert cut > 0
    assert seen.ended["unknown"] == cut
    assert seen.ended["failed"] == sink.moods[Mood.FULL_552] > 0


@SQLITE_FIRST
def test_killed_workers_and_a_moody_relay_double_nothing_and_hide_nothing(
    runtime: Runtime, practice: Practice
) -> None:
    with moody_sink(seed=6) as sink:
        seen = kill_and_send(runtime, practice, sink, mails=60, kills=2)
    require_harmless(seen)
    cut = sink.moods[Mood.CUT_STORED] + sink.moods[Mood.CUT_LOST]
    assert seen.ended["unknown"] <= cut + seen.kills * GROUP


@pytest.mark.slow
def test_sixty_killed_workers(runtime: Runtime, practice: Practice) -> None:
    with moody_sink(seed=7) as sink:
        seen = kill_and_send(runtime, practice, sink, mails=900, kills=60)
    note(runtime, seen, sink)
    require_harmless(seen)
    assert sum(seen.ended.values()) == 900


# --- broken on purpose ------------------------------------------------------------------------------------


@SQLITE_FIRST
def test_sending_unknown_mails_again_by_itself_would_be_noticed(runtime: Runtime, practice: Practice) -> None:
    with moody_sink(seed=9, mix={Mood.GOOD: 3, Mood.CUT_STORED: 1}) as sink:
        kill_and_send(runtime, practice, sink, mails=40, kills=0)
        with transaction(runtime.engine, practice.id) as db:
            outbox.move(db, outbox.moving(practice.id, S.UNKNOWN, S.DUE))
        finish(runtime, practice, sink, next_morning(runtime.clock.now()) + timedelta(hours=1))
        seen = outcome(runtime, practice, sink, kills=0)
    with pytest.raises(AssertionError):
        require_harmless(seen)
    assert seen.twice > 0


@contextmanager
def told_only_afterwards(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Begins each mail without committing so: after a death the claim alone is left, and is taken again."""

    def begin(self: Shift, db: object, group: Sequence[tuple[object, object]]) -> list[tuple[object, object]]:
        del self, db
        return [(mail, letter) for mail, letter in group if letter is not None]

    monkeypatch.setattr(Shift, "_begin", begin)
    yield


def test_committing_only_after_the_text_would_be_noticed(
    runtime: Runtime, practice: Practice, monkeypatch: pytest.MonkeyPatch
) -> None:
    invite_people(runtime, practice, "ana", "ben")
    now = next_morning(runtime.clock.now())
    with moody_sink(seed=10, mix={Mood.CUT_STORED: 1}) as sink:
        with told_only_afterwards(monkeypatch), smtp_mailer(runtime, sink.port) as mailer:
            send_due(runtime, practice.id, mailer, now=now)
        assert len(sink.stored) == 2
        with smtp_mailer(runtime, sink.port) as mailer:
            send_due(runtime, practice.id, mailer, now=now + STEP)
        seen = outcome(runtime, practice, sink, kills=0)
    with pytest.raises(AssertionError):
        require_harmless(seen)
    assert seen.twice == 2


# --- the figures of the full run ---------------------------------------------------------------------------

HEAD = """# What happens when sending is cut

Written by the full run of `tests/invitations/test_mail_faults.py`. Workers are killed in the middle of their
work, one after the other, while the relay answers by lot with 450, 451, 421 and 552, with delays, and with
lines cut before the text, after it without storing, and after storing. Then one worker works on until nothing
waits. Each mail that the relay stored is compared with what the database says of it.

Twice: stored more than once. Lost: said to be sent, and not stored. Unseen: stored, and neither sent nor
unknown.

| Database | Mails | Kills | Stored | Twice | Lost | Unseen | Ended |
|---|---|---|---|---|---|---|---|
"""
TAIL = """
A mail in the hands of a worker that dies becomes unknown and waits for a person. One commit announces a
whole group of mails, so also those of the group that were not begun become unknown: one mail at a relay that
takes its time, at most {group} at one that is faster than the disk. The deliberately broken orders are kept
as tests and are noticed: unknown mails sent again by themselves, and mails begun without a commit before.

Not covered: a worker that is stopped between its last look at its lease and the text, for so long that a
person says "send again" meanwhile; the mail keeps its Message-ID, so that a mailbox can drop the second one.
"""


def note(runtime: Runtime, seen: Outcome, sink: MoodySink) -> None:
    """Put the figures of one run in place of the ones before them; a short run writes nothing."""
    if not FULL:
        return
    database = "PostgreSQL" if runtime.settings.database_url else "SQLite"
    ended = ", ".join(f"{number} {state}" for state, number in sorted(seen.ended.items()))
    figures = (seen.mails, seen.kills, seen.stored, seen.twice, seen.lost, seen.unseen, ended)
    before = PAGE.read_text("utf-8").splitlines() if PAGE.exists() else []
    rows = {line for line in before if line.startswith(("| SQLite", "| PostgreSQL")) and database not in line}
    rows.add("| " + " | ".join(map(str, (database, *figures))) + " |")
    PAGE.write_text(HEAD + "\n".join(sorted(rows)) + "\n" + TAIL.format(group=GROUP), "utf-8")
