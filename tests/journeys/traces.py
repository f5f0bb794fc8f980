"""A thief's search: every byte that an installation left on disk or in its database, for a text in any dress.

Looks at files as bytes, so that deleted rows, free pages and logs are searched too; on PostgreSQL at every
value of every column and, where the server's folder can be read, at its heap and its write-ahead log.
"""

from __future__ import annotations

import base64
import logging
import mmap
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import select, text

from survey.db import as_owner
from survey.migrations.tables import METADATA
from survey.runtime import Runtime

LOG = "everything.log"


def dresses(marker: str | bytes) -> tuple[bytes, ...]:
    """The ways in which a text or a key may stand somewhere: plain, wide, hex, base64 at each offset."""
    plain = marker.encode("utf-8") if isinstance(marker, str) else marker
    cut = tuple(base64.b64encode(b"x" * skip + plain)[4:-4] for skip in range(3))
    coded = (plain, plain.hex().encode("ascii"), *cut)
    if isinstance(marker, bytes):
        return coded
    return (*coded, marker.upper().encode("utf-8"), marker.encode("utf-16-le"))


def traces(runtime: Runtime, marker: str | bytes, *, aside: tuple[Path, ...] = ()) -> list[str]:
    """Where the marker is found; ``aside`` are folders in which it may stand (the patients' own mailbox)."""
    found = [*_in_files(runtime, marker, aside)]
    if runtime.engine.dialect.name == "postgresql":
        found += [*_in_values(runtime, marker), *_in_server_files(runtime, marker)]
    return found


@contextmanager
def everything_logged(runtime: Runtime) -> Iterator[None]:
    """Every library writes down all it ever would, into a file of the instance folder."""
    root, before = logging.getLogger(), logging.getLogger().level
    handler = logging.FileHandler(runtime.settings.instance / LOG, encoding="utf-8")
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    try:
        yield
    finally:
        root.removeHandler(handler)
        root.setLevel(before)
        handler.close()


def _in_files(runtime: Runtime, marker: str | bytes, aside: tuple[Path, ...]) -> Iterator[str]:
    settings = runtime.settings
    for folder in (settings.instance, settings.keys):
        for path in sorted(folder.rglob("*")):
            if path.is_file() and not any(each in path.parents for each in aside):
                content = path.read_bytes()
                if any(dress in content or dress in path.name.encode() for dress in dresses(marker)):
                    yield str(path.relative_to(settings.instance.parent))


def _in_values(runtime: Runtime, marker: str | bytes) -> Iterator[str]:
    with as_owner(runtime.settings, runtime.engine) as owner, owner.connect() as connection:
        for table in METADATA.sorted_tables:
            for row in connection.execute(select(table)):
                for column, value in row._mapping.items():
                    content = bytes(value) if isinstance(value, bytes | memoryview) else str(value).encode()
                    if any(dress in content for dress in dresses(marker)):
                        yield f"{table.name}.{column}"


def server_folder(runtime: Runtime) -> Path | None:
    """Where the PostgreSQL server keeps its files, or None where that is out of our reach."""
    with as_owner(runtime.settings, runtime.engine) as owner, owner.connect() as connection:
        folder = Path(str(connection.scalar(text("SHOW data_directory"))))
    return folder if os.access(folder / "base", os.R_OK | os.X_OK) else None


def _in_server_files(runtime: Runtime, marker: str | bytes) -> Iterator[str]:
    folder = server_folder(runtime)
    if folder is None:
        return
    outside = {"isolation_level": "AUTOCOMMIT", "writing": None}
    with (
        as_owner(runtime.settings, runtime.engine) as owner,
        owner.connect().execution_options(**outside) as connection,
    ):
        connection.execute(text("CHECKPOINT"))
        number = connection.scalar(text("SELECT oid FROM pg_database WHERE datname = current_database()"))
    for place in (folder / "base" / str(number), folder / "pg_wal"):
        try:
            paths = [path for path in sorted(place.iterdir()) if path.is_file()]
        except OSError:
            continue
        for path in paths:
            if _holds(path, dresses(marker)):
                yield str(path.relative_to(folder))


def _holds(path: Path, wanted: tuple[bytes, ...]) -> bool:
    try:
        with path.open("rb") as stream, mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ) as content:
            return any(content.find(each) >= 0 for each in wanted)
    except (OSError, ValueError):  # gone meanwhile, or empty
        return False
