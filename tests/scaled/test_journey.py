"""Two web processes, two workers, one of each killed on the way: nothing is lost or doubled."""

from __future__ import annotations

import threading
import urllib.error
import urllib.parse
import urllib.request
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from survey import clock
from survey.clock import SystemClock
from survey.db import reading, transaction
from survey.demo.mailbag import Letter, to_patients
from survey.demo.sink import Sink, listening
from survey.invitations.model import Invitation, InvitationState
from survey.invitations.pace import GROUP
from survey.practice import mail_scheduling
from survey.practice.model import Practice
from survey.responses.model import Pool, Spent
from survey.runtime import Runtime, open_runtime
from tests import builders
from tests.invitations.post import invite
from tests.jobs.towns import zone_at_noon
from tests.scaled.stack import WEBS, Stack, running
from tests.services import postgres_database

pytestmark = pytest.mark.slow

PEOPLE = 120
UNDER_WAY = {InvitationState.DUE, InvitationState.CLAIMED, InvitationState.HANDING_OVER}
PATIENCE = 300.0  # a dead worker's mails come back after two minutes


@pytest.fixture
def sink() -> Iterator[Sink]:
    with listening() as sink:
        yield sink


@pytest.fixture
def stack(tmp_path: Path, sink: Sink) -> Iterator[Stack]:
    with postgres_database():  # skips where there is no server
        pass
    with running(tmp_path, sink.port) as stack:
        yield stack


@pytest.fixture
def office(stack: Stack) -> Iterator[Runtime]:
    """Somebody who gives commands on the workers' side."""
    runtime = open_runtime(stack.settings("worker-1"), SystemClock())
    yield runtime
    runtime.engine.dispose()


def found_practice(runtime: Runtime) -> Practice:
    """A practice where it is noon, and people whose mails are due."""
    now = SystemClock().now()
    practice = builders.make_practice(runtime, time_zone=zone_at_noon(now))
    before = now - timedelta(days=3)
    day = clock.local_day(before, practice.time_zone)
    with transaction(runtime.engine, practice.id) as db:
        for later in range(4):  # mail goes out on whatever day of the week or holiday this runs
            mail_scheduling.set_day(db, practice.id, day + timedelta(days=later), is_open=True)
    rows = [f"V-{n},{day},Ana Ortiz,Main,person{n}@example.org,attended,en,2," for n in range(1, PEOPLE + 1)]
    assert invite(runtime, practice, *rows, now=before).invited == PEOPLE
    return practice


def states(runtime: Runtime, practice: Practice) -> Counter[str]:
    with reading(runtime.engine, practice.id) as db:
        query = select(Invitation.state, func.count()).where(Invitation.practice_id == practice.id)
        return Counter(dict(list(db.execute(query.group_by(Invitation.state)))))


def rows(runtime: Runtime, practice: Practice) -> tuple[int, int]:
    """Links that were used, and answers that wait."""
    with reading(runtime.engine, practice.id) as db:
        return tuple(  # type: ignore[return-value]
            db.scalar(select(func.count()).select_from(table).where(table.practice_id == practice.id))
            for table in (Spent, Pool)
        )


class Crowd:
    """Patients who answer, each on one web process and on the other where that one is gone."""

    def __init__(self, stack: Stack) -> None:
        self.stack = stack
        self.thanked: list[str] = []
        self.refused: list[str] = []

    def answer(self, letter: Letter, number: int) -> None:
        form = {"token": letter.token, "item.overall": "good"}
        for attempt in range(20):
            place = self.stack.address(WEBS[(number + attempt) % 2]) + letter.path
            request = urllib.request.Request(place, data=urllib.parse.urlencode(form).encode("ascii"))
            request.add_header("X-Forwarded-Proto", "https")
            try:
                with urllib.request.urlopen(request, timeout=10):
                    self.thanked.append(letter.token)
                    return
            except urllib.error.HTTPError as trouble:
                self.refused.append(f"{trouble.code}")
            except OSError:  # the process died; the page keeps the answers and tries again
                pass
            clock.pause(0.05)

    def answer_all(self, letters: list[Letter]) -> list[threading.Thread]:
        def of_one(first: int) -> None:
            for number in range(first, len(letters), 4):
                self.answer(letters[number], number)

        threads = [threading.Thread(target=of_one, args=(first,)) for first in range(4)]
        for thread in threads:
            thread.start()
        return threads


def until(condition: Callable[[], bool], stack: Stack) -> None:
    end = clock.monotonic() + PATIENCE
    while not condition():
        assert clock.monotonic() < end, stack.said()
        clock.pause(0.05)


def test_with_one_of_each_killed_on_the_way_nothing_is_lost_or_doubled(
    stack: Stack, office: Runtime, sink: Sink
) -> None:
    practice = found_practice(office)
    until(lambda: len(sink.mails) > PEOPLE // 4, stack)
    stack.kill("worker-2")
    stack.start("worker-2")
    until(lambda: not UNDER_WAY & set(states(office, practice)), stack)
    outcome = states(office, practice)
    letters = to_patients(sink.mails)
    assert len({letter.to for letter in letters}) == len(letters), "nobody got two mails"
    assert outcome[InvitationState.SENT] + outcome[InvitationState.UNKNOWN] == PEOPLE, outcome
    assert outcome[InvitationState.UNKNOWN] <= GROUP, "no more than the group that the dead worker had begun"
    assert outcome[InvitationState.SENT] <= len(letters) <= PEOPLE

    crowd = Crowd(stack)
    threads = crowd.answer_all(letters)
    until(lambda: len(crowd.thanked) > len(letters) // 3, stack)
    stack.kill("web-2")
    until(lambda: len(crowd.thanked) > len(letters) // 2, stack)
    stack.start("web-2")
    for thread in threads:
        thread.join(PATIENCE)
    assert crowd.refused == []
    assert sorted(crowd.thanked) == sorted(letter.token for letter in letters)
    assert rows(office, practice) == (len(letters), 2 * len(letters))
    assert "Traceback" not in stack.said()
    assert "example.org" not in stack.said()
