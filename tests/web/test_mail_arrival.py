"""Will our mails arrive, by the page: servers are asked on a button only, a pasted mail is not kept."""

from __future__ import annotations

from dataclasses import replace

import pytest
from flask.testing import FlaskClient

from survey.app import make_app
from survey.practice.model import Practice
from survey.runtime import Runtime
from tests.deliverability.names import NameServer, name_server
from tests.web.desk import enter, make_owner, token_of

PAGE = "/staff/mail/arrival"
ZONE = {
    "practice.example TXT": ["v=spf1 ip4:192.0.2.1 ~all"],
    "practice.example MX": ["10 mx.practice.example."],
}
ARRIVED = """From: Riverside <feedback@practice.example>
To: somebody@example.org
Subject: About your visit

Words with <script>alert(1)</script> in them, for somebody@example.org.
"""


def desk_at(runtime: Runtime, practice: Practice, server: str) -> FlaskClient:
    settings = replace(
        runtime.settings, mail="folder", mail_from="feedback@practice.example", dns_server=server
    )
    place = replace(runtime, settings=settings)
    client = make_app(place).test_client()
    enter(client, place, make_owner(place, practice))
    return client


@pytest.fixture
def names() -> object:
    with name_server(ZONE) as server:
        yield server


def test_nobody_is_asked_before_the_button_is_pressed(
    runtime: Runtime, practice: Practice, names: NameServer
) -> None:
    client = desk_at(runtime, practice, names.address)
    client.get(PAGE)
    client.head(PAGE)
    assert names.asked == []
    page = client.post(f"{PAGE}/domain", data={"csrf_token": token_of(client, PAGE)}).text
    assert "practice.example TXT" in names.asked
    assert "practice.example has no DMARC record" in page
    assert "_dmarc.practice.example. TXT" in page


def test_the_findings_speak_the_readers_language(
    runtime: Runtime, practice: Practice, names: NameServer
) -> None:
    client = desk_at(runtime, practice, names.address)
    form = {"csrf_token": token_of(client, PAGE)}
    page = client.post(f"{PAGE}/domain", data=form, headers={"Accept-Language": "es"}).text
    assert "practice.example no tiene registro DMARC" in page


def test_a_name_server_that_fails_is_said_and_taken_for_no_answer(
    runtime: Runtime, practice: Practice, names: NameServer
) -> None:
    names.broken |= {"practice.example", "_dmarc.practice.example"}
    client = desk_at(runtime, practice, names.address)
    page = client.post(f"{PAGE}/domain", data={"csrf_token": token_of(client, PAGE)})
    assert (page.status_code, "Try again later" in page.text) == (200, True)


def test_a_name_server_that_is_none_is_named(runtime: Runtime, practice: Practice) -> None:
    client = desk_at(runtime, practice, "nowhere at all")
    page = client.post(f"{PAGE}/domain", data={"csrf_token": token_of(client, PAGE)})
    assert (page.status_code, "dns_server" in page.text) == (409, True)


def test_a_pasted_mail_is_read_and_nothing_of_it_is_shown(runtime: Runtime, practice: Practice) -> None:
    client = desk_at(runtime, practice, "")
    form = {"csrf_token": token_of(client, PAGE), "source": ARRIVED}
    page = client.post(f"{PAGE}/mail", data=form)
    assert page.status_code == 200
    assert "did not sign the mail for practice.example" in page.text
    for secret in ("somebody@example.org", "<script>alert"):
        assert secret not in page.text


@pytest.mark.parametrize("source", ["", "no mail", "From\n\n", "\x00" * 99, "From: <<<<\n\nx"])
def test_what_is_no_mail_is_said(runtime: Runtime, practice: Practice, source: str) -> None:
    client = desk_at(runtime, practice, "")
    page = client.post(f"{PAGE}/mail", data={"csrf_token": token_of(client, PAGE), "source": source})
    assert page.status_code in {200, 400}
    assert page.status_code == 200 or '<a href="#source">' in page.text
