"""Fixtures that everybody uses: an installation on each database, a practice, a clock that stands still."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from argon2 import PasswordHasher
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Table, text

from survey import migrating
from survey.app import make_app
from survey.clock import SimulatedClock
from survey.db import make_engine
from survey.migrations.tables import METADATA
from survey.practice import passwords
from survey.practice.model import Practice
from survey.runtime import Runtime, open_runtime
from survey.settings import Settings, load_settings
from tests import builders
from tests.services import postgres_database

#: Tables that most others refer to, the referring ones first.
REFERRED_TO = ("cell", "clinician", "practice")
WRITTEN = """
    SELECT relname FROM pg_class
    WHERE relkind = 'r' AND relnamespace = current_schema()::regnamespace AND pg_relation_size(oid) > 0
"""


@pytest.fixture(autouse=True, scope="session")
def _quick_passwords() -> Iterator[None]:
    """Hashes at the least cost there is; the shipped cost is tested in tests/practice/test_admitting.py."""
    quick = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(passwords, "_hasher", lambda: quick)
        yield


@pytest.fixture
def clock() -> SimulatedClock:
    """Monday 2026-03-02, ten in the morning in New York."""
    return SimulatedClock(datetime(2026, 3, 2, 15, 0, tzinfo=UTC))


@pytest.fixture(scope="session")
def empty_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file to copy."""
    folder = tmp_path_factory.mktemp("empty")
    settings = load_settings({}, instance=folder / "instance", keys=folder / "keys")
    settings.data.mkdir(parents=True)
    engine = make_engine(settings)
    migrating.upgrade(engine)
    engine.dispose()
    return settings.data / "afterword.sqlite3"


@pytest.fixture(scope="session")
def empty_postgres() -> Iterator[str]:
    """Address of a migrated PostgreSQL database for this run."""
    with postgres_database() as address:
        engine = make_engine(load_settings({}, database_url=address))
        migrating.upgrade(engine)
        engine.dispose()
        yield address


@pytest.fixture(params=["sqlite", "postgres"])
def settings(request: pytest.FixtureRequest, tmp_path: Path) -> Settings:
    """Settings of a clean installation, once on each database."""
    if request.param == "postgres":
        address = request.getfixturevalue("empty_postgres")
        _empty(address)
        return load_settings({}, database_url=address, **_places(tmp_path))
    return _on_sqlite(tmp_path, request.getfixturevalue("empty_sqlite"))


@pytest.fixture
def sqlite_runtime(tmp_path: Path, empty_sqlite: Path, clock: SimulatedClock) -> Iterator[Runtime]:
    """An opened installation on SQLite, for promises of SQLite alone or where one database is enough."""
    opened = open_runtime(_on_sqlite(tmp_path, empty_sqlite), clock)
    yield opened
    opened.engine.dispose()


@pytest.fixture
def runtime(settings: Settings, clock: SimulatedClock) -> Iterator[Runtime]:
    """An opened installation on the simulated clock."""
    opened = open_runtime(settings, clock)
    yield opened
    opened.engine.dispose()


@pytest.fixture
def practice(runtime: Runtime) -> Practice:
    """Riverside Practice with the default instrument published and its pools open."""
    return builders.make_practice(runtime)


@pytest.fixture
def app(runtime: Runtime) -> Flask:
    return make_app(runtime)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


def _places(folder: Path) -> dict[str, object]:
    return {"instance": folder / "instance", "keys": folder / "keys", "mail": "folder"}


def _on_sqlite(folder: Path, template: Path) -> Settings:
    settings = load_settings({}, **_places(folder))
    settings.data.mkdir(parents=True)
    shutil.copy(template, settings.data / "afterword.sqlite3")
    return settings


def _empty(address: str) -> None:
    """No row and, but for the few tables that everything refers to, no byte of a row of the test before.

    Emptying a table costs a new file for it and each of its indexes, so it is done to those that were used.
    """
    engine = make_engine(load_settings({}, database_url=address))
    with engine.begin() as connection:
        written = set(connection.scalars(text(WRITTEN)))
        used = [t for t in METADATA.sorted_tables if t.name in written and t.name not in REFERRED_TO]
        names = {name for table in used for name in _with_what_refers_to(table)}
        if names:
            connection.exec_driver_sql("TRUNCATE " + ", ".join(sorted(names)))
        for name in REFERRED_TO:
            connection.exec_driver_sql(f"DELETE FROM {name}")
    engine.dispose()


def _with_what_refers_to(table: Table) -> set[str]:
    """The table and every table with a foreign key to it, over any number of steps."""
    found = {table.name}
    for other in METADATA.sorted_tables:  # a table comes after those it refers to
        if any(key.column.table.name in found for key in other.foreign_keys):
            found.add(other.name)
    return found
