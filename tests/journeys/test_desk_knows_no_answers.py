"""The desk's pages are the same bytes whether a patient has answered or not: they never say who did."""

from __future__ import annotations

import re

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from survey.db import reading
from survey.invitations.overseeing import MailState
from survey.practice.model import Practice
from survey.responses.model import Spent
from survey.runtime import Runtime
from survey.web import mail
from survey.web.mail import StateLine
from tests.journeys.days import CONTENT, MONDAY, letters, live_through, send, upload
from tests.web.desk import enter, make_owner, token_of

TUESDAY = MONDAY.replace(day=MONDAY.day + 1)
LINE = "V-1,2026-03-02T09:00:00-05:00,Ana Ortiz,Main,rita@example.org,attended,en,2,"
TOKEN = re.compile(r'name="csrf_token" value="[^"]+"')


def spent(runtime: Runtime) -> int:
    with reading(runtime.engine) as db:
        return db.scalar(select(func.count()).select_from(Spent)) or 0


def pages(client: FlaskClient) -> list[str]:
    """What the desk sees of mails, of visits and of this person, without the forms' own tokens."""
    found = [client.get(path).text for path in ("/staff/mail", "/staff/visits")]
    form = {"csrf_token": token_of(client, "/staff/person"), "address": "rita@example.org", "go": "show"}
    found.append(client.post("/staff/person", data=form).text)
    return [TOKEN.sub("", page) for page in found]


@pytest.fixture
def asked(runtime: Runtime, practice: Practice, client: FlaskClient) -> FlaskClient:
    """The owner's browser, the morning after a mail went to rita."""
    olu = make_owner(runtime, practice)
    enter(client, runtime, olu)
    upload(client, LINE)
    live_through(runtime, practice, TUESDAY, 9)
    enter(client, runtime, olu)
    return client


def answer(runtime: Runtime, client: FlaskClient) -> None:
    (letter,) = letters(runtime)
    assert send(client, letter.token, CONTENT).status_code == 200
    assert spent(runtime) == 1


def test_an_answer_changes_nothing_at_the_desk(runtime: Runtime, asked: FlaskClient) -> None:
    before = pages(asked)
    assert all(len(page) > 1000 for page in before)
    answer(runtime, asked)
    assert pages(asked) == before


def test_a_count_of_answers_would_be_seen(
    runtime: Runtime, asked: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The leaky variant: a number on the page that is taken from the spent links."""
    lines = mail._lines

    def counting(state: MailState) -> list[StateLine]:
        return [*lines(state), StateLine("Answered", "", str(spent(runtime)), needs_person=False)]

    monkeypatch.setattr(mail, "_lines", counting)
    before = pages(asked)
    answer(runtime, asked)
    assert pages(asked) != before
