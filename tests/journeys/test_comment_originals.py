"""A comment's original words are nowhere once it is published: not in a row, a free page or a log."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import date

import pytest
from flask.testing import FlaskClient
from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from survey.db import random_id, reading
from survey.instruments.model import Instrument
from survey.practice.model import Practice
from survey.releases import publication
from survey.releases.atoms import Batch
from survey.releases.model import Atom, Comment
from survey.releases.redaction import MARK
from survey.responses.answers import Words
from survey.runtime import Runtime
from tests import builders
from tests.journeys.days import CONTENT, live_through, send
from tests.journeys.traces import everything_logged, server_folder, traces
from tests.services import miss

FIRST_MONDAY_OF_APRIL = date(2026, 4, 6)


@pytest.fixture
def planted() -> str:
    """A name in a mail address; another one each time, as a server's log remembers earlier runs."""
    return f"quokka{secrets.token_hex(8)}zephyr"


def sentence(planted: str) -> str:
    return f"Write to {planted}@example.org about the window."


def ten_answer(runtime: Runtime, practice: Practice, client: FlaskClient, planted: str) -> None:
    """Ten people, one of them with an identifier in her words."""
    person = builders.make_clinician(runtime, practice)
    for number in range(10):
        words = sentence(planted) if number == 4 else f"Open earlier, wish {'abcdefghij'[number]}."
        reply = send(client, builders.make_token(runtime, practice, person), CONTENT, words)
        assert reply.status_code == 200


def published(runtime: Runtime, practice: Practice) -> list[str]:
    with reading(runtime.engine, practice.id) as db:
        return list(db.scalars(select(Comment.text).where(Comment.practice_id == practice.id)))


def test_neither_the_identifier_nor_the_sentence_is_left_anywhere(
    runtime: Runtime, practice: Practice, client: FlaskClient, planted: str
) -> None:
    with everything_logged(runtime):
        ten_answer(runtime, practice, client, planted)
        assert traces(runtime, planted) == []
        live_through(runtime, practice, FIRST_MONDAY_OF_APRIL, 3)
    words = published(runtime, practice)
    assert len(words) == 10
    assert f"Write to {MARK} about the window." in words
    assert traces(runtime, planted) == []
    assert traces(runtime, sentence(planted)) == []


def leaky(monkeypatch: pytest.MonkeyPatch, *, tidy: bool) -> None:
    """A publication that stores the original beside, hidden from screens; ``tidy``: and deletes it again."""
    real = publication._write_comments

    def beside(
        db: Session, practice: Practice, atom: Atom, batch: Batch, versions: Mapping[str, Instrument]
    ) -> None:
        real(db, practice, atom, batch, versions)
        ids = [random_id() for _ in batch.rows]
        rows = [
            {
                "practice_id": practice.id,
                "id": key,
                "atom_id": atom.id,
                "box": "original",
                "audience": "management",
                "hidden": True,
                "text": " ".join(row.record.texts),
            }
            for key, row in zip(ids, batch.rows, strict=True)
            if isinstance(row.record, Words)
        ]
        db.execute(insert(Comment), rows)
        if tidy:
            db.execute(delete(Comment).where(Comment.box == "original"))

    monkeypatch.setattr(publication, "_write_comments", beside)


def test_an_original_stored_beside_would_be_found(
    runtime: Runtime, practice: Practice, client: FlaskClient, monkeypatch: pytest.MonkeyPatch, planted: str
) -> None:
    leaky(monkeypatch, tidy=False)
    ten_answer(runtime, practice, client, planted)
    live_through(runtime, practice, FIRST_MONDAY_OF_APRIL, 3)
    assert traces(runtime, planted)
    assert traces(runtime, sentence(planted))


def test_an_original_deleted_in_the_same_night_is_wiped_by_sqlite_and_found_in_a_servers_files(
    runtime: Runtime, practice: Practice, client: FlaskClient, monkeypatch: pytest.MonkeyPatch, planted: str
) -> None:
    on_sqlite = runtime.engine.dialect.name == "sqlite"
    if not on_sqlite and server_folder(runtime) is None:
        miss("postgres", "the server's folder cannot be read from here")
    leaky(monkeypatch, tidy=True)
    ten_answer(runtime, practice, client, planted)
    live_through(runtime, practice, FIRST_MONDAY_OF_APRIL, 3)
    assert (traces(runtime, planted) == []) is on_sqlite
