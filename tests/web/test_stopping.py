"""No more mails: the page with the button, and the request of a mail program."""

from __future__ import annotations

import pytest
from flask import request
from flask.testing import FlaskClient
from sqlalchemy import func, select

from survey.db import reading
from survey.invitations import stop_links
from survey.invitations.model import MailCount, OptOut
from survey.practice.model import Practice
from survey.runtime import Runtime
from tests.web.patients import cookie_faults

TAG = b"0123456789abcdef"


@pytest.fixture
def link(runtime: Runtime, practice: Practice) -> str:
    return f"/stop/en/{stop_links.sign(runtime.files, practice.id, TAG)}"


def stopped(runtime: Runtime, practice: Practice) -> int:
    with reading(runtime.engine, practice.id) as db:
        return db.scalar(select(func.count()).select_from(OptOut)) or 0


def test_opening_the_link_asks_and_writes_nothing(
    client: FlaskClient, runtime: Runtime, practice: Practice, link: str
) -> None:
    response = client.get(link)
    assert response.status_code == client.head(link).status_code == 200
    assert "Stop these mails" in response.text
    assert "Riverside Practice" in response.text
    assert stopped(runtime, practice) == 0


def test_the_button_stops_the_mails_and_a_second_press_says_the_same(
    client: FlaskClient, runtime: Runtime, practice: Practice, link: str
) -> None:
    first, second = client.post(link), client.post(link)
    assert first.status_code == second.status_code == 200
    assert first.data == second.data
    assert "You will get no more of these mails" in first.text
    assert stopped(runtime, practice) == 1


def test_a_mail_programs_one_click_is_enough(
    client: FlaskClient, runtime: Runtime, practice: Practice, link: str
) -> None:
    response = client.post(link, data={"List-Unsubscribe": "One-Click"}, headers={"Origin": "null"})
    assert response.status_code == 200
    assert "Location" not in response.headers
    assert cookie_faults(response) == set()
    assert stopped(runtime, practice) == 1


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("change", ["cut", "forged", "empty word"])
def test_a_link_that_we_did_not_make_stops_nothing(
    client: FlaskClient, runtime: Runtime, practice: Practice, link: str, method: str, change: str
) -> None:
    content, _, signature = link.rpartition(".")
    forged = f"{content}.{'A' if signature[0] != 'A' else 'B'}{signature[1:]}"
    broken = {"cut": link[:-9], "forged": forged, "empty word": "/stop/en/x"}[change]
    response = getattr(client, method)(broken)
    assert response.status_code == 400
    assert "This link is not complete" in response.text
    assert stopped(runtime, practice) == 0


def test_the_page_speaks_spanish_and_leads_to_english(client: FlaskClient, link: str) -> None:
    page = client.get(link.replace("/en/", "/es/")).text
    assert "No recibir más correos" in page
    assert f'href="{link}"' in page


def test_a_language_without_pages_still_stops_the_mails(
    client: FlaskClient, runtime: Runtime, practice: Practice, link: str
) -> None:
    assert client.post(link.replace("/en/", "/fr/")).status_code == 200
    assert stopped(runtime, practice) == 1


def test_a_large_body_is_refused(
    client: FlaskClient, runtime: Runtime, practice: Practice, link: str
) -> None:
    assert client.post(link, data={"x": "y" * 10_000}).status_code == 413
    assert stopped(runtime, practice) == 0


def counted(runtime: Runtime, practice: Practice) -> dict[str, int]:
    with reading(runtime.engine, practice.id) as db:
        return {row.cause: row.number for row in db.scalars(select(MailCount))}


def test_a_mail_for_somebody_else_stops_the_address_and_leaves_only_a_number(
    client: FlaskClient, runtime: Runtime, practice: Practice, link: str
) -> None:
    assert "This mail is not for me" in client.get(link).text
    first = client.post(link, data={"why": "wrong_address"})
    second = client.post(link, data={"why": "wrong_address"})
    assert (first.status_code, first.data) == (200, second.data)
    assert stopped(runtime, practice) == 1
    assert counted(runtime, practice) == {"wrong_address": 1}


@pytest.mark.parametrize("why", ["", "bounced", "complained", "staff", "x" * 300])
def test_a_form_cannot_claim_another_reason(
    client: FlaskClient, runtime: Runtime, practice: Practice, link: str, why: str
) -> None:
    assert client.post(link, data={"why": why}).status_code == 200
    assert counted(runtime, practice) == {"asked": 1}


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("application/x-www-form-urlencoded", b"List-Unsubscribe=One-Click"),
        (
            "multipart/form-data; boundary=b",
            b'--b\r\nContent-Disposition: form-data; name="List-Unsubscribe"\r\n\r\nOne-Click\r\n--b--\r\n',
        ),
        ("application/octet-stream", b"\xff\x00"),
        ("multipart/form-data", b"no boundary"),
    ],
)
def test_both_forms_that_rfc_8058_allows_and_broken_ones_stop_the_mails(
    client: FlaskClient, runtime: Runtime, practice: Practice, link: str, kind: str, body: bytes
) -> None:
    response = client.post(link, data=body, content_type=kind)
    assert (response.status_code, "Set-Cookie" in response.headers) == (200, False)
    assert counted(runtime, practice) == {"asked": 1}


def faults_of(client: FlaskClient, runtime: Runtime, practice: Practice, link: str) -> set[str]:
    """What RFC 8058 and the promise to patients ask of the link, and does not hold."""
    found = set()
    client.get(link)
    if stopped(runtime, practice):
        found.add("a look stops the mails")
    content, _, signature = link.rpartition(".")
    client.post(f"{content}.{'A' if signature[0] != 'A' else 'B'}{signature[1:]}")
    if stopped(runtime, practice) and "a look stops the mails" not in found:
        found.add("a forged link stops the mails")
    fresh = client.application.test_client()
    if fresh.post(link, data={"List-Unsubscribe": "One-Click"}).status_code != 200:
        found.add("a program without a cookie is sent away")
    return found


def test_the_link_keeps_every_promise(
    client: FlaskClient, runtime: Runtime, practice: Practice, link: str
) -> None:
    assert faults_of(client, runtime, practice, link) == set()


def test_a_link_that_works_on_get_is_noticed(
    client: FlaskClient, runtime: Runtime, practice: Practice, link: str
) -> None:
    views = client.application.view_functions
    views["stopping.ask"] = views["stopping.stop"]
    assert faults_of(client, runtime, practice, link) == {"a look stops the mails"}


def test_a_link_whose_signature_is_not_checked_is_noticed(
    client: FlaskClient,
    runtime: Runtime,
    practice: Practice,
    link: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(stop_links, "read", lambda _files, _signed: (practice.id, TAG))
    assert faults_of(client, runtime, practice, link) == {"a forged link stops the mails"}


def test_a_link_that_wants_a_cookie_is_noticed(
    client: FlaskClient, runtime: Runtime, practice: Practice, link: str
) -> None:
    views = client.application.view_functions
    stop = views["stopping.stop"]
    views["stopping.stop"] = lambda **path: stop(**path) if request.cookies else ("", 403)
    assert faults_of(client, runtime, practice, link) == {"a program without a cookie is sent away"}
