"""A survey is changed in the browser while patients hold links to the old one: nobody's answer is lost."""

from __future__ import annotations

from datetime import date

from flask import Flask
from flask.testing import FlaskClient

from survey.db import reading
from survey.practice import publishing
from survey.practice.model import Practice
from survey.runtime import Runtime
from tests.invitations.post import invite_people
from tests.journeys.days import CONTENT, letters, live_through, seen, send
from tests.web.desk import enter, make_owner
from tests.web.editing import DRAFT, begin, do, press, publish
from tests.web.patients import kept

NEW = "/s/riverside/after-visit-2/en"


def change_the_survey(app: Flask, runtime: Runtime, practice: Practice) -> None:
    """The owner rewords a question, takes one out, adds one, and publishes for the coming Monday."""
    owner = app.test_client()
    enter(owner, runtime, make_owner(runtime, practice))
    begin(owner)
    press(owner, f"{DRAFT}/question/phone", text__en="Did we call you back?")
    do(owner, "switch:cancellation")
    page = press(owner, DRAFT, f"{DRAFT}/add", kind="like:definitely", touchpoint="billing").location
    press(owner, page, text__en="Is the bill easy to read?", text__es="¿Es fácil de leer la factura?")
    assert publish(owner, day="2026-03-09").status_code == 302


def test_links_to_the_old_version_go_on_and_their_answers_count(
    app: Flask, client: FlaskClient, runtime: Runtime, practice: Practice
) -> None:
    invite_people(runtime, practice, "rita", "sam")
    live_through(runtime, practice, date(2026, 3, 3), 9, 18)
    one, other = letters(runtime)
    assert "Thank you" in seen(send(client, one.token, CONTENT, "", one.path))
    change_the_survey(app, runtime, practice)
    live_through(runtime, practice, date(2026, 3, 10), 3, 9)
    assert client.get(NEW).status_code == 200
    with reading(runtime.engine, practice.id) as db:
        today = publishing.version_on(db, practice.id, "after_visit", date(2026, 3, 10))
    assert today is not None
    assert (today.label, "phone.2" in [item.key for item in today.items]) == ("after-visit-2", True)
    old = client.get(other.path)
    assert (old.status_code, "did you hear back soon enough" in old.text) == (200, True)
    answered = {**CONTENT, "cancellation": "definitely", "phone": "no"}
    assert "Thank you" in seen(send(client, other.token, answered, "", other.path))
    assert kept(runtime, practice).spent == 2
