"""Please contact me: openly named, apart from every answer, the same for everyone, and never a flood."""

from __future__ import annotations

import logging

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from survey.db import reading, transaction
from survey.invitations.model import ContactRequest
from survey.practice.model import Practice
from survey.runtime import Runtime
from survey.web import contact
from tests.web.patients import NOTHING, cookie_faults, kept

PAGE = "/contact/riverside/en"
GOOD = {"name": "Mara Quill", "reach": "555-0199, mornings", "words": "The bill of March"}


@pytest.fixture
def reachable(runtime: Runtime, practice: Practice) -> Practice:
    """Riverside Practice, which wants to be asked."""
    with transaction(runtime.engine, practice.id) as db:
        db.get_one(Practice, practice.id).contact_address = "desk@example.org"
    return practice


def waiting(runtime: Runtime, practice: Practice) -> int:
    with reading(runtime.engine, practice.id) as db:
        return db.scalar(select(func.count()).select_from(ContactRequest)) or 0


def test_opening_the_form_writes_nothing_and_is_the_same_for_everyone(
    client: FlaskClient, runtime: Runtime, reachable: Practice
) -> None:
    first, second = client.get(PAGE), client.get(PAGE)
    assert first.data == second.data
    assert first.headers["ETag"]
    assert "This form is not anonymous" in first.text
    assert cookie_faults(first) == set()
    assert waiting(runtime, reachable) == 0


def test_a_request_is_kept_sealed_and_touches_no_answer(
    client: FlaskClient, runtime: Runtime, reachable: Practice
) -> None:
    response = client.post(PAGE, data=GOOD)
    assert response.status_code == 200
    assert "Your request is on its way" in response.text
    assert cookie_faults(response) == set()
    assert kept(runtime, reachable) == NOTHING
    with reading(runtime.engine, reachable.id) as db:
        row = db.scalars(select(ContactRequest)).one()
    assert len(row.sealed) == 4144
    assert b"Quill" not in row.sealed
    assert row.day == runtime.clock.now().date()


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"name": " "}, "Write your name"),
        ({"reach": ""}, "Write a phone number or an address"),
        ({"words": "x" * 1001}, "Shorten this to 1000 characters. Now there are 1001."),
        ({"name": "é" * 121}, "Shorten this to 120 characters"),
    ],
)
def test_what_is_missing_or_too_long_is_named_and_the_words_stay(
    client: FlaskClient, runtime: Runtime, reachable: Practice, fields: dict[str, str], words: str
) -> None:
    response = client.post(PAGE, data={**GOOD, **fields})
    assert response.status_code == 422
    assert words in response.text
    assert ("555-0199, mornings" in response.text) or "reach" in fields
    assert waiting(runtime, reachable) == 0


def test_the_widest_letters_still_fit_into_the_box(
    client: FlaskClient, runtime: Runtime, reachable: Practice
) -> None:
    wide = {"name": "😀" * 120, "reach": "😀" * 200, "words": "😀" * 1000}
    response = client.post(PAGE, data=wide)
    assert response.status_code == 422
    assert "Please shorten your words." in response.text
    assert client.post(PAGE, data={**wide, "words": "é" * 1000}).status_code == 200
    assert waiting(runtime, reachable) == 1


def test_marks_are_shown_as_text(client: FlaskClient, reachable: Practice) -> None:
    response = client.post(PAGE, data={**GOOD, "name": "", "words": "<script>alert(1)</script>"})
    assert "<script>alert" not in response.text


def test_without_an_address_there_is_no_form_and_nothing_is_taken(
    client: FlaskClient, runtime: Runtime, practice: Practice
) -> None:
    page = client.get(PAGE)
    assert "Please call the practice" in page.text
    assert "<form" not in page.text
    assert client.post(PAGE, data=GOOD).status_code == 409
    assert waiting(runtime, practice) == 0


def test_the_sixth_request_of_a_connection_in_an_hour_is_turned_away_with_its_words(
    client: FlaskClient, runtime: Runtime, reachable: Practice
) -> None:
    codes = [client.post(PAGE, data=GOOD).status_code for _ in range(6)]
    assert codes == [200] * 5 + [429]
    assert "The bill of March" in client.post(PAGE, data=GOOD).text
    other = client.post(PAGE, data=GOOD, environ_base={"REMOTE_ADDR": "203.0.113.9"})
    assert other.status_code == 200
    assert waiting(runtime, reachable) == 6


def test_the_marks_of_connections_change_every_day(runtime: Runtime) -> None:
    keeper, today = contact.Doorkeeper(), runtime.clock.now().date()
    assert all(keeper.lets_in("203.0.113.9", today=today) for _ in range(5))
    assert not keeper.lets_in("203.0.113.9", today=today)
    salt = keeper.salt
    assert keeper.lets_in("203.0.113.9", today=today.replace(day=3))
    assert keeper.salt != salt


def test_the_day_of_a_practice_is_full_at_some_point(
    client: FlaskClient, runtime: Runtime, reachable: Practice, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("survey.invitations.contacting.MOST_PER_DAY", 1)
    assert client.post(PAGE, data=GOOD).status_code == 200
    assert client.post(PAGE, data=GOOD).status_code == 429
    assert waiting(runtime, reachable) == 1


@pytest.mark.parametrize("address", ["/contact/nowhere/en", "/contact/riverside/english", "/contact/x_y/en"])
def test_an_unknown_practice_or_language_is_a_page_of_its_own(
    client: FlaskClient, reachable: Practice, address: str
) -> None:
    assert client.get(address).status_code == client.post(address, data=GOOD).status_code == 404


def test_nothing_of_it_reaches_a_log(
    client: FlaskClient, reachable: Practice, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        client.post(PAGE, data=GOOD)
    assert not any(word in caplog.text for word in ("Quill", "0199", "bill of March", "127.0.0.1"))


def test_a_key_out_of_reach_keeps_what_was_written(
    client: FlaskClient, runtime: Runtime, reachable: Practice
) -> None:
    client.post(PAGE, data=GOOD)
    for path in (runtime.files.root / "issue").glob("*.pk"):
        path.unlink()
    response = client.post(PAGE, data=GOOD)
    assert response.status_code == 503
    assert "What you wrote is still here" in response.text
    assert "The bill of March" in response.text


def test_survey_and_thanks_lead_there_where_the_practice_wants_it(
    client: FlaskClient, reachable: Practice
) -> None:
    assert f'href="{PAGE}"' in client.get("/s/riverside/after-visit-1/en").text
    assert "Quiero que me contacten" in client.get("/contact/riverside/es").text
