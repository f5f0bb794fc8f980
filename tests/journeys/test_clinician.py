"""A clinician's story: invited, signed in, and told in plain words what works and what needs attention."""

from __future__ import annotations

from datetime import date

import pytest
from flask import Flask
from flask.testing import FlaskClient

from survey.db import transaction
from survey.practice import admitting, invites
from survey.practice.model import Clinician, Practice, Role
from survey.runtime import Runtime
from tests import builders
from tests.journeys.days import answer_often, live_through, seen
from tests.web.desk import GOOD, token_of

WEDNESDAY, NEXT_MONDAY, MONDAY_IN_APRIL = date(2026, 3, 4), date(2026, 3, 9), date(2026, 4, 6)
SAID = "Please call back sooner"


@pytest.fixture
def ana(runtime: Runtime, practice: Practice, app: Flask) -> Clinician:
    """Many answer about Ana, most of them unhappy with the phone; a few about two colleagues."""
    ana = builders.make_clinician(runtime, practice)
    live_through(runtime, practice, WEDNESDAY, 12)
    patient = app.test_client()
    answer_often(runtime, practice, ana, client=patient, times=36, words=10, phone=("no", 25))
    for name in ("Ben Yu", "Cy Young"):
        colleague = builders.make_clinician(runtime, practice, name)
        answer_often(runtime, practice, colleague, client=patient, times=6)
    return ana


def invited(runtime: Runtime, practice: Practice, ana: Clinician) -> str:
    """Address of the page that an invitation leads to."""
    with transaction(runtime.engine, practice.id) as db:
        member = admitting.add_staff(
            db, practice.id, email="ana@example.org", name=ana.name, role=Role.CLINICIAN, clinician_id=ana.id
        )
    signed = invites.make_invite(runtime.settings.secret_key, member, now=runtime.clock.now())
    return f"/staff/welcome/{signed}"


def sign_in(client: FlaskClient) -> str:
    """By the form; the address of the first page."""
    form = {"csrf_token": token_of(client, "/staff/sign-in"), "email": "ana@example.org", "password": GOOD}
    assert client.post("/staff/sign-in", data=form).location == "/staff/"
    return str(client.get("/staff/").location)


def test_from_an_invitation_to_what_works_and_what_needs_attention(
    runtime: Runtime, practice: Practice, client: FlaskClient, ana: Clinician
) -> None:
    live_through(runtime, practice, NEXT_MONDAY, 3, 12)
    welcome = invited(runtime, practice, ana)
    form = {"csrf_token": token_of(client, welcome), "password": GOOD, "again": GOOD}
    assert client.post(welcome, data=form).status_code == 302
    first = sign_in(client)
    reply = client.get(first)
    marks = [reply.text.index(f'id="group-{name}"') for name in ("works", "attention", "early")]
    assert marks == sorted(marks)
    assert "Starting on time" in reply.text[marks[0] : marks[1]]
    assert "Phone and messages" in reply.text[marks[1] : marks[2]]
    page = seen(reply)
    assert "Calls and messages wait too long for an answer: 70% said “No”." in page, (
        "24 or 25 of 35, as the lot fell, to five points"
    )
    assert "“Yes, definitely” 30%" in page
    assert "Whole practice: 45%" in page, "10 or 11, 5 and 5 of 35, 5 and 5"
    assert "30+ answers" in page
    assert SAID not in page, "comments wait for their own day"
    for colleague in ("Ben Yu", "Cy Young"):
        assert colleague not in page


def test_comments_come_on_their_own_day_in_no_order_of_arrival(
    runtime: Runtime, practice: Practice, client: FlaskClient, ana: Clinician
) -> None:
    live_through(runtime, practice, NEXT_MONDAY, 3)
    live_through(runtime, practice, MONDAY_IN_APRIL, 3, 12)
    form = invited(runtime, practice, ana)
    client.post(form, data={"csrf_token": token_of(client, form), "password": GOOD, "again": GOOD})
    sign_in(client)
    form = {"csrf_token": token_of(client, "/staff/comments"), "next": "/staff/comments"}
    page = seen(client.post("/staff/comments/open", data=form, follow_redirects=True))
    said = [letter for letter in "abcdefghij" if f"{SAID}, said person {letter}." in page]
    assert len(said) == 10
    shown = sorted(said, key=lambda letter: page.index(f"person {letter}."))
    assert shown != said, "ten comments stand in the order of arrival once in three million nights"
    assert "What should we change?" in page
