"""A forgotten password: asking reveals nothing, and the link opens one account, once, for an hour."""

from __future__ import annotations

import email
import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from email import policy
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event, select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from survey import readmitting
from survey.app import make_app
from survey.clock import SimulatedClock
from survey.db import reading, transaction
from survey.invitations import stop_links
from survey.invitations.mailer import FolderMailer
from survey.keys.files import KeyFiles
from survey.practice import admitting, enrolling, forgetting_passwords, invites, passwords, staffing
from survey.practice.model import AuditEntry, Practice, Role, Staff, StaffSession
from survey.practice.password_request_model import PasswordRequest
from survey.practice.second_factor_model import SecondFactor
from survey.runtime import Runtime
from survey.web.try_limits import ASKED_FOR_ONE_ADDRESS, ASKED_FROM_ONE_PLACE
from tests import builders
from tests.web.desk import GOOD, enter, make_owner, token_of

PAGE = "/staff/forgotten"
NEW = "five other odd words"
OTHERS = ["nobody@example.org", "closed@example.org", "waiting@example.org"]


@pytest.fixture
def olu(runtime: Runtime, practice: Practice) -> Staff:
    """An open account, beside one that is closed and one that waits for its first password."""
    found = make_owner(runtime, practice)
    closed = make_owner(runtime, practice, "closed@example.org")
    with transaction(runtime.engine, practice.id) as db:
        admitting.close_account(db, closed)
        admitting.add_staff(db, practice.id, email="waiting@example.org", name="Wei", role=Role.FRONT_DESK)
    return found


def ask(client: FlaskClient, address: str, path: str = PAGE, **fields: str) -> TestResponse:
    data = {"csrf_token": token_of(client, path), "email": address, **fields}
    return client.post(path, data=data)


def requests(runtime: Runtime) -> int:
    with reading(runtime.engine) as db:
        return len(db.scalars(select(PasswordRequest.id)).all())


def mailed_link(runtime: Runtime, practice: Practice) -> str:
    """The path of the link in the newest mail, after the job ran."""
    before = set(runtime.settings.mailbox.rglob("*.eml"))
    mailer = FolderMailer(runtime.settings.mailbox)
    assert readmitting.mail_links(runtime, practice.id, mailer, now=runtime.clock.now()) == 1
    (new,) = set(runtime.settings.mailbox.rglob("*.eml")) - before
    mail = email.message_from_bytes(new.read_bytes(), policy=policy.default)
    found = re.search(r"/staff/new-password/\S+", mail.get_content())
    assert found is not None
    return found.group()


def link_of(runtime: Runtime, person: Staff, kind: invites.Kind = invites.FORGOTTEN) -> str:
    key = runtime.settings.secret_key
    return "/staff/new-password/" + invites.make_invite(key, person, now=runtime.clock.now(), kind=kind)


def choose(client: FlaskClient, link: str, password: str = NEW, again: str = "") -> TestResponse:
    form = {"csrf_token": token_of(client, PAGE), "password": password, "again": again or password}
    return client.post(link, data=form)


def hash_of(runtime: Runtime, person: Staff) -> str:
    with reading(runtime.engine, person.practice_id) as db:
        return db.get_one(Staff, (person.practice_id, person.id)).password_hash


# --- asking -----------------------------------------------------------------------------------------------


def test_the_sign_in_page_leads_here_and_the_answer_leads_back(client: FlaskClient, olu: Staff) -> None:
    assert f'href="{PAGE}"' in client.get("/staff/sign-in").text
    assert 'href="/staff/riverside/forgotten"' in client.get("/staff/riverside/sign-in").text
    answer = ask(client, "olu@example.org", "/staff/riverside/forgotten")
    assert 'href="/staff/riverside/sign-in"' in answer.text


@pytest.mark.parametrize("other", OTHERS)
def test_the_answer_is_the_same_bytes_whether_or_not_there_is_an_account(
    client: FlaskClient, olu: Staff, other: str
) -> None:
    known, unknown = ask(client, olu.email), ask(client, other)
    assert (known.status_code, known.data) == (unknown.status_code, unknown.data)
    assert known.status_code == 200
    assert sorted(known.headers) == sorted(unknown.headers)


@contextmanager
def heard(runtime: Runtime) -> Iterator[list[str]]:
    """Every statement that reaches the database."""
    found: list[str] = []

    def listen(_connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        found.append(statement)

    event.listen(runtime.engine, "before_cursor_execute", listen)
    yield found
    event.remove(runtime.engine, "before_cursor_execute", listen)


def statements(runtime: Runtime, client: FlaskClient, address: str) -> list[str]:
    form = {"csrf_token": token_of(client, PAGE), "email": address}
    with heard(runtime) as found:
        assert client.post(PAGE, data=form).status_code == 200
    return found


@pytest.mark.parametrize("other", OTHERS)
def test_the_database_does_the_same_whether_or_not_there_is_an_account(
    runtime: Runtime, client: FlaskClient, olu: Staff, other: str
) -> None:
    ask(client, "first@example.org")  # the first entry of the log is written without one before it
    known, unknown = (statements(runtime, client, each) for each in (olu.email, other))
    assert known == unknown
    assert any("INSERT INTO password_request" in each for each in known)
    assert not any(re.search(r"\bstaff\b", each) for each in known), "nobody looks for an account"


def test_looking_for_the_account_first_would_be_noticed(
    runtime: Runtime, client: FlaskClient, olu: Staff, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The broken variant: a row for known addresses only."""
    real = forgetting_passwords.ask

    def looks_first(db: Session, files: KeyFiles, practice_id: int, email: str, *, now: datetime) -> None:
        if admitting.staff_by_email(db, practice_id, email) is not None:
            real(db, files, practice_id, email, now=now)

    monkeypatch.setattr(forgetting_passwords, "ask", looks_first)
    ask(client, olu.email)
    known, unknown = (statements(runtime, client, each) for each in (olu.email, OTHERS[0]))
    assert len(known) != len(unknown)


@pytest.mark.parametrize("address", ["", "olu", "olu@", "a b@example.org", f"{'x' * 250}@example.org"])
def test_what_is_no_address_is_refused_in_a_sentence(
    runtime: Runtime, client: FlaskClient, olu: Staff, address: str
) -> None:
    answer = ask(client, address)
    assert answer.status_code == 400
    assert "Write one complete mail address" in answer.text
    assert answer.text.count("<title>Error:") == 1
    assert requests(runtime) == 0


def test_an_unknown_practice_gets_the_same_answer(runtime: Runtime, client: FlaskClient, olu: Staff) -> None:
    builders.make_practice(runtime, slug="hillside", name="Hillside")
    assert 'name="practice"' in client.get(PAGE).text
    answers = [ask(client, olu.email, practice=each) for each in ("riverside", " Hillside ", "nowhere")]
    assert {(each.status_code, each.data) for each in answers} == {(200, answers[0].data)}
    assert requests(runtime) == 2
    assert 'name="practice"' not in client.get("/staff/riverside/forgotten").text
    assert ask(client, olu.email, "/staff/nowhere/forgotten").status_code == 200
    assert requests(runtime) == 2


def test_one_place_is_told_to_wait_after_twenty_in_an_hour(
    runtime: Runtime, client: FlaskClient, olu: Staff
) -> None:
    for number in range(ASKED_FROM_ONE_PLACE.amount):
        assert ask(client, f"user{number}@example.org").status_code == 200
    answer = ask(client, olu.email)
    assert answer.status_code == 429
    assert "Wait an hour, then try again" in answer.text
    assert requests(runtime) == 20
    assert ASKED_FROM_ONE_PLACE.amount == 20
    form = {"csrf_token": token_of(client, PAGE), "email": olu.email}
    elsewhere = client.post(PAGE, data=form, environ_base={"REMOTE_ADDR": "192.0.2.7"})
    assert elsewhere.status_code == 200


@pytest.mark.parametrize("address", ["olu@example.org", "nobody@example.org"])
def test_the_fourth_request_for_one_address_is_dropped_without_a_word(
    runtime: Runtime, client: FlaskClient, olu: Staff, address: str
) -> None:
    answers = {ask(client, each).data for each in (address, address.upper(), f" {address} ", address)}
    assert len(answers) == 1
    assert requests(runtime) == ASKED_FOR_ONE_ADDRESS.amount == 3


def test_asking_often_keeps_nobody_from_signing_in(client: FlaskClient, olu: Staff) -> None:
    for number in range(25):
        ask(client, f"user{number}@example.org")
    form = {"csrf_token": token_of(client, "/staff/sign-in"), "email": olu.email, "password": GOOD}
    assert client.post("/staff/sign-in", data=form).status_code == 302


# --- using the link ---------------------------------------------------------------------------------------


def test_from_asking_to_a_new_password(
    runtime: Runtime, app: Flask, client: FlaskClient, practice: Practice, olu: Staff
) -> None:
    elsewhere = app.test_client()
    enter(elsewhere, runtime, olu)
    ask(client, " OLU@example.org ")
    link = mailed_link(runtime, practice)
    page = client.get(link)
    assert page.status_code == 200
    assert "olu@example.org" in page.text
    assert "At least 12 characters" in page.text
    answer = choose(client, link)
    assert (answer.status_code, answer.location) == (302, "/staff/riverside/sign-in?changed=1")
    assert "every sign-in of yours has ended" in client.get(answer.location).text
    assert elsewhere.get("/staff/account").status_code == 302
    assert passwords.holds(hash_of(runtime, olu), NEW)
    with reading(runtime.engine, practice.id) as db:
        notes = [(each.actor, each.action, each.subject) for each in db.scalars(select(AuditEntry))]
        assert db.scalars(select(StaffSession)).all() == []
    assert notes[-2:] == [
        ("not signed in", "asked for a new password", ""),
        ("olu@example.org", "chose password by link", ""),
    ]


def test_a_link_is_used_once(runtime: Runtime, client: FlaskClient, olu: Staff) -> None:
    link = link_of(runtime, olu)
    assert choose(client, link).status_code == 302
    first = hash_of(runtime, olu)
    assert client.get(link).status_code == 404
    answer = choose(client, link, "another four odd words")
    assert answer.status_code == 404
    assert "works once, and for 60 minutes" in answer.text
    assert hash_of(runtime, olu) == first


def test_a_link_is_over_after_an_hour(
    runtime: Runtime, client: FlaskClient, olu: Staff, clock: SimulatedClock
) -> None:
    link, made = link_of(runtime, olu), clock.now()
    clock.move_to(made + timedelta(minutes=59))
    assert client.get(link).status_code == 200
    clock.move_to(made + timedelta(minutes=60))
    assert client.get(link).status_code == 404
    assert choose(client, link).status_code == 404


def forgeries(runtime: Runtime, app: Flask, client: FlaskClient, olu: Staff) -> dict[str, str]:
    """Damaged links, and every other thing that this program signs or hands out."""
    good = link_of(runtime, olu).rpartition("/")[2]
    now, practice_id = runtime.clock.now(), olu.practice_id
    with client.session_transaction(path="/staff/") as cookie:
        cookie.update(practice=practice_id)
    session = client.get_cookie("session", path="/staff")
    assert session is not None
    return {
        "forged": invites.make_invite("x" * 40, olu, now=now, kind=invites.FORGOTTEN),
        "changed": "A" + good[1:],
        "truncated": good[:-4],
        "without signature": good.rpartition(".")[0],
        "an owner's invitation": link_of(runtime, olu, invites.INVITATION).rpartition("/")[2],
        "a link against mail": stop_links.sign(runtime.files, practice_id, bytes(16)),
        "a session": session.value,
        "a form's token": token_of(client, PAGE),
        "nothing": "x",
    }


def test_forged_damaged_and_other_links_open_nothing(
    runtime: Runtime, app: Flask, client: FlaskClient, olu: Staff
) -> None:
    before = hash_of(runtime, olu)
    for name, signed in forgeries(runtime, app, client, olu).items():
        assert client.get(f"/staff/new-password/{signed}").status_code == 404, name
        assert choose(client, f"/staff/new-password/{signed}").status_code == 404, name
    assert hash_of(runtime, olu) == before


def test_this_link_opens_nothing_that_another_kind_opens(
    runtime: Runtime, client: FlaskClient, olu: Staff
) -> None:
    signed = link_of(runtime, olu).rpartition("/")[2]
    assert client.get(f"/staff/welcome/{signed}").status_code == 404
    assert client.get(f"/stop/en/{signed}").status_code >= 400


def test_one_purpose_for_both_kinds_would_be_noticed(
    runtime: Runtime, client: FlaskClient, olu: Staff, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The broken variant: an invitation of two days passes for a link of an hour."""
    real = invites._serializer
    monkeypatch.setattr(invites, "_serializer", lambda key, _: real(key, invites.INVITATION))
    assert client.get(link_of(runtime, olu, invites.INVITATION)).status_code == 200


def new_password(db: Session, staff: Staff) -> None:
    admitting.set_password(db, staff, "another four odd words")


def reset_by_owner(db: Session, staff: Staff) -> None:
    staffing.start_over(db, staff, by=0, factor_too=False)


def new_address(db: Session, staff: Staff) -> None:
    staff.email = "olu@elsewhere.example"


def other_link(db: Session, staff: Staff) -> None:
    staffing.void_links(db, staff)


@pytest.mark.parametrize(
    "what", [new_password, reset_by_owner, new_address, other_link, admitting.close_account]
)
def test_a_link_dies_with_a_change_of_the_account(
    runtime: Runtime, client: FlaskClient, practice: Practice, olu: Staff, what: Any
) -> None:
    make_owner(runtime, practice, "second@example.org")
    link = link_of(runtime, olu)
    assert client.get(link).status_code == 200
    with transaction(runtime.engine, practice.id) as db:
        what(db, db.get_one(Staff, (practice.id, olu.id)))
    before = hash_of(runtime, olu)
    assert client.get(link).status_code == 404
    assert choose(client, link).status_code == 404
    assert hash_of(runtime, olu) == before


@pytest.mark.parametrize(
    ("password", "again", "why"),
    [
        ("short", "", "too short"),
        ("passwordpassword", "", "among the first"),
        ("olu@example.org", "", "among the first"),
        (NEW, "something else here", "not the same"),
    ],
)
def test_a_password_that_is_not_good_enough_leaves_the_link_good(
    runtime: Runtime, client: FlaskClient, olu: Staff, password: str, again: str, why: str
) -> None:
    link, before = link_of(runtime, olu), hash_of(runtime, olu)
    answer = choose(client, link, password, again)
    assert answer.status_code == 400
    assert why in answer.text
    assert hash_of(runtime, olu) == before
    assert choose(client, link).status_code == 302


def test_a_second_factor_stays_in_force(
    runtime: Runtime, client: FlaskClient, practice: Practice, olu: Staff, clock: SimulatedClock
) -> None:
    with transaction(runtime.engine, practice.id) as db:
        enrolling.begin(db, runtime.files, olu)
        row = db.get_one(SecondFactor, (practice.id, olu.id))
        row.sealed, row.waiting, row.since = row.waiting, None, clock.now().date()
    choose(client, link_of(runtime, olu))
    form = {"csrf_token": token_of(client, "/staff/sign-in"), "email": olu.email, "password": NEW}
    assert client.post("/staff/sign-in", data=form).location == "/staff/code"


def test_each_practice_answers_for_itself(runtime: Runtime, practice: Practice, olu: Staff) -> None:
    other = builders.make_practice(runtime, slug="hillside", name="Hillside")
    make_owner(runtime, other)
    client = make_app(runtime).test_client()
    ask(client, olu.email, "/staff/hillside/forgotten")
    link = mailed_link(runtime, other)
    assert choose(client, link).location == "/staff/hillside/sign-in?changed=1"
    assert passwords.holds(hash_of(runtime, olu), GOOD)


def test_the_page_speaks_spanish(client: FlaskClient, olu: Staff) -> None:
    page = client.get(PAGE, headers={"Accept-Language": "es"}).text
    assert "Contraseña olvidada" in page
    assert "Envíenme un enlace" in page
