"""Signing in by the page: one text for all refusals, a new cookie at sign-in, nothing written by looking."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask
from flask.sessions import SecureCookieSessionInterface
from flask.testing import FlaskClient
from sqlalchemy import select

from survey.app import make_app
from survey.clock import SimulatedClock
from survey.db import reading, transaction
from survey.practice import admitting, invites
from survey.practice.model import AuditEntry, Practice, Role, Staff, StaffSession
from survey.runtime import Runtime
from tests import builders
from tests.web.desk import GOOD, enter, make_clinician_account, make_owner, token_of

REFUSED = "Address and password do not match an account here."


@pytest.fixture
def olu(runtime: Runtime, practice: Practice) -> Staff:
    return make_owner(runtime, practice)


def send(client: FlaskClient, path: str = "/staff/sign-in", **fields: str) -> object:
    return client.post(path, data={"csrf_token": token_of(client, path), **fields})


def sessions(runtime: Runtime) -> int:
    with reading(runtime.engine) as db:
        return len(db.scalars(select(StaffSession)).all())


def actions(runtime: Runtime) -> list[str]:
    with reading(runtime.engine) as db:
        return list(db.scalars(select(AuditEntry.action).order_by(AuditEntry.number)))


def test_the_right_password_leads_to_the_first_page(
    runtime: Runtime, client: FlaskClient, olu: Staff
) -> None:
    answer = send(client, email="Olu@example.org", password=GOOD)
    assert (answer.status_code, answer.location) == (302, "/staff/")
    assert client.get("/staff/").location == "/staff/practice"
    assert actions(runtime) == ["signed in"]


def test_a_clinician_is_led_to_their_own_results(
    runtime: Runtime, client: FlaskClient, practice: Practice
) -> None:
    ana = make_clinician_account(runtime, practice, builders.make_clinician(runtime, practice))
    enter(client, runtime, ana)
    assert client.get("/staff/").location == "/staff/clinician"


@pytest.mark.parametrize(
    "fields",
    [
        {"email": "olu@example.org", "password": "wrong words entirely"},
        {"email": "nobody@example.org", "password": GOOD},
        {"email": "", "password": ""},
        {},
    ],
)
def test_every_refusal_looks_the_same(
    runtime: Runtime, client: FlaskClient, olu: Staff, fields: dict[str, str]
) -> None:
    answer = send(client, **fields)
    assert answer.status_code == 401
    assert REFUSED in answer.text
    assert answer.text.count("<title>Error:") == 1
    assert sessions(runtime) == 0
    assert actions(runtime) == ["sign-in refused"]


def test_an_unknown_practice_is_refused_in_the_same_words(
    runtime: Runtime, client: FlaskClient, olu: Staff
) -> None:
    answer = send(client, "/staff/nowhere/sign-in", email="olu@example.org", password=GOOD)
    assert answer.status_code == 401
    assert REFUSED in answer.text


def test_the_practice_is_asked_for_only_where_there_are_several(
    runtime: Runtime, client: FlaskClient, olu: Staff
) -> None:
    assert 'name="practice"' not in client.get("/staff/sign-in").text
    assert "Riverside Practice" in client.get("/staff/sign-in").text
    builders.make_practice(runtime, slug="hillside", name="Hillside")
    page = client.get("/staff/sign-in").text
    assert 'name="practice"' in page
    assert "Riverside" not in page.replace("such as riverside", "")
    assert 'name="practice"' not in client.get("/staff/riverside/sign-in").text
    assert send(client, email="olu@example.org", password=GOOD, practice="hillside").status_code == 401
    assert send(client, email="olu@example.org", password=GOOD, practice=" Riverside ").status_code == 302


def test_signing_in_replaces_everything_the_cookie_held(
    runtime: Runtime, client: FlaskClient, olu: Staff
) -> None:
    first = enter(client, runtime, olu)
    with client.session_transaction(path="/staff/") as cookie:
        cookie["planted"] = "by somebody else"
    send(client, email="olu@example.org", password=GOOD)
    with client.session_transaction(path="/staff/") as cookie:
        assert "planted" not in cookie
        assert cookie["secret"] != first


def test_the_cookie_is_for_the_staff_pages_only_and_out_of_reach_of_scripts(
    client: FlaskClient, olu: Staff
) -> None:
    cookie = send(client, email="olu@example.org", password=GOOD).headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "Path=/staff" in cookie
    assert "SameSite=Lax" in cookie


def test_over_https_no_page_that_came_unencrypted_can_set_the_cookie(
    sqlite_runtime: Runtime,
) -> None:
    make_owner(sqlite_runtime, builders.make_practice(sqlite_runtime))
    settings = replace(sqlite_runtime.settings, base_url="https://feedback.example.org")
    client = make_app(replace(sqlite_runtime, settings=settings)).test_client()
    page = client.get("/staff/sign-in", base_url="https://feedback.example.org")
    cookie = page.headers["Set-Cookie"]
    assert cookie.startswith("__Secure-session=")
    assert "; Secure;" in cookie
    assert "; Path=/staff" in cookie, "patients' pages never get it"


@pytest.mark.parametrize(
    "wanted",
    ["https://evil.example/", "//evil.example", "/staff/\\evil", "/s/riverside", "/staff/x?y", "staff/"],
)
def test_a_link_cannot_send_anybody_elsewhere_after_the_sign_in(
    client: FlaskClient, olu: Staff, wanted: str
) -> None:
    assert send(client, email="olu@example.org", password=GOOD, next=wanted).location == "/staff/"


def test_a_field_that_comes_twice_or_in_the_address_stands_in_for_nothing(
    client: FlaskClient, olu: Staff
) -> None:
    fields = {"csrf_token": token_of(client, "/staff/sign-in"), "email": olu.email}
    away = client.post(f"/staff/sign-in?password={GOOD}&email={olu.email}", data=fields)
    assert (away.status_code, away.location) == (401, None)
    twice = client.post("/staff/sign-in", data={**fields, "password": ["not this one", GOOD]})
    assert (twice.status_code, twice.location) == (401, None)
    assert client.post("/staff/sign-in", data={**fields, "password": [GOOD, "not this one"]}).location


def test_after_the_sign_in_the_page_asked_for_follows(client: FlaskClient, olu: Staff) -> None:
    away = client.get("/staff/visits")
    assert (away.status_code, away.location) == (302, "/staff/sign-in?next=/staff/visits")
    assert (
        send(client, email="olu@example.org", password=GOOD, next="/staff/visits").location == "/staff/visits"
    )


def test_a_form_sent_without_a_sign_in_is_not_carried_out(client: FlaskClient, practice: Practice) -> None:
    answer = client.post("/staff/mail/pause")
    assert answer.status_code == 401
    assert "was not carried out" in answer.text


def test_a_script_without_a_sign_in_gets_401(client: FlaskClient, practice: Practice) -> None:
    answer = client.get("/staff/clinician/figure/phone.json", headers={"Accept": "application/json"})
    assert (answer.status_code, answer.json) == (401, {"message": "signed out"})


def test_a_form_without_its_token_is_refused(
    runtime: Runtime, client: FlaskClient, practice: Practice, olu: Staff
) -> None:
    enter(client, runtime, olu)
    assert client.post("/staff/mail/pause").status_code == 400
    with reading(runtime.engine) as db:
        assert db.get_one(Practice, practice.id).sending is True


def test_looking_at_pages_keeps_the_sign_in_and_writes_nothing(
    runtime: Runtime, client: FlaskClient, olu: Staff, clock: SimulatedClock
) -> None:
    enter(client, runtime, olu)
    with reading(runtime.engine) as db:
        before = db.scalars(select(StaffSession.seen_at)).one()
    for _ in range(3):
        clock.advance(timedelta(minutes=14))
        assert client.get("/staff/").status_code == 302
        assert client.get("/staff/").location == "/staff/practice"
    with reading(runtime.engine) as db:
        assert db.scalars(select(StaffSession.seen_at)).one() == before


def test_fifteen_quiet_minutes_end_it_and_the_page_says_so(
    runtime: Runtime, client: FlaskClient, olu: Staff, clock: SimulatedClock
) -> None:
    enter(client, runtime, olu)
    clock.advance(timedelta(minutes=15))
    away = client.get("/staff/", follow_redirects=True)
    assert "page was quiet for a while" in away.text


def test_a_cookie_copied_before_signing_out_opens_nothing_afterwards(
    runtime: Runtime, app: Flask, client: FlaskClient, olu: Staff
) -> None:
    enter(client, runtime, olu)
    copied = client.get_cookie("session", path="/staff")
    assert copied is not None
    answer = client.post("/staff/sign-out", data={"csrf_token": token_of(client, "/staff/visits")})
    assert answer.location == "/staff/sign-in?left=1"
    thief = app.test_client()
    thief.set_cookie("session", copied.value, path="/staff")
    assert thief.get("/staff/practice").status_code == 302
    assert sessions(runtime) == 0


def test_an_altered_cookie_opens_nothing(
    runtime: Runtime, app: Flask, client: FlaskClient, olu: Staff
) -> None:
    enter(client, runtime, olu)
    copied = client.get_cookie("session", path="/staff")
    assert copied is not None
    forger = app.test_client()
    forger.set_cookie("session", copied.value[:-3] + "AAA", path="/staff")
    assert forger.get("/staff/practice").status_code == 302


def pages_of_a_cookie_signed_with_sha1(client: FlaskClient) -> int:
    """The right key and a sign-in that holds, but the signature is one that Flask would make by itself."""
    with client.session_transaction(path="/staff/") as cookie:
        held = dict(cookie)
    signer = SecureCookieSessionInterface().get_signing_serializer(client.application)
    assert signer is not None
    forger = client.application.test_client()
    forger.set_cookie("session", str(signer.dumps(held)), path="/staff")
    return forger.get("/staff/practice").status_code


def test_a_cookie_signed_with_sha1_opens_nothing(runtime: Runtime, client: FlaskClient, olu: Staff) -> None:
    enter(client, runtime, olu)
    assert client.get("/staff/practice").status_code == 200
    assert pages_of_a_cookie_signed_with_sha1(client) == 302


def test_the_signatures_that_flask_comes_with_would_be_noticed(
    runtime: Runtime, client: FlaskClient, olu: Staff
) -> None:
    client.application.session_interface = SecureCookieSessionInterface()
    enter(client, runtime, olu)
    assert pages_of_a_cookie_signed_with_sha1(client) == 200


def test_a_closed_account_is_out_at_once(
    runtime: Runtime, client: FlaskClient, practice: Practice, olu: Staff
) -> None:
    enter(client, runtime, olu)
    with transaction(runtime.engine, practice.id) as db:
        admitting.close_account(db, olu)
    assert client.get("/staff/practice").status_code == 302


def test_an_invitation_leads_to_a_password_and_then_to_the_sign_in(
    runtime: Runtime, client: FlaskClient, practice: Practice
) -> None:
    with transaction(runtime.engine, practice.id) as db:
        new = admitting.add_staff(db, practice.id, email="new@example.org", name="New", role=Role.OWNER)
    signed = invites.make_invite(runtime.settings.secret_key, new, now=runtime.clock.now())
    path = f"/staff/welcome/{signed}"
    assert "new@example.org" in client.get(path).text
    for wrong in ({"password": GOOD, "again": "other words here"}, {"password": "tiny", "again": "tiny"}):
        answer = send(client, path, **wrong)
        assert answer.status_code == 400
        assert "There is a problem" in answer.text
    assert send(client, path, password=GOOD, again=GOOD).location == "/staff/riverside/sign-in?ready=1"
    assert client.get(path).status_code == 404
    assert send(client, email="new@example.org", password=GOOD).location == "/staff/"


@pytest.mark.parametrize("signed", ["nonsense", "a.b.c", "%00", "x" * 3000])
def test_a_forged_invitation_gets_a_kind_page(client: FlaskClient, practice: Practice, signed: str) -> None:
    answer = client.get(f"/staff/welcome/{signed}")
    assert answer.status_code == 404
    assert "invitation is over" in answer.text


def test_public_pages_neither_read_nor_set_a_cookie(client: FlaskClient, practice: Practice) -> None:
    for path in ("/healthz", "/readyz", "/static/afterword.css"):
        with client.get(path) as answer:
            assert answer.status_code == 200, path
        assert "Set-Cookie" not in answer.headers
        assert "Cookie" not in answer.headers.get("Vary", "")
