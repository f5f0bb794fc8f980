"""On PostgreSQL, too, no byte of a practice that was deleted is left in the files of any table or index."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import pytest
from sqlalchemy import BigInteger, Connection, Engine, Integer, String, Table, event, insert, text

from survey import leaving
from survey.clock import SimulatedClock
from survey.leaving import Leaving
from survey.migrations.tables import METADATA
from survey.runtime import Runtime, open_runtime
from survey.settings import Settings
from tests.practice.test_leaving import CANARY, TODAY, add_keys, every_row, of, row_of
from tests.services import postgres_database

#: The database is one of its own, whichever the fixture names.
ONCE = pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
#: Numbers that stand in the server's files, lowest byte first, as these letters.
OURS, THEIRS = (int.from_bytes(word, "little") for word in (b"zanzibar", b"stayhere"))
GONE = Leaving(OURS, CANARY, TODAY)
#: Relations of a table: itself, its long values, and the indexes of both.
FILES = """
    WITH own AS (SELECT unnest(array[oid, reltoastrelid]) AS id FROM pg_class
                 WHERE relkind = 'r' AND relnamespace = current_schema()::regnamespace),
         every AS (SELECT id FROM own UNION SELECT indexrelid FROM pg_index JOIN own ON indrelid = id
                   UNION SELECT 'pg_statistic'::regclass UNION SELECT reltoastrelid FROM pg_class
                   WHERE oid = 'pg_statistic'::regclass)
    SELECT relname, pg_read_binary_file(pg_relation_filepath(oid)) FROM pg_class JOIN every ON oid = id
"""


@pytest.fixture
def full(settings: Settings, clock: SimulatedClock) -> Iterator[Runtime]:
    """A database of its own with two practices that have a row in every table each; its rules are off, and
    the server has looked at every table to plan with."""
    with postgres_database() as address:
        own = replace(settings, database_url=address, owner_database_url="")
        runtime = open_runtime(own, clock)
        fill(runtime)
        yield runtime
        runtime.engine.dispose()


def fill(runtime: Runtime) -> None:
    with runtime.engine.begin() as connection:
        checks = "SELECT conrelid::regclass::text, conname FROM pg_constraint WHERE contype = 'c'"
        for table, name in connection.execute(text(f"{checks} AND conrelid <> 0")).all():
            connection.exec_driver_sql(f'ALTER TABLE {table} DROP CONSTRAINT "{name}"')
        for practice_id, word in ((OURS, CANARY), (THEIRS, "staying")):
            fill_one(runtime, connection, practice_id, word)
    with runtime.engine.connect().execution_options(isolation_level="AUTOCOMMIT", writing=None) as connection:
        connection.exec_driver_sql("ANALYZE")


def fill_one(runtime: Runtime, connection: Connection, practice_id: int, word: str) -> None:
    made = {}
    for table in METADATA.sorted_tables:
        if table.name == "installation":
            continue
        row = row_of(table, practice_id, word, made)
        for column in table.columns:
            if isinstance(column.type, Integer) and not isinstance(column.type, BigInteger):
                row[column.name] = 71 if practice_id == OURS else 72
            elif isinstance(column.type, String) and column.type.length and not column.foreign_keys:
                row[column.name] = word[: column.type.length]
        made[table] = row
        connection.execute(insert(table), row)
    add_keys(runtime, practice_id, made[METADATA.tables["calendar_feed"]]["secret"])


def told(runtime: Runtime) -> set[str]:
    """Tables and indexes in whose files a byte of the practice stands."""
    with runtime.engine.connect().execution_options(isolation_level="AUTOCOMMIT", writing=None) as connection:
        connection.exec_driver_sql("CHECKPOINT")
        marks, files = (b"zanzibar", CANARY.encode()), connection.execute(text(FILES)).all()
    return {name for name, content in files if any(mark in bytes(content) for mark in marks)}


@ONCE
def test_no_byte_is_left_in_any_file_of_any_table_and_the_other_practice_is_whole(full: Runtime) -> None:
    before, tables = every_row(full.engine), {each.name for each in METADATA.sorted_tables} - {"installation"}
    assert tables | {"pg_statistic"} <= told(full), "the search finds what is there, in each table"
    assert leaving.delete(full, GONE)
    assert told(full) == set()
    after = every_row(full.engine)
    assert {len(each) for each in of(after, OURS).values()} == {0}
    assert of(after, THEIRS) == of(before, THEIRS)
    assert f"pool/{THEIRS:016x}.{THEIRS:032x}.sk" in {
        str(each.relative_to(full.files.root)) for each in full.files.root.rglob("*.sk")
    }


@ONCE
def test_tables_that_are_not_written_anew_would_be_noticed(
    full: Runtime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(leaving, "_rewritten", lambda *_: True)
    assert leaving.delete(full, GONE)
    assert {"staff", "comment", "audit_entry", "pg_statistic"} <= told(full)


@ONCE
def test_deleted_rows_that_an_older_look_keeps_are_said_and_freed_in_a_later_night(full: Runtime) -> None:
    with full.engine.connect().execution_options(isolation_level="REPEATABLE READ") as looking:
        looking.execute(text("SELECT count(*) FROM installation"))
        assert not leaving.delete(full, GONE)
        assert "staff" in told(full)
        assert not leaving.finish(full)
        assert "staff" in told(full)
        looking.rollback()
    assert leaving.finish(full)
    assert told(full) == set()


@ONCE
def test_without_counting_what_is_kept_that_would_pass_for_freed(
    full: Runtime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The broken variant of the test above."""
    monkeypatch.setattr(leaving, "DEAD", text("SELECT 0 WHERE CAST(:name AS text) <> ''"))
    with full.engine.connect().execution_options(isolation_level="REPEATABLE READ") as looking:
        looking.execute(text("SELECT count(*) FROM installation"))
        assert leaving.delete(full, GONE)
        assert "staff" in told(full)


@contextmanager
def a_look_that_ends(engine: Engine, after: str) -> Iterator[None]:
    """Somebody's older look at the database, which ends once the server was given an order that begins so."""
    looking = engine.connect().execution_options(isolation_level="REPEATABLE READ")
    looking.execute(text("SELECT count(*) FROM installation"))

    def end(_connection: object, _cursor: object, order: str, *_more: object) -> None:
        if order.startswith(after):
            looking.rollback()

    event.listen(engine, "after_cursor_execute", end)
    try:
        yield
    finally:
        event.remove(engine, "after_cursor_execute", end)
        looking.close()


def rewritten_first(owner: Engine, table: Table) -> bool:
    """The broken order: what went along into the new file is counted only when it is gone from the count."""
    name = owner.dialect.identifier_preparer.format_table(table)
    with owner.connect().execution_options(isolation_level="AUTOCOMMIT", writing=None) as connection:
        connection.exec_driver_sql(f"VACUUM FULL {name}")
        connection.exec_driver_sql(f"VACUUM {name}")
        return not connection.execute(leaving.DEAD, {"name": name}).scalar_one()


@ONCE
def test_a_look_that_ends_while_tables_are_written_anew_leaves_no_byte(full: Runtime) -> None:
    with a_look_that_ends(full.engine, "VACUUM FULL"):
        assert leaving.delete(full, GONE)
    assert told(full) == set()


@ONCE
def test_counting_after_the_tables_were_written_anew_would_miss_it(
    full: Runtime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The broken variant of the test above."""
    monkeypatch.setattr(leaving, "_rewritten", rewritten_first)
    with a_look_that_ends(full.engine, "VACUUM FULL"):
        assert leaving.delete(full, GONE)
    assert told(full) != set()
