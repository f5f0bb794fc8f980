"""What a thief takes in one night: every row with the physical traces that a copy of the database shows.

SQLite: the files as bytes, and page and offset of each row. PostgreSQL: rows in the order in which the table
and a plain dump have them, with the number of the transaction that wrote each. Reads; never writes.
"""

from __future__ import annotations

import json
import shutil
import sqlite3
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import text

from survey.attacks import pages
from survey.keys import sealing
from survey.keys.sealing import BoxUnreadable, opener
from survey.runtime import Runtime

CONTACT = ("invitation", "cap_mark", "mail_run", "visit", "opt_out", "sent_total")
BALLOT = ("spent", "card", "spent_card", "pool", "scratch")
RESULTS = ("atom", "tally", "comment", "unreleased")
#: Tables that a broken variant may add; absent in the program as it is.
LEAKS = ("leak_contact", "leak_answer")

_kept: dict[tuple[Any, ...], Row] = {}


@dataclass(frozen=True)
class Row:
    """One row: ``place`` sorts rows as they probably were written; ``xmin`` is None on SQLite."""

    values: Mapping[str, Any]
    place: tuple[int, ...]
    xmin: int | None = None

    def __getitem__(self, column: str) -> Any:
        value = self.values[column]
        return bytes(value) if isinstance(value, memoryview) else value


@dataclass(frozen=True)
class Dump:
    """A copy of the database at one moment."""

    at: datetime
    night: bool
    tables: Mapping[str, tuple[Row, ...]]

    def rows(self, *names: str) -> Iterable[tuple[str, Row]]:
        for name in names:
            for row in self.tables.get(name, ()):
                yield name, row


def take(runtime: Runtime, folder: Path, *, at: datetime, night: bool) -> Dump:
    """Copy the database as a backup does."""
    if runtime.engine.dialect.name == "sqlite":
        return _take_sqlite(runtime, folder, at=at, night=night)
    return _take_postgres(runtime, at=at, night=night)


def _wanted(*, night: bool) -> tuple[str, ...]:
    """In the evening only what changes by day; results change at night, large tables can wait till then."""
    return (*CONTACT, *BALLOT, *RESULTS, *LEAKS) if night else ("invitation", *BALLOT, *LEAKS)


def _once(rows: Iterable[Row]) -> tuple[Row, ...]:
    """The same row in many copies is kept once."""
    return tuple(_kept.setdefault((row.place, row.xmin, *row.values.values()), row) for row in rows)


def forget() -> None:
    """Start a new life: no row of another one is needed."""
    _kept.clear()


def _take_sqlite(runtime: Runtime, folder: Path, *, at: datetime, night: bool) -> Dump:
    folder.mkdir(parents=True, exist_ok=True)
    source, copy = runtime.settings.data / "afterword.sqlite3", folder / "copy.sqlite3"
    log, copied_log = source.with_name(source.name + "-wal"), copy.with_name(copy.name + "-wal")
    for stale in folder.glob("copy.sqlite3*"):
        stale.unlink()
    shutil.copyfile(source, copy)
    if log.exists():
        shutil.copyfile(log, copied_log)
    connection = sqlite3.connect(copy)
    connection.row_factory = sqlite3.Row
    try:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        content = copy.read_bytes()
        roots = dict(connection.execute("SELECT name, rootpage FROM sqlite_schema WHERE type = 'table'"))
        wanted = [name for name in _wanted(night=night) if name in roots]
        tables = {name: _rows_of_file(connection, name, content, roots[name]) for name in wanted}
    finally:
        connection.close()
    return Dump(at=at, night=night, tables=tables)


def _rows_of_file(connection: sqlite3.Connection, name: str, content: bytes, root: int) -> tuple[Row, ...]:
    rows = [dict(row) for row in connection.execute(f'SELECT * FROM "{name}"')]  # noqa: S608 — our own names
    columns = connection.execute(f'PRAGMA table_info("{name}")').fetchall()
    key = [column["name"] for column in sorted(columns, key=lambda each: each["pk"]) if column["pk"]][1:]
    try:
        found = {place.key[: len(key)]: place.order for place in pages.places(content, root)}
    except ValueError:  # a table with hidden row numbers: it is listed in their order
        found = {}
    placed = []
    for number, row in enumerate(rows):
        raw = tuple(_raw(row[column]) for column in key)
        placed.append(Row(row, found.get(raw, (number,))))
    return _once(sorted(placed, key=lambda row: row.place))


def _raw(value: Any) -> bytes:
    return value.encode("utf-8") if isinstance(value, str) else value if isinstance(value, bytes) else b""


def _take_postgres(runtime: Runtime, *, at: datetime, night: bool) -> Dump:
    tables: dict[str, tuple[Row, ...]] = {}
    with runtime.engine.connect() as connection:
        there = set(
            connection.scalars(text("SELECT tablename FROM pg_tables WHERE schemaname = current_schema()"))
        )
        for name in _wanted(night=night):
            if name not in there:
                continue
            query = text(f'SELECT xmin::text AS the_xmin, * FROM "{name}"')  # noqa: S608 — our own names
            found = [dict(row) for row in connection.execute(query).mappings()]
            # A table is read from its first page on, as a plain dump does: the order is that of ctid.
            tables[name] = _once(
                Row(row, (number,), int(row.pop("the_xmin"))) for number, row in enumerate(found)
            )
    return Dump(at=at, night=night, tables=tables)


def read_box(box: bytes, keys: Iterable[bytes]) -> bytes | None:
    """What is in a box, where it stands in clear or a key at hand opens it."""
    try:
        content = sealing.unpad(box[: -sealing.OVERHEAD])
        if content.startswith(b"["):
            json.loads(content)
            return content
    except (BoxUnreadable, ValueError):  # sealed after all
        pass
    for key in keys:
        try:
            return opener(key)(box)
        except BoxUnreadable:
            continue
    return None


def rewritten(runtime: Runtime, folder: Path, *, at: datetime) -> list[Dump]:
    """Copies after each way of rewriting all tables: the traces must not be there afterwards either."""
    if runtime.engine.dialect.name == "sqlite":
        orders: tuple[str, ...] = ("VACUUM",)
    else:
        orders = ("VACUUM FREEZE", "VACUUM FULL", "CLUSTER comment USING pk_comment")
    made = []
    for order in orders:
        with runtime.engine.connect().execution_options(isolation_level="AUTOCOMMIT", writing=None) as wire:
            wire.exec_driver_sql(order)
        made.append(take(runtime, folder, at=at, night=True))
    return made


def sequences(runtime: Runtime) -> list[str]:
    """Everything in the database that counts up, as ``table.column`` or the name of the counter."""
    with runtime.engine.connect() as connection:
        if runtime.engine.dialect.name == "postgresql":
            query = "SELECT sequencename FROM pg_sequences WHERE schemaname = current_schema()"
            return list(connection.scalars(text(query)))
        there = connection.scalar(text("SELECT count(*) FROM sqlite_schema WHERE name = 'sqlite_sequence'"))
        found = list(connection.scalars(text("SELECT name FROM sqlite_sequence"))) if there else []
        hidden = "SELECT name FROM sqlite_schema WHERE type = 'table' AND sql NOT LIKE '%WITHOUT ROWID%'"
        return found + [
            name for name in connection.scalars(text(hidden)) if name in (*BALLOT, *RESULTS, *LEAKS)
        ]
