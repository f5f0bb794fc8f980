"""The owner's page about one person: stop, show, erase; never a list, never an address."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from survey.db import reading
from survey.invitations.model import Invitation, OptOut
from survey.practice.model import AuditEntry, Practice, Staff
from survey.runtime import Runtime
from survey.visits.model import Visit
from tests.invitations.post import invite_people, states
from tests.web.desk import enter, make_owner, token_of

ANA = "ana@example.org"


@pytest.fixture
def olu(runtime: Runtime, practice: Practice, client: FlaskClient) -> Staff:
    person = make_owner(runtime, practice)
    enter(client, runtime, person)
    invite_people(runtime, practice, "ana", "ben")
    return person


def ask(client: FlaskClient, address: str, **fields: str) -> TestResponse:
    form = {"csrf_token": token_of(client, "/staff/person"), "address": address, **fields}
    return client.post("/staff/person", data=form)


def count(runtime: Runtime, table: type) -> int:
    with reading(runtime.engine) as db:
        return db.scalar(select(func.count()).select_from(table)) or 0


def test_stopping_holds_for_waiting_mail_and_says_the_same_of_everybody(
    runtime: Runtime, practice: Practice, client: FlaskClient, olu: Staff
) -> None:
    known, again = ask(client, ANA, go="stop"), ask(client, ANA, go="stop")
    stranger = ask(client, "cleo@example.org", go="stop")
    words = [page.text.partition("<h1>")[2].partition('aria-labelledby="whom"')[0] for page in (known, again)]
    assert words == [stranger.text.partition("<h1>")[2].partition('aria-labelledby="whom"')[0]] * 2
    assert "gets no more mail" in words[0]
    assert states(runtime, practice) == {"suppressed": 1, "due": 1}
    assert count(runtime, OptOut) == 2


def test_what_is_held_is_shown_without_the_address(runtime: Runtime, client: FlaskClient, olu: Staff) -> None:
    page = ask(client, ANA, go="show").text
    assert "A visit on" in page
    assert "An invitation planned for" in page
    assert "Answers cannot be looked up" in page
    assert ANA not in page
    assert "Nothing that leads" in ask(client, "cleo@example.org", go="show").text


def test_erasing_wants_a_tick_and_then_leaves_the_others_alone(
    runtime: Runtime, client: FlaskClient, olu: Staff
) -> None:
    assert ask(client, ANA, go="erase").status_code == 400
    assert count(runtime, Visit) == 2
    assert "Erased" in ask(client, ANA, go="erase", sure="yes", keep="yes").text
    assert [count(runtime, table) for table in (Visit, Invitation, OptOut)] == [1, 1, 1]
    ask(client, ANA, go="erase", sure="yes")
    assert count(runtime, OptOut) == 0


@pytest.mark.parametrize(("address", "go"), [("ana", "stop"), ("", "show"), (ANA, "list"), (ANA, "")])
def test_what_cannot_be_done_is_said_and_changes_nothing(
    runtime: Runtime, client: FlaskClient, olu: Staff, address: str, go: str
) -> None:
    assert ask(client, address, go=go).status_code == 400
    assert (count(runtime, OptOut), count(runtime, Visit)) == (0, 2)


def test_the_audit_log_says_who_did_it_and_not_to_whom(
    runtime: Runtime, client: FlaskClient, olu: Staff
) -> None:
    for fields in ({"go": "stop"}, {"go": "show"}, {"go": "erase", "sure": "yes"}):
        ask(client, ANA, **fields)
    with reading(runtime.engine) as db:
        entries = list(db.scalars(select(AuditEntry).order_by(AuditEntry.number)))[-3:]
    assert [(each.actor, each.action, each.subject) for each in entries] == [
        (olu.email, action, "") for action in ("enter opt-out", "show person", "erase person")
    ]
