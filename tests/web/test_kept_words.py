"""A form sent after the sign-in had ended comes back to the same person, and to nobody else."""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from survey.actions.model import Action
from survey.clock import SimulatedClock
from survey.db import reading
from survey.practice.model import Practice, Staff
from survey.runtime import Runtime
from survey.web import kept_words
from tests.practice.test_enrolling import code_at, enrol
from tests.structure.crawling import fingerprint
from tests.web.desk import GOOD, make_owner, token_of

HERE = {"Origin": "http://localhost"}
WORDS = "Nobody answers the phone <on> Mondays."
FORM = {"touchpoint": "phone", "heard": WORDS}
HIDDEN = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)"')


def send_late(client: FlaskClient, clock: SimulatedClock, **fields: str) -> TestResponse:
    """The form that opens a repair, after sixteen quiet minutes."""
    token = token_of(client, "/staff/repairs/new")
    clock.advance(timedelta(minutes=16))
    return client.post("/staff/repairs", data={"csrf_token": token, **FORM, **fields}, headers=HERE)


def hidden(page: TestResponse) -> dict[str, str]:
    """The hidden fields of the last form of a page."""
    return {name: unescape(value) for name, value in HIDDEN.findall(page.text)}


def sign_in(client: FlaskClient, page: TestResponse, person: Staff, password: str = GOOD) -> TestResponse:
    action = re.search(r'action="(/staff/[^"]*sign-in)"', page.text)
    where = action.group(1) if action else page.request.path
    return client.post(where, data={**hidden(page), "email": person.email, "password": password})


def opened(runtime: Runtime, practice: Practice) -> list[str]:
    with reading(runtime.engine, practice.id) as db:
        return list(db.scalars(select(Action.heard).where(Action.practice_id == practice.id)))


def test_what_was_typed_comes_back_after_signing_in_and_is_sent_by_a_person(
    runtime: Runtime, practice: Practice, client: FlaskClient, clock: SimulatedClock, olu: Staff
) -> None:
    late = send_late(client, clock)
    assert late.status_code == 401
    assert "What you wrote is not lost" in late.text
    assert "answers the phone" not in late.text, "on a screen that anybody may see it is sealed"
    back = sign_in(client, late, olu)
    assert "Nobody answers the phone &lt;on&gt; Mondays." in back.text
    assert opened(runtime, practice) == []
    assert client.post("/staff/repairs", data=hidden(back), headers=HERE).status_code == 302
    assert opened(runtime, practice) == [WORDS]


def test_a_wrong_password_and_a_second_factor_on_the_way_lose_nothing(
    runtime: Runtime, practice: Practice, client: FlaskClient, clock: SimulatedClock, olu: Staff
) -> None:
    secret, _codes = enrol(runtime, olu)
    refused = sign_in(client, send_late(client, clock), olu, "wrong words entirely")
    assert refused.status_code == 401
    asked = sign_in(client, refused, olu)
    wrong = client.post("/staff/code", data={**hidden(asked), "code": "nothing"})
    assert wrong.status_code == 401
    clock.advance(timedelta(seconds=60))
    back = client.post("/staff/code", data={**hidden(wrong), "code": code_at(runtime, secret)})
    assert WORDS in unescape(back.text)


def test_nothing_is_kept_on_the_server(
    runtime: Runtime, client: FlaskClient, clock: SimulatedClock, olu: Staff
) -> None:
    token = token_of(client, "/staff/repairs/new")
    clock.advance(timedelta(minutes=16))
    before = fingerprint(runtime)
    client.post("/staff/repairs", data={"csrf_token": token, **FORM}, headers=HERE)
    assert fingerprint(runtime) == before


def test_somebody_else_does_not_get_it(
    runtime: Runtime, practice: Practice, client: FlaskClient, clock: SimulatedClock, olu: Staff
) -> None:
    other = make_owner(runtime, practice, email="other@example.org")
    answer = sign_in(client, send_late(client, clock), other)
    assert answer.status_code == 302
    assert "phone" not in answer.text


def test_a_page_that_gave_it_to_anybody_would_be_noticed(
    runtime: Runtime,
    practice: Practice,
    client: FlaskClient,
    clock: SimulatedClock,
    olu: Staff,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The broken variant: the seal does not name an account."""
    monkeypatch.setattr(kept_words, "_account", lambda _whose: "anybody")
    other = make_owner(runtime, practice, email="other@example.org")
    assert WORDS in unescape(sign_in(client, send_late(client, clock), other).text)


@pytest.mark.parametrize("field", ["password", "present", "again", "code"])
def test_passwords_and_codes_are_never_carried(
    client: FlaskClient, clock: SimulatedClock, olu: Staff, field: str
) -> None:
    assert "kept" not in hidden(send_late(client, clock, **{field: "four odd words"}))


@pytest.mark.parametrize("headers", [{}, {"Origin": "https://elsewhere.example"}, {"Origin": "null"}])
def test_what_another_site_sent_is_not_carried(
    client: FlaskClient, clock: SimulatedClock, olu: Staff, headers: dict[str, str]
) -> None:
    clock.advance(timedelta(minutes=16))
    assert "kept" not in hidden(client.post("/staff/repairs", data=FORM, headers=headers))


def test_too_much_is_not_carried_and_a_forged_field_is_nothing(
    client: FlaskClient, clock: SimulatedClock, olu: Staff
) -> None:
    late = send_late(client, clock, heard="x" * 150_000)
    assert "kept" not in hidden(late)
    form = {"csrf_token": token_of(client, "/staff/sign-in"), "email": olu.email, "password": GOOD}
    assert client.post("/staff/sign-in", data={**form, "kept": "forged"}).status_code == 302


def test_a_form_of_an_earlier_sign_in_of_the_same_person_is_shown_again(
    runtime: Runtime, practice: Practice, client: FlaskClient, olu: Staff
) -> None:
    token = token_of(client, "/staff/repairs/new")
    client.post("/staff/sign-out", data={"csrf_token": token})  # in another tab
    page = client.get("/staff/sign-in")
    sign_in(client, page, olu)
    again = client.post("/staff/repairs", data={"csrf_token": token, **FORM}, headers=HERE)
    assert again.status_code == 400
    assert opened(runtime, practice) == []
    assert client.post("/staff/repairs", data=hidden(again), headers=HERE).status_code == 302
    assert opened(runtime, practice) == [WORDS]


def test_a_form_of_somebody_elses_sign_in_is_not(
    runtime: Runtime, practice: Practice, client: FlaskClient, olu: Staff
) -> None:
    other = make_owner(runtime, practice, email="other@example.org")
    token = token_of(client, "/staff/repairs/new")
    client.post("/staff/sign-out", data={"csrf_token": token})
    sign_in(client, client.get("/staff/sign-in"), other)
    again = client.post("/staff/repairs", data={"csrf_token": token, **FORM}, headers=HERE)
    assert again.status_code == 400
    assert "phone" not in again.text
    assert opened(runtime, practice) == []
