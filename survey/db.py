"""The database: engine, safe connections, transactions, the claim.

Only entry points open transactions; stage functions receive the session and never commit. SQLite settings
are asserted on every single connection, because they belong to the connection and not to the file.
"""

from __future__ import annotations

import secrets
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    DateTime,
    Engine,
    MetaData,
    Row,
    Select,
    String,
    Update,
    create_engine,
    event,
    text,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection, Dialect, make_url
from sqlalchemy.exc import ArgumentError, OperationalError, SQLAlchemyError
from sqlalchemy.orm import DeclarativeBase, Session
from sqlalchemy.pool import ConnectionPoolEntry
from sqlalchemy.types import TypeDecorator

from survey.error_text import forget_values
from survey.settings import Settings, SettingsError
from survey.turns import BUSY_MILLISECONDS, begin_writing, turn_to_write

#: Rows are kept by their keys alone: no hidden counter that would tell the order of arrival.
WITHOUT_ROWID = {"sqlite_with_rowid": False}

PRAGMAS = {
    "journal_mode": ("WAL", "wal"),
    "synchronous": ("FULL", 2),
    "foreign_keys": ("ON", 1),
    "secure_delete": ("ON", 1),
    "busy_timeout": (str(BUSY_MILLISECONDS), BUSY_MILLISECONDS),
}


#: PostgreSQL, each night: tables of short-lived rows (answers, tags, addresses) and their keys. Tables of one
#: line refer to each other and are renewed in one transaction.
RENEWED: tuple[dict[str, str], ...] = (
    {"pool": "practice_id, id"},
    {"scratch": "practice_id, id"},
    {"spent": "practice_id, tag"},
    {"card": "practice_id, tag", "spent_card": "practice_id, tag"},
    {"invitation": "practice_id, id"},
)
LOCK_WAIT = "2s"
#: Connections that a process keeps, once it needed them at the same time. Above any number of threads: one
#: beyond the kept ones is opened and closed for each request, which is dearer than the request.
MOST_CONNECTIONS = 64


class UnsafeDatabase(Exception):
    """The database would not keep a promise (a setting refused, a schema of another version)."""


class Base(DeclarativeBase):
    """Every table; constraints have names so that migrations can find them."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(column_0_label)s",
            "uq": "uq_%(table_name)s_%(column_0_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


class Instant(TypeDecorator[datetime]):
    """An aware UTC datetime; SQLite keeps it as ISO text. A naive value is an error."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> Any:
        if dialect.name == "sqlite":
            return dialect.type_descriptor(String(32))
        return dialect.type_descriptor(DateTime(timezone=True))

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> Any:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("an instant needs a time zone")
        value = value.astimezone(UTC)
        return value.isoformat(timespec="seconds") if dialect.name == "sqlite" else value

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        found = datetime.fromisoformat(value) if isinstance(value, str) else value
        return found.astimezone(UTC)


def random_id() -> bytes:
    """16 random bytes: a key that tells nothing of order or time."""
    return secrets.token_bytes(16)


def random_number() -> int:
    """A random positive 63-bit key for practices, people and cells."""
    return secrets.randbits(62) + 1


def make_engine(settings: Settings) -> Engine:
    """Engine for the configured database; raises SettingsError for an address it cannot read."""
    return _engine("database_url", settings.database)


@contextmanager
def as_owner(settings: Settings, engine: Engine) -> Iterator[Engine]:
    """Engine of the role that owns the tables and sees every row; where none is named, the given one.

    For the schema, copies and the night's renewal only: no page and no job works with it.
    """
    if not settings.owner_database_url:
        yield engine
        return
    own = _engine("owner_database_url", settings.owner_database_url)
    try:
        yield own
    finally:
        own.dispose()


def _engine(key: str, address: str) -> Engine:
    try:
        url = make_url(address)
    except ArgumentError:
        raise SettingsError(
            f"{key} is not a database address; write sqlite:///… or postgresql+psycopg://…"
        ) from None
    if url.get_backend_name() == "postgresql" and url.drivername == "postgresql":
        url = url.set(drivername="postgresql+psycopg")
    if url.get_backend_name() not in {"sqlite", "postgresql"}:
        raise SettingsError(
            f"{key} names {url.get_backend_name()}; only SQLite and PostgreSQL are supported."
        )
    # Bound values are answers' sealed bytes and people's tags: never in an error text, never echoed.
    # An older snapshot would see an emptied table where the night renews it (``renewal``).
    isolation = {} if url.get_backend_name() == "sqlite" else {"isolation_level": "READ COMMITTED"}
    engine = create_engine(url, hide_parameters=True, echo=False, pool_size=MOST_CONNECTIONS, **isolation)
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _set_pragmas)
    event.listen(engine, "begin", _begin)
    event.listen(engine, "handle_error", forget_values)
    return engine


def _set_pragmas(connection: Any, _record: ConnectionPoolEntry) -> None:
    connection.isolation_level = None  # transactions are begun by us, at once and on purpose
    cursor = connection.cursor()
    cursor.execute(
        "PRAGMA auto_vacuum=INCREMENTAL"
    )  # takes effect only in a new file, before the first table
    for name, (wanted, _) in PRAGMAS.items():
        cursor.execute(f"PRAGMA {name}={wanted}")
    for name, (_, expected) in PRAGMAS.items():
        found = cursor.execute(f"PRAGMA {name}").fetchone()[0]
        if found != expected:
            raise UnsafeDatabase(
                f"SQLite refuses {name}={expected} (it says {found}); is the disk read-only or shared?"
            )
    cursor.close()


def _begin(connection: Connection) -> None:
    """Writers on SQLite take the lock at the start: no stale snapshot, no read-then-write race."""
    writing = connection.get_execution_options().get("writing", True)
    if writing is None:  # maintenance, outside any transaction
        return
    if connection.dialect.name == "sqlite":
        driver: Any = connection.connection.driver_connection
        driver.execute("PRAGMA query_only=OFF" if writing else "PRAGMA query_only=ON")
        if writing:
            begin_writing(connection)
        else:
            connection.exec_driver_sql("BEGIN")
    elif not writing:
        connection.exec_driver_sql("SET TRANSACTION READ ONLY")


@contextmanager
def transaction(
    engine: Engine, practice_id: int | None = None, *, yielding: bool = False
) -> Iterator[Session]:
    """One writing transaction: commits at the end, rolls back on any error.

    ``yielding`` lets others who wait for SQLite go first, as answers between the blocks of an import.
    On PostgreSQL the practice is set for this transaction only, for row-level security.
    """
    bound = engine.execution_options(yielding=True) if yielding else engine
    with turn_to_write(engine), Session(bound, expire_on_commit=False) as db, db.begin():
        _set_practice(db, practice_id)
        yield db


@contextmanager
def reading(engine: Engine, practice_id: int | None = None) -> Iterator[Session]:
    """One reading transaction in which the database itself refuses every write."""
    with Session(engine.execution_options(writing=False), expire_on_commit=False) as db, db.begin():
        _set_practice(db, practice_id)
        yield db


def enter_practice(db: Session, practice_id: int) -> None:
    """The rest of this transaction is of this practice, such as one that was just made."""
    _set_practice(db, practice_id)


def _set_practice(db: Session, practice_id: int | None) -> None:
    if practice_id is not None and db.get_bind().dialect.name == "postgresql":
        db.execute(
            text("SELECT set_config('app.practice_id', :practice, true)"), {"practice": str(practice_id)}
        )


def insert_once(db: Session, table: type[Base], **values: Any) -> bool:
    """Insert a row unless its key is taken, in one statement; True if it was inserted."""
    db.flush()  # rows that this one may refer to
    statement = once(table, db.get_bind().dialect.name)
    return db.connection().execute(statement, values).first() is not None


@lru_cache(maxsize=256)
def once(table: type[Base], dialect: str) -> Any:
    """The statement, made once for each table; its columns are those of the values that come with it. It
    finds the key of the new row, or nothing where that was taken."""
    insert = (postgresql if dialect == "postgresql" else sqlite).insert(table.__table__)
    return insert.on_conflict_do_nothing().returning(*table.__table__.primary_key)


def lock_practice(db: Session, practice_id: int) -> None:
    """Hold the practice until this transaction ends; SQLite's writing transaction already does."""
    if db.get_bind().dialect.name == "postgresql":
        db.execute(text("SELECT pg_advisory_xact_lock(:practice)"), {"practice": practice_id})


def claim(
    db: Session,
    update: Update,
    *,
    key: Sequence[ColumnElement[Any]],
    picked: Select[Any],
    result: Sequence[Any],
) -> Sequence[Row[Any]]:
    """Take rows for oneself in one statement, so that two workers never take the same one.

    ``picked`` selects the key columns ``key`` of the rows wanted (with order and limit); ``update`` marks
    them; returns the columns ``result`` of the rows that were taken.
    """
    from sqlalchemy import select, tuple_

    # A list made once: inside IN, PostgreSQL may run a limited subquery again per row and so take them all.
    chosen = picked.with_for_update(skip_locked=True).cte("chosen").prefix_with("MATERIALIZED")
    statement = update.where(tuple_(*key).in_(select(*chosen.c))).returning(*result)
    return db.execute(statement, execution_options={"synchronize_session": False}).all()


def tidy_after_flush(engine: Engine) -> bool:
    """Give back the pages of deleted rows so that no old bytes stay in the file and no order is left.

    SQLite: incremental vacuum and a truncating checkpoint. PostgreSQL: renew the tables of short-lived rows,
    waiting at most twice two seconds for each lock; a table in use does not keep the others from it.
    Returns False where another transaction was in the way; the next night tries again.
    """
    if engine.dialect.name == "postgresql":
        return _renew_tables(engine)
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT", writing=None) as connection:
        if not _free_pages(connection):
            return False
        busy = connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)").one()[0]
        return not busy


def _renew_tables(engine: Engine) -> bool:
    """One transaction for each group of tables, so that none waits for another's lock."""
    # Tried twice: the server's own tidying holds a table now and then, and gives way a moment later.
    done = [_in_time(engine, renewal(tables)) or _in_time(engine, renewal(tables)) for tables in RENEWED]
    return all(done)


def renewal(tables: Mapping[str, str]) -> list[str]:
    """Orders that leave nothing but living rows, in the order of their random keys and of one transaction.

    PostgreSQL keeps in each row the number of the transaction that wrote it; those of a mail and of the first
    answer after it are neighbours. VACUUM FULL and CLUSTER keep that number, and they also keep deleted rows
    for as long as anybody's older transaction could still want to see them. An emptied table starts a new
    file; what is written back has one number. A role that may not see every row fails at the first order
    that reads, with nothing changed.
    """
    whole = "SET LOCAL row_security = off"  # an error, not fewer rows: what is not seen would be lost
    names = ", ".join(tables)
    lock = f"LOCK TABLE {names} IN ACCESS EXCLUSIVE MODE"
    keep = [f"CREATE TEMPORARY TABLE kept_{name} ON COMMIT DROP AS TABLE {name}" for name in tables]
    back = [f"INSERT INTO {name} TABLE kept_{name} ORDER BY {key}" for name, key in tables.items()]
    return [whole, lock, *keep, f"TRUNCATE {names}", *back]


def _in_time(engine: Engine, statements: Sequence[str]) -> bool:
    """Run them as one transaction, unless a lock is refused for too long."""
    try:
        with engine.begin() as connection:
            connection.exec_driver_sql(f"SET LOCAL lock_timeout = '{LOCK_WAIT}'")
            for statement in statements:
                connection.exec_driver_sql(statement)
    except OperationalError:
        return False
    return True


def _free_pages(connection: Connection) -> bool:
    """Each step of this PRAGMA frees one page; only a script steps to its end. False: a writer is there."""
    driver: Any = connection.connection.driver_connection
    try:
        # The last user of this pooled connection may have been a reader.
        driver.executescript("PRAGMA query_only=OFF; PRAGMA incremental_vacuum;")
    except sqlite3.OperationalError as trouble:
        if trouble.sqlite_errorcode not in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
            raise
        return False
    return True


def is_reachable(engine: Engine) -> bool:
    """Whether a simple question gets an answer; for the health page and the doctor."""
    try:
        with engine.connect() as connection:
            connection.execute(text("SELECT 1"))
    except SQLAlchemyError:
        return False
    return True
