"""A marker typed as an answer, or standing in an address, is found nowhere on disk; a planted one is."""

from __future__ import annotations

import logging
import secrets
from datetime import date

import pytest
from flask.testing import FlaskClient
from sqlalchemy import delete

from survey.db import transaction
from survey.practice import declaring
from survey.practice.model import Location, Practice
from survey.responses import submitting
from survey.runtime import Runtime
from tests import builders
from tests.invitations.post import invite
from tests.journeys.days import CONTENT, letters, live_through, send
from tests.journeys.traces import everything_logged, server_folder, traces
from tests.services import miss

THURSDAY, NEXT_MONDAY = date(2026, 3, 5), date(2026, 3, 9)


@pytest.fixture
def mark() -> str:
    """Another one each time: a server's write-ahead log remembers the leaky variants of earlier runs."""
    return f"Quokka{secrets.token_hex(8)}Zephyr"


def answer(runtime: Runtime, practice: Practice, client: FlaskClient, mark: str) -> None:
    token = builders.make_token(runtime, practice, builders.make_clinician(runtime, practice))
    reply = send(client, token, CONTENT, f"They called me {mark}.")
    assert reply.status_code == 200


def test_an_answer_is_found_nowhere_before_or_after_a_flush_that_keeps_it_waiting(
    runtime: Runtime, practice: Practice, client: FlaskClient, mark: str
) -> None:
    with everything_logged(runtime):
        answer(runtime, practice, client, mark)
        assert traces(runtime, mark) == []
        live_through(runtime, practice, THURSDAY, 3)
        assert traces(runtime, mark) == []
        live_through(runtime, practice, NEXT_MONDAY, 3)
    assert traces(runtime, mark) == []


def test_an_answer_that_was_refused_is_found_nowhere(
    runtime: Runtime, practice: Practice, client: FlaskClient, mark: str
) -> None:
    with everything_logged(runtime):
        for token in ("", "x" * 55, mark):
            assert send(client, token, CONTENT, f"They called me {mark}.").status_code >= 400
    assert traces(runtime, mark) == []


def test_an_address_is_found_nowhere_but_in_the_mail(
    runtime: Runtime, practice: Practice, client: FlaskClient, mark: str
) -> None:
    mailbox, address = (runtime.settings.mailbox,), f"{mark.lower()}@example.org"
    with everything_logged(runtime):
        day = "2026-03-02"
        rows = (
            f"V-1,{day},Ana Ortiz,Main,{address},attended,en,2,",
            f"V-2,{day},Ana Ortiz,Main,{mark} no address,attended,en,2,",
        )
        assert invite(runtime, practice, *rows).invited == 1
        assert traces(runtime, mark.lower(), aside=mailbox) == []
        live_through(runtime, practice, date(2026, 3, 3), 3, 9)
        (letter,) = letters(runtime)
        assert letter.to == address
        assert traces(runtime, mark.lower(), aside=mailbox) == []
        assert traces(runtime, letter.token, aside=mailbox) == []
        assert send(client, letter.token, CONTENT, path=letter.path).status_code == 200
        live_through(runtime, practice, NEXT_MONDAY, 3, 9)
    for secret in (mark, mark.lower(), letter.token):
        assert traces(runtime, secret, aside=mailbox) == []
    assert traces(runtime, mark.lower()) != [], "the search does find it in the mail"


# --- the search finds what is there: leaky variants -----------------------------------------------------


def test_answers_kept_in_clear_would_be_found(
    runtime: Runtime, practice: Practice, client: FlaskClient, monkeypatch: pytest.MonkeyPatch, mark: str
) -> None:
    """The leaky variant: the box is filled and not sealed."""
    monkeypatch.setattr(submitting, "seal", lambda content, key, size: content.ljust(size + 48, b"\0"))
    answer(runtime, practice, client, mark)
    found = traces(runtime, mark)
    assert found
    if runtime.engine.dialect.name == "postgresql":
        assert "pool.sealed" in found


def test_a_logged_answer_would_be_found(runtime: Runtime, practice: Practice, mark: str) -> None:
    with everything_logged(runtime):
        logging.getLogger("survey.web.patient").info("somebody wrote %s", mark)
    assert traces(runtime, mark) == ["instance/everything.log"]


def test_a_marker_in_a_name_or_in_another_dress_would_be_found(runtime: Runtime, mark: str) -> None:
    place = runtime.settings.instance
    (place / f"{mark}.txt").write_text("nothing")
    (place / "hex.txt").write_text(mark.encode().hex())
    (runtime.settings.keys / "wide").write_bytes(mark.encode("utf-16-le"))
    assert len(traces(runtime, mark)) == 3


def test_a_deleted_row_would_be_found_where_nothing_wipes_it(
    runtime: Runtime, practice: Practice, mark: str
) -> None:
    """Looking at rows is not enough: SQLite without secure_delete, and PostgreSQL always, keep the bytes."""
    on_sqlite = runtime.engine.dialect.name == "sqlite"
    if not on_sqlite and server_folder(runtime) is None:
        miss("postgres", "the server's folder cannot be read from here")
    if on_sqlite:
        with runtime.engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA secure_delete=OFF")
    with transaction(runtime.engine, practice.id) as db:
        declaring.declare_location(db, practice.id, mark)
    with transaction(runtime.engine, practice.id) as db:
        db.execute(delete(Location))
    places = {each.split("/")[0] for each in traces(runtime, mark)}
    assert places >= ({"instance"} if on_sqlite else {"base"})
