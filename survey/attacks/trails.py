"""LA-9 on PostgreSQL: what the server writes down beside its tables, searched day by day as it grows.

The write-ahead log, record after record across its pages; and the server's own log with every statement and
every value in it, which is switched on for the rehearsal's database alone. What cannot be read is said.
"""

from __future__ import annotations

import os
import struct
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from secrets import token_hex
from typing import TYPE_CHECKING

from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from survey.attacks.searching import in_bytes
from survey.runtime import Runtime

if TYPE_CHECKING:
    from survey.attacks.practice import Rehearsal

PAGE, SEGMENT = 8192, 16 * 2**20
#: A page of the write-ahead log begins with its kind, flags, time line and own place (xlog_internal.h).
HEADER, LONG_HEADER, LONG = struct.Struct("<HHIQ"), 40, 0x0002
SHORT_HEADER = 24

Fresh = Callable[[], bytes]


@dataclass
class Trail:
    """One log. ``fresh`` gives what has come since it was last asked; None where it cannot be read."""

    place: str
    fresh: Fresh | None
    size: int = 0
    found: list[str] = field(default_factory=list)

    def search(self, rehearsal: Rehearsal) -> None:
        """Look for answers in what is new."""
        if self.fresh is not None:
            content = self.fresh()
            self.size += len(content)
            self.found += in_bytes(content, rehearsal)


def follow(runtime: Runtime) -> list[Trail]:
    """Both logs of a PostgreSQL server from now on; none on SQLite, whose log is a file of the instance."""
    if runtime.engine.dialect.name != "postgresql":
        return []
    return [
        Trail("the write-ahead log", _write_ahead(runtime)),
        Trail("the server's log of every statement", _server_log(runtime)),
    ]


def _asked(runtime: Runtime, question: str) -> str:
    """One short answer of the server, empty after an order, outside any transaction."""
    outside = {"isolation_level": "AUTOCOMMIT", "writing": None}
    with runtime.engine.connect().execution_options(**outside) as wire:
        result = wire.execute(text(question))
        return str(result.scalar() or "") if result.returns_rows else ""


def _write_ahead(runtime: Runtime) -> Fresh | None:
    folder = Path(_asked(runtime, "SHOW data_directory")) / "pg_wal"
    if not os.access(folder, os.R_OK | os.X_OK):
        return None
    place = _place(runtime)

    def fresh() -> bytes:
        nonlocal place
        before, place = place, _place(runtime)
        return b"".join(_pages(folder, before // PAGE * PAGE, place))

    return fresh


def _place(runtime: Runtime) -> int:
    """How far the log is written, in bytes since the server was made."""
    return int(_asked(runtime, "SELECT pg_wal_lsn_diff(pg_current_wal_lsn(), '0/0')::bigint"))


def _pages(folder: Path, start: int, end: int) -> Iterator[bytes]:
    """The content of each page between two places, without its header: records run on from page to page."""
    for segment in range(start // SEGMENT, end // SEGMENT + 1):
        name = f"{segment // 256:08X}{segment % 256:08X}"
        for path in folder.glob(f"????????{name}"):
            content = path.read_bytes()
            first = max(0, start - segment * SEGMENT)
            for offset in range(first, min(len(content), end - segment * SEGMENT), PAGE):
                _, flags, _, address = HEADER.unpack_from(content, offset)
                if address == segment * SEGMENT + offset:  # else left over from an older file
                    header = LONG_HEADER if flags & LONG else SHORT_HEADER
                    yield content[offset + header : offset + PAGE]


def _server_log(runtime: Runtime) -> Fresh | None:
    """Switch it on, find it, and see that what is said to the server now comes out there."""
    name = runtime.engine.dialect.identifier_preparer.quote(_asked(runtime, "SELECT current_database()"))
    try:
        _asked(runtime, f"ALTER DATABASE {name} SET log_statement = 'all'")
        path = _log_file(runtime)
        begin = path.stat().st_size
    except (DBAPIError, OSError):
        return None
    runtime.engine.dispose()  # a setting of the database holds for new connections
    call = token_hex(16)
    _asked(runtime, f"SELECT '{call}'")
    fresh = _grown(path, begin)
    return fresh if call.encode() in fresh() else None


def _log_file(runtime: Runtime) -> Path:
    """Where the server says; else the file behind its standard error, as Debian starts it."""
    folder = Path(_asked(runtime, "SHOW data_directory"))
    said = _asked(runtime, "SELECT pg_current_logfile()")
    if said:
        return folder / said
    number = (folder / "postmaster.pid").read_text().split()[0]
    return Path(f"/proc/{number}/fd/2").readlink()


def _grown(path: Path, begin: int) -> Fresh:
    def fresh() -> bytes:
        nonlocal begin
        with path.open("rb") as stream:
            stream.seek(begin)
            content = stream.read()
        begin += len(content)
        return content

    return fresh
