"""Writers of one process never find the file taken, so that nobody sleeps in vain."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager, nullcontext
from threading import Barrier, Event, Thread

import pytest
from sqlalchemy import Connection, func, select, text
from sqlalchemy.exc import OperationalError

from survey import clock, db, turns
from survey.db import insert_once, reading, transaction
from survey.practice.model import Practice
from survey.responses.model import Spent
from survey.runtime import Runtime
from tests import builders

WRITERS, TIMES = 6, 10


@pytest.fixture
def impatient(sqlite_runtime: Runtime, monkeypatch: pytest.MonkeyPatch) -> Runtime:
    """Nobody looks twice here: who finds the file taken is refused at once."""

    def begin(connection: Connection) -> None:
        connection.exec_driver_sql("PRAGMA busy_timeout=0")
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    monkeypatch.setattr(db, "begin_writing", begin)
    return sqlite_runtime


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


@contextmanager
def greedy(runtime: Runtime, *, hold: float, gap: float) -> Iterator[list[int]]:
    """Another process, as far as SQLite can tell, that keeps the file and lets go only for moments."""
    blocks, ended, begun = [0], Event(), Event()

    def write() -> None:
        with closing(
            sqlite3.connect(runtime.settings.data / "afterword.sqlite3", isolation_level=None)
        ) as line:
            while not ended.is_set():
                line.execute("BEGIN IMMEDIATE")
                begun.set()
                clock.pause(hold)
                line.execute("ROLLBACK")
                blocks[0] += 1
                clock.pause(gap)

    thread = Thread(target=write)
    thread.start()
    begun.wait()
    try:
        yield blocks
    finally:
        ended.set()
        thread.join()


def test_a_moment_between_the_blocks_of_another_process_is_not_missed(sqlite_runtime: Runtime) -> None:
    practice = builders.make_practice(sqlite_runtime)
    with greedy(sqlite_runtime, hold=0.1, gap=0.03) as blocks:
        for time in range(3):
            with transaction(sqlite_runtime.engine, practice.id) as session:
                insert_once(session, Spent, practice_id=practice.id, tag=bytes([time]) * 16, issue_week=1)
        assert blocks[0] <= 15


def test_whoever_yields_writes_all_the_same(sqlite_runtime: Runtime) -> None:
    practice = builders.make_practice(sqlite_runtime)
    with (
        greedy(sqlite_runtime, hold=0.05, gap=0.1),
        transaction(sqlite_runtime.engine, practice.id, yielding=True) as session,
    ):
        assert insert_once(session, Spent, practice_id=practice.id, tag=bytes(16), issue_week=1)


def test_a_file_that_is_kept_too_long_is_said_to_be_locked(
    sqlite_runtime: Runtime, monkeypatch: pytest.MonkeyPatch
) -> None:
    practice, engine = builders.make_practice(sqlite_runtime), sqlite_runtime.engine
    with monkeypatch.context() as patch, greedy(sqlite_runtime, hold=2, gap=0):
        patch.setattr(turns, "BUSY_MILLISECONDS", 20)
        with pytest.raises(OperationalError, match="locked"), transaction(engine, practice.id) as session:
            insert_once(session, Spent, practice_id=practice.id, tag=bytes(16), issue_week=1)
    with transaction(engine, practice.id) as session:
        assert session.scalar(text("PRAGMA busy_timeout")) == turns.BUSY_MILLISECONDS
