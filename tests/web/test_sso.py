"""Single sign-on against a real provider on this machine: who gets in, and everything that does not."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from survey import id_token
from survey.app import make_app
from survey.clock import SimulatedClock
from survey.db import reading, transaction
from survey.practice import admitting, enrolling
from survey.practice.model import AuditEntry, Practice, Staff
from survey.practice.second_factor_model import SecondFactor
from survey.practice.sso_model import SsoAttempt, SsoBinding
from survey.runtime import Runtime
from survey.web.masking import mask
from tests import builders
from tests.web import identity_house
from tests.web.desk import GOOD, make_owner, token_of
from tests.web.identity_house import House, application

BACK = "/staff/sso/callback"
PAGE = "/staff/account"


@pytest.fixture
def olu(runtime: Runtime, practice: Practice) -> Staff:
    return make_owner(runtime, practice)


@pytest.fixture
def house(clock: SimulatedClock) -> Iterator[House]:
    with identity_house.provider(int(clock.now().timestamp())) as found:
        yield found


@pytest.fixture
def app(runtime: Runtime, house: House, tmp_path: Path) -> Flask:
    return application(runtime, house, tmp_path)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


def leave(client: FlaskClient, path: str = "/staff/sso", **fields: str) -> TestResponse:
    return client.post(path, data={"csrf_token": token_of(client, "/staff/sign-in"), **fields})


def away(answer: TestResponse) -> str:
    """Where the browser is sent."""
    assert answer.status_code == 200
    there = unescape(re.findall(r'class="button" href="([^"]+)"', answer.text)[0])
    assert answer.headers["Refresh"] == f"0; url={there}"
    return there


def come_back(client: FlaskClient, given: dict[str, str]) -> TestResponse:
    """The page on which the browser arrives, and its button."""
    page = client.get(BACK, query_string=given)
    if page.status_code != 200:
        return page
    fields = dict(re.findall(r'type="hidden" name="([^"]+)" value="([^"]+)"', page.text))
    assert "finishing" in page.text
    return client.post(BACK, data=fields)


def sign_on(client: FlaskClient, house: House, **fields: str) -> TestResponse:
    return come_back(client, house.authorize(away(leave(client, **fields))))


def is_in(client: FlaskClient) -> bool:
    return client.get(PAGE).status_code == 200


def notes(runtime: Runtime, practice: Practice) -> list[tuple[str, str, str]]:
    with reading(runtime.engine, practice.id) as db:
        rows = db.scalars(select(AuditEntry).where(AuditEntry.practice_id == practice.id))
        return [(each.actor, each.action, each.subject) for each in rows]


def refused(client: FlaskClient, answer: TestResponse, runtime: Runtime, practice: Practice) -> bool:
    """Not in, told so in words, and noted without a name."""
    noted = notes(runtime, practice)[-1] == ("not signed in", "single sign-on refused", "")
    return (
        answer.status_code == 401 and "You are not signed in" in answer.text and noted and not is_in(client)
    )


def test_the_first_time_ties_the_account_and_afterwards_the_address_does_not_count(
    runtime: Runtime, client: FlaskClient, practice: Practice, olu: Staff, house: House
) -> None:
    assert "Sign in with Example login" in client.get("/staff/sign-in").text
    answer = sign_on(client, house, next="/staff/people")
    assert (answer.status_code, answer.location) == (302, "/staff/people")
    assert "is tied to your sign-in there" in client.get(PAGE).text
    assert [each[:2] for each in notes(runtime, practice)[-3:]] == [
        (olu.email, "bound to single sign-on"),
        (olu.email, "single sign-on accepted"),
        (olu.email, "signed in"),
    ]
    house.claims = {"email": "new-name@example.org", "email_verified": None}
    again = client.application.test_client()
    assert sign_on(again, house).status_code == 302
    assert is_in(again)
    with reading(runtime.engine, practice.id) as db:
        assert len(db.scalars(select(SsoBinding)).all()) == 1
        assert db.scalars(select(SsoAttempt)).all() == []


def test_somebody_else_with_the_same_address_does_not_get_a_tied_account(
    runtime: Runtime, client: FlaskClient, practice: Practice, olu: Staff, house: House
) -> None:
    sign_on(client, house)
    house.claims = {"sub": "person-2"}
    other = client.application.test_client()
    assert refused(other, sign_on(other, house), runtime, practice)


WRONG: tuple[dict[str, Any], ...] = (
    *({"nonce": "another"}, {"nonce": None}, {"aud": "another"}, {"aud": ["afterword", "another"]}),
    *({"azp": "another"}, {"iss": "https://elsewhere.example"}, {"exp": 1}, {"exp": None}, {"sub": ""}),
    *({"iat": 4_000_000_000}, {"sub": 7}, {"email_verified": False}, {"email_verified": "true"}),
    *({"email_verified": None}, {"email": "nobody@example.org"}, {"email": None}),
)
SIGNATURES = ("signed_by_another", "signed_with_public_key", "unsigned")


def test_a_token_that_does_not_prove_it_opens_nothing(
    runtime: Runtime, client: FlaskClient, practice: Practice, olu: Staff, house: House
) -> None:
    for claims in WRONG:
        house.claims = claims
        assert refused(client, sign_on(client, house), runtime, practice), claims
    house.claims = {}
    for name in SIGNATURES:
        house.sign = getattr(identity_house, name)
        assert refused(client, sign_on(client, house), runtime, practice), name
    with reading(runtime.engine, practice.id) as db:
        assert db.scalars(select(SsoBinding)).all() == []
    house.sign = None
    assert sign_on(client, house).status_code == 302


def test_a_nonce_that_is_not_compared_would_be_noticed(
    client: FlaskClient, olu: Staff, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The broken variant: a token that was made for another sign-in is taken."""
    monkeypatch.setattr(id_token, "_answers", lambda claims, expected: True)
    house.claims = {"nonce": "another"}
    assert sign_on(client, house).status_code == 302
    assert is_in(client)


def test_a_state_is_good_once_in_its_browser_for_ten_minutes(
    runtime: Runtime, client: FlaskClient, olu: Staff, house: House, clock: SimulatedClock
) -> None:
    given = house.authorize(away(leave(client)))
    stranger = client.application.test_client()
    assert come_back(stranger, given).status_code == 400
    assert come_back(client, {**given, "state": "another"}).status_code == 400
    assert come_back(client, {**given, "iss": "https://elsewhere.example"}).status_code == 400
    cookie = client.get_cookie("session", path="/staff")
    assert cookie is not None
    assert come_back(client, given).status_code == 302
    client.set_cookie("session", cookie.value, path="/staff")
    house.codes["more"] = {}
    again = come_back(client, {**given, "code": "more"})
    assert (again.status_code, "works once" in again.text) == (400, True)
    late = client.application.test_client()
    given = house.authorize(away(leave(late)))
    clock.move_to(clock.now() + timedelta(minutes=10))
    assert come_back(late, given).status_code == 400
    assert not is_in(late)


def test_looking_at_the_page_one_comes_back_to_uses_nothing_up(
    client: FlaskClient, olu: Staff, house: House
) -> None:
    given = house.authorize(away(leave(client)))
    asked = len(house.asked)
    assert client.get(BACK, query_string=given).status_code == 200
    assert len(house.asked) == asked
    assert come_back(client, given).status_code == 302


def test_a_code_the_provider_does_not_know_and_a_refusal_there_sign_nobody_in(
    client: FlaskClient, olu: Staff, house: House
) -> None:
    given = house.authorize(away(leave(client)))
    refusal = client.get(BACK, query_string={"state": given["state"], "error": "access_denied"})
    assert (refusal.status_code, "was not completed there" in refusal.text) == (400, True)
    assert come_back(client, {**given, "code": "invented"}).status_code == 503
    assert not is_in(client)


def test_closed_accounts_and_those_without_a_password_stay_shut(
    runtime: Runtime, client: FlaskClient, practice: Practice, olu: Staff, house: House
) -> None:
    make_owner(runtime, practice, "second@example.org")
    sign_on(client, house)
    with transaction(runtime.engine, practice.id) as db:
        admitting.close_account(db, db.get_one(Staff, (practice.id, olu.id)))
    other = client.application.test_client()
    assert refused(other, sign_on(other, house), runtime, practice)
    with transaction(runtime.engine, practice.id) as db:
        mine = db.get_one(Staff, (practice.id, olu.id))
        mine.active = True
        admitting.void_password(db, mine)
        assert db.scalars(select(SsoBinding)).all() == []
    assert refused(other, sign_on(other, house), runtime, practice)


def test_each_practice_answers_for_itself(
    runtime: Runtime, client: FlaskClient, practice: Practice, olu: Staff, house: House
) -> None:
    other = builders.make_practice(runtime, slug="hillside", name="Hillside")
    answer = come_back(client, house.authorize(away(leave(client, practice="hillside"))))
    assert refused(client, answer, runtime, other)
    assert leave(client).status_code == 400
    assert sign_on(client, house, practice="riverside").status_code == 302


def test_the_own_second_factor_is_asked_for_unless_the_provider_does(
    runtime: Runtime, client: FlaskClient, practice: Practice, olu: Staff, house: House, tmp_path: Path
) -> None:
    with transaction(runtime.engine, practice.id) as db:
        enrolling.begin(db, runtime.files, olu)
        row = db.get_one(SecondFactor, (practice.id, olu.id))
        row.sealed, row.waiting, row.since = row.waiting, None, runtime.clock.now().date()
    assert sign_on(client, house).location == "/staff/code"
    assert not is_in(client)
    trusting = application(runtime, house, tmp_path, oidc_second_factor=True).test_client()
    assert sign_on(trusting, house).status_code == 302
    assert is_in(trusting)


def test_untying_is_for_oneself_and_noted(
    runtime: Runtime, client: FlaskClient, practice: Practice, olu: Staff, house: House
) -> None:
    sign_on(client, house)
    answer = client.post("/staff/account/sso", data={"csrf_token": token_of(client, PAGE)})
    assert answer.location == PAGE
    assert "Not used yet" in client.get(PAGE).text
    assert notes(runtime, practice)[-1] == (olu.email, "unbound from single sign-on", "")


BAD: tuple[tuple[int, dict[str, str], bytes], ...] = (
    (500, {}, b""),
    (302, {"Location": "http://10.0.0.1/"}, b""),
    (200, {}, b"no json"),
    (200, {}, b"[" * 100_000),
    (200, {}, b" " * 300_000),
)
DESCRIBED = "/.well-known/openid-configuration"
INSIDE = ("http://10.0.0.1/x", "http://169.254.169.254/", "file:///etc/passwd", 7)


def test_a_provider_that_answers_badly_leaves_the_password(
    client: FlaskClient, olu: Staff, house: House
) -> None:
    for answer in BAD:
        house.instead[DESCRIBED] = answer
        page = leave(client)
        assert (page.status_code, "with your password" in page.text) == (503, True), answer[2][:9]
    form = {"csrf_token": token_of(client, "/staff/sign-in"), "email": olu.email, "password": GOOD}
    assert client.post("/staff/sign-in", data=form).status_code == 302


def test_a_provider_that_is_down_leaves_the_password(
    client: FlaskClient, clock: SimulatedClock, runtime: Runtime, olu: Staff, tmp_path: Path
) -> None:
    with identity_house.provider(0) as gone:
        client = application(runtime, gone, tmp_path).test_client()
    assert leave(client).status_code == 503


def test_a_provider_that_fails_at_the_end_signs_nobody_in(
    client: FlaskClient, olu: Staff, house: House
) -> None:
    for path, answer in (
        ("/token", (307, {"Location": "/elsewhere"}, b"")),
        ("/token", (200, {}, b"{}" + b" " * 300_000)),
        ("/keys", (200, {}, b"[]")),
    ):
        house.instead = {path: answer}
        assert sign_on(client, house).status_code == 503
        assert not is_in(client)
    assert "/elsewhere" not in house.asked


def test_a_provider_that_points_inside_a_network_is_not_followed(
    client: FlaskClient, olu: Staff, house: House
) -> None:
    for name in ("authorization_endpoint", "token_endpoint", "jwks_uri", "issuer"):
        for place in INSIDE:
            house.described = {name: place}
            assert leave(client).status_code == 503, (name, place)
    assert set(house.asked) == {DESCRIBED}


def test_a_private_place_over_https_is_not_asked(client: FlaskClient, olu: Staff, house: House) -> None:
    house.described = {"token_endpoint": "https://10.0.0.1/token"}
    assert sign_on(client, house).status_code == 503


def test_a_page_elsewhere_is_never_where_one_ends(client: FlaskClient, olu: Staff, house: House) -> None:
    assert sign_on(client, house, next="https://elsewhere.example/").location == "/staff/"


def test_without_settings_nothing_is_offered(runtime: Runtime, olu: Staff) -> None:
    client = make_app(runtime).test_client()
    assert "formaction" not in client.get("/staff/sign-in").text
    assert leave(client).status_code == 404
    assert client.get(BACK).status_code == 404


def test_neither_code_nor_person_stands_in_a_log(
    client: FlaskClient, olu: Staff, house: House, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level("DEBUG"):
        sign_on(client, house)
        house.instead["/token"] = (400, {}, b"{}")
        sign_on(client, house)
    assert not re.search(r"person-1|olu@|code-\d|kW8vTq", caplog.text)
    assert mask('"GET /staff/sso/callback?code=abc&state=def HTTP/1.1" 200').count("abc") == 0
