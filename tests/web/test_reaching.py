"""The owner's page about reaching the practice: entered as a whole or not at all, noted, and undone."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from survey.db import reading, transaction
from survey.practice.model import AuditEntry, Practice, Staff
from survey.runtime import Runtime
from tests.web.desk import token_of

PAGE = "/staff/reaching"
SOUND = {
    "phone": "+1 555 010 0123",
    "country": "ES",
    "contact_address": "desk@example.org",
    "complaints_to": "Olu, at the desk",
}


def press(client: FlaskClient, button: str, **fields: str) -> tuple[int, str]:
    answer = client.post(f"{PAGE}/{button}", data={"csrf_token": token_of(client, PAGE), **fields})
    return answer.status_code, answer.text


def here(runtime: Runtime, practice: Practice) -> Practice:
    with reading(runtime.engine, practice.id) as db:
        return db.get_one(Practice, practice.id)


def noted(runtime: Runtime) -> list[str]:
    with reading(runtime.engine) as db:
        rows = db.execute(select(AuditEntry.action, AuditEntry.subject).order_by(AuditEntry.number)).all()
    return [" ".join(row).strip() for row in rows]


def test_what_is_entered_reaches_patients_and_is_noted_without_the_number(
    runtime: Runtime, practice: Practice, client: FlaskClient, olu: Staff
) -> None:
    assert press(client, "patients", **SOUND)[0] == 302
    kept = here(runtime, practice)
    assert {name: getattr(kept, name) for name in SOUND} == SOUND
    assert noted(runtime)[-1] == "changed how patients reach the practice"
    page = client.get("/s/riverside/after-visit-1/en").text
    assert 'href="tel:+15550100123"' in page
    assert 'href="tel:112"' in page
    assert "/contact/riverside/en" in page
    own = client.get(PAGE).text
    assert "<strong>112</strong>" in own
    assert 'value="Olu, at the desk"' in own


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("phone", "", "Write a number that patients can call"),
        ("phone", "call us", "Write a number that patients can call"),
        ("country", "XX", "Choose a country from the list."),
        ("contact_address", "a@b.example, c@d.example", "Write one plain mail address"),
        ("contact_address", "desk@example.org\r\nBcc: x@y.example", "Write one plain mail address"),
        ("complaints_to", "x" * 201, "Write one line of at most 200 characters"),
    ],
)
def test_what_cannot_be_used_is_named_changes_nothing_and_comes_back(
    runtime: Runtime, practice: Practice, client: FlaskClient, olu: Staff, name: str, value: str, words: str
) -> None:
    before = noted(runtime)
    status, page = press(client, "patients", **{**SOUND, name: value})
    assert status == 400
    assert words in page
    assert f'href="#{name}"' in page
    assert f'value="{SOUND["complaints_to"]}"' in page or name == "complaints_to"
    assert (here(runtime, practice).phone, here(runtime, practice).country) == ("555-0100", "US")
    assert noted(runtime) == before


def test_a_survey_is_closed_on_purpose_only_and_opened_again(
    runtime: Runtime, practice: Practice, client: FlaskClient, olu: Staff
) -> None:
    with transaction(runtime.engine, practice.id) as db:
        db.get_one(Practice, practice.id).sending = True
    status, page = press(client, "close")
    assert (status, "Tick the box first" in page, here(runtime, practice).closed_on) == (400, True, None)
    assert press(client, "close", sure="yes")[0] == 302
    kept = here(runtime, practice)
    assert (kept.closed_on is not None, kept.sending) == (True, False)
    assert "Your survey is closed" in client.get(PAGE).text
    assert client.get("/s/riverside/after-visit-1/en").status_code == 410
    assert press(client, "reopen")[0] == 302
    kept = here(runtime, practice)
    assert (kept.closed_on, kept.sending) == (None, False)
    assert noted(runtime)[-2:] == ["closed practice", "reopened practice"]


def test_a_form_without_its_proof_changes_nothing(
    runtime: Runtime, practice: Practice, client: FlaskClient, olu: Staff
) -> None:
    for button in ("patients", "close", "reopen"):
        assert client.post(f"{PAGE}/{button}", data={**SOUND, "sure": "yes"}).status_code == 400
    assert (here(runtime, practice).phone, here(runtime, practice).closed_on) == ("555-0100", None)


def test_the_page_is_reached_from_those_about_mail_and_speaks_spanish(
    practice: Practice, client: FlaskClient, olu: Staff
) -> None:
    assert f'href="{PAGE}"' in client.get("/staff/mail").text
    spanish = client.get(PAGE, headers={"Accept-Language": "es"}).text
    assert "Cómo contactar con ustedes" in spanish
