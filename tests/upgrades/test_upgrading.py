"""A database of each schema that is kept here comes up to date whole, and its pages say what they said."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Engine, MetaData, Table, delete, func, insert, select

from survey import migrating
from survey.app import make_app
from survey.clock import SimulatedClock
from survey.db import make_engine, reading, transaction
from survey.keys.model import Installation
from survey.migrations.tables import METADATA
from survey.practice.model import Practice, Staff
from survey.releases.model import Atom, Comment, Tally
from survey.responses.model import Pool, Spent
from survey.runtime import Runtime, open_runtime
from survey.settings import Settings, load_settings
from tests.services import postgres_database
from tests.upgrades.making import populate
from tests.web import desk

FILES = sorted(Path(__file__).parent.glob("*.sql"))
APRIL = datetime(2026, 4, 20, 15, 0, tzinfo=UTC)
#: What every kept database holds, by table.
HELD = (Practice, Staff, Atom, Tally, Comment, Pool, Spent)


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.slow)])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Settings]:
    """Settings of an installation whose database is empty yet."""
    where: dict[str, Any] = {"instance": tmp_path / "instance", "keys": tmp_path / "keys", "mail": "folder"}
    if request.param == "sqlite":
        (tmp_path / "instance" / "data").mkdir(parents=True)
        yield load_settings({}, **where)
        return
    with postgres_database() as address:
        yield load_settings({}, database_url=address, **where)


def load(file: Path, settings: Settings) -> dict[str, int]:
    """Put a kept database there as it was; returns the rows of each table that every one holds."""
    words = file.read_text(encoding="utf-8")
    if settings.database_url:
        with closing(sqlite3.connect(":memory:")) as kept:
            kept.executescript(words)
            kept.row_factory = sqlite3.Row
            _carry_over(kept, settings, schema=file.stem)
    else:
        with closing(sqlite3.connect(settings.data / "afterword.sqlite3")) as opened:
            opened.executescript(words)
    engine = make_engine(settings)
    try:
        with transaction(engine) as db:
            db.execute(delete(Installation))  # it is tied to keys that are not kept
        return rows(engine)
    finally:
        engine.dispose()


def _carry_over(kept: sqlite3.Connection, settings: Settings, *, schema: str) -> None:
    """PostgreSQL: the same rows in a schema of that time."""
    engine, metadata = make_engine(settings), MetaData()
    try:
        command.upgrade(migrating.configuration(engine), schema)
        metadata.reflect(engine)
        with engine.begin() as connection:
            for table in metadata.sorted_tables:
                found = kept.execute(f'SELECT * FROM "{table.name}"').fetchall()
                content = [{name: _fit(table, name, row[name]) for name in row.keys()} for row in found]  # noqa: SIM118
                if content and table.name != "alembic_version":
                    connection.execute(insert(table), content)
    finally:
        engine.dispose()


def _fit(table: Table, name: str, value: Any) -> Any:
    """SQLite keeps days, instants and yes or no as text and numbers."""
    kind = table.c[name].type.python_type
    if value is not None and kind in (date, datetime):
        return kind.fromisoformat(value)
    return bool(value) if kind is bool else value


def rows(engine: Engine) -> dict[str, int]:
    with reading(engine) as db:
        tables = (each.__table__ for each in HELD)
        return {str(each): db.scalar(select(func.count()).select_from(each)) or 0 for each in tables}


def opened(settings: Settings) -> Runtime:
    return open_runtime(settings, SimulatedClock(APRIL))


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_it_comes_up_to_date_and_its_pages_say_what_they_said(file: Path, place: Settings) -> None:
    before = load(file, place)
    runtime = opened(place)
    try:
        assert migrating.revision(runtime.engine) == migrating.revisions()[0]
        assert (rows(runtime.engine), min(before.values()) > 0) == (before, True)
        with runtime.engine.connect() as connection:
            assert compare_metadata(MigrationContext.configure(connection), METADATA) == []
        assert amiss(runtime) == []
    finally:
        runtime.engine.dispose()


def amiss(runtime: Runtime) -> list[str]:
    """The pages of patients and of the owner that do not open, or do not say what was put in."""
    client = make_app(runtime).test_client()
    with reading(runtime.engine) as db:
        owner = db.scalars(select(Staff)).one()
    desk.enter(client, runtime, owner)
    pages = {
        "/s/riverside/after-visit-1/en": "Riverside Practice",
        "/staff/practice": "Ana Ortiz",
        "/staff/practice/comments": "The phone rang for ever.",
        "/staff/reports": "Q1",
        "/staff/people": "Olu Bello",
    }
    found = {path: client.get(path, follow_redirects=True) for path in pages}
    return [
        path
        for path, words in pages.items()
        if found[path].status_code != 200 or words not in found[path].text
    ]


def test_there_is_one_of_the_earliest_results_and_one_of_the_newest_release() -> None:
    assert {"0005", "0032"} <= {file.stem for file in FILES}


def test_what_is_made_now_could_be_looked_at_in_the_same_way(place: Settings) -> None:
    """So that the next release can be kept, too."""
    runtime = open_runtime(place, SimulatedClock(datetime(2026, 3, 2, 15, 0, tzinfo=UTC)))
    try:
        populate(runtime)
        assert amiss(runtime) == []
    finally:
        runtime.engine.dispose()


def test_rows_that_a_step_loses_would_be_noticed(place: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """The broken variant: a step that throws the comments away."""
    before = load(FILES[0], place)
    upgrade = migrating.upgrade

    def losing(engine: Engine) -> None:
        upgrade(engine)
        with transaction(engine) as db:
            db.execute(delete(Comment))

    monkeypatch.setattr(migrating, "upgrade", losing)
    runtime = opened(place)
    try:
        assert rows(runtime.engine) != before
        assert "/staff/practice/comments" in amiss(runtime)
    finally:
        runtime.engine.dispose()
