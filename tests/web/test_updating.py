"""Under another version's schema every page asks for patience, writes nothing and gives words back."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from flask import Flask
from flask.testing import FlaskClient

from survey import migrating
from survey.app import make_app
from survey.db import transaction
from survey.practice.model import Practice
from survey.runtime import Runtime
from survey.web import patient, updating
from tests import builders
from tests.jobs.test_two_versions import name_schema
from tests.web.patients import EN_BLANCO, NOTHING, ONE_ANSWER, PAGE, kept, send

WORDS = "The waiting room was calm."
SCHEMAS = ("9999", migrating.revisions()[1])


@pytest.fixture
def client(owned: Runtime, practice: Practice, monkeypatch: pytest.MonkeyPatch) -> FlaskClient:
    """Of a process that looks each time."""
    monkeypatch.setattr(updating, "FRESH", 0.0)
    return make_app(owned).test_client()


@pytest.fixture
def token(runtime: Runtime, practice: Practice) -> str:
    return builders.make_token(runtime, practice, builders.make_clinician(runtime, practice))


@contextmanager
def schema(owned: Runtime, revision: str) -> Iterator[None]:
    name_schema(owned, revision)
    try:
        yield
    finally:
        name_schema(owned, migrating.revisions()[0])


@pytest.mark.parametrize("revision", SCHEMAS)
def test_every_page_asks_for_patience_until_the_schema_is_ours(
    client: FlaskClient, owned: Runtime, revision: str
) -> None:
    pages = (PAGE, EN_BLANCO, "/staff/sign-in", "/staff/", "/contact/riverside/en", "/s/riverside/kept/en")
    with schema(owned, revision):
        for page in pages:
            answer = client.get(page)
            assert (answer.status_code, answer.headers["Retry-After"]) == (503, "60"), page
            assert (
                "Estamos actualizando" if page == EN_BLANCO else "We are updating this page"
            ) in answer.text
            assert revision not in answer.text
        sent = client.post("/staff/sign-in", data={"email": "x"})
        assert (sent.status_code, "Nothing was saved." in sent.text) == (503, True)
        problem = client.get("/api/v1/visits")
        assert (problem.status_code, problem.mimetype) == (503, "application/problem+json")
        assert client.get("/healthz").status_code == 200
        assert client.get("/readyz").text == "schema\n"
        assert client.get("/static/afterword.css").status_code == 200
    assert client.get(PAGE).status_code == 200


def test_what_a_patient_wrote_comes_back_and_is_taken_afterwards(
    client: FlaskClient, owned: Runtime, runtime: Runtime, practice: Practice, token: str
) -> None:
    with schema(owned, SCHEMAS[0]):
        answer = send(client, token, box_works_well=WORDS)
        assert (answer.status_code, answer.headers["Retry-After"]) == (503, "60")
        assert WORDS in answer.text
        assert "Your answers are still here" in answer.text
        assert kept(runtime, practice) == NOTHING
    assert send(client, token, box_works_well=WORDS).status_code == 200
    assert kept(runtime, practice) == ONE_ANSWER


def test_what_a_patient_asks_comes_back(
    client: FlaskClient, owned: Runtime, runtime: Runtime, practice: Practice
) -> None:
    with transaction(runtime.engine, practice.id) as db:
        db.get_one(Practice, practice.id).contact_address = "desk@example.org"
    asked = {"name": "Mara Quill", "reach": "555-0199", "words": WORDS}
    with schema(owned, SCHEMAS[0]):
        answer = client.post("/contact/riverside/en", data=asked)
    assert answer.status_code == 503
    assert WORDS in answer.text


def test_without_that_look_an_answer_would_be_written(
    client: FlaskClient,
    owned: Runtime,
    runtime: Runtime,
    practice: Practice,
    token: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The broken variant."""
    monkeypatch.setattr(patient.updating, "require_schema", lambda: None)  # type: ignore[attr-defined]
    with schema(owned, SCHEMAS[0]):
        assert send(client, token).status_code == 200
    assert kept(runtime, practice) == ONE_ANSWER


def test_the_schema_is_looked_at_once_a_second_and_the_log_says_it_once(
    app: Flask, owned: Runtime, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    client, seconds = app.test_client(), [100.0]
    monkeypatch.setattr(updating, "monotonic", lambda: seconds[0])
    assert client.get("/staff/sign-in").status_code == 200
    with schema(owned, SCHEMAS[0]):
        seconds[0] += 0.9
        assert client.get("/staff/sign-in").status_code == 200
        for _ in range(3):
            seconds[0] += 1
            assert client.get("/staff/sign-in").status_code == 503
    assert caplog.text.count("no page is shown: The database has schema 9999") == 1
