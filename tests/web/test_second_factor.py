"""Signing in with two steps; setting the second factor up, and a practice that asks everybody for one."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from survey.clock import SimulatedClock
from survey.db import reading, transaction
from survey.practice import enrolling
from survey.practice.model import AuditEntry, Practice, Staff
from survey.runtime import Runtime
from survey.web import entering
from tests.practice.test_enrolling import code_at, enrol, secret_of
from tests.web.desk import GOOD, enter, make_front_desk, make_owner, token_of
from tests.web.test_entering import guarded

PAGE = "/staff/account/second-factor"
PASSKEYS = "/staff/account/passkeys"
#: Where a picture to scan is shown, a secret is.
SCAN = 'class="scan"'


@pytest.fixture
def olu(runtime: Runtime, practice: Practice) -> Staff:
    return make_owner(runtime, practice)


def press(client: FlaskClient, go: str, path: str = PAGE, **fields: str) -> TestResponse:
    form = {"csrf_token": token_of(client, PAGE), "go": go, **fields}
    return client.post(path, data=form, follow_redirects=True)


def sign_in(client: FlaskClient, staff: Staff, wanted: str = "") -> TestResponse:
    form = {"email": staff.email, "password": GOOD, "next": wanted}
    return client.post("/staff/sign-in", data={"csrf_token": token_of(client, "/staff/sign-in"), **form})


def send_code(client: FlaskClient, code: str) -> TestResponse:
    return client.post("/staff/code", data={"csrf_token": token_of(client, "/staff/code"), "code": code})


def is_on(runtime: Runtime, staff: Staff) -> bool:
    with reading(runtime.engine, staff.practice_id) as db:
        return enrolling.is_on(db, staff)


def open_before_enrolling(app: Flask, client: FlaskClient, role: str, token: str) -> list[str]:
    """Staff routes that answer somebody who should set up a second factor first."""
    found = []
    for method, address, roles in guarded(app):
        if role in roles and not address.startswith((PAGE, PASSKEYS)):  # either counts as a second factor
            answer = client.open(address, method=method, data={"csrf_token": token})
            if (answer.status_code, answer.location) != (303, PAGE):
                found.append(f"{method} {address}")
    return found


def test_setting_it_up_from_the_picture_to_the_codes(
    runtime: Runtime, client: FlaskClient, olu: Staff
) -> None:
    enter(client, runtime, olu)
    assert SCAN not in client.get(PAGE).text
    assert press(client, "begin", password="wrong words entirely").status_code == 400
    page = press(client, "begin", password=GOOD).text
    secret = secret_of(runtime, olu)
    assert SCAN in page
    assert secret in page.replace(" ", "")
    assert "does not fit" in press(client, "", f"{PAGE}/confirm", code="000 00").text
    assert not is_on(runtime, olu)
    shown = press(client, "", f"{PAGE}/confirm", code=code_at(runtime, secret))
    assert shown.text.count("<li><code>") == enrolling.CODES
    assert shown.headers["Cache-Control"] == "no-store"
    later = client.get(PAGE).text
    assert SCAN not in later
    assert secret not in later.replace(" ", "")
    with reading(runtime.engine) as db:
        assert "second factor on" in db.scalars(select(AuditEntry.action)).all()


def test_the_password_leads_to_the_code_and_the_code_to_the_page_asked_for(
    runtime: Runtime, client: FlaskClient, olu: Staff, clock: SimulatedClock
) -> None:
    secret, codes = enrol(runtime, olu)
    clock.advance(timedelta(minutes=1))
    assert sign_in(client, olu, "/staff/visits").location == "/staff/code"
    assert client.get("/staff/visits").location.startswith("/staff/sign-in")
    assert sign_in(client, olu, "/staff/visits").location == "/staff/code"
    assert send_code(client, "123").status_code == 401
    with client.session_transaction(path="/staff/") as cookie:
        waited = dict(cookie)
    assert send_code(client, code_at(runtime, secret)).location == "/staff/visits"
    with client.session_transaction(path="/staff/") as cookie:
        assert "waiting" not in cookie
        assert cookie["secret"] not in str(waited)
    assert client.get("/staff/visits").status_code == 200
    sign_in(client, olu)
    assert send_code(client, codes[0]).status_code == 302


def test_too_many_wrong_codes_lead_back_to_the_password(
    runtime: Runtime, client: FlaskClient, olu: Staff
) -> None:
    enrol(runtime, olu)
    sign_in(client, olu)
    answers = [send_code(client, "wrong") for _ in range(5)]
    assert [each.status_code for each in answers] == [401] * 4 + [302]
    assert "begin again with your password" in client.get(answers[-1].location).text


@pytest.mark.parametrize("waiting", [None, "x", [1], [1, 2], ["1", "x"], [1, "x"]])
def test_a_code_without_a_sign_in_that_waits_leads_to_the_password(
    client: FlaskClient, practice: Practice, waiting: object
) -> None:
    token = token_of(client, "/staff/sign-in")
    with client.session_transaction(path="/staff/") as cookie:
        cookie["waiting"] = waiting
    assert client.get("/staff/code").location.startswith("/staff/sign-in")
    answer = client.post("/staff/code", data={"csrf_token": token, "code": "123456"})
    assert answer.location.startswith("/staff/sign-in")


def test_who_has_none_can_do_nothing_else_where_everybody_needs_one(
    runtime: Runtime, app: Flask, client: FlaskClient, practice: Practice, olu: Staff
) -> None:
    fay = make_front_desk(runtime, practice)
    enter(client, runtime, olu)
    assert "asks everybody" in press(client, "on", f"{PAGE}/everybody").text
    enter(client, runtime, fay)
    assert sign_in(client, fay).location == "/staff/"
    assert open_before_enrolling(app, client, fay.role, token_of(client, PAGE)) == []
    press(client, "begin", password=GOOD)
    press(client, "", f"{PAGE}/confirm", code=code_at(runtime, secret_of(runtime, fay)))
    assert client.get("/staff/visits").status_code == 200
    assert press(client, "off", password=GOOD).status_code == 400
    assert is_on(runtime, fay)


def test_the_check_finds_a_guard_that_does_not_ask(
    runtime: Runtime,
    app: Flask,
    client: FlaskClient,
    practice: Practice,
    olu: Staff,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    enter(client, runtime, olu)
    press(client, "on", f"{PAGE}/everybody")
    real = entering._signed_in

    def lenient() -> object:
        found = real()
        return None if found is None else replace(found, must_enrol=False)

    monkeypatch.setattr(entering, "_signed_in", lenient)
    assert len(open_before_enrolling(app, client, olu.role, token_of(client, PAGE))) > 10


def test_switching_off_and_new_codes_ask_for_the_password(
    runtime: Runtime, client: FlaskClient, olu: Staff
) -> None:
    enrol(runtime, olu)
    enter_with_code(client, runtime, olu)
    for go in ("off", "codes", "begin"):
        assert press(client, go, password="wrong words entirely").status_code == 400
    assert is_on(runtime, olu)
    assert press(client, "codes", password=GOOD).text.count("<li><code>") == enrolling.CODES
    assert press(client, "off", password=GOOD).status_code == 200
    assert not is_on(runtime, olu)
    assert press(client, "nonsense", password=GOOD).status_code == 400


def enter_with_code(client: FlaskClient, runtime: Runtime, staff: Staff) -> None:
    """By a new recovery code, through the pages."""
    with transaction(runtime.engine, staff.practice_id) as db:
        codes = enrolling.renew_codes(db, staff)
    sign_in(client, staff)
    assert send_code(client, codes[0]).status_code == 302


def test_only_the_owner_decides_for_everybody(
    runtime: Runtime, client: FlaskClient, practice: Practice
) -> None:
    enter(client, runtime, make_front_desk(runtime, practice))
    assert press(client, "on", f"{PAGE}/everybody").status_code == 403
