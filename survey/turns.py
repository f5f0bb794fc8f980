"""Writers of SQLite take turns, each woken as soon as the one before is done.

SQLite itself lets a writer that finds the file taken sleep for longer and longer before it looks again, and
the unlucky one nearly for ever. The turn only decides who asks first; what keeps writers apart is SQLite.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock

from sqlalchemy import Engine

#: How long a writer waits for its turn, and then for SQLite, which may be busy with another process.
BUSY_MILLISECONDS = 5000
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
