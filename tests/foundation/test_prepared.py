"""Statements that go past SQLAlchemy are heard by whoever listens, and refused in the same words."""

from __future__ import annotations

import traceback
from typing import Any

import pytest
from sqlalchemy import bindparam, column, event, insert, select, table
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.orm import Session

from survey import prepared
from survey.db import transaction
from survey.practice.model import Practice
from survey.prepared import Prepared
from survey.responses.model import Pool, Spent
from survey.runtime import Runtime

TAG = b"tag-of-one-person"[:16]
TABLE: Any = Spent.__table__
PUT = Prepared(insert(TABLE), ("practice_id", "tag", "issue_week"))
FOUND = Prepared(select(TABLE.c.issue_week, TABLE.c.tag).where(TABLE.c.issue_week > bindparam("week")))


def rows(practice: Practice) -> list[dict[str, Any]]:
    return [
        {"issue_week": week, "practice_id": practice.id, "tag": bytes([week]) * 16} for week in range(1, 4)
    ]


def put(db: Session, *given: dict[str, Any]) -> None:
    for row in given:
        assert PUT.rows(db.connection(), row) == [], "an insert that asks for nothing back finds nothing"


def put_badly(db: Session, practice: Practice) -> None:
    boxes: Any = Pool.__table__
    row = {"practice_id": practice.id, "id": TAG, "cell_id": 1, "kind": "ratings", "kid": TAG, "sealed": TAG}
    Prepared(insert(boxes), tuple(row)).rows(db.connection(), row)


def refused(runtime: Runtime, practice: Practice) -> str:
    """All that a log of a refused row could hold."""
    with pytest.raises(IntegrityError) as found, transaction(runtime.engine, practice.id) as db:
        put_badly(db, practice)
    return "".join(traceback.format_exception(found.value)) + repr(found.value)


def test_rows_go_in_and_are_found(runtime: Runtime, practice: Practice) -> None:
    with transaction(runtime.engine, practice.id) as db:
        put(db, *rows(practice))
        found = FOUND.rows(db.connection(), {"week": 1})
    assert sorted(found) == [(2, b"\2" * 16), (3, b"\3" * 16)]


def test_whoever_listens_to_the_engine_hears_them(runtime: Runtime, practice: Practice) -> None:
    heard: list[str] = []

    def listen(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        heard.append(statement)

    event.listen(runtime.engine, "before_cursor_execute", listen)
    with transaction(runtime.engine, practice.id) as db:
        put(db, *rows(practice))
        FOUND.rows(db.connection(), {"week": 1})
    event.remove(runtime.engine, "before_cursor_execute", listen)
    assert [each.split()[0] for each in heard][-2:] == ["INSERT", "SELECT"]


def test_nothing_is_kept_where_one_of_them_is_refused(runtime: Runtime, practice: Practice) -> None:
    with pytest.raises(IntegrityError), transaction(runtime.engine, practice.id) as db:
        put(db, *rows(practice), rows(practice)[2])
    with transaction(runtime.engine, practice.id) as db:
        assert FOUND.rows(db.connection(), {"week": 0}) == []


def test_a_table_that_is_not_there_is_told_as_by_sqlalchemy(runtime: Runtime) -> None:
    nowhere = Prepared(select(column("number")).select_from(table("no_such_thing")))
    with pytest.raises(DBAPIError, match="no_such_thing"), transaction(runtime.engine) as db:
        nowhere.rows(db.connection(), {})


def test_no_refused_value_is_in_the_text(runtime: Runtime, practice: Practice) -> None:
    words = refused(runtime, practice)
    assert not [mark for mark in (TAG.decode(), TAG.hex()) if mark in words]
    assert "INSERT INTO pool" in words, "the statement stays, so that the fault can be found"


def test_words_that_are_left_as_postgresql_says_them_quote_it(
    owned: Runtime, practice: Practice, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The broken variant, as the owner of the tables, who is told all."""
    monkeypatch.setattr(prepared, "without_values", lambda _trouble, around: around)
    assert (TAG.hex() in refused(owned, practice)) == (owned.engine.dialect.name == "postgresql")
