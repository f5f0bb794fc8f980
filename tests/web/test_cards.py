"""Printed cards at both ends: the owner's page that makes them, the patient's page that takes them."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from survey.actions.model import ActionState, ActionText
from survey.clock import local_day
from survey.db import reading, transaction
from survey.keys.codes import grouped, new_code
from survey.practice.model import AuditEntry, Practice
from survey.responses.model import Card, SpentCard
from survey.runtime import Runtime
from tests import builders
from tests.actions.register import repair
from tests.structure.crawling import fingerprint
from tests.web.desk import enter, make_owner, token_of
from tests.web.patients import PAGE, cookie_faults, send, told_apart


@pytest.fixture
def owner(runtime: Runtime, practice: Practice, client: FlaskClient) -> FlaskClient:
    enter(client, runtime, make_owner(runtime, practice))
    return client


def count(runtime: Runtime, table: type[Card | SpentCard]) -> int:
    with reading(runtime.engine) as db:
        return db.scalar(select(func.count()).select_from(table)) or 0


def order(client: FlaskClient, **more: str) -> dict[str, str]:
    token = token_of(client, "/staff/cards")
    return {"csrf_token": token, "number": "10", "language": "es", "paper": "a4", **more}


def last_note(runtime: Runtime) -> tuple[str, str]:
    with reading(runtime.engine) as db:
        row = db.scalars(select(AuditEntry).order_by(AuditEntry.number.desc())).first()
        assert row is not None
        return row.action, row.subject


def test_cards_are_made_by_a_post_and_noted_without_their_codes(runtime: Runtime, owner: FlaskClient) -> None:
    answer = owner.post("/staff/cards", data=order(owner))
    assert answer.status_code == 200
    assert answer.data.startswith(b"%PDF-")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="riverside-cards.pdf"'
    assert answer.headers["Cache-Control"] == "no-store"
    assert count(runtime, Card) == 16, "whole sheets"
    assert last_note(runtime) == ("printed cards", "16 cards, es")


def test_looking_makes_nothing(runtime: Runtime, owner: FlaskClient) -> None:
    owner.post("/staff/cards", data=order(owner))
    before = fingerprint(runtime)
    page = owner.get("/staff/cards").text
    assert "April 16, 2026" in page
    assert fingerprint(runtime) == before


@pytest.mark.parametrize(
    "wrong",
    [
        {"number": "0"},
        {"number": "1001"},
        {"number": "-8"},
        {"number": "eight"},
        {"number": "٤"},
        {"number": ""},
        {"number": "9" * 400},
        {"language": "fr"},
        {"paper": "a3"},
        {"paper": ""},
    ],
)
def test_a_wrong_order_makes_nothing_and_says_what_to_do(
    runtime: Runtime, owner: FlaskClient, wrong: dict[str, str]
) -> None:
    answer = owner.post("/staff/cards", data=order(owner, **wrong))
    assert answer.status_code == 400
    assert "Nothing was printed." in answer.text
    assert count(runtime, Card) == 0


def test_the_poster_shows_what_was_published_and_says_what_it_leaves_out(
    runtime: Runtime, practice: Practice, owner: FlaskClient
) -> None:
    today = local_day(runtime.clock.now(), practice.time_zone)
    with transaction(runtime.engine, practice.id) as db:
        action = repair(db, practice, today, until=ActionState.DONE)
        action.published = True  # before the clinician came whose name it now tells
        db.add(
            ActionText(
                practice_id=practice.id,
                action_id=action.id,
                language="en",
                said="My therapist was late.",
                did="We start on time.",
            )
        )
    assert "One published line is left out" in owner.get("/staff/cards").text
    answer = owner.post("/staff/cards/poster", data=order(owner))
    assert answer.data.startswith(b"%PDF-")
    assert last_note(runtime) == ("printed a poster", "es")
    assert owner.post("/staff/cards/poster", data=order(owner, paper="a3")).status_code == 400


def test_a_card_is_taken_once_and_the_second_use_looks_the_same(
    runtime: Runtime, practice: Practice, client: FlaskClient
) -> None:
    code, *_ = builders.make_cards(runtime, practice)
    first, second = send(client, code), send(client, grouped(code).lower())
    assert first.status_code == 200
    assert told_apart(first, second) == set()
    assert cookie_faults(first) == set()
    assert count(runtime, SpentCard) == 1


def test_an_unknown_code_is_answered_like_a_changed_link(
    runtime: Runtime, practice: Practice, client: FlaskClient
) -> None:
    code, *_ = builders.make_cards(runtime, practice)
    unknown, changed = send(client, new_code("2026-Q1")), send(client, "A" * 55)
    assert (unknown.status_code, changed.status_code) == (400, 400)
    assert "Part of the code is missing or changed" in unknown.text
    kept = send(client, code[:-1])
    assert kept.status_code == 400
    assert "checked" in kept.text, "what was chosen is still there"


def test_an_old_card_gets_a_kind_page(runtime: Runtime, practice: Practice, client: FlaskClient) -> None:
    code, *_ = builders.make_cards(runtime, practice)
    runtime.clock.advance(timedelta(days=46))  # type: ignore[attr-defined]
    page = send(client, code, box_to_change="The chairs.")
    assert page.status_code == 410
    assert "This card is no longer good" in page.text
    assert "You may take a new card" in page.text
    assert "The chairs." in page.text


def test_the_short_address_leads_to_the_survey_in_force(client: FlaskClient, practice: Practice) -> None:
    answer = client.get("/s/riverside/en")
    assert (answer.status_code, answer.headers["Location"]) == (302, PAGE)
    assert cookie_faults(answer) == set()
    for path in ("/s/riverside/fr", "/s/nobody/en", "/s/riverside/..", "/s/RIVERSIDE/en"):
        assert client.get(path).status_code == 404
