"""A whole copy of the database in one file, by the database's own means. Never a key, never a changed row."""

from __future__ import annotations

import subprocess
from pathlib import Path

import click
from sqlalchemy import Engine
from sqlalchemy.engine import make_url
from sqlalchemy.exc import OperationalError

from survey.settings import environment_for_tool


class CannotBackUp(click.ClickException):
    """No copy was made; the text says why and what to do."""


def copy(engine: Engine, unfinished: Path) -> None:
    """Into an empty file that is there. Raises CannotBackUp."""
    if engine.dialect.name == "sqlite":
        _copy_sqlite(engine, unfinished)
    else:
        _copy_postgres(engine, unfinished)


def _copy_sqlite(engine: Engine, unfinished: Path) -> None:
    """Live rows only, in the order of their keys: no page that was deleted, no write-ahead log."""
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT", writing=None) as connection:
        try:
            connection.exec_driver_sql("PRAGMA query_only=OFF")  # the pool's last user was a reader
            connection.exec_driver_sql("VACUUM INTO ?", (str(unfinished),))
        except OperationalError as trouble:
            raise CannotBackUp(f"The database could not be copied: {trouble.orig}.") from None


def _copy_postgres(engine: Engine, unfinished: Path) -> None:
    """What pg_dump reads in one snapshot. The password travels in the environment, never in a list of
    processes; the program's own settings do not travel at all."""
    url = make_url(engine.url).set(drivername="postgresql")
    password = url.password or url.query.get("password")
    address = url.set(password=None).difference_update_query(["password"])
    command = ["pg_dump", "--format=custom", "--no-password", f"--file={unfinished}"]
    command += [f"--dbname={address.render_as_string()}"]
    more = {"PGPASSWORD": str(password)} if password else {}
    try:
        done = subprocess.run(command, env=environment_for_tool(**more), capture_output=True, check=False)
    except FileNotFoundError:
        raise CannotBackUp("pg_dump is not installed here; install PostgreSQL's client programs.") from None
    if done.returncode != 0:
        said = done.stderr.decode("utf-8", "replace").splitlines()
        raise CannotBackUp(f"pg_dump could not copy the database: {said[0] if said else done.returncode}")
