"""What a database refuses is not repeated in the text of the error, nor in that of the driver below it."""

from __future__ import annotations

import traceback
from collections.abc import Callable

import pytest
from sqlalchemy import Engine, event, text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from survey.db import insert_once, transaction
from survey.error_text import forget_values
from survey.practice.model import Practice
from survey.responses.model import Pool, Spent
from survey.runtime import Runtime

TAG = b"tag-of-one-person"[:16]
Breach = Callable[[Session, int], object]


def twice(db: Session, practice_id: int) -> None:
    """The same key again: PostgreSQL says "Key (...)=(...) already exists"."""
    for _ in "ab":
        db.execute(
            Spent.__table__.insert(),  # type: ignore[attr-defined]
            {"practice_id": practice_id, "tag": TAG, "issue_week": 1},
        )


def wrong_length(db: Session, practice_id: int) -> None:
    """A row that a rule refuses: PostgreSQL says "Failing row contains (...)"."""
    row = {"cell_id": 1, "kind": "ratings", "kid": TAG, "sealed": TAG}
    insert_once(db, Pool, practice_id=practice_id, id=TAG, **row)


def nobody(db: Session, _practice_id: int) -> None:
    """A row that points nowhere, refused at once or at the end: "Key (...) is not present"."""
    insert_once(db, Spent, practice_id=0x7461672D6F66, tag=TAG, issue_week=1)


def unfit(db: Session, _practice_id: int) -> None:
    """Data of another kind: PostgreSQL quotes it in its first sentence; SQLite lacks the table."""
    statement = "SELECT 1 / CAST(CAST(:value AS TEXT) AS INTEGER) FROM no_such_thing"
    if db.get_bind().dialect.name == "postgresql":
        statement = statement.partition(" FROM")[0]
    db.execute(text(statement), {"value": TAG.decode()})


BREACHES = (twice, wrong_length, nobody, unfit)
MARKS = (TAG.decode(), TAG.hex(), str(0x7461672D6F66))


def told(engine: Engine, practice: Practice, breach: Breach) -> str:
    """All that a log of this error could hold."""
    with pytest.raises(SQLAlchemyError) as refused, transaction(engine, practice.id) as db:
        breach(db, practice.id)
    return "".join(traceback.format_exception(refused.value)) + repr(refused.value)


@pytest.mark.parametrize("breach", BREACHES)
def test_no_refused_value_is_in_the_text(runtime: Runtime, practice: Practice, breach: Breach) -> None:
    words = told(runtime.engine, practice, breach)
    assert not [mark for mark in MARKS if mark in words]
    assert "SQL" in words, "the statement stays, so that the fault can be found"


@pytest.mark.parametrize("breach", BREACHES)
def test_without_the_listener_postgresql_quotes_it(
    owned: Runtime, practice: Practice, breach: Breach
) -> None:
    """To a role behind row-level security it quotes less; the owner of the tables is told all."""
    event.remove(owned.engine, "handle_error", forget_values)
    quoted = [mark for mark in MARKS if mark in told(owned.engine, practice, breach)]
    assert bool(quoted) == (owned.engine.dialect.name == "postgresql")


def test_what_is_wrong_is_still_said(runtime: Runtime, practice: Practice) -> None:
    words = told(runtime.engine, practice, twice)
    assert "spent" in words
    assert "unique" in words.lower()
