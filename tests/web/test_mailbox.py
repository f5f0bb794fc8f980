"""The demo mailbox: there in demo mode, nowhere else."""

from __future__ import annotations

from dataclasses import replace
from email.message import EmailMessage

import pytest
from flask.testing import FlaskClient

from survey.app import make_app
from survey.runtime import Runtime
from survey.web.mailbox import pieces


@pytest.fixture
def demo(runtime: Runtime) -> FlaskClient:
    return make_app(replace(runtime, settings=replace(runtime.settings, demo=True))).test_client()


def write(runtime: Runtime, number: int, *, subject: str = "Your visit", text: str = "Hello") -> None:
    mail = EmailMessage()
    mail["Subject"], mail["To"], mail["From"] = subject, "ana@example.org", "feedback@localhost"
    mail.set_content(text)
    (runtime.settings.mailbox / f"{number:06d}.eml").write_bytes(mail.as_bytes())


def test_outside_demo_mode_there_is_no_mailbox(client: FlaskClient) -> None:
    assert client.get("/demo/mailbox/").status_code == 404
    assert client.get("/demo/mailbox/000001").status_code == 404


def test_mails_are_listed_newest_first_without_a_cookie(runtime: Runtime, demo: FlaskClient) -> None:
    assert "No mail has been written yet" in demo.get("/demo/mailbox/").text
    write(runtime, 1, subject="The first")
    write(runtime, 2, subject="The second")
    answer = demo.get("/demo/mailbox/")
    assert answer.text.index("The second") < answer.text.index("The first")
    assert "Demo mailbox" in answer.text
    assert "Set-Cookie" not in answer.headers


def test_forty_mails_fill_a_page(runtime: Runtime, demo: FlaskClient) -> None:
    for number in range(1, 43):
        write(runtime, number, subject=f"Mail {number:03d}")
    assert "Mail 003" in demo.get("/demo/mailbox/").text
    assert "Mail 002" not in demo.get("/demo/mailbox/").text
    assert "Mail 002" in demo.get("/demo/mailbox/?page=2").text
    assert demo.get("/demo/mailbox/?page=-5").status_code == 200
    assert demo.get("/demo/mailbox/?page=many").status_code == 200


def test_a_mail_is_shown_with_its_link_its_headers_and_no_markup_of_its_own(
    runtime: Runtime, demo: FlaskClient
) -> None:
    link = f"{runtime.settings.base_url}/s/riverside/after-visit-1/en#TOKEN"
    write(runtime, 7, text=f"<b>Hello</b>\n{link}\nhttps://elsewhere.example/x\n")
    page = demo.get("/demo/mailbox/000007").text
    assert f'<a href="{link}">{link}</a>' in page
    assert "&lt;b&gt;Hello" in page
    assert 'href="https://elsewhere.example' not in page
    assert "feedback@localhost" in page


@pytest.mark.parametrize("name", ["..", "%2e%2e%2fsecret", "000009", "../../secret", "x" * 500])
def test_nothing_but_a_listed_mail_can_be_opened(demo: FlaskClient, name: str) -> None:
    assert demo.get(f"/demo/mailbox/{name}").status_code in {404, 308}


def test_text_is_cut_at_addresses_and_nothing_is_lost() -> None:
    text = "See http://here.test/a, or http://here.testing/b."
    found = list(pieces(text, "http://here.test"))
    assert "".join(piece.text for piece in found) == text
    assert [piece.link for piece in found if piece.link] == ["http://here.test/a"]
