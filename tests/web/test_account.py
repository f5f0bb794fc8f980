"""One's own account: the sign-ins that are open, ending them, another password. Nobody else's."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from survey.db import reading
from survey.practice import listing_sign_ins
from survey.practice.model import AuditEntry, Practice, Staff
from survey.runtime import Runtime
from survey.web import own_password
from tests.web.desk import GOOD, enter, make_front_desk, make_owner, token_of

PAGE = "/staff/account"
NEW = "five other odd words"


@pytest.fixture
def olu(runtime: Runtime, practice: Practice) -> Staff:
    return make_owner(runtime, practice)


def send(client: FlaskClient, path: str, **fields: str) -> TestResponse:
    return client.post(path, data={"csrf_token": token_of(client, PAGE), **fields})


def marks(client: FlaskClient) -> list[str]:
    """The sign-ins that can be ended on the page."""
    return [m for m in re.findall(r'name="mark" value="([^"]+)"', client.get(PAGE).text) if m != "others"]


def ended_by(client: FlaskClient, victim: FlaskClient, runtime: Runtime, staff: Staff) -> bool:
    """Whether somebody ended the sign-in of another account, whose mark they have."""
    with reading(runtime.engine, staff.practice_id) as db:
        found = listing_sign_ins.open_sign_ins(db, staff.practice_id, staff.id, now=runtime.clock.now())
    send(client, f"{PAGE}/end", password=GOOD, mark=found[0].mark)
    return victim.get(PAGE).status_code != 200


def test_another_browser_is_listed_and_its_copied_cookie_opens_nothing_once_it_is_ended(
    runtime: Runtime, app: Flask, client: FlaskClient, olu: Staff
) -> None:
    other = app.test_client()
    enter(other, runtime, olu)
    enter(client, runtime, olu)
    page = client.get(PAGE).text
    assert page.count("This browser") == 1
    assert len(marks(client)) == 1
    assert send(client, f"{PAGE}/end", password=GOOD, mark=marks(client)[0]).location == PAGE
    assert other.get(PAGE).status_code == 302
    assert marks(client) == []


def test_all_others_end_and_this_one_stays(
    runtime: Runtime, app: Flask, client: FlaskClient, olu: Staff
) -> None:
    others = [app.test_client() for _ in range(2)]
    for each in (*others, client):
        enter(each, runtime, olu)
    send(client, f"{PAGE}/end", password=GOOD, mark="others")
    assert [each.get(PAGE).status_code for each in (*others, client)] == [302, 302, 200]


@pytest.mark.parametrize("fields", [{}, {"password": "wrong words entirely"}])
def test_without_the_password_no_sign_in_ends_and_the_log_says_so(
    runtime: Runtime, app: Flask, client: FlaskClient, olu: Staff, fields: dict[str, str]
) -> None:
    other = app.test_client()
    enter(other, runtime, olu)
    enter(client, runtime, olu)
    for mark in ("others", marks(client)[0]):
        answer = send(client, f"{PAGE}/end", mark=mark, **fields)
        assert answer.status_code == 400
        assert 'href="#sign-ins">The password is not right' in answer.text
    assert other.get(PAGE).status_code == 200
    with reading(runtime.engine, olu.practice_id) as db:
        actions = db.scalars(select(AuditEntry.action).order_by(AuditEntry.number)).all()
    assert list(actions[-2:]) == ["ending sign-ins refused"] * 2


def test_a_page_that_does_not_ask_for_the_password_would_be_noticed(
    runtime: Runtime, app: Flask, client: FlaskClient, olu: Staff, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The broken variant: whoever finds an open screen shuts the others out."""
    monkeypatch.setattr(own_password, "is_right", lambda *_, **__: True)
    other = app.test_client()
    enter(other, runtime, olu)
    enter(client, runtime, olu)
    send(client, f"{PAGE}/end", mark="others")
    assert other.get(PAGE).status_code == 302


def test_nobody_ends_the_sign_in_of_somebody_else(
    runtime: Runtime, app: Flask, client: FlaskClient, practice: Practice, olu: Staff
) -> None:
    fay = make_front_desk(runtime, practice)
    victim = app.test_client()
    enter(victim, runtime, olu)
    enter(client, runtime, fay)
    assert not ended_by(client, victim, runtime, olu)


def test_the_check_finds_a_page_that_forgets_whose_sign_in_it_is(
    runtime: Runtime,
    app: Flask,
    client: FlaskClient,
    practice: Practice,
    olu: Staff,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    fay, real = make_front_desk(runtime, practice), listing_sign_ins.end_marked
    monkeypatch.setattr(
        listing_sign_ins,
        "end_marked",
        lambda db, practice_id, _staff, mark: real(db, practice_id, olu.id, mark),
    )
    victim = app.test_client()
    enter(victim, runtime, olu)
    enter(client, runtime, fay)
    assert ended_by(client, victim, runtime, olu)


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({"present": "wrong words entirely", "password": NEW, "again": NEW}, "present password is not right"),
        ({"present": GOOD, "password": NEW, "again": NEW + "x"}, "not the same"),
        ({"present": GOOD, "password": "tiny", "again": "tiny"}, "too short"),
        ({}, "present password is not right"),
    ],
)
def test_a_password_that_does_not_do_changes_nothing(
    runtime: Runtime, client: FlaskClient, olu: Staff, fields: dict[str, str], why: str
) -> None:
    enter(client, runtime, olu)
    answer = send(client, f"{PAGE}/password", **fields)
    assert answer.status_code == 400
    assert why in answer.text
    assert client.get(PAGE).status_code == 200


def test_another_password_ends_every_sign_in_and_copied_cookies_with_them(
    runtime: Runtime, app: Flask, client: FlaskClient, olu: Staff
) -> None:
    enter(client, runtime, olu)
    copied = client.get_cookie("session", path="/staff")
    assert copied is not None
    answer = send(client, f"{PAGE}/password", present=GOOD, password=NEW, again=NEW)
    assert answer.location == "/staff/sign-in?changed=1"
    assert "Your password is changed" in client.get(answer.location).text
    thief = app.test_client()
    thief.set_cookie("session", copied.value, path="/staff")
    assert thief.get(PAGE).status_code == 302
