"""The document that describes the interface, and requests made up from it: none ends in an error of ours."""

from __future__ import annotations

import html
import json
import re

import pytest
import schemathesis
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, Phase, given, settings
from limits import RateLimitItemPerMinute
from schemathesis.checks import not_a_server_error
from schemathesis.errors import FailureGroup
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from survey.app import make_app
from survey.practice.authorising import Scope
from survey.practice.model import Practice
from survey.reports import tables
from survey.runtime import Runtime
from survey.visits import posted
from survey.web import api, api_results, openapi, openapi_results, problems
from tests import builders
from tests.services import FULL
from tests.web import stage
from tests.web.programs import VISIT, key_for, post

READING = (
    *("/api/v1/results", "/api/v1/reports"),
    *(f"/api/v1/reports/{{quarter}}.{kind}" for kind in openapi_results.FILES),
)
CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]


def test_the_document_names_the_fields_that_are_read_and_the_states_that_are_given(
    client: FlaskClient,
) -> None:
    document = client.get("/api/v1/openapi.json").json or {}
    assert document["openapi"].startswith("3.1")
    schemas = document["components"]["schemas"]
    assert set(schemas["PostedVisit"]["properties"]) == set(posted.FIELDS)
    assert schemas["PostedVisit"]["required"] == ["start", "clinician", "status"]
    assert schemas["PostedVisit"]["additionalProperties"] is False
    operation = document["paths"]["/api/v1/visits"]["post"]
    assert set(operation["responses"]) == {"200", *map(str, openapi.REFUSALS)}
    assert set(operation["requestBody"]["content"]) == api.TYPES
    for address in READING:
        statuses = set(document["paths"][address]["get"]["responses"])
        assert statuses == {"200", *map(str, openapi_results.REFUSALS)}
    assert set(schemas["Figure"]["properties"]) == set(tables.COLUMNS)
    assert set(schemas["Problem"]["properties"]) == set(problems.Problem.model_fields)


def test_the_page_shows_every_field_and_the_example_on_it_works(
    runtime: Runtime, practice: Practice, client: FlaskClient
) -> None:
    page = client.get("/api/v1").text
    for field in posted.FIELDS:
        assert f"<code>{field}</code>" in page
    found = re.search(r"-d '(.*?)'", html.unescape(page), re.DOTALL)
    assert found is not None
    answer = post(client, key_for(runtime, practice), json.loads(found.group(1)))
    assert answer.status_code == 200, answer.text


@pytest.fixture
def fuzzed(sqlite_runtime: Runtime, monkeypatch: pytest.MonkeyPatch) -> tuple[Flask, str]:
    """The application on SQLite with a key, and room for many requests."""
    monkeypatch.setattr(api, "RATE", RateLimitItemPerMinute(1_000_000))
    practice = builders.make_practice(sqlite_runtime)
    monkeypatch.setattr(api_results, "RATE", RateLimitItemPerMinute(1_000_000))
    stage.stage_year(sqlite_runtime, practice)
    return make_app(sqlite_runtime), key_for(sqlite_runtime, practice, scopes=tuple(Scope))


def test_requests_made_up_from_the_document_never_end_in_an_error_of_ours(fuzzed: tuple[Flask, str]) -> None:
    app, key = fuzzed
    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", app)
    operation = schema["/api/v1/visits"]["POST"]
    seen: set[int] = set()

    @settings(
        max_examples=2000 if FULL else 80,
        deadline=None,
        derandomize=not FULL,
        suppress_health_check=list(HealthCheck),
        phases=[Phase.generate],
    )
    @given(case=operation.as_strategy())
    def send(case: schemathesis.Case) -> None:
        answer = case.call(headers={"Authorization": f"Bearer {key}"})
        seen.add(answer.status_code)
        case.validate_response(answer, checks=CHECKS)

    send()
    assert seen & {200, 422}, "requests must get as far as the visits"


@pytest.mark.parametrize("address", READING)
def test_what_is_read_is_what_the_document_says(fuzzed: tuple[Flask, str], address: str) -> None:
    app, key = fuzzed
    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", app)
    seen: set[int] = set()

    @settings(
        max_examples=200 if FULL else 8,
        deadline=None,
        derandomize=not FULL,
        suppress_health_check=list(HealthCheck),
        phases=[Phase.generate],
    )
    @given(case=schema[address]["GET"].as_strategy())
    def ask(case: schemathesis.Case) -> None:
        answer = case.call(headers={"Authorization": f"Bearer {key}"})
        seen.add(answer.status_code)
        case.validate_response(answer, checks=CHECKS)

    ask()
    assert seen & {200, 404}, "requests must get as far as the results"


def test_a_server_error_would_be_noticed(fuzzed: tuple[Flask, str], monkeypatch: pytest.MonkeyPatch) -> None:
    app, key = fuzzed
    monkeypatch.setattr(posted, "read", lambda *_given, **_more: 1 // 0)
    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", app)
    case = schema["/api/v1/visits"]["POST"].Case(body=VISIT, media_type="application/json")
    with pytest.raises(ZeroDivisionError):
        case.call(headers={"Authorization": f"Bearer {key}"})


def test_an_answer_that_the_document_does_not_know_would_be_noticed(
    fuzzed: tuple[Flask, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    app, key = fuzzed
    monkeypatch.setattr(api, "_import", lambda *_given: '{"asked": 1}')
    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", app)
    case = schema["/api/v1/visits"]["POST"].Case(body=VISIT, media_type="application/json")
    answer = case.call(headers={"Authorization": f"Bearer {key}"})
    with pytest.raises(FailureGroup):
        case.validate_response(answer, checks=CHECKS)
