"""Passkeys: adding and signing in with a device in software; cheating is refused, never an error."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from werkzeug.test import TestResponse

from survey.app import make_app
from survey.clock import SimulatedClock
from survey.db import reading, transaction
from survey.practice import admitting, declaring, holding_passkeys, passkey_proof
from survey.practice.holding_passkeys import MOST, passkeys
from survey.practice.model import AuditEntry, Practice, Staff
from survey.practice.passkey_model import Passkey
from survey.runtime import Runtime
from survey.web import try_limits
from tests.authenticator import PRESENT, Authenticator, as_text
from tests.practice.test_enrolling import enrol
from tests.web.desk import GOOD, enter, make_owner, token_of

PAGE, ENTRY = "/staff/account/passkeys", "/staff/passkey"


@pytest.fixture
def app(runtime: Runtime) -> Flask:
    """At an address that browsers take passkeys for."""
    return make_app(replace(runtime, settings=replace(runtime.settings, base_url="http://localhost")))


@pytest.fixture
def olu(runtime: Runtime, practice: Practice) -> Staff:
    return make_owner(runtime, practice)


@pytest.fixture
def key(runtime: Runtime, app: Flask, olu: Staff) -> Authenticator:
    """A passkey of Olu, added in another browser."""
    return added(app, runtime, olu, Authenticator())


def added(app: Flask, runtime: Runtime, person: Staff, device: Authenticator) -> Authenticator:
    client = app.test_client()
    enter(client, runtime, person)
    assert add(client, device.create(begin_adding(client).get_json())).status_code == 302
    return device


def begin_adding(client: FlaskClient, password: str = GOOD) -> TestResponse:
    form = {"csrf_token": token_of(client, PAGE), "password": password}
    return client.post(f"{PAGE}/begin", data=form)


def add(client: FlaskClient, answer: str, name: str = "Work laptop") -> TestResponse:
    return client.post(PAGE, data={"csrf_token": token_of(client, PAGE), "answer": answer, "name": name})


def change(client: FlaskClient, go: str, mark: str, **fields: str) -> TestResponse:
    form = {"csrf_token": token_of(client, PAGE), "go": go, "mark": mark, **fields}
    return client.post(f"{PAGE}/change", data=form)


def begin(client: FlaskClient) -> dict[str, Any]:
    answer = client.post(f"{ENTRY}/begin", data={"csrf_token": token_of(client, "/staff/sign-in")})
    found: dict[str, Any] = answer.get_json()
    return found


def send(client: FlaskClient, answer: str, wanted: str = "") -> TestResponse:
    form = {"csrf_token": token_of(client, "/staff/sign-in"), "answer": answer, "next": wanted}
    return client.post(ENTRY, data=form)


def sign_in(client: FlaskClient, key: Authenticator) -> TestResponse:
    return send(client, key.get(begin(client)))


def by_password(client: FlaskClient) -> TestResponse:
    form = {"csrf_token": token_of(client, "/staff/sign-in"), "email": "olu@example.org", "password": GOOD}
    return client.post("/staff/sign-in", data=form)


def held(runtime: Runtime, person: Staff) -> list[Passkey]:
    with reading(runtime.engine, person.practice_id) as db:
        return passkeys(db, person)


def noted(runtime: Runtime, practice: Practice) -> list[str]:
    with reading(runtime.engine, practice.id) as db:
        return list(db.scalars(select(AuditEntry.action).where(AuditEntry.practice_id == practice.id)))


def ask_everybody(runtime: Runtime, practice: Practice) -> None:
    with transaction(runtime.engine, practice.id) as db:
        db.get_one(Practice, practice.id).second_factor = True


def test_from_adding_to_signing_in(
    runtime: Runtime, client: FlaskClient, olu: Staff, key: Authenticator, practice: Practice
) -> None:
    asked = begin(client)
    assert asked["userVerification"] == "required"
    assert "allowCredentials" not in asked or asked["allowCredentials"] == []
    with client.session_transaction(path="/staff/") as cookie:
        before = dict(cookie)
    assert send(client, key.get(asked), "/staff/visits").location == "/staff/visits"
    with client.session_transaction(path="/staff/") as cookie:
        assert "challenge" not in cookie
        assert cookie["secret"] not in str(before)
    assert client.get("/staff/visits").status_code == 200
    (row,) = held(runtime, olu)
    assert (row.name, row.sign_count) == ("Work laptop", 1)
    assert row.used_on is not None
    assert noted(runtime, practice)[-1] == "signed in"
    assert "Last used on" in client.get(PAGE).text


def test_a_wanted_address_elsewhere_is_not_followed(client: FlaskClient, key: Authenticator) -> None:
    assert send(client, key.get(begin(client)), "https://evil.example").location == "/staff/"


def test_a_passkey_counts_as_both_factors(
    runtime: Runtime, client: FlaskClient, olu: Staff, key: Authenticator, practice: Practice
) -> None:
    ask_everybody(runtime, practice)
    refused = by_password(client)
    assert (refused.status_code, "Yours is a passkey" in refused.text) == (401, True)
    assert client.get("/staff/visits").status_code == 302
    assert "password without passkey" in noted(runtime, practice)
    sign_in(client, key)
    assert client.get("/staff/visits").status_code == 200


def test_a_passkey_may_be_set_up_where_the_practice_asks_for_a_second_factor(
    runtime: Runtime, app: Flask, client: FlaskClient, olu: Staff, practice: Practice
) -> None:
    ask_everybody(runtime, practice)
    enter(client, runtime, olu)
    assert "Use a passkey instead" in client.get("/staff/visits", follow_redirects=True).text
    add(client, Authenticator().create(begin_adding(client).get_json()))
    assert client.get("/staff/visits").status_code == 200


def test_an_app_still_answers_the_password_beside_a_passkey(
    runtime: Runtime, client: FlaskClient, olu: Staff, key: Authenticator, practice: Practice
) -> None:
    ask_everybody(runtime, practice)
    enrol(runtime, olu)
    assert by_password(client).location == "/staff/code"
    assert sign_in(client, key).status_code == 302


def test_the_only_second_factor_that_the_practice_asks_for_cannot_be_removed(
    runtime: Runtime, client: FlaskClient, olu: Staff, key: Authenticator, practice: Practice
) -> None:
    ask_everybody(runtime, practice)
    sign_in(client, key)
    mark = holding_passkeys.mark_of(held(runtime, olu)[0])
    refused = change(client, "remove", mark, password=GOOD)
    assert (refused.status_code, "your only one" in refused.text) == (400, True)
    enrol(runtime, olu)
    assert change(client, "remove", mark, password=GOOD).status_code == 302
    assert held(runtime, olu) == []


def test_renaming_and_removing_are_noted_and_removing_asks_for_the_password(
    runtime: Runtime, client: FlaskClient, olu: Staff, key: Authenticator, practice: Practice
) -> None:
    enter(client, runtime, olu)
    mark = holding_passkeys.mark_of(held(runtime, olu)[0])
    change(client, "rename", mark, name=" My \x00 <b>phone</b> " + "x" * 99)
    assert held(runtime, olu)[0].name.startswith("My <b>phone</b> x")
    assert "<b>phone" not in client.get(PAGE).text
    assert change(client, "remove", mark, password="wrong words entirely").status_code == 400
    assert change(client, "remove", "no such mark", password=GOOD).status_code == 302
    assert change(client, "erase", mark, password=GOOD).status_code == 400
    assert change(client, "remove", mark, password=GOOD).status_code == 302
    assert noted(runtime, practice)[-3:] == ["renamed passkey", "passkey change refused", "removed passkey"]
    assert sign_in(client.application.test_client(), key).status_code == 401


def test_adding_asks_for_the_password_and_takes_a_challenge_once(
    runtime: Runtime, client: FlaskClient, olu: Staff, practice: Practice
) -> None:
    enter(client, runtime, olu)
    wrong = begin_adding(client, "wrong words entirely")
    assert (wrong.status_code, wrong.get_json()["problem"][:12]) == (400, "The password")
    device = Authenticator(step=0)
    options = begin_adding(client).get_json()
    cookie = client.get_cookie("session", path="/staff")
    assert cookie is not None
    assert add(client, device.create(options)).status_code == 302
    for again in (device, Authenticator()):
        client.set_cookie("session", cookie.value, path="/staff")
        assert add(client, again.create(options)).status_code == 400
    assert len(held(runtime, olu)) == 1
    assert "added passkey" in noted(runtime, practice)


def test_an_answer_from_elsewhere_adds_nothing(runtime: Runtime, client: FlaskClient, olu: Staff) -> None:
    enter(client, runtime, olu)
    for device in (Authenticator(origin="http://localhost.evil.example"), Authenticator(flags=PRESENT)):
        assert add(client, device.create(begin_adding(client).get_json())).status_code == 400
    asked_to_sign_in = {**begin_adding(client).get_json(), "challenge": begin(client)["challenge"]}
    assert add(client, Authenticator().create(asked_to_sign_in)).status_code == 400
    assert held(runtime, olu) == []


def test_an_account_holds_no_more_than_it_may(runtime: Runtime, client: FlaskClient, olu: Staff) -> None:
    enter(client, runtime, olu)
    answers = [add(client, Authenticator().create(begin_adding(client).get_json())) for _ in range(MOST + 1)]
    assert [each.status_code for each in answers] == [302] * MOST + [400]


# --- cheating -------------------------------------------------------------------------------------------


def test_answers_that_do_not_fit_are_refused_and_noted(
    runtime: Runtime, client: FlaskClient, key: Authenticator, practice: Practice
) -> None:
    thief = replace(key, key=Authenticator().key)
    for device in (
        replace(key, origin="https://localhost"),
        replace(key, origin="http://localhost:8000"),
        replace(key, flags=PRESENT),
        thief,
    ):
        assert sign_in(client, device).status_code == 401
    other = {**begin(client), "rpId": "evil.example"}
    assert send(client, key.get(other)).status_code == 401
    wrong = {**begin(client), "challenge": as_text(bytes(32))}
    assert send(client, key.get(wrong)).status_code == 401
    assert noted(runtime, practice).count("passkey refused") == 6
    assert client.get("/staff/visits").status_code == 302


def test_a_challenge_is_good_for_five_minutes_one_browser_and_one_purpose(
    runtime: Runtime, client: FlaskClient, key: Authenticator, olu: Staff, clock: SimulatedClock
) -> None:
    late = key.get(begin(client))
    clock.advance(timedelta(minutes=5))
    assert send(client, late).status_code == 401
    mine = key.get(begin(client))
    assert send(client.application.test_client(), mine).status_code == 401
    enter(client, runtime, olu)
    to_add = begin_adding(client).get_json()["challenge"]
    assert send(client, key.get({"rpId": "localhost", "challenge": to_add})).status_code == 401
    assert sign_in(client, key).status_code == 302


def replayed(client: FlaskClient, key: Authenticator) -> int:
    """An answer sent a second time, with a copy of the cookie it was first sent with."""
    answer = key.get(begin(client))
    token = token_of(client, "/staff/sign-in")
    copied = client.get_cookie("session", path="/staff")
    assert copied is not None
    form = {"csrf_token": token, "answer": answer}
    assert client.post(ENTRY, data=form).status_code == 302
    client.set_cookie("session", copied.value, path="/staff")
    return client.post(ENTRY, data=form).status_code


def test_an_answer_cannot_be_played_again_with_a_copied_cookie(
    runtime: Runtime, app: Flask, client: FlaskClient, olu: Staff
) -> None:
    key = added(app, runtime, olu, Authenticator(step=0))
    assert replayed(client, key) == 401
    assert sign_in(client, key).status_code == 302


def test_a_challenge_that_is_not_used_up_would_be_noticed(
    runtime: Runtime, app: Flask, client: FlaskClient, olu: Staff, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = added(app, runtime, olu, Authenticator(step=0))
    monkeypatch.setattr(holding_passkeys, "_use_up", lambda *_, **__: True)
    assert replayed(client, key) == 302


def test_a_count_that_goes_back_is_refused_and_noted(
    runtime: Runtime, client: FlaskClient, key: Authenticator, practice: Practice
) -> None:
    copy = replace(key)
    sign_in(client, key)
    sign_in(client, key)
    assert sign_in(client.application.test_client(), copy).status_code == 401
    assert "passkey may be copied" in noted(runtime, practice)
    assert sign_in(client, key).status_code == 302


def test_a_passkey_opens_its_own_account_and_practice_only(
    runtime: Runtime, app: Flask, client: FlaskClient, key: Authenticator, olu: Staff, practice: Practice
) -> None:
    with transaction(runtime.engine) as db:
        other = declaring.create_practice(db, slug="other", name="Other", time_zone="America/New_York")
    eve = make_owner(runtime, other, "eve@example.org")
    eves = added(app, runtime, eve, Authenticator())
    mia = make_owner(runtime, practice, "mia@example.org")
    handles = [
        passkey_proof.handle_of(practice.id, olu.id),
        passkey_proof.handle_of(practice.id, mia.id),
        passkey_proof.handle_of(other.id, olu.id),
        passkey_proof.handle_of(1, 1),
        passkey_proof.handle_of(-1, 2**63 - 1),
        b"",
        b"x" * 64,
    ]
    for handle in handles:
        assert sign_in(client, replace(eves, handle=handle)).status_code == 401
    assert client.get("/staff/visits").status_code == 302
    token = token_of(client, "/staff/riverside/sign-in")
    options = client.post(f"{ENTRY}/begin", data={"csrf_token": token}).get_json()
    assert client.post(ENTRY, data={"csrf_token": token, "answer": eves.get(options)}).status_code == 302
    assert "eve@example.org" in client.get("/staff/account").text


def test_a_closed_account_or_a_voided_password_lets_no_passkey_in(
    runtime: Runtime, app: Flask, client: FlaskClient, key: Authenticator, olu: Staff
) -> None:
    with transaction(runtime.engine, olu.practice_id) as db:
        mine = db.get_one(Staff, (olu.practice_id, olu.id))
        mine.active = False
    assert sign_in(client, key).status_code == 401
    with transaction(runtime.engine, olu.practice_id) as db:
        mine = db.get_one(Staff, (olu.practice_id, olu.id))
        mine.active = True
        admitting.void_password(db, mine)
    assert sign_in(client, key).status_code == 401


def test_passkeys_go_with_the_account(runtime: Runtime, key: Authenticator, olu: Staff) -> None:
    assert len(held(runtime, olu)) == 1
    with transaction(runtime.engine, olu.practice_id) as db:
        admitting.close_account(db, db.get_one(Staff, (olu.practice_id, olu.id)))
    assert held(runtime, olu) == []


def broken_answers(answer: str) -> list[str]:
    whole = json.loads(answer)
    cut = [{**whole, "response": {**whole["response"], part: ""}} for part in whole["response"]]
    lies = [{**whole, "id": "x"}, {**whole, "rawId": 7}, {**whole, "type": "password"}, {"response": whole}]
    odd = [
        "",
        "{",
        "[]",
        "null",
        "[" * 15_000,
        "x" * 30_000,
        "\ud800".encode("utf-8", "replace").decode(),
        '"a"',
    ]
    return [*odd, *(json.dumps(each) for each in [*cut, *lies])]


def test_garbage_is_refused_and_never_an_error(
    runtime: Runtime, client: FlaskClient, key: Authenticator, olu: Staff, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(try_limits, "require_tries", lambda _account: None)
    for answer in broken_answers(key.get(begin(client))):
        begin(client)
        assert send(client, answer).status_code == 401, answer[:80]
    token = token_of(client, "/staff/sign-in")
    lie = {"csrf_token": token, "answer": key.get(begin(client))}
    for kind in ("application/json", "text/plain", "multipart/form-data; boundary=x"):
        assert client.post(ENTRY, data=json.dumps(lie), content_type=kind).status_code == 400
    enter(client, runtime, olu)
    for answer in broken_answers(Authenticator().create(begin_adding(client).get_json())):
        begin_adding(client)
        assert add(client, answer).status_code == 400, answer[:80]
    assert len(held(runtime, olu)) == 1


def test_a_place_that_tries_too_often_waits_and_nobody_elsewhere_does(
    client: FlaskClient, key: Authenticator
) -> None:
    thief = replace(key, key=Authenticator().key)
    answers = [sign_in(client, thief).status_code for _ in range(11)]
    assert answers == [401] * 10 + [429]
    elsewhere = client.application.test_client()
    elsewhere.environ_base["REMOTE_ADDR"] = "192.0.2.7"
    assert sign_in(elsewhere, key).status_code == 302


# --- where there are none -------------------------------------------------------------------------------


def test_without_the_extra_no_page_offers_any(
    runtime: Runtime, client: FlaskClient, olu: Staff, key: Authenticator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(passkey_proof, "find_spec", lambda _name: None)
    assert "passkey" not in client.get("/staff/sign-in").text
    token = token_of(client, "/staff/sign-in")
    for address in (ENTRY, f"{ENTRY}/begin"):
        assert client.post(address, data={"csrf_token": token}).status_code == 404
    enter(client, runtime, olu)
    assert "assk" not in client.get("/staff/account").text
    assert begin_adding(client).status_code == 404
    mark = holding_passkeys.mark_of(held(runtime, olu)[0])
    assert change(client, "remove", mark, password=GOOD).status_code == 302


@pytest.mark.parametrize(
    ("address", "offers"),
    [
        ("https://feedback.example.org", True),
        ("http://localhost:8765", True),
        ("http://feedback.example.org", False),
        ("https://127.0.0.1:8765", False),
        ("https://[::1]", False),
    ],
)
def test_only_a_named_site_with_https_offers_passkeys(address: str, offers: bool) -> None:
    assert passkey_proof.offered(address) is offers


def test_the_database_keeps_no_count_below_zero(runtime: Runtime, key: Authenticator, olu: Staff) -> None:
    statement = update(Passkey).where(Passkey.practice_id == olu.practice_id).values(sign_count=-1)
    with transaction(runtime.engine, olu.practice_id) as db, pytest.raises(IntegrityError):
        db.execute(statement)
