"""The owner's page of people: inviting by mail, another role, shutting out; nothing of another practice."""

from __future__ import annotations

import email
import re
from email import policy

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from survey.db import reading
from survey.invitations.mailer import FolderMailer, RelayUnreachable
from survey.practice import enrolling
from survey.practice.model import AuditEntry, Practice, Staff
from survey.runtime import Runtime
from tests import builders
from tests.web import programs
from tests.web.desk import enter, make_auditor, make_front_desk, token_of

PAGE = "/staff/people"
NEW = "five other odd words"
GUEST = {"name": "Zoe Park", "email": "zoe@example.org", "role": "front_desk"}


def send(client: FlaskClient, go: str, person: Staff, **fields: str) -> TestResponse:
    data = {"csrf_token": token_of(client, PAGE), "go": go, "staff": str(person.id), **fields}
    return client.post(f"{PAGE}/change", data=data)


def invite(client: FlaskClient, **fields: str) -> TestResponse:
    return client.post(f"{PAGE}/invite", data={"csrf_token": token_of(client, PAGE), **GUEST, **fields})


def link_in_mail(runtime: Runtime, to: str) -> str:
    """The link of the only mail to this address."""
    mails = [
        email.message_from_bytes(path.read_bytes(), policy=policy.default)
        for path in runtime.settings.mailbox.rglob("*.eml")
    ]
    (mail,) = (each for each in mails if each["To"] == to)
    found = re.search(r"/staff/welcome/\S+", mail.get_body().get_content())  # type: ignore[union-attr]
    assert found is not None
    return found.group()


def notes(runtime: Runtime, practice: Practice) -> list[tuple[str, str]]:
    with reading(runtime.engine, practice.id) as db:
        query = select(AuditEntry.action, AuditEntry.subject).order_by(AuditEntry.number)
        return [(action, subject) for action, subject in db.execute(query) if action != "signed in"]


def account(runtime: Runtime, practice: Practice, address: str) -> Staff:
    with reading(runtime.engine, practice.id) as db:
        return db.scalars(select(Staff).where(Staff.email == address)).one()


def test_a_colleague_is_invited_by_mail_and_the_link_works_once(
    runtime: Runtime, app: Flask, client: FlaskClient, practice: Practice, olu: Staff
) -> None:
    assert invite(client).location == f"{PAGE}?done=mailed"
    page, link, guest = client.get(PAGE).text, link_in_mail(runtime, "zoe@example.org"), app.test_client()
    assert page.index("Olu Bello") < page.index("Zoe Park")
    assert "No password yet" in page
    assert link not in page
    form = {"csrf_token": token_of(guest, link), "password": NEW, "again": NEW}
    assert guest.post(link, data=form).status_code == 302
    assert guest.post(link, data=form).status_code == 404
    assert "No password yet" not in client.get(PAGE).text
    assert notes(runtime, practice)[0] == ("invited colleague", "zoe@example.org")


def test_a_link_that_cannot_be_mailed_is_shown_once(
    runtime: Runtime, client: FlaskClient, olu: Staff, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise RelayUnreachable("no relay")

    monkeypatch.setattr(FolderMailer, "hand_over", broken)
    found = re.search(r"/staff/welcome/[^<\s]+", invite(client).text)
    assert found is not None
    assert client.get(found.group()).status_code == 200
    assert found.group() not in client.get(PAGE).text


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({"email": "no address"}, "Write one address"),
        ({"email": "OLU@example.org"}, "look in the list"),
        ({"name": " "}, "name, in at most"),
        ({"role": "clinician"}, "Choose whose feedback"),
        ({"role": "clinician", "clinician": "77"}, "Choose whose feedback"),
    ],
)
def test_an_invitation_that_cannot_be_is_explained_and_nothing_is_sent(
    runtime: Runtime, client: FlaskClient, olu: Staff, fields: dict[str, str], why: str
) -> None:
    answer = invite(client, **fields)
    assert answer.status_code == 400
    assert why in answer.text
    assert list(runtime.settings.mailbox.rglob("*.eml")) == []


def test_a_withdrawn_invitation_and_an_older_link_open_nothing(
    runtime: Runtime, app: Flask, client: FlaskClient, practice: Practice, olu: Staff
) -> None:
    invite(client)
    first, zoe = link_in_mail(runtime, "zoe@example.org"), account(runtime, practice, "zoe@example.org")
    next(runtime.settings.mailbox.rglob("*.eml")).unlink()
    send(client, "link", zoe)
    second = link_in_mail(runtime, "zoe@example.org")
    guest = app.test_client()
    assert [guest.get(link).status_code for link in (first, second)] == [404, 200]
    send(client, "withdraw", zoe)
    assert guest.get(second).status_code == 404
    send(client, "reopen", zoe)
    assert guest.get(second).status_code == 404


@pytest.mark.parametrize("go", ["end", "close", "role", "reset"])
def test_a_colleagues_sign_ins_end_at_once_and_it_is_noted(
    runtime: Runtime, app: Flask, client: FlaskClient, practice: Practice, olu: Staff, go: str
) -> None:
    fay, victim = make_front_desk(runtime, practice), app.test_client()
    enter(victim, runtime, fay)
    assert victim.get("/staff/account").status_code == 200
    assert send(client, go, fay, role="owner").status_code == 302
    assert victim.get("/staff/account").status_code == 302
    assert [subject for _, subject in notes(runtime, practice)] == ["fay@example.org"]
    assert client.get(PAGE).status_code == 200


def test_a_reset_link_keeps_the_second_factor_unless_the_owner_says_otherwise(
    runtime: Runtime, client: FlaskClient, practice: Practice, olu: Staff, monkeypatch: pytest.MonkeyPatch
) -> None:
    fay, ended = make_front_desk(runtime, practice), []
    monkeypatch.setattr(enrolling, "switch_off", lambda _db, staff: ended.append(staff.email))
    send(client, "reset", fay)
    assert ended == []
    assert account(runtime, practice, fay.email).password_hash == ""
    send(client, "reset", fay, factor="off")
    assert ended == ["fay@example.org"]


@pytest.mark.parametrize("go", ["close", "role", "reset", "withdraw"])
def test_the_last_owner_cannot_lose_their_place(
    runtime: Runtime, client: FlaskClient, practice: Practice, olu: Staff, go: str
) -> None:
    answer = send(client, go, olu, role="front_desk")
    assert answer.status_code == 409
    assert "Nothing was changed" in answer.text
    assert notes(runtime, practice) == []


def test_nobody_of_another_practice_is_seen_or_changed(
    runtime: Runtime, client: FlaskClient, olu: Staff
) -> None:
    other = builders.make_practice(runtime, slug="harbour")
    fay = make_front_desk(runtime, other, email="far@example.org")
    assert "far@example.org" not in client.get(PAGE).text
    assert send(client, "close", fay).status_code == 409
    assert account(runtime, other, "far@example.org").active


def test_an_auditor_reads_who_may_sign_in_and_finds_nothing_to_press(
    runtime: Runtime, client: FlaskClient, practice: Practice, olu: Staff
) -> None:
    enter(client, runtime, make_auditor(runtime, practice))
    page = client.get(PAGE).text
    assert "Olu Bello" in page
    assert "A sign-in ends after 15 minutes" in page
    assert {"POST /staff/sign-out", "POST /staff/stay"} == forms(page)
    assert invite(client).status_code == 403
    assert send(client, "close", olu).status_code == 403
    assert account(runtime, practice, olu.email).active


def test_an_auditor_reads_which_programs_have_a_key(
    runtime: Runtime, client: FlaskClient, practice: Practice
) -> None:
    key = programs.key_for(runtime, practice)
    enter(client, runtime, make_auditor(runtime, practice))
    page = client.get("/staff/programs").text
    assert "Desk 2026" in page
    assert key not in page
    assert {"POST /staff/sign-out", "POST /staff/stay"} == forms(page)


def test_an_auditor_is_shown_the_way_to_nothing_that_is_shut(
    runtime: Runtime, client: FlaskClient, practice: Practice
) -> None:
    enter(client, runtime, make_auditor(runtime, practice))
    for page in ("/staff/audit", PAGE, "/staff/programs", "/staff/account", "/staff/account/second-factor"):
        for way in re.findall(r'href="(/staff[^"#]*)"', client.get(page).text):
            assert client.get(way, follow_redirects=True).status_code == 200, way


def forms(page: str) -> set[str]:
    """What can be sent from a page: method and address."""
    found = re.findall(r'<form[^>]*method="(\w+)"[^>]*action="([^"]*)"', page)
    return {f"{method.upper()} {action}" for method, action in found}
