"""A practice that is deleted leaves no row, key or byte behind; the other one is as it was."""

from __future__ import annotations

import itertools
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import (
    Boolean,
    Column,
    Date,
    Engine,
    ForeignKey,
    LargeBinary,
    Numeric,
    Table,
    event,
    insert,
    select,
    text,
)
from sqlalchemy.exc import IntegrityError
from sqlalchemy.types import Float, Integer

from survey import leaving
from survey.db import Instant, as_owner, reading, transaction
from survey.invitations import journal, opting_out
from survey.keys import feeds, hook
from survey.keys.files import KeyFiles
from survey.leaving import Leaving
from survey.migrations.tables import METADATA
from survey.practice import recording
from survey.practice.model import Practice
from survey.runtime import Runtime, open_runtime
from tests import builders

CANARY = "zanzibarcanary"
OURS, THEIRS = 71, 72
TODAY = date(2026, 3, 2)
GONE = Leaving(OURS, CANARY, TODAY)
SECRET = "a-secret-of-the-mail-service"

Rows = dict[str, list[tuple[Any, ...]]]


def fill(runtime: Runtime, practice_id: int, word: str) -> None:
    """One row in every table, whatever it says; and keys, a report, an opt-out."""
    made: dict[Table, dict[str, Any]] = {}
    with runtime.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA ignore_check_constraints=ON")
        for table in METADATA.sorted_tables:
            if table.name != "installation":
                made[table] = row_of(table, practice_id, word, made)
                connection.execute(insert(table), made[table])
        connection.commit()
        connection.exec_driver_sql("PRAGMA ignore_check_constraints=OFF")
    add_keys(runtime, practice_id, made[METADATA.tables["calendar_feed"]]["secret"])
    journal.append(runtime, practice_id, b"t" * 16)
    (runtime.settings.reports / f"{word}-2026-Q1.csv").write_text(word)


def add_keys(runtime: Runtime, practice_id: int, feed: str) -> None:
    runtime.files.create(feeds.name(feed), feed.encode().ljust(feeds.SIZE))
    hook.keep(runtime.files, practice_id, "own", SECRET)
    runtime.files.create(f"pool/{practice_id:016x}.{practice_id:032x}.sk", bytes(32))


def row_of(table: Table, practice_id: int, word: str, made: dict[Table, dict[str, Any]]) -> dict[str, Any]:
    """A row that refers to those made before it."""
    row: dict[str, Any] = {}
    for column in table.columns:
        parent = next((key for key in column.foreign_keys if key.column.table in made), None)
        row[column.name] = value_of(column, practice_id, word) if parent is None else referred(parent, made)
    return row | {name: practice_id for name in ("practice_id",) if name in row}


def referred(key: ForeignKey, made: dict[Table, dict[str, Any]]) -> Any:
    return made[key.column.table][key.column.name]


def value_of(column: Column[Any], practice_id: int, word: str) -> Any:
    kind = column.type
    if isinstance(kind, Instant):
        return datetime(2026, 3, 2, tzinfo=UTC)
    if isinstance(kind, Date):
        return TODAY
    if isinstance(kind, Boolean):
        return False
    if isinstance(kind, Integer | Numeric | Float):
        return practice_id
    if isinstance(kind, LargeBinary):
        return f"{word}-{practice_id}".encode()
    return word


def every_row(engine: Engine) -> Rows:
    with reading(engine) as db:
        return {
            table.name: sorted((tuple(row) for row in db.execute(select(table))), key=repr)
            for table in METADATA.sorted_tables
        }


def of(rows: Rows, practice_id: int) -> Rows:
    """The rows that name a practice."""
    found = {}
    for name, content in rows.items():
        columns = METADATA.tables[name].c.keys()
        whose = columns.index("id" if name == "practice" else "practice_id") if name != "installation" else -1
        found[name] = [row for row in content if name != "installation" and row[whose] == practice_id]
    return {name: content for name, content in found.items() if name != "installation"}


def keys_of(runtime: Runtime) -> set[str]:
    return {
        str(each.relative_to(runtime.files.root)) for each in runtime.files.root.rglob("*") if each.is_file()
    }


def traces(runtime: Runtime) -> set[str]:
    """Files in which a byte of the practice is left, and key files of its own."""
    places = (runtime.settings.instance, runtime.settings.keys)
    files = [each for place in places for each in place.rglob("*") if each.is_file()]
    told = {each.name for each in files if CANARY.encode() in each.read_bytes() or CANARY in each.name}
    lines = {"opt-outs" for whose, _ in journal.entries(runtime) if whose == OURS}
    named = (f"hook-{OURS}-", f"pool/{OURS:016x}.", f"feeds/{CANARY}")
    return told | lines | {each for each in keys_of(runtime) if each.startswith(named)}


@pytest.fixture
def full(sqlite_runtime: Runtime) -> Runtime:
    """Two practices with a row in every table each."""
    fill(sqlite_runtime, OURS, CANARY)
    fill(sqlite_runtime, THEIRS, "staying")
    return sqlite_runtime


def test_no_row_of_the_practice_is_left_and_all_of_the_other(full: Runtime) -> None:
    before = every_row(full.engine)
    assert {len(each) for each in of(before, OURS).values()} == {1}, "a row in every table"
    others = {each for each in keys_of(full) if str(OURS) not in each and CANARY not in each}
    assert leaving.delete(full, GONE)
    after = every_row(full.engine)
    assert {len(each) for each in of(after, OURS).values()} == {0}
    assert of(after, THEIRS) == of(before, THEIRS)
    assert f"pool/{THEIRS:016x}.{THEIRS:032x}.sk" in keys_of(full)
    assert hook.secret(full.files, THEIRS, "own") == SECRET.encode()
    assert others - {f"pool/{OURS:016x}.{OURS:032x}.sk"} <= keys_of(full)
    assert journal.entries(full) == {(THEIRS, b"t" * 16)}
    assert (full.settings.reports / "staying-2026-Q1.csv").exists()


def test_no_byte_of_the_practice_is_left_but_the_line_that_it_was_deleted(full: Runtime) -> None:
    assert len(traces(full)) >= 6, "the search finds what is there"
    assert leaving.delete(full, GONE)
    assert traces(full) == {f"all{leaving.ENDING}"}
    line = (full.settings.journal / f"all{leaving.ENDING}").read_text().split()
    assert line[:3] == [str(OURS), CANARY, "2026-03-02"]


@pytest.mark.parametrize(
    ("forgotten", "left"),
    [
        ("leaving._free_space", "afterword.sqlite3-wal"),
        ("leaving._destroy_keys", f"feeds/{CANARY}.url"),
        ("leaving.journal.forget_practice", "opt-outs"),
    ],
)
def test_a_step_that_is_forgotten_would_be_noticed(
    full: Runtime, monkeypatch: pytest.MonkeyPatch, forgotten: str, left: str
) -> None:
    monkeypatch.setattr(f"survey.{forgotten}", lambda *_: True)
    leaving.delete(full, GONE)
    assert left in traces(full)


@pytest.mark.parametrize("forgotten", ["comment", "audit_entry", "cell_practice"])
def test_a_table_that_is_forgotten_would_be_noticed(
    full: Runtime, monkeypatch: pytest.MonkeyPatch, forgotten: str
) -> None:
    kept = tuple(each for each in leaving._tables(full.engine) if each.name != forgotten)
    monkeypatch.setattr(leaving, "_tables", lambda _owner: kept)
    with pytest.raises(IntegrityError):
        leaving.delete(full, GONE)


def test_a_table_that_nobody_knew_of_is_emptied_too(full: Runtime) -> None:
    with full.engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE novel (practice_id BIGINT, said TEXT)")
        for whose in (OURS, THEIRS):
            connection.execute(text("INSERT INTO novel VALUES (:whose, 'x')"), {"whose": whose})
    assert leaving.delete(full, GONE)
    with full.engine.connect() as connection:
        assert connection.scalars(text("SELECT practice_id FROM novel")).all() == [THEIRS]


class Killed(BaseException):
    """The process ended here."""


@contextmanager
def dying_at(runtime: Runtime, monkeypatch: pytest.MonkeyPatch, step: int) -> Iterator[None]:
    """Every deletion in the database, its commit, every key and what comes after the rows is a step."""
    counted = itertools.count(1)

    def count() -> None:
        if next(counted) == step:
            raise Killed

    def at_statement(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if statement.startswith("DELETE"):
            count()

    def counting(real: Callable[..., Any]) -> Callable[..., Any]:
        def doing(*given: Any) -> Any:
            count()
            return real(*given)

        return doing

    event.listen(runtime.engine, "before_cursor_execute", at_statement)
    with monkeypatch.context() as patch:
        patch.setattr(KeyFiles, "destroy", counting(KeyFiles.destroy))
        for name in ("_destroy_pool_keys", "_free_space"):
            patch.setattr(leaving, name, counting(getattr(leaving, name)))
        patch.setattr(journal, "forget_practice", counting(journal.forget_practice))
        try:
            yield
        finally:
            event.remove(runtime.engine, "before_cursor_execute", at_statement)


@pytest.mark.slow
def test_wherever_it_is_cut_off_a_second_run_comes_to_the_same_end(
    full: Runtime, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    before = every_row(full.engine)
    full.engine.dispose()
    ended = 0
    for step in itertools.chain(range(1, 50, 7), itertools.count(50)):
        runtime = copy_of(full, tmp_path / str(step))
        try:
            with dying_at(runtime, monkeypatch, step):
                leaving.delete(runtime, GONE)
            ended = step
        except Killed:
            assert leaving.departed(runtime) == (GONE,), "it is known from the first step on"
            assert leaving.delete(runtime, GONE)
        after = every_row(runtime.engine)
        assert {len(each) for each in of(after, OURS).values()} == {0}
        assert of(after, THEIRS) == of(before, THEIRS)
        assert traces(runtime) == {f"all{leaving.ENDING}"}
        runtime.engine.dispose()
        if ended:
            break
    assert ended > 55


def copy_of(runtime: Runtime, folder: Path) -> Runtime:
    shutil.copytree(runtime.settings.instance, folder / "instance")
    shutil.copytree(runtime.settings.keys, folder / "keys")
    places: dict[str, Any] = {"instance": folder / "instance", "keys": folder / "keys"}
    return open_runtime(replace(runtime.settings, **places), runtime.clock)


def test_a_forged_or_cut_line_deletes_nothing(full: Runtime) -> None:
    leaving._write_down(full, GONE)
    path = full.settings.journal / f"all{leaving.ENDING}"
    line = path.read_bytes()
    path.write_bytes(line.replace(str(OURS).encode(), str(THEIRS).encode(), 1) + line[:20] + b"\xff\n" + line)
    assert leaving.departed(full) == (GONE,)


def test_the_role_that_owns_the_tables_deletes_on_each_database(runtime: Runtime, practice: Practice) -> None:
    """The ordinary role may not delete from the log; neither practice sees the other."""
    harbour = builders.make_practice(runtime, slug="harbour", name="Harbour Practice")
    for each in (practice, harbour):
        builders.make_clinician(runtime, each, "Ana Ortiz")
        builders.make_cards(runtime, each)
        with transaction(runtime.engine, each.id) as db:
            now = runtime.clock.now()
            recording.record(db, each.id, actor="job", action="flush", subject="", now=now)
            opting_out.opt_out_address(db, runtime, each, "rita@example.org", now=now)
    before = seen(runtime, harbour.id)
    assert leaving.delete(runtime, Leaving(practice.id, practice.slug, TODAY))
    assert seen(runtime, harbour.id) == before
    assert not any(seen(runtime, practice.id).values())
    assert len(journal.entries(runtime)) == 1


def seen(runtime: Runtime, practice_id: int) -> Rows:
    with as_owner(runtime.settings, runtime.engine) as owner:
        return of(every_row(owner), practice_id)
