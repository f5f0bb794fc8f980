"""Another version upgrades the database while answers come in (row 30), and is killed in the middle.

Whoever is thanked has answered, whoever is not keeps their words, and the schema is never half of each.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from threading import Event, Thread
from typing import Any

import pytest
from flask import Flask

from survey import migrating
from survey.app import make_app
from survey.clock import SimulatedClock, pause
from survey.db import random_id
from survey.keys import tokens
from survey.practice.model import Practice
from survey.runtime import Runtime, open_runtime
from survey.settings import Settings, load_settings
from tests import builders
from tests.faults.upgrading import COMMITS, NEWER, PLACES, steps, upgraded
from tests.services import postgres_database
from tests.web.patients import kept, send

WORDS = "The waiting room was calm."
MARCH = datetime(2026, 3, 2, 15, 0, tzinfo=UTC)


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.slow)])
def settings(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Settings]:
    """A database of its own: its schema will be a newer one."""
    where: dict[str, Any] = {"instance": tmp_path / "instance", "keys": tmp_path / "keys", "mail": "folder"}
    if request.param == "sqlite":
        yield load_settings({}, **where)
        return
    with postgres_database() as address:
        yield load_settings({}, database_url=address, **where)


@pytest.fixture
def runtime(settings: Settings) -> Iterator[Runtime]:
    opened = open_runtime(settings, SimulatedClock(MARCH))
    yield opened
    opened.engine.dispose()


@dataclass
class Patients:
    """Two who answer link by link, each until it is thanked for, and what they saw."""

    runtime: Runtime
    practice: Practice
    thanked: int = 0
    seen: Counter[int] = field(default_factory=Counter)
    lost: list[str] = field(default_factory=list)

    @contextmanager
    def answering(self, app: Flask) -> Iterator[None]:
        over = Event()
        files, ana = self.runtime.files, builders.make_clinician(self.runtime, self.practice, "Ana Ortiz")
        link = tokens.read_token(files, builders.make_token(self.runtime, self.practice, ana))
        make = tokens.token_maker(files, link.week)

        def new_code() -> str:
            return make(link.cell_id, random_id())

        threads = [Thread(target=self._answer, args=(app, new_code, over)) for _ in range(2)]
        for thread in threads:
            thread.start()
        try:
            yield
        finally:
            over.set()
            for thread in threads:
                thread.join()

    def _answer(self, app: Flask, new_code: Callable[[], str], over: Event) -> None:
        client, code = app.test_client(), new_code()
        while not over.is_set():
            answer = send(client, code, box_works_well=WORDS)
            self.seen[answer.status_code] += 1
            if answer.status_code == 200:
                code = new_code()
                self.thanked += 1
            elif WORDS not in answer.text:
                self.lost.append(answer.text)
            pause(0.05)

    @property
    def counted(self) -> int:
        return kept(self.runtime, self.practice).spent


@pytest.fixture
def patients(runtime: Runtime) -> Patients:
    return Patients(runtime, builders.make_practice(runtime))


@pytest.fixture
def newer(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[Path], None]]:
    """Makes this process the newer version, whose steps are in a folder."""

    def become(folder: Path) -> None:
        monkeypatch.setattr(migrating, "MIGRATIONS", folder)
        migrating.revisions.cache_clear()

    yield become
    migrating.revisions.cache_clear()


def test_an_upgrade_beside_answers_that_is_killed_and_done_again_loses_none(
    runtime: Runtime, patients: Patients, tmp_path: Path, newer: Callable[[Path], None]
) -> None:
    before = migrating.revision(runtime.engine)
    with patients.answering(make_app(runtime)):
        for place in PLACES:
            assert upgraded(runtime.settings, steps(tmp_path / "newer", death=place)) == -9
            assert migrating.revision(runtime.engine) == before
        assert set(patients.seen) <= {200, 503}, "a short wait at most while nothing has changed"
        assert upgraded(runtime.settings, steps(tmp_path / "newer")) == 0
        assert migrating.revision(runtime.engine) == NEWER
        pause(2.5)  # the look at the schema holds for a second
    assert (patients.counted, patients.seen[503] > 0, patients.lost) == (patients.thanked, True, [])
    newer(tmp_path / "newer")
    known = patients.thanked
    with patients.answering(make_app(runtime)):
        pause(1)
    assert patients.counted == patients.thanked > known > 0


def test_a_step_that_is_two_transactions_would_be_noticed(
    runtime: Runtime, patients: Patients, tmp_path: Path
) -> None:
    """The broken variant: what a killed one left is in the way of the next."""
    assert upgraded(runtime.settings, steps(tmp_path / "newer", death=1, between=COMMITS)) == -9
    assert upgraded(runtime.settings, steps(tmp_path / "newer")) not in (0, -9)
