"""The audit chain notices any change."""

from __future__ import annotations

import pytest
from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError

from survey.db import reading, transaction
from survey.practice import recording
from survey.practice.model import Practice
from survey.runtime import Runtime


def fill(runtime: Runtime, practice: Practice) -> None:
    with transaction(runtime.engine, practice.id) as db:
        for action in ("sign in", "import", "export", "sign out"):
            recording.record(
                db, practice.id, actor="olu@example.org", action=action, subject="", now=runtime.clock.now()
            )


def test_an_untouched_chain_holds(runtime: Runtime, practice: Practice) -> None:
    fill(runtime, practice)
    with reading(runtime.engine, practice.id) as db:
        assert recording.first_broken(db, practice.id) is None


@pytest.mark.parametrize(
    "damage",
    [
        "UPDATE audit_entry SET action = 'export' WHERE number = 2",
        "UPDATE audit_entry SET actor = 'ben@example.org' WHERE number = 2",
        "DELETE FROM audit_entry WHERE number = 2",
    ],
)
def test_a_changed_entry_is_named(runtime: Runtime, owned: Runtime, practice: Practice, damage: str) -> None:
    fill(runtime, practice)
    if runtime.engine.dialect.name == "postgresql":
        with (
            pytest.raises(ProgrammingError, match="permission denied"),
            transaction(runtime.engine, practice.id) as db,
        ):
            db.execute(text(damage))
    with transaction(owned.engine, practice.id) as db:
        db.execute(text(damage))
    with reading(runtime.engine, practice.id) as db:
        assert recording.first_broken(db, practice.id) == 2
