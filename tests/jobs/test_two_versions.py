"""A worker that still runs while another version changes the schema does nothing until it is started anew."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from sqlalchemy import text

from survey import jobs, migrating
from survey.db import UnsafeDatabase, transaction
from survey.runtime import Runtime
from tests.jobs.towns import found, nights, run_at

NIGHT = datetime(2026, 3, 3, 8, 0, tzinfo=UTC)


def name_schema(owned: Runtime, revision: str) -> None:
    with transaction(owned.engine) as db:
        db.execute(text("UPDATE alembic_version SET version_num = :revision"), {"revision": revision})


@pytest.mark.parametrize(
    ("schema", "words"),
    [("9999", "does not know"), (migrating.revisions()[1], "Stop every process of it")],
)
def test_under_another_schema_a_worker_does_nothing(owned: Runtime, schema: str, words: str) -> None:
    riverside = found(owned).riverside
    name_schema(owned, schema)
    try:
        with pytest.raises(UnsafeDatabase, match=words):
            run_at(owned, NIGHT)
        assert nights(owned, riverside) == []
    finally:
        name_schema(owned, migrating.revisions()[0])
    run_at(owned, NIGHT)
    assert nights(owned, riverside) == [NIGHT.date()]


def test_without_that_look_the_night_would_be_done(owned: Runtime, monkeypatch: pytest.MonkeyPatch) -> None:
    """The broken variant: what the test above protects is really in danger."""
    riverside = found(owned).riverside
    monkeypatch.setattr(jobs.migrating, "require_current", lambda engine: None)
    name_schema(owned, "9999")
    try:
        run_at(owned, NIGHT)
        assert nights(owned, riverside) == [NIGHT.date()]
    finally:
        name_schema(owned, migrating.revisions()[0])
