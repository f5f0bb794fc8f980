"""Is a file a whole backup, of a schema this program knows? Reads only, and no key.

A backup that cannot be read is found before anything is replaced by it, never afterwards.
"""

from __future__ import annotations

import json
import sqlite3
import subprocess
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

import click
from sqlalchemy import func, select, table
from sqlalchemy.dialects import sqlite

from survey import migrating
from survey.settings import environment_for_tool

SQLITE, POSTGRES = b"SQLite format 3\x00", b"PGDMP"
TABLES = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%'"
INSTALLATION = "SELECT hex(generation), hex(contact_check) FROM installation"


class NotABackup(click.ClickException):
    """The file cannot be restored; the text says why. Nothing was changed."""

    def __init__(self, message: str) -> None:
        super().__init__(f"{message} Nothing was changed.")
        self.reason = message


@dataclass(frozen=True)
class Proof:
    """What a backup is of."""

    dialect: str
    revision: str
    generation: bytes
    contact_check: bytes
    #: How many rows each table has.
    rows: dict[str, int]


@dataclass(frozen=True)
class Manifest:
    """What a backup held when it was made; lies inside it, sealed."""

    rows: dict[str, int]

    def written(self) -> bytes:
        return json.dumps({"rows": self.rows}).encode("utf-8")

    @classmethod
    def read(cls, note: bytes) -> Manifest:
        """Raises ValueError for anything but what ``written`` gives."""
        try:
            return cls(rows=dict(json.loads(note)["rows"]))
        except (KeyError, TypeError):
            raise ValueError("not a manifest") from None

    def require(self, found: Mapping[str, int]) -> None:
        """Raises NotABackup where a table has other rows than it had."""
        for name in sorted({*self.rows, *found}):
            if self.rows.get(name) != found.get(name):
                raise NotABackup(
                    f"The table {name} does not hold the rows that it had when this backup was made; take an "
                    "older backup."
                )


def prove(file: Path) -> Proof:
    """Read the whole file, which must be of a schema that is known here. Raises NotABackup."""
    found = read(file)
    if found.revision not in migrating.revisions():
        raise NotABackup(
            f"{file} has schema {found.revision}, which this version of Afterword does not know. "
            "Install the version that wrote it, or a newer one."
        )
    return found


def read(file: Path) -> Proof:
    """Read the whole file once, of whichever schema. Raises NotABackup."""
    try:
        with file.open("rb") as opened:
            start = opened.read(16)
    except OSError as trouble:
        raise NotABackup(f"{file} cannot be read: {trouble.strerror}.") from None
    if start == SQLITE:
        return _read_sqlite(file)
    if start.startswith(POSTGRES):
        return _read_postgres(file)
    raise NotABackup(f"{file} is no backup of Afterword, or its beginning is damaged.")


def _read_sqlite(file: Path) -> Proof:
    try:
        with closing(sqlite3.connect(f"{file.resolve().as_uri()}?mode=ro&immutable=1", uri=True)) as opened:
            whole = opened.execute("PRAGMA integrity_check(1)").fetchone()
            stray = opened.execute("PRAGMA foreign_key_check").fetchone()
            if whole != ("ok",) or stray is not None:
                raise NotABackup(f"{file} is damaged; take an older backup.")
            (revision,) = opened.execute("SELECT version_num FROM alembic_version").fetchone()
            generation, check = opened.execute(INSTALLATION).fetchone()
            rows = {name: _count(opened, name) for (name,) in opened.execute(TABLES).fetchall()}
    except (sqlite3.DatabaseError, TypeError):  # TypeError: a table without its one row
        raise NotABackup(f"{file} is damaged or no backup of Afterword; take an older one.") from None
    return Proof("sqlite", revision, bytes.fromhex(generation), bytes.fromhex(check), rows)


def _count(opened: sqlite3.Connection, name: str) -> int:
    query = select(func.count()).select_from(table(name)).compile(dialect=sqlite.dialect())
    return int(opened.execute(str(query)).fetchone()[0])


def _read_postgres(file: Path) -> Proof:
    rows = _rows_of_dump(file)
    version, installation = _row(file, "alembic_version"), _row(file, "installation")
    try:
        generation, check = (
            bytes.fromhex(installation[name].rpartition("x")[2]) for name in ("generation", "contact_check")
        )
        return Proof("postgresql", version["version_num"], generation, check, rows)
    except (KeyError, ValueError):
        raise NotABackup(f"{file} is damaged or no backup of Afterword; take an older one.") from None


def _rows_of_dump(file: Path) -> dict[str, int]:
    """Read everything, one line at a time, and count the rows of each table."""
    rows: dict[str, int] = {}
    name = ""
    with _dumped(file, "--data-only") as lines:
        for line in lines:
            if name and line == b"\\.\n":
                name = ""
            elif name:
                rows[name] += 1
            elif line.startswith(b"COPY "):
                name = line.split(b" ")[1].decode("utf-8").rpartition(".")[2].strip('"')
                rows[name] = 0
    return rows


@contextmanager
def _dumped(file: Path, *options: str) -> Iterator[Iterable[bytes]]:
    """The lines that pg_restore makes of a dump. Raises NotABackup, at the end too."""
    command = ["pg_restore", "--file=-", *options, str(file)]
    try:
        with subprocess.Popen(
            command, env=environment_for_tool(), stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        ) as tool:
            assert tool.stdout is not None
            yield tool.stdout
    except FileNotFoundError:
        raise NotABackup("pg_restore is not installed here; install PostgreSQL's client programs.") from None
    if tool.returncode != 0:
        raise NotABackup(f"{file} is damaged, or newer than the pg_restore on this machine.")


def _row(file: Path, name: str) -> dict[str, str]:
    """The one row of a small table, by column, from the text of a dump."""
    with _dumped(file, "--data-only", f"--table={name}") as lines:
        words = b"".join(lines).decode("utf-8", "replace")
    for line, after in zip(words.splitlines(), words.splitlines()[1:], strict=False):
        if line.startswith("COPY ") and after != "\\.":
            columns = line.partition("(")[2].partition(")")[0].split(", ")
            return dict(zip(columns, after.split("\t"), strict=True))
    return {}
