"""Writers of one process never find the file taken, so that nobody sleeps in vain."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from threading import Barrier
from typing import Any

import pytest
from sqlalchemy import event, func, select
from sqlalchemy.exc import OperationalError

from survey import db, turns
from survey.db import insert_once, reading, transaction
from survey.practice.model import Practice
from survey.responses.model import Spent
from survey.runtime import Runtime
from tests import builders

WRITERS, TIMES = 6, 10


@pytest.fixture
def impatient(sqlite_runtime: Runtime) -> Iterator[Runtime]:
    """SQLite does not wait at all here: who finds the file taken is refused at once."""

    def refuse(connection: Any, _record: Any) -> None:
        connection.execute("PRAGMA busy_timeout=0")

    event.listen(sqlite_runtime.engine, "connect", refuse)
    sqlite_runtime.engine.dispose()
    yield sqlite_runtime
    event.remove(sqlite_runtime.engine, "connect", refuse)


def write_together(runtime: Runtime, practice: Practice) -> int:
    """Several writers at once, often; returns how often one was refused."""
    together = Barrier(WRITERS)

    def write(writer: int) -> int:
        refused = 0
        for time in range(TIMES):
            together.wait()
            try:
                with transaction(runtime.engine, practice.id) as session:
                    tag = bytes([writer, time]) * 8
                    insert_once(session, Spent, practice_id=practice.id, tag=tag, issue_week=1)
            except OperationalError:
                refused += 1
        return refused

    with ThreadPoolExecutor(WRITERS) as writers:
        return sum(writers.map(write, range(WRITERS)))


def test_nobody_finds_the_file_taken(impatient: Runtime) -> None:
    practice = builders.make_practice(impatient)
    assert write_together(impatient, practice) == 0
    with reading(impatient.engine, practice.id) as session:
        assert session.scalar(select(func.count()).select_from(Spent)) == WRITERS * TIMES


def test_without_turns_somebody_does(impatient: Runtime, monkeypatch: pytest.MonkeyPatch) -> None:
    """The broken variant."""
    practice = builders.make_practice(impatient)
    monkeypatch.setattr(db, "turn_to_write", nullcontext)
    assert write_together(impatient, practice) > 0


def test_the_turn_passes_on_after_an_error(impatient: Runtime) -> None:
    practice = builders.make_practice(impatient)
    with pytest.raises(RuntimeError, match="cut"), transaction(impatient.engine, practice.id):
        raise RuntimeError("cut")
    assert write_together(impatient, practice) == 0


def test_who_waits_too_long_asks_sqlite_all_the_same(
    sqlite_runtime: Runtime, monkeypatch: pytest.MonkeyPatch
) -> None:
    practice = builders.make_practice(sqlite_runtime)
    monkeypatch.setattr(turns, "BUSY_MILLISECONDS", 20)
    with (
        turns.turn_to_write(sqlite_runtime.engine),
        transaction(sqlite_runtime.engine, practice.id) as session,
    ):
        assert insert_once(session, Spent, practice_id=practice.id, tag=bytes(16), issue_week=1)
