"""Whatever is posted to a survey: a clear page, the words kept, nothing spent or stored, never a failure."""

from __future__ import annotations

import socket

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.datastructures import MultiDict

from survey.attacks.serving import served
from survey.instruments.loading import load_all
from survey.practice.model import Practice
from survey.runtime import Runtime
from tests import builders
from tests.web.patients import NOTHING, ONE_ANSWER, PAGE, kept, send

WORDS = "The calm waiting room"
LONG = "calm " * 8_000
HIDDEN = "\u202ecalm\u200b\u2066 \x00\x07\x1b[31m\ufeffroom\u2029"
BODY = 3_000_000
Fields = list[tuple[str, str]]


@pytest.fixture
def token(runtime: Runtime, practice: Practice) -> str:
    return builders.make_token(runtime, practice, builders.make_clinician(runtime, practice))


def foreign_fields(runtime: Runtime) -> Fields:
    """Questions of every other survey that comes with the program."""
    known = load_all(runtime.settings.surveys_config)
    own = {item.id for item in known["after_visit"].items}
    others = (item for each in known.values() for item in each.items if item.id not in own)
    return [(f"item.{item.id}", item.scale.values[0]) for item in others]


@pytest.mark.parametrize(
    ("fields", "status", "said"),
    [
        ([("box.works_well", LONG)], 422, "shorten your words"),
        ([("item.phone", "<script>alert(1)</script>")], 400, "choose one of the answers shown"),
        ([("item.phone", "no"), ("item.phone", "mostly")], 400, "came twice"),
        ([("audience", "all"), ("audience", "nobody")], 400, "who may read your words"),
        ([(f"item.x{number}", "1") for number in range(150)], 400, "has no question"),
        ([("item.overall.1", "good")], 400, "has no question"),
        ([("item." + "x" * 5_000, "good")], 400, "has no question"),
        ([("item.\u202e<b>", "good")], 400, "has no question"),
    ],
    ids=[
        "40,000 characters",
        "script",
        "doubled",
        "two readers",
        "many",
        "with revision",
        "long name",
        "bidi",
    ],
)
def test_a_form_that_cannot_be_taken_comes_back_with_its_words(
    client: FlaskClient,
    runtime: Runtime,
    practice: Practice,
    token: str,
    fields: Fields,
    status: int,
    said: str,
) -> None:
    base = [("item.overall", "good"), ("token", token), ("box.to_change", WORDS)]
    response = client.post(PAGE, data=MultiDict([*base, *fields]))
    assert response.status_code == status
    assert said in response.text
    assert WORDS in response.text
    assert "<script>alert" not in response.text
    assert kept(runtime, practice) == NOTHING
    assert send(client, token).status_code == 200
    assert kept(runtime, practice) == ONE_ANSWER


def test_questions_of_other_surveys_are_named_and_nothing_is_taken(
    client: FlaskClient, runtime: Runtime, practice: Practice, token: str
) -> None:
    fields = foreign_fields(runtime)
    assert len(fields) > 5
    for field in fields:
        response = client.post(PAGE, data=MultiDict([("token", token), ("box.to_change", WORDS), field]))
        assert (response.status_code, WORDS in response.text) == (400, True)
    assert kept(runtime, practice) == NOTHING


def test_two_thousand_fields_are_refused_before_they_are_read(
    client: FlaskClient, runtime: Runtime, practice: Practice, token: str
) -> None:
    many = [("token", token), *((f"item.x{number}", "1") for number in range(2_000))]
    form = client.post(PAGE, data=MultiDict(many))
    parts = client.post(PAGE, data=MultiDict(many), content_type="multipart/form-data")
    assert (form.status_code, parts.status_code) == (400, 413)
    assert len(form.data) < 40_000, "a short page, however much came"
    assert "<h1>" in parts.text
    assert kept(runtime, practice) == NOTHING


def test_marks_nobody_can_see_are_taken_out_and_the_words_count(
    client: FlaskClient, runtime: Runtime, practice: Practice, token: str
) -> None:
    back = client.post(PAGE, data={"token": token, "box.works_well": HIDDEN})
    assert back.status_code == 422
    shown = back.text.partition('<textarea id="box.works_well"')[2].partition("</textarea>")[0]
    assert "calm" in shown
    assert "room" in shown
    assert not set(HIDDEN) - set("calm [31room") & set(shown)
    assert send(client, token, box_works_well=HIDDEN).status_code == 200
    assert kept(runtime, practice) == ONE_ANSWER


def test_a_body_in_pieces_is_refused_by_the_server_as_it_runs(
    app: Flask, runtime: Runtime, practice: Practice, token: str
) -> None:
    head = f"POST {PAGE} HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n"
    head += "Content-Type: application/x-www-form-urlencoded\r\n\r\n"
    body = f"item.overall=good&token={token}&box.works_well=".encode() + b"x" * BODY
    pieces = (body[start : start + 60_000] for start in range(0, len(body), 60_000))
    with served(app) as address:
        host, _, port = address.removeprefix("http://").partition(":")
        with socket.create_connection((host, int(port)), timeout=30) as line:
            line.sendall(head.encode())
            for piece in pieces:
                line.sendall(b"%x\r\n%s\r\n" % (len(piece), piece))
            line.sendall(b"0\r\n\r\n")
            reply = b"".join(iter(lambda: line.recv(65_536), b""))
    assert reply.startswith(b"HTTP/1.1 413")
    assert b"your words are still there" in reply
    assert kept(runtime, practice) == NOTHING
