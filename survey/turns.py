"""Writers of SQLite take turns, each woken as soon as the one before is done.

SQLite itself lets a writer that finds the file taken sleep for longer and longer before it looks again, and
the unlucky one nearly for ever. So the writers of one process wait for each other, and whose turn it is looks
every few milliseconds whether another process has let go, as it does between the blocks of an import. This
only decides who asks first; what keeps writers apart is SQLite.
"""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock
from typing import Any

from sqlalchemy import Connection, Engine

from survey import clock

#: How long a writer waits for its turn, and then for SQLite, which may be busy with another process.
BUSY_MILLISECONDS = 5000
#: How often a writer looks whether another process has let go.
LOOK_MILLISECONDS = 2
#: The same for a writer that lets others go first, and for how long it is patient.
YIELDING_MILLISECONDS, PATIENT_MILLISECONDS = 25, 60_000
#: For each file, whose turn it is in this process.
_TURNS: defaultdict[str, Lock] = defaultdict(Lock)


@contextmanager
def turn_to_write(engine: Engine) -> Iterator[None]:
    """Hold the turn around one writing transaction; PostgreSQL needs none.

    Whoever has waited too long goes on without it: SQLite then says that it is locked.
    """
    if engine.dialect.name != "sqlite":
        yield
        return
    turn = _TURNS[str(engine.url.database)]
    taken = turn.acquire(timeout=BUSY_MILLISECONDS / 1000)
    try:
        yield
    finally:
        if taken:
            turn.release()


def begin_writing(connection: Connection) -> None:
    """Take SQLite's one writing transaction. Raises OperationalError where others keep it for too long."""
    yielding = connection.get_execution_options().get("yielding", False)
    look = YIELDING_MILLISECONDS if yielding else LOOK_MILLISECONDS
    longest = PATIENT_MILLISECONDS if yielding else BUSY_MILLISECONDS
    driver: Any = connection.connection.driver_connection
    driver.execute("PRAGMA busy_timeout=0")
    try:
        for again in range(longest // look):
            if again or yielding:
                clock.pause(look / 1000)
            try:
                driver.execute("BEGIN IMMEDIATE")
                return
            except sqlite3.Error as trouble:
                if trouble.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY:
                    break
        connection.exec_driver_sql("BEGIN IMMEDIATE")  # which says what is wrong in the usual way
    finally:
        driver.execute(f"PRAGMA busy_timeout={BUSY_MILLISECONDS}")
