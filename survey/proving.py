"""Is a file a whole backup, of a schema this program knows, and of this key folder? Reads only.

A backup that cannot be read is found before anything is replaced by it, never afterwards.
"""

from __future__ import annotations

import hmac
import sqlite3
import subprocess
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import click

from survey import migrating
from survey.keys import contact, matching
from survey.keys.files import KeyFiles
from survey.settings import environment_for_tool

SQLITE, POSTGRES = b"SQLite format 3\x00", b"PGDMP"
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


def prove(file: Path) -> Proof:
    """Read the whole file once. Raises NotABackup."""
    try:
        with file.open("rb") as opened:
            start = opened.read(16)
    except OSError as trouble:
        raise NotABackup(f"{file} cannot be read: {trouble.strerror}.") from None
    if start == SQLITE:
        found = _prove_sqlite(file)
    elif start.startswith(POSTGRES):
        found = _prove_postgres(file)
    else:
        raise NotABackup(f"{file} is no backup of Afterword, or its beginning is damaged.")
    if found.revision not in migrating.revisions():
        raise NotABackup(
            f"{file} has schema {found.revision}, which this version of Afterword does not know. "
            "Install the version that wrote it, or a newer one."
        )
    return found


def require_keys(proof: Proof, files: KeyFiles) -> None:
    """Raises NotABackup where the key folder belongs to another installation or lacks the contact key."""
    here = files.read(matching.GENERATION, 16) if files.exists(matching.GENERATION) else b""
    known = files.exists(contact.NAME) and hmac.compare_digest(
        contact.check_value(files), proof.contact_check
    )
    if here != proof.generation or not known:
        raise NotABackup(
            f"The keys in {files.root} do not belong to this backup. Put back contact.key and generation of "
            "the installation that it was made from, mode 0600, then run this again."
        )


def _prove_sqlite(file: Path) -> Proof:
    try:
        with closing(sqlite3.connect(f"{file.resolve().as_uri()}?mode=ro&immutable=1", uri=True)) as opened:
            whole = opened.execute("PRAGMA integrity_check(1)").fetchone()
            stray = opened.execute("PRAGMA foreign_key_check").fetchone()
            if whole != ("ok",) or stray is not None:
                raise NotABackup(f"{file} is damaged; take an older backup.")
            (revision,) = opened.execute("SELECT version_num FROM alembic_version").fetchone()
            generation, check = opened.execute(INSTALLATION).fetchone()
    except (sqlite3.DatabaseError, TypeError):  # TypeError: a table without its one row
        raise NotABackup(f"{file} is damaged or no backup of Afterword; take an older one.") from None
    return Proof("sqlite", revision, bytes.fromhex(generation), bytes.fromhex(check))


def _prove_postgres(file: Path) -> Proof:
    read_dump(file)
    version, installation = _row(file, "alembic_version"), _row(file, "installation")
    try:
        generation, check = (
            bytes.fromhex(installation[name].rpartition("x")[2]) for name in ("generation", "contact_check")
        )
        return Proof("postgresql", version["version_num"], generation, check)
    except (KeyError, ValueError):
        raise NotABackup(f"{file} is damaged or no backup of Afterword; take an older one.") from None


def read_dump(file: Path, *options: str) -> str:
    """What pg_restore makes of a dump; without options everything is read and nothing returned."""
    target = "-" if options else "/dev/null"
    command = ["pg_restore", f"--file={target}", *options, str(file)]
    try:
        done = subprocess.run(command, env=environment_for_tool(), capture_output=True, check=False)
    except FileNotFoundError:
        raise NotABackup("pg_restore is not installed here; install PostgreSQL's client programs.") from None
    if done.returncode != 0:
        raise NotABackup(f"{file} is damaged, or newer than the pg_restore on this machine.")
    return done.stdout.decode("utf-8", "replace")


def _row(file: Path, table: str) -> dict[str, str]:
    """The one row of a small table, by column, from the text of a dump."""
    words = read_dump(file, "--data-only", f"--table={table}")
    for line, after in zip(words.splitlines(), words.splitlines()[1:], strict=False):
        if line.startswith("COPY ") and after != "\\.":
            columns = line.partition("(")[2].partition(")")[0].split(", ")
            return dict(zip(columns, after.split("\t"), strict=True))
    return {}
