"""Fixtures that everybody uses: an installation on each database, a practice, a clock that stands still."""

from __future__ import annotations

import contextlib
import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from argon2 import PasswordHasher
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, Table, text
from sqlalchemy.orm import Session

from survey import db, migrating
from survey.app import make_app
from survey.clock import SimulatedClock
from survey.db import as_owner, make_engine
from survey.migrations.tables import METADATA
from survey.practice import passwords
from survey.practice.model import Practice
from survey.runtime import Runtime, open_runtime
from survey.settings import Settings, load_settings
from tests import builders
from tests.quickening import quick_applications
from tests.services import behind_wall, postgres_database, walled_role

TESTS = Path(__file__).parent
#: Tables that most others refer to, the referring ones first.
REFERRED_TO = ("cell", "clinician", "practice")
WRITTEN = """
    SELECT relname FROM pg_class
    WHERE relkind = 'r' AND relnamespace = current_schema()::regnamespace AND pg_relation_size(oid) > 0
"""


@dataclass(frozen=True)
class Served:
    """The run's PostgreSQL database: as its owner, its address, and the same behind row-level security."""

    engine: Engine
    address: str
    walled: str

    def empty(self) -> None:
        """No row and, but for the few tables that everything refers to, no byte of a row of the test before.

        Emptying a table costs a new file for it and each of its indexes, so it is done to those that were
        used. No connection stays: a restore looks whether anybody else is there.
        """
        with self.engine.begin() as connection:
            written = set(connection.scalars(text(WRITTEN)))
            used = [t for t in METADATA.sorted_tables if t.name in written and t.name not in REFERRED_TO]
            names = {name for table in used for name in _with_what_refers_to(table)}
            if names:
                connection.exec_driver_sql("TRUNCATE " + ", ".join(sorted(names)))
            for name in REFERRED_TO:
                connection.exec_driver_sql(f"DELETE FROM {name}")
        self.engine.dispose()


@pytest.fixture(autouse=True, scope="session")
def _quick_passwords() -> Iterator[None]:
    """Hashes at the least cost there is; the shipped cost is tested in tests/practice/test_admitting.py."""
    quick = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(passwords, "_hasher", lambda: quick)
        yield


@pytest.fixture(autouse=True, scope="session")
def _quick_applications() -> Iterator[None]:
    with quick_applications():
        yield


@pytest.fixture(autouse=True, scope="session")
def _tests_see_every_row() -> Iterator[None]:
    """On PostgreSQL the product's roles see one practice at a time. A test that names none steps before the
    wall; the product's own code never does."""
    real = db._set_practice

    def set_practice(session: Session, practice_id: int | None) -> None:
        if practice_id is None and session.get_bind().dialect.name == "postgresql" and _asked_by_a_test():
            session.execute(text("SET LOCAL ROLE NONE"))
        real(session, practice_id)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(db, "_set_practice", set_practice)
        yield


def _asked_by_a_test() -> bool:
    """Whether the code that opened the transaction is a test's or an attack's."""
    passed = {db.__file__, contextlib.__file__, __file__}
    frame = sys._getframe()
    while frame.f_code.co_filename in passed and frame.f_back is not None:
        frame = frame.f_back
    asking = Path(frame.f_code.co_filename)
    return any(asking.is_relative_to(folder) for folder in (TESTS, TESTS.parent / "survey" / "attacks"))


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
def empty_postgres() -> Iterator[Served]:
    """A migrated PostgreSQL database for this run."""
    with postgres_database() as address:
        engine = make_engine(load_settings({}, database_url=address))
        migrating.upgrade(engine)
        with walled_role(address) as role:
            yield Served(engine, address, behind_wall(address, role))
        engine.dispose()


@pytest.fixture(params=["sqlite", "postgres"])
def settings(request: pytest.FixtureRequest, tmp_path: Path) -> Settings:
    """Settings of a clean installation, once on each database."""
    if request.param == "postgres":
        served: Served = request.getfixturevalue("empty_postgres")
        served.empty()
        return load_settings(
            {}, database_url=served.walled, owner_database_url=served.address, **_places(tmp_path)
        )
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
def owned(runtime: Runtime) -> Iterator[Runtime]:
    """The same installation as the role that owns the tables; on SQLite there are no roles."""
    address = runtime.settings.owner_database_url
    settings = replace(runtime.settings, database_url=address, owner_database_url="")
    with as_owner(runtime.settings, runtime.engine) as engine:
        yield replace(runtime, engine=engine, settings=settings)


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


def _with_what_refers_to(table: Table) -> set[str]:
    """The table and every table with a foreign key to it, over any number of steps."""
    found = {table.name}
    for other in METADATA.sorted_tables:  # a table comes after those it refers to
        if any(key.column.table.name in found for key in other.foreign_keys):
            found.add(other.name)
    return found
