"""An answer that is kept before Flask looks: the same page, rows and refusals as on the long way."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.exc import OperationalError
from werkzeug.test import Client, EnvironBuilder, run_wsgi_app

from survey.practice.model import Practice
from survey.responses import submitting
from survey.runtime import Runtime
from survey.web.short_path import ShortPath
from tests import builders
from tests.web.patients import GOOD, ONE_ANSWER, PAGE, Kept, cookie_faults, kept, send, told_apart

WORDS = "Calm rooms. Años, 5 % & more + \u2713"
MANY = {f"other.{number}": "x" for number in range(201)}
#: Forms that the short path must leave to the long one, or take as the long one does.
FORMS: dict[str, dict[str, Any]] = {
    "whole": {"data": {**GOOD, "box.works_well": WORDS, "audience": "all", "other": "ignored"}},
    "nothing answered": {"data": {"box.works_well": WORDS}},
    "unknown question": {"data": {**GOOD, "item.nothing": "1"}},
    "twice": {"data": {"item.overall": ["good", "bad"]}},
    "no such answer": {"data": {"item.overall": "purple"}},
    "too long": {"data": {**GOOD, "box.works_well": "x" * 1001}},
    "far too long": {"data": {**GOOD, "box.works_well": "x" * 70_000}},
    "many fields": {"data": {**GOOD, **MANY}},
    "another language": {"data": {**GOOD, "go": "language:es"}},
    "changed code": {"data": {**GOOD, "token": "A" * 56}},
    "no code": {"data": {**GOOD, "token": ""}},
    "in parts": {"data": GOOD, "content_type": "multipart/form-data"},
    "not a form": {"data": b'{"item.overall": "good"}', "content_type": "application/json"},
    "broken letters": {"data": b"item.overall=good&box.works_well=%FF%C3", "content_type": ""},
    "bare bytes": {"data": b"item.overall=good&box.works_well=\xff", "content_type": ""},
}
#: The one that put the page of thanks at hand, and another.
TWO_ANSWERS = Kept(spent=2, waiting=4, scratch=0)
URLENCODED = "application/x-www-form-urlencoded"


@pytest.fixture
def long_way(app: Flask) -> Client:
    assert isinstance(app.wsgi_app, ShortPath)
    return Client(app.wsgi_app.onward)


@pytest.fixture
def token(client: FlaskClient, runtime: Runtime, practice: Practice) -> str:
    """A link nobody has used, to a survey that is at hand, as is its page of thanks."""
    client.get(PAGE)
    clinician = builders.make_clinician(runtime, practice)
    send(client, builders.make_token(runtime, practice, clinician))
    return builders.make_token(runtime, practice, clinician)


def no_long_way(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Flask, "full_dispatch_request", lambda _: pytest.fail("the long way"))


def test_an_answer_is_kept_without_flask_and_without_a_look_at_cookies(
    client: FlaskClient, runtime: Runtime, practice: Practice, token: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    no_long_way(monkeypatch)
    client.environ_base["HTTP_COOKIE"] = "session=x"
    first = send(client, token, box_works_well=WORDS)
    assert (first.status_code, cookie_faults(first)) == (200, set())
    assert kept(runtime, practice) == TWO_ANSWERS
    again = send(client, token)
    assert told_apart(first, again) == set()
    assert kept(runtime, practice) == Kept(spent=2, waiting=4, scratch=2)


@pytest.mark.parametrize("secure", ["http", "https"])
@pytest.mark.parametrize("form", FORMS)
def test_both_ways_lead_to_the_same_answer(
    client: FlaskClient, long_way: Client, token: str, form: str, secure: str
) -> None:
    given = dict(FORMS[form])
    if isinstance(given["data"], dict):
        given["data"] = {"token": token, **given["data"]}
    else:
        given["content_type"] = given["content_type"] or URLENCODED
        given["data"] += f"&token={token}".encode("ascii")
    short, long = (each.post(PAGE, base_url=f"{secure}://localhost", **given) for each in (client, long_way))
    assert told_apart(short, long) == set()
    assert [*short.headers] == [*long.headers], "the order would tell whether a page was at hand"


def test_a_short_path_that_forgets_a_header_would_be_noticed(
    app: Flask, client: FlaskClient, long_way: Client, token: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    bare = {secure: [("X-Content-Type-Options", "nosniff")] for secure in (False, True)}
    monkeypatch.setattr(app.wsgi_app, "_for_surveys", bare)
    form = {**GOOD, "token": token}
    apart = told_apart(client.post(PAGE, data=form), long_way.post(PAGE, data=form))
    assert apart >= {"Content-Security-Policy", "Referrer-Policy"}


def test_what_cannot_be_kept_is_tried_once_and_comes_back(
    client: FlaskClient, runtime: Runtime, practice: Practice, token: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    tried: list[str] = []

    def out_of_reach(*_given: Any, token: str, **_more: Any) -> None:
        tried.append(token)
        raise OperationalError("", None, Exception())

    monkeypatch.setattr(submitting, "submit", out_of_reach)
    reply = send(client, token, box_works_well="Calm rooms.")
    assert (reply.status_code, tried) == (503, [token])
    assert "Calm rooms." in reply.text
    assert kept(runtime, practice) == ONE_ANSWER


def test_a_body_that_ends_early_is_not_an_answer(
    app: Flask, runtime: Runtime, practice: Practice, token: str
) -> None:
    body = f"item.overall=good&token={token}".encode("ascii")
    environ = EnvironBuilder(PAGE, method="POST", data=body, content_type=URLENCODED).get_environ()
    environ["CONTENT_LENGTH"] = str(len(body) + 1)
    _, status, _ = run_wsgi_app(app, environ)
    assert status == "400 BAD REQUEST"
    assert kept(runtime, practice) == ONE_ANSWER
