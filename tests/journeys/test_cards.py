"""Printed cards from paper to figure, and what they leave behind: nothing that tells print, order or time.

A thief looks at every row of the database, and at how the rows lie there.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from itertools import combinations, count
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Connection, select, text
from sqlalchemy.orm import Session

from survey import db, jobs
from survey.db import reading, transaction
from survey.invitations.mailer import FolderMailer
from survey.keys import cards
from survey.migrations.tables import METADATA
from survey.practice import recording
from survey.practice.model import Practice
from survey.releases.model import Atom
from survey.reports.dashboard import owner_overview
from survey.responses import submitting
from survey.responses.model import Card
from survey.runtime import Runtime
from tests import builders
from tests.journeys.days import CONTENT, MONDAY, live_through, send
from tests.reports.building import TOUCHPOINTS

Rows = dict[str, frozenset[tuple[object, ...]]]
#: What using a card may add rows to.
TRACES = {"spent_card", "pool"}
#: Of all pairs of cards, the share in printed order where the order of the rows tells nothing of it. Of 50
#: cards it lies outside by chance once in three million times (Kendall 1938: its spread is 0.049).
HALF = (0.25, 0.75)


def everything(runtime: Runtime) -> Rows:
    """Every row of every table."""
    with reading(runtime.engine) as session:
        return {
            table.name: frozenset(tuple(row) for row in session.execute(select(table)))
            for table in METADATA.sorted_tables
        }


def changed(before: Rows, after: Rows) -> dict[str, int]:
    """Tables in which something is different, and by how many rows."""
    return {name: len(after[name] ^ before[name]) for name in before if after[name] != before[name]}


def lying(runtime: Runtime, table: str) -> list[bytes]:
    """The tags of a table as the database or its dump lists them."""
    place = "ctid, tag" if runtime.engine.dialect.name == "postgresql" else "tag"
    order = " ORDER BY ctid" if runtime.engine.dialect.name == "postgresql" else ""
    with reading(runtime.engine) as session:
        return [bytes(row.tag) for row in session.execute(text(f"SELECT {place} FROM {table}{order}"))]


def prints_told_apart(runtime: Runtime, table: str) -> int:
    """Into how many groups the numbers of transactions sort the cards; SQLite keeps none."""
    if runtime.engine.dialect.name != "postgresql":
        return 1
    with reading(runtime.engine) as session:
        return session.scalar(text(f"SELECT count(DISTINCT xmin::text) FROM {table}")) or 0


def in_order(known: Sequence[bytes], found: Sequence[bytes]) -> float:
    """The share of pairs that stand in the order in which they are known to have come."""
    place = {tag: number for number, tag in enumerate(found)}
    pairs = [place[first] < place[second] for first, second in combinations(known, 2)]
    return sum(pairs) / len(pairs)


def tags_of(runtime: Runtime, practice: Practice, codes: Sequence[str]) -> list[bytes]:
    return [cards.card_tag(runtime.files, "2026-Q1", practice.id, code) for code in codes]


def use(client: FlaskClient, codes: Sequence[str]) -> None:
    for code in codes:
        assert send(client, code, CONTENT).status_code == 200


def test_cards_become_a_line_of_their_own(runtime: Runtime, practice: Practice, client: FlaskClient) -> None:
    use(client, builders.make_cards(runtime, practice)[:6])
    live_through(runtime, practice, MONDAY + timedelta(days=7), 3)
    today = MONDAY + timedelta(days=8)
    with reading(runtime.engine, practice.id) as session:
        assert [tuple(row) for row in session.execute(select(Atom.kind, Atom.n))] == [("ratings", 6)]
        view = owner_overview(session, practice, today=today, touchpoints=TOUCHPOINTS)
    assert view.cards is not None
    assert view.cards.sentence.startswith("Overall, ")
    assert view.cards.n_text == "5+ answers"
    assert not view.ready, "cards make no figure of the practice"


def test_leftover_cards_join_nothing(runtime: Runtime, practice: Practice, client: FlaskClient) -> None:
    """Four cards and four answers to mails wait to their end: the mails may not hide among cards."""
    use(client, builders.make_cards(runtime, practice)[:4])
    for name in ("Ana Ortiz", "Ben Yu"):
        clinician = builders.make_clinician(runtime, practice, name)
        for _ in range(2):
            send(client, builders.make_token(runtime, practice, clinician), CONTENT)
    for week in range(1, 12):
        live_through(runtime, practice, MONDAY + timedelta(weeks=week), 3)
    with reading(runtime.engine, practice.id) as session:
        assert session.scalars(select(Atom.id)).all() == []


def test_using_a_card_leaves_a_tag_and_two_boxes(
    runtime: Runtime, practice: Practice, client: FlaskClient
) -> None:
    code, *_ = builders.make_cards(runtime, practice)
    before = everything(runtime)
    use(client, [code])
    assert changed(before, everything(runtime)) == {"spent_card": 1, "pool": 2}


def test_a_program_that_notes_a_use_is_caught(
    runtime: Runtime, practice: Practice, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The broken variant: an honest audit log that has the time of each answer."""
    honest = submitting.submit

    def noting(connection: Connection, *given: Any, **more: Any) -> None:
        honest(connection, *given, **more)
        with Session(connection) as db:
            now = runtime.clock.now()
            recording.record(db, practice.id, actor="web", action="card", subject="", now=now)
            db.flush()

    monkeypatch.setattr(submitting, "submit", noting)
    code, *_ = builders.make_cards(runtime, practice)
    before = everything(runtime)
    use(client, [code])
    assert set(changed(before, everything(runtime))) - TRACES == {"audit_entry"}


def two_prints(runtime: Runtime, practice: Practice, client: FlaskClient) -> tuple[list[bytes], list[bytes]]:
    """200 cards of two prints; every fourth is used, in the printed order; then a night."""
    codes = builders.make_cards(runtime, practice, 100)
    use(client, codes[::4])
    runtime.clock.advance(timedelta(hours=1))  # type: ignore[attr-defined]
    later = builders.make_cards(runtime, practice, 100)
    use(client, later[::4])
    live_through(runtime, practice, MONDAY + timedelta(days=1), 3)
    known = tags_of(runtime, practice, [*codes, *later])
    used = tags_of(runtime, practice, [*codes[::4], *later[::4]])
    return known, used


def test_no_row_tells_print_or_order(runtime: Runtime, practice: Practice, client: FlaskClient) -> None:
    known, used = two_prints(runtime, practice, client)
    for table, tags in (("card", known), ("spent_card", used)):
        assert prints_told_apart(runtime, table) == 1
        assert HALF[0] < in_order(tags, lying(runtime, table)) < HALF[1]


@contextmanager
def numbered(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The broken variant: tags that begin with a number, so that a card can be found again."""
    numbers, honest, given = count(), cards.card_tag, dict[str, int]()

    def numbering(files: object, quarter: str, practice_id: int, code: str) -> bytes:
        tag = honest(files, quarter, practice_id, code)  # type: ignore[arg-type]
        number = given.setdefault(code, next(numbers))
        return number.to_bytes(4, "big") + tag[4:]

    with monkeypatch.context() as broken:
        broken.setattr(cards, "card_tag", numbering)
        yield


def test_numbered_cards_are_caught(
    runtime: Runtime, practice: Practice, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    with numbered(monkeypatch):
        known, used = two_prints(runtime, practice, client)
    for table, tags in (("card", known), ("spent_card", used)):
        assert in_order(tags, lying(runtime, table)) == 1


@pytest.mark.parametrize("settings", ["postgres"], indirect=True)
def test_a_night_that_renews_no_cards_is_caught(
    runtime: Runtime, practice: Practice, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The broken variant on PostgreSQL: rows stay where and with whom they were written."""
    monkeypatch.setattr(db, "RENEWED", ())
    known, used = two_prints(runtime, practice, client)
    assert prints_told_apart(runtime, "card") == 2
    assert in_order(used, lying(runtime, "spent_card")) == 1
    assert len(known) == len(lying(runtime, "card"))


def test_no_code_and_no_card_key_is_in_the_database_or_its_files(
    sqlite_runtime: Runtime, caplog: pytest.LogCaptureFixture
) -> None:
    practice = builders.make_practice(sqlite_runtime)
    codes = builders.make_cards(sqlite_runtime, practice)
    jobs.run_due(sqlite_runtime, FolderMailer(sqlite_runtime.settings.mailbox))
    key = sqlite_runtime.files.read(cards.name("2026-Q1"), 32)
    with transaction(sqlite_runtime.engine, practice.id) as session:
        assert len(session.scalars(select(Card.tag)).all()) == len(codes)
    kept = b"".join(
        path.read_bytes() for path in sqlite_runtime.settings.instance.rglob("*") if path.is_file()
    )
    marks = [key, *(code.encode() for code in codes), *(code.lower().encode() for code in codes)]
    assert [mark for mark in marks if mark in kept] == []
    assert tags_of(sqlite_runtime, practice, codes)[0] in kept, "the search does find what is there"
    assert [code for code in codes if code in caplog.text] == []
