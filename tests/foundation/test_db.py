"""The database keeps its safety settings on every connection, and reading cannot write."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from sqlalchemy import event, func, select, text
from sqlalchemy.exc import DBAPIError, StatementError

from survey import migrating
from survey.db import (
    PRAGMAS,
    UnsafeDatabase,
    insert_once,
    make_engine,
    reading,
    tidy_after_flush,
    transaction,
)
from survey.migrations.tables import METADATA
from survey.practice import recording
from survey.practice.model import AuditEntry, Practice, Staff
from survey.practice.second_factor_model import RecoveryCode, SecondFactor
from survey.responses.model import Spent
from survey.runtime import Runtime
from survey.settings import SettingsError, load_settings
from tests.web.desk import make_auditor, make_front_desk, make_owner


def test_every_connection_has_the_safety_settings(sqlite_runtime: Runtime) -> None:
    held = [sqlite_runtime.engine.connect() for _ in range(3)]
    for connection in held:
        for name, (_, expected) in PRAGMAS.items():
            assert connection.exec_driver_sql(f"PRAGMA {name}").scalar() == expected
        assert connection.exec_driver_sql("PRAGMA auto_vacuum").scalar() == 2
        connection.close()


def test_connections_that_were_needed_at_once_are_kept(runtime: Runtime) -> None:
    opened: list[object] = []
    event.listen(runtime.engine, "connect", lambda connection, _record: opened.append(connection))
    for _ in range(2):
        for held in [runtime.engine.connect() for _ in range(12)]:
            held.close()
    assert 0 < len(opened) <= 12


def test_a_refused_setting_stops_the_connection(
    sqlite_runtime: Runtime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(PRAGMAS, "synchronous", ("OFF", 2))
    engine = make_engine(sqlite_runtime.settings)
    with pytest.raises(UnsafeDatabase, match="refuses synchronous=2"):
        engine.connect()


def test_reading_cannot_write(runtime: Runtime, practice: Practice) -> None:
    with pytest.raises(DBAPIError), reading(runtime.engine, practice.id) as db:
        insert_once(db, Spent, practice_id=practice.id, tag=b"x" * 16, issue_week=1)
    with transaction(runtime.engine, practice.id) as db:
        assert insert_once(db, Spent, practice_id=practice.id, tag=b"x" * 16, issue_week=1)


def test_insert_once_says_whether_it_was_first(runtime: Runtime, practice: Practice) -> None:
    with transaction(runtime.engine, practice.id) as db:
        outcomes = [
            insert_once(db, Spent, practice_id=practice.id, tag=b"x" * 16, issue_week=1) for _ in "ab"
        ]
    assert outcomes == [True, False]


def test_an_error_leaves_nothing_behind(runtime: Runtime, practice: Practice) -> None:
    def cut() -> None:
        with transaction(runtime.engine, practice.id) as db:
            insert_once(db, Spent, practice_id=practice.id, tag=b"x" * 16, issue_week=1)
            raise RuntimeError("power cut")

    with pytest.raises(RuntimeError, match="power cut"):
        cut()
    with reading(runtime.engine, practice.id) as db:
        assert db.scalar(select(func.count()).select_from(Spent)) == 0


def test_errors_do_not_carry_values(runtime: Runtime) -> None:
    with pytest.raises(DBAPIError) as refused, transaction(runtime.engine) as db:
        insert_once(db, Spent, practice_id=1, tag=b"marker-of-a-person", issue_week=1)
    assert "marker-of-a-person" not in str(refused.value)


def test_naive_instants_are_refused(runtime: Runtime, practice: Practice) -> None:
    now = datetime(2026, 3, 2, 12, 0)  # noqa: DTZ001
    with pytest.raises((ValueError, StatementError)), transaction(runtime.engine) as db:
        db.add(
            AuditEntry(
                practice_id=practice.id,
                number=1,
                at=now,
                actor="a",
                action="b",
                subject="c",
                before=b"\0" * 32,
                digest=b"\0" * 32,
            )
        )


def test_instants_come_back_in_utc(runtime: Runtime, practice: Practice) -> None:
    now = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
    with transaction(runtime.engine) as db:
        recording.record(db, practice.id, actor="olu", action="sign in", subject="", now=now)
    with reading(runtime.engine) as db:
        assert db.scalars(select(AuditEntry.at)).all() == [now]


def test_tidying_truncates_what_was_deleted(runtime: Runtime, owned: Runtime, practice: Practice) -> None:
    marker = b"marker-in-a-page"
    with transaction(runtime.engine) as db:
        insert_once(db, Spent, practice_id=practice.id, tag=marker, issue_week=1)
    if runtime.engine.dialect.name == "sqlite":
        folder = runtime.settings.data
        assert any(marker in path.read_bytes() for path in folder.iterdir())
        with transaction(runtime.engine) as db:
            db.execute(text("DELETE FROM spent"))
            db.execute(
                text("CREATE TABLE bulk AS SELECT randomblob(9000) AS x FROM (VALUES (1), (2), (3), (4))")
            )
            db.execute(text("DROP TABLE bulk"))
        assert tidy_after_flush(runtime.engine)
        assert not any(marker in path.read_bytes() for path in folder.iterdir())
        with runtime.engine.connect() as connection:
            assert connection.exec_driver_sql("PRAGMA freelist_count").scalar() == 0
    else:
        assert tidy_after_flush(owned.engine)


def test_an_unknown_database_is_named() -> None:
    with pytest.raises(SettingsError, match="only SQLite and PostgreSQL"):
        make_engine(load_settings({}, database_url="mysql://localhost/x"))
    with pytest.raises(SettingsError, match="not a database address"):
        make_engine(load_settings({}, database_url="what"))


def test_the_schemas_named_by_files_are_the_chain_of_steps(runtime: Runtime) -> None:
    from alembic.script import ScriptDirectory

    steps = ScriptDirectory.from_config(migrating.configuration(runtime.engine)).walk_revisions()
    assert list(migrating.revisions()) == [step.revision for step in steps]


def test_the_schema_steps_lead_to_the_models_and_back(owned: Runtime) -> None:
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext

    with owned.engine.connect() as connection:
        found = compare_metadata(MigrationContext.configure(connection), METADATA)
    assert found == []
    migrating.downgrade(owned.engine, "base")
    assert migrating.revision(owned.engine) is None
    migrating.upgrade(owned.engine)
    assert migrating.revision(owned.engine) is not None


def test_accounts_outlive_the_step_that_lets_the_front_desk_in(
    runtime: Runtime, owned: Runtime, practice: Practice
) -> None:
    make_owner(runtime, practice)
    make_front_desk(runtime, practice)
    migrating.downgrade(owned.engine, "0013")
    migrating.upgrade(owned.engine)
    with reading(runtime.engine, practice.id) as db:
        assert db.scalars(select(Staff.role)).all() == ["owner"]
    make_front_desk(runtime, practice)


def test_accounts_and_second_factors_outlive_the_step_that_lets_auditors_in(
    runtime: Runtime, owned: Runtime, practice: Practice
) -> None:
    olu, ada = make_owner(runtime, practice), make_auditor(runtime, practice)
    with transaction(runtime.engine, practice.id) as db:
        for person in (olu, ada):
            key = {"practice_id": practice.id, "staff_id": person.id}
            db.add(SecondFactor(**key, sealed=b"sealed", since=date(2026, 3, 1), last_step=7))
            db.add(RecoveryCode(**key, code_hash=bytes(32)))
    migrating.downgrade(owned.engine, "0023")
    migrating.upgrade(owned.engine)
    with reading(runtime.engine, practice.id) as db:
        assert db.scalars(select(Staff.id)).all() == [olu.id]
        factor = db.scalars(select(SecondFactor)).one()
        assert (factor.staff_id, factor.sealed, factor.last_step) == (olu.id, b"sealed", 7)
        assert db.scalars(select(RecoveryCode.staff_id)).all() == [olu.id]
    make_auditor(runtime, practice)


def test_a_newer_schema_is_refused(runtime: Runtime) -> None:
    known = migrating.revision(runtime.engine)
    with transaction(runtime.engine) as db:
        db.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(UnsafeDatabase, match="schema 9999"):
        migrating.upgrade(runtime.engine)
    with transaction(runtime.engine) as db:
        db.execute(text("UPDATE alembic_version SET version_num = :known"), {"known": known})
