"""PostgreSQL's second wall: what a forgotten condition in a query shows, where the role owns no table."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import Connection, Engine, func, select, text
from sqlalchemy.exc import ProgrammingError

from survey.commands import doctor
from survey.db import insert_once, reading, transaction
from survey.migrating import admit
from survey.migrations.tables import METADATA
from survey.migrations.wall import OUTSIDE, OWN
from survey.practice.model import Clinician, Practice
from survey.responses.model import Spent
from survey.runtime import Runtime, open_runtime
from survey.settings import SettingsError
from tests import builders

ON_POSTGRES = pytest.mark.parametrize("settings", ["postgres"], indirect=True)
WALLED = """
    SELECT tablename FROM pg_policies JOIN pg_class ON pg_class.oid = tablename::regclass
    WHERE schemaname = current_schema() AND policyname = 'own_practice' AND cmd = 'ALL' AND relrowsecurity
        AND qual = with_check AND qual LIKE '%practice_id = %app.practice_id%'
"""


@pytest.fixture
def neighbours(runtime: Runtime, practice: Practice) -> tuple[Practice, Practice]:
    """Two practices of one installation, each with a clinician."""
    harbour = builders.make_practice(runtime, slug="harbour", name="Harbour Practice")
    builders.make_clinician(runtime, practice, "Ana Ortiz")
    builders.make_clinician(runtime, harbour, "Hana Berg")
    return practice, harbour


def bare(engine: Engine) -> set[str]:
    """Tables of practices that are not behind the wall and should be."""
    with engine.connect() as connection:
        walled = set(connection.scalars(text(WALLED)))
    return {
        table.name
        for table in METADATA.sorted_tables
        if "practice_id" in table.columns and table.name not in walled | OUTSIDE
    }


@ON_POSTGRES
def test_every_table_of_a_practice_is_behind_the_wall(owned: Runtime) -> None:
    assert bare(owned.engine) == set()


@ON_POSTGRES
@pytest.mark.parametrize(
    ("hole", "mend"),
    [
        ("ALTER TABLE comment DISABLE ROW LEVEL SECURITY", "ALTER TABLE comment ENABLE ROW LEVEL SECURITY"),
        (
            "ALTER POLICY own_practice ON comment USING (true)",
            f"ALTER POLICY own_practice ON comment USING ({OWN})",
        ),
    ],
)
def test_a_hole_in_the_wall_would_be_noticed(owned: Runtime, hole: str, mend: str) -> None:
    with owned.engine.begin() as connection:
        connection.execute(text(hole))
    try:
        assert bare(owned.engine) == {"comment"}
    finally:
        with owned.engine.begin() as connection:
            connection.execute(text(mend))
    assert bare(owned.engine) == set()


def names(connection: Connection) -> list[str]:
    """A query that forgot its condition."""
    return list(connection.scalars(select(Clinician.name).order_by(Clinician.name)))


@ON_POSTGRES
def test_a_query_without_its_condition_sees_one_practice_or_none(
    runtime: Runtime, neighbours: tuple[Practice, Practice]
) -> None:
    riverside, harbour = neighbours
    with runtime.engine.connect() as connection:
        assert names(connection) == []
    for practice, seen in ((riverside, ["Ana Ortiz"]), (harbour, ["Hana Berg"])):
        with reading(runtime.engine, practice.id) as db:
            assert names(db.connection()) == seen
    with runtime.engine.connect() as connection:
        assert names(connection) == [], "the practice of one transaction is not that of the next"


@ON_POSTGRES
def test_for_the_owner_of_the_tables_there_is_no_wall(
    owned: Runtime, neighbours: tuple[Practice, Practice]
) -> None:
    """The broken variant: one role for everything. The doctor says so where there are several practices."""
    with reading(owned.engine, neighbours[0].id) as db:
        assert names(db.connection()) == ["Ana Ortiz", "Hana Berg"]
    assert any("owner_database_url" in complaint for complaint in doctor.examine(owned.settings))


@ON_POSTGRES
def test_nothing_is_written_for_another_practice(
    runtime: Runtime, neighbours: tuple[Practice, Practice]
) -> None:
    riverside, harbour = neighbours
    with (
        pytest.raises(ProgrammingError, match="row-level security"),
        transaction(runtime.engine, riverside.id) as db,
    ):
        insert_once(db, Spent, practice_id=harbour.id, tag=b"t" * 16, issue_week=1)
    with transaction(runtime.engine, riverside.id) as db:
        db.execute(text("UPDATE clinician SET name = 'somebody else'"))
    with reading(runtime.engine, harbour.id) as db:
        assert db.scalars(select(Clinician.name)).all() == ["Hana Berg"]


@ON_POSTGRES
def test_the_role_is_let_in_once_and_into_new_tables(runtime: Runtime, owned: Runtime) -> None:
    with owned.engine.begin() as connection:
        connection.execute(text("CREATE TABLE later (id INTEGER PRIMARY KEY)"))
    try:
        with pytest.raises(ProgrammingError, match="permission denied"), runtime.engine.begin() as connection:
            connection.execute(text("INSERT INTO later VALUES (1)"))
        admit(owned.engine, runtime.engine)
        with runtime.engine.begin() as connection:
            connection.execute(text("INSERT INTO later VALUES (1)"))
    finally:
        with owned.engine.begin() as connection:
            connection.execute(text("DROP TABLE later"))


@ON_POSTGRES
def test_a_worker_that_cannot_renew_the_tables_does_not_start(runtime: Runtime) -> None:
    alone = replace(runtime.settings, owner_database_url="", role="worker")
    with pytest.raises(SettingsError, match="owner_database_url"):
        open_runtime(alone)


def test_on_sqlite_the_queries_own_conditions_are_the_wall(sqlite_runtime: Runtime) -> None:
    practice = builders.make_practice(sqlite_runtime)
    with reading(sqlite_runtime.engine, practice.id) as db:
        assert db.scalar(select(func.count()).select_from(Practice)) == 1
    assert not [each for each in doctor.examine(sqlite_runtime.settings) if "owner_database_url" in each]
