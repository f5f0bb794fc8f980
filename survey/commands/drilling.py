"""Does the newest backup come back? It is put into a scratch database, brought up to date and looked at.

The installation itself is neither read nor changed: database, keys and folders of the drill are its own, and
are gone at its end. The keys are new ones, so no waiting answer could be opened there.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time
from pathlib import Path

import click
from sqlalchemy import Engine, delete, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError

from survey import database_fault, migrating
from survey.backups import backing_up, proving, replacing, restoring, shelving, unsealing
from survey.backups.proving import Proof
from survey.clock import SimulatedClock
from survey.db import as_owner, make_engine, reading, transaction
from survey.keys.model import Installation
from survey.practice.declaring import practices
from survey.runtime import Runtime, open_runtime
from survey.settings import Settings

SCRATCH = ".drill-"
#: What a scratch database on a server is called, before the name of the real one.
DATABASE = "drill_of_"
#: Longer names PostgreSQL cuts off.
LONGEST_NAME = 63


class DrillFailed(click.ClickException):
    """The backup did not come back; the text says where it stopped."""


@dataclass(frozen=True)
class Drilled:
    """What came back."""

    night: date
    tables: int
    practices: int
    revision: str


def drill(settings: Settings, folder: Path, key: Path | None) -> Drilled:
    """Try the newest backup in a folder. Raises DrillFailed, CannotBackUp, NotABackup, NoBackupKey,
    CannotRestore."""
    try:
        made = shelving.made(folder)
    except OSError as trouble:
        raise DrillFailed(f"The folder {folder} cannot be read: {trouble.strerror}.") from None
    if not made:
        raise DrillFailed(f"There is no backup in {folder}.")
    newest = made[-1]
    with backing_up.alone(settings), unsealing.opened(settings, newest.path, key) as backup:
        proof = proving.prove(backup.path)
        if backup.manifest is not None:
            backup.manifest.require(proof.rows)
        try:
            with _scratch(settings, proof.dialect) as place:
                _load(place, backup.path, proof)
                opened = _look(place, newest.day)
        except DBAPIError as trouble:
            raise DrillFailed(f"The drill stopped. {database_fault.sentence(trouble)}") from None
    return Drilled(newest.day, len(proof.rows), opened, proof.revision)


@contextmanager
def _scratch(settings: Settings, dialect: str) -> Iterator[Settings]:
    """Settings of an installation of its own, gone at the end; what a killed drill left goes first."""
    settings.data.mkdir(mode=0o700, parents=True, exist_ok=True)
    for left in settings.data.glob(f"{SCRATCH}*"):
        shutil.rmtree(left)
    with tempfile.TemporaryDirectory(prefix=SCRATCH, dir=settings.data) as name:
        place = Settings(
            instance=Path(name) / "instance",
            keys=Path(name) / "keys",
            surveys_config=settings.surveys_config,
            mail="folder",
        )
        place.data.mkdir(mode=0o700, parents=True)
        if dialect == "sqlite":
            yield place
        else:
            with _database(settings) as database:
                owner = settings.owner_database_url and _named(settings.owner_database_url, database)
                yield replace(
                    place, database_url=_named(settings.database, database), owner_database_url=owner
                )


@contextmanager
def _database(settings: Settings) -> Iterator[str]:
    """The name of a new database on the server, which every drill of this installation has."""
    address = make_url(settings.database)
    if address.get_backend_name() != "postgresql":
        raise DrillFailed("The backup is of PostgreSQL, and database_url names no server to try it on.")
    name, engine = f"{DATABASE}{address.database}"[:LONGEST_NAME], make_engine(settings)
    try:
        with as_owner(settings, engine) as owner:
            _order(owner, "DROP DATABASE IF EXISTS", name)  # of a drill that was killed
            _order(owner, "CREATE DATABASE", name)
            try:
                yield name
            finally:
                _order(owner, "DROP DATABASE IF EXISTS", name)
    finally:
        engine.dispose()


def _order(owner: Engine, order: str, name: str) -> None:
    """An order about a whole database, which is given outside any transaction."""
    quoted = owner.dialect.identifier_preparer.quote(name)
    ending = " WITH (FORCE)" if order.startswith("DROP") else ""
    try:
        with owner.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text(f"{order} {quoted}{ending}"))
    except DBAPIError as trouble:
        if getattr(trouble.orig, "sqlstate", "") != migrating.NOT_THE_OWNER:
            raise
        raise DrillFailed(
            "The role of the database may not make a scratch database. Give it the right for the drill: "
            "ALTER ROLE … CREATEDB"
        ) from None


def _named(address: str, database: str) -> str:
    return make_url(address).set(database=database).render_as_string(hide_password=False)


def _load(place: Settings, file: Path, proof: Proof) -> None:
    """Put the backup there, as ``restore`` does, and tie it to the new keys."""
    if proof.dialect == "sqlite":
        shutil.copyfile(file, place.data / "afterword.sqlite3")
    engine = make_engine(place)
    try:
        with as_owner(place, engine) as owner:
            if proof.dialect == "postgresql":
                replacing.replace_in_server(owner, file, rows=proof.rows)
            with transaction(owner) as db:
                db.execute(delete(Installation))
    finally:
        engine.dispose()


def _look(place: Settings, night: date) -> int:
    """Bring the schema up to date, settle what a restored database needs, open pages of each practice;
    returns how many practices there are."""
    now = datetime.combine(night, time(hour=12), tzinfo=UTC)
    runtime = open_runtime(place, SimulatedClock(now))
    try:
        with reading(runtime.engine) as db:
            everyone = practices(db)
        for practice in everyone:
            restoring.settle(runtime, practice.id)
        _open_pages(runtime, ["/staff/sign-in", *(f"/s/{each.slug}/kept/en" for each in everyone)])
    finally:
        runtime.engine.dispose()
    return len(everyone)


def _open_pages(runtime: Runtime, paths: list[str]) -> None:
    from survey.app import make_app  # no other command needs the pages

    client = make_app(runtime).test_client()
    for path in paths:
        answer = client.get(path)
        if answer.status_code != 200:
            raise DrillFailed(f"The backup came back, but its page {path} answers {answer.status_code}.")
