"""The test mail by its pages: a real conversation with a relay, a code, and nothing switched on before."""

from __future__ import annotations

from dataclasses import replace

import pytest
from flask.testing import FlaskClient
from sqlalchemy import delete, update
from werkzeug.test import TestResponse

from survey.app import make_app
from survey.db import reading, transaction
from survey.practice.mail_schedule_model import MailSchedule
from survey.practice.model import Practice
from survey.runtime import Runtime
from tests.invitations.post import Relay, relay
from tests.web.desk import enter, make_owner, token_of

PAGE = "/staff/mail/test"


@pytest.fixture
def untested(runtime: Runtime, practice: Practice) -> Practice:
    """A practice to which no test mail has ever come."""
    with transaction(runtime.engine, practice.id) as db:
        db.execute(delete(MailSchedule))
        db.execute(update(Practice).values(sending=False))
    return practice


def desk_at(runtime: Runtime, practice: Practice, port: int, **more: object) -> FlaskClient:
    """The owner's browser, with the relay at this port."""
    settings = replace(
        runtime.settings,
        mail="smtp",
        smtp_port=port,
        smtp_tls="none",
        **more,  # type: ignore[arg-type]
    )
    place = replace(runtime, settings=settings)
    client = make_app(place).test_client()
    enter(client, place, make_owner(place, practice))
    return client


def press(client: FlaskClient, button: str, language: str = "en", **fields: str) -> TestResponse:
    form = {"csrf_token": token_of(client, PAGE), **fields}
    return client.post(f"{PAGE}/{button}", data=form, headers={"Accept-Language": language})


def is_on(runtime: Runtime, practice: Practice) -> bool:
    with reading(runtime.engine) as db:
        return db.get_one(Practice, practice.id).sending


def code_of(sink: Relay) -> str:
    text = str(sink.stored[-1].get_content())
    return next(word for word in text.split() if len(word) == 8 and word.isdigit())


def test_sending_begins_with_the_code_of_a_mail_that_came_and_not_before(
    runtime: Runtime, untested: Practice
) -> None:
    with relay() as sink:
        client = desk_at(runtime, untested, sink.port)
        resume = {"csrf_token": token_of(client, PAGE)}
        assert client.post("/staff/mail/resume", data=resume).status_code == 409
        assert "has taken the mail" in press(client, "send", address="olu@example.org").text
        assert not is_on(runtime, untested)
        wrong = press(client, "confirm", code="00000000")
        assert (wrong.status_code, '<a href="#code">' in wrong.text) == (400, True)
        assert not is_on(runtime, untested)
        assert "at most 20 mails" in press(client, "confirm", code=code_of(sink)).text
        assert is_on(runtime, untested)


def test_the_mail_speaks_the_readers_language(runtime: Runtime, untested: Practice) -> None:
    with relay() as sink:
        press(desk_at(runtime, untested, sink.port), "send", "es", address="olu@example.org")
    assert "código" in str(sink.stored[-1].get_content())


def test_after_five_wrong_codes_the_right_one_is_worth_nothing(runtime: Runtime, untested: Practice) -> None:
    with relay() as sink:
        client = desk_at(runtime, untested, sink.port)
        press(client, "send", address="olu@example.org")
        for _try in range(5):
            press(client, "confirm", code="1")
        assert press(client, "confirm", code=code_of(sink)).status_code == 400
    assert not is_on(runtime, untested)


@pytest.mark.parametrize("address", ["", "olu", "a@example.org\r\nBcc: b@example.org"])
def test_what_is_no_address_gets_no_mail(runtime: Runtime, untested: Practice, address: str) -> None:
    with relay() as sink:
        answer = press(desk_at(runtime, untested, sink.port), "send", address=address)
    assert (answer.status_code, sink.stored) == (400, [])
    assert '<a href="#address">' in answer.text


def test_a_relay_that_does_not_answer_is_said_in_plain_words(runtime: Runtime, untested: Practice) -> None:
    with relay() as sink:
        gone = sink.port
    answer = press(desk_at(runtime, untested, gone), "send", address="olu@example.org")
    assert answer.status_code == 502
    assert "The mail server does not answer. Check the settings smtp_host" in answer.text


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("wait", "(450). The mailbox was busy"),
        ("never", "(550). There is no such mailbox"),
        ("full", "(452). It had no room"),
        ("big", "(552). The mailbox is full."),
        ("lost", "The line broke at the very end."),
    ],
)
def test_each_refusal_is_said_in_plain_words_without_the_relays_own(
    runtime: Runtime, untested: Practice, name: str, words: str
) -> None:
    with relay() as sink:
        answer = press(desk_at(runtime, untested, sink.port), "send", address=f"{name}@example.org")
    assert answer.status_code == 502
    assert words in answer.text
    assert "no such mailbox never" not in answer.text


def test_a_sender_that_is_not_accepted_is_said(runtime: Runtime, untested: Practice) -> None:
    with relay() as sink:
        sink.sender_reply = "550 who are you"
        answer = press(desk_at(runtime, untested, sink.port), "send", address="olu@example.org")
    assert "does not accept your sender address" in answer.text
