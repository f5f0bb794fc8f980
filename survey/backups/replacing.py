"""Put a backup in the place of the database: whole or not at all.

SQLite: made ready in a file beside the old one, then one rename. PostgreSQL: one transaction of the server.
Whatever goes wrong before that moment leaves the old database as it was. Nobody may be at work meanwhile.
"""

from __future__ import annotations

import json
import shutil
import sqlite3
import subprocess
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path

import click
from sqlalchemy import Engine, text
from sqlalchemy.engine import make_url

from survey.db import as_owner, make_engine
from survey.disk import sync
from survey.settings import Settings, environment_for_tool

AT_WORK = "Somebody is using the database. Stop every serve and work first, then run this again."
#: What SQLite says of a ruined database; that is why somebody restores.
DAMAGED = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_IOERR)
#: Whatever stands there goes; a newer schema has tables that the backup does not know.
EMPTY = """
DO $$ DECLARE name text; BEGIN
    FOR name IN SELECT quote_ident(tablename) FROM pg_tables WHERE schemaname = current_schema() LOOP
        EXECUTE 'DROP TABLE ' || name || ' CASCADE';
    END LOOP;
END $$;
"""
BEFORE = f"SET lock_timeout = '5s';\nBEGIN;\n{EMPTY}"
#: Every table has as many rows as the backup (psql's own variable holds the list, so nothing is pasted into
#: SQL), and in the same moment mail is switched off, so that no worker ever finds the old rows with it on.
AFTER = """
SELECT set_config('afterword.rows', :'rows', true);
DO $$ DECLARE name text; wanted bigint; found bigint; BEGIN
    FOR name, wanted IN SELECT key, value FROM json_each_text(current_setting('afterword.rows')::json) LOOP
        EXECUTE format('SELECT count(*) FROM public.%I', name) INTO found;
        IF found <> wanted THEN
            RAISE EXCEPTION 'the table % would not hold its rows', name;
        END IF;
    END LOOP;
END $$;
UPDATE public.practice SET sending = false;
COMMIT;
"""
OTHERS = """
    SELECT count(*) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'
"""


class CannotRestore(click.ClickException):
    """The backup was not put in place; the text says why. The old database is as it was."""

    def __init__(self, message: str) -> None:
        super().__init__(f"{message} The database is as it was.")


def is_used(settings: Settings) -> bool:
    """Whether there is a practice, or something unreadable, that a restore would replace."""
    url = make_url(settings.database)
    if url.get_backend_name() == "sqlite":
        return _is_used_file(Path(str(url.database)))
    engine = make_engine(settings)
    try:
        with as_owner(settings, engine) as owner, owner.connect() as connection:
            if connection.scalar(text("SELECT to_regclass('practice')")) is None:
                return False
            return bool(connection.scalar(text("SELECT count(*) FROM practice")))
    finally:
        engine.dispose()


def _is_used_file(path: Path) -> bool:
    if not path.exists() or path.stat().st_size == 0:
        return False
    try:
        with closing(sqlite3.connect(path)) as opened:
            tables = {name for (name,) in opened.execute("SELECT name FROM sqlite_master")}
            return "practice" in tables and opened.execute("SELECT 1 FROM practice").fetchone() is not None
    except sqlite3.DatabaseError:
        return True


def replace_file(target: Path, backup: Path, make_ready: Callable[[Path], None]) -> None:
    """SQLite: ``make_ready`` gets the copy and closes it before it takes the place of ``target``."""
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        with _alone(target), tempfile.TemporaryDirectory(prefix=".restoring-", dir=target.parent) as scratch:
            copy = Path(scratch) / target.name
            shutil.copyfile(backup, copy)
            copy.chmod(0o600)
            make_ready(copy)
            _one_file(copy)
            sync(copy)
            copy.replace(target)
            sync(target.parent)
    except OSError as trouble:
        raise CannotRestore(f"{target} could not be written: {trouble.strerror}.") from None


@contextmanager
def _alone(target: Path) -> Iterator[None]:
    """Keep everybody out of the old database; its write-ahead log is taken in, so that none is left over
    which the new one would take for its own."""
    if not target.exists():
        yield
        return
    with closing(sqlite3.connect(target, timeout=1, isolation_level=None)) as opened:
        try:
            opened.execute("PRAGMA journal_mode=DELETE")
            opened.execute("BEGIN EXCLUSIVE")
        except sqlite3.DatabaseError as trouble:
            code = trouble.sqlite_errorcode & 0xFF
            if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
                raise CannotRestore(AT_WORK) from None
            if code not in DAMAGED:
                raise CannotRestore(f"{target} cannot be opened: {trouble}.") from None
            for ending in ("-wal", "-shm"):
                target.with_name(target.name + ending).unlink(missing_ok=True)
        yield


def _one_file(copy: Path) -> None:
    with closing(sqlite3.connect(copy, isolation_level=None)) as opened:
        opened.execute("PRAGMA journal_mode=DELETE")


def replace_in_server(owner: Engine, backup: Path, *, rows: Mapping[str, int]) -> None:
    """PostgreSQL: empty the schema, load the dump, pause all mail, in one transaction."""
    with owner.connect() as connection:
        alone = connection.scalar(text(OTHERS)) == 0
    owner.dispose()
    if not alone:
        raise CannotRestore(AT_WORK)
    url = make_url(owner.url).set(drivername="postgresql")
    password = url.password or url.query.get("password")
    address = url.set(password=None).difference_update_query(["password"]).render_as_string()
    more = {"PGPASSWORD": str(password)} if password else {}
    command = [
        "psql",
        "--no-psqlrc",
        "--quiet",
        "--no-password",
        "--set=ON_ERROR_STOP=1",
        "--output=/dev/null",
        f"--set=rows={json.dumps(rows)}",
    ]
    with tempfile.TemporaryFile() as said:
        try:
            psql = subprocess.Popen(
                [*command, f"--dbname={address}"],
                env=environment_for_tool(**more),
                stdin=subprocess.PIPE,
                stderr=said,
            )
        except FileNotFoundError:
            raise CannotRestore("psql is not installed here; install PostgreSQL's client programs.") from None
        whole = _feed(psql, backup)
        if psql.wait() != 0 or not whole:
            said.seek(0)
            words = said.read().decode("utf-8", "replace").splitlines()
            first = next((each for each in words if "ERROR:" in each), (words or ["psql stopped"])[0])
            raise CannotRestore(
                f"The server did not take the backup in: {first.partition('ERROR:')[2] or first}."
            )


def _feed(psql: subprocess.Popen[bytes], backup: Path) -> bool:
    """Only where the dump was read to its end is the word said that makes it last; True if it was."""
    assert psql.stdin is not None
    command = ["pg_restore", "--clean", "--if-exists", "--file=-", str(backup)]
    try:
        with (
            psql.stdin as words,
            subprocess.Popen(command, env=environment_for_tool(), stdout=subprocess.PIPE) as dump,
        ):
            assert dump.stdout is not None
            words.write(BEFORE.encode())
            shutil.copyfileobj(dump.stdout, words)
            whole = dump.wait() == 0
            words.write(AFTER.encode() if whole else b"")
            return whole
    except BrokenPipeError:  # psql stopped at an error and says so
        return False
