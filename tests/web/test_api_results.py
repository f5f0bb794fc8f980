"""Results and reports for a practice's programs: each key for what it was made for, the files' figures."""

from __future__ import annotations

import csv
import io
from datetime import date
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from limits import RateLimitItemPerMinute
from werkzeug.test import TestResponse

from survey.db import transaction
from survey.insight import rounding
from survey.practice import authorising
from survey.practice.authorising import CannotAuthorise, Scope
from survey.practice.model import Practice
from survey.reports import freezing
from survey.runtime import Runtime
from survey.web import api_results
from tests import builders
from tests.structure.crawling import fingerprint
from tests.web import stage
from tests.web.desk import enter, make_owner, token_of
from tests.web.programs import VISIT, key_for, post

RESULTS, REPORTS = "/api/v1/results", "/api/v1/reports"
FILE = f"{REPORTS}/2026-Q1.csv"
READING = {RESULTS: Scope.RESULTS_READ, REPORTS: Scope.REPORTS_READ, FILE: Scope.REPORTS_READ}


def get(client: FlaskClient, key: str, address: str) -> TestResponse:
    return client.get(address, headers={"Authorization": f"Bearer {key}"})


@pytest.fixture
def key(runtime: Runtime, practice: Practice) -> str:
    stage.stage_year(runtime, practice)
    return key_for(runtime, practice, "Intranet", (Scope.RESULTS_READ, Scope.REPORTS_READ))


def freeze(runtime: Runtime, practice: Practice) -> None:
    with transaction(runtime.engine, practice.id) as db:
        freezing.freeze(db, practice, "2026-Q1", today=date(2026, 7, 1))


def files_of_the_page(runtime: Runtime, client: FlaskClient, practice: Practice) -> dict[str, bytes]:
    enter(client, runtime, make_owner(runtime, practice))
    form = {"csrf_token": token_of(client, "/staff/reports")}
    return {kind: client.post(f"/staff/reports/2026-Q1/{kind}", data=form).data for kind in ("csv", "xlsx")}


@pytest.mark.parametrize("held", Scope)
def test_a_key_does_what_it_was_made_for_and_the_refusal_names_what_is_needed(
    runtime: Runtime, practice: Practice, client: FlaskClient, held: Scope
) -> None:
    only = key_for(runtime, practice, held.value, (held,))
    answers = {address: get(client, only, address) for address in READING}
    answers["visits"] = post(client, only, VISIT)
    for address, needed in {**READING, "visits": Scope.VISITS_WRITE}.items():
        answer = answers[address]
        assert (answer.status_code == 403) == (held != needed), address
        if held != needed:
            assert answer.mimetype == "application/problem+json"
            assert needed.value in (answer.json or {})["detail"]


def test_a_key_is_made_for_something(runtime: Runtime, practice: Practice) -> None:
    with pytest.raises(CannotAuthorise):
        key_for(runtime, practice, "Nothing", ())


def test_without_a_key_or_with_an_ended_one_nothing_is_read(
    runtime: Runtime, practice: Practice, client: FlaskClient, key: str
) -> None:
    with transaction(runtime.engine, practice.id) as db:
        authorising.end_key(db, practice.id, "Intranet", today=date(2026, 3, 1))
    for address in READING:
        assert get(client, key, address).status_code == client.get(address).status_code == 401


def test_the_figures_are_those_of_the_table_and_withheld_is_never_zero(
    runtime: Runtime, practice: Practice, app: Flask, client: FlaskClient, key: str
) -> None:
    table = files_of_the_page(runtime, app.test_client(), practice)["csv"].decode("utf-8-sig")
    told = get(client, key, f"{RESULTS}?quarter=2026-Q1").json or {}
    names = ("scope", "item", "measure", "value", "low", "high", "n")
    expected = [tuple(row[name] for name in names) for row in csv.DictReader(io.StringIO(table, newline=""))]
    found = [tuple("" if row[name] is None else str(row[name]) for name in names) for row in told["figures"]]
    assert found == expected
    assert told == get(client, key, RESULTS).json, "the newest quarter, where none is named"
    assert any(row["n"] for row in told["figures"])
    assert too_exact(told["figures"]) == []


def too_exact(figures: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Rows that say more than may be shown: a number of answers that is no band, or one beside "withheld"."""
    bands = {None, *(f"{low}+" for low in (5, 10, 15, 20, 30, 50, 100, 200, 500, 1000))}
    shares = [row for row in figures if str(row["measure"]).startswith("best_answer")]
    return [
        row
        for row in shares
        if row["n"] not in bands
        or row["value"] in ("0", "0%", "", None)
        or (row["value"] == "withheld" and (row["low"], row["high"], row["n"]) != (None, None, None))
    ]


def test_a_figure_that_is_not_rounded_would_be_noticed(
    client: FlaskClient, key: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The broken variant: a number of answers where its band should stand."""
    monkeypatch.setattr(rounding.Band, "text", property(lambda band: f"{band.low + 1}"))
    assert too_exact((get(client, key, RESULTS).json or {})["figures"])


def test_too_few_answers_are_withheld(runtime: Runtime, practice: Practice, client: FlaskClient) -> None:
    key = key_for(runtime, practice, "Intranet", (Scope.RESULTS_READ,))
    assert get(client, key, RESULTS).status_code == 404
    with transaction(runtime.engine, practice.id) as db:
        builders.make_atom(db, practice, month="2026-01", counts={"phone.1": {"very_good": 12}})
    figures = (get(client, key, RESULTS).json or {})["figures"]
    others = [row for row in figures if row["measure"] == "best_answer" and row["item"] != "phone.1"]
    assert {(row["value"], row["low"], row["n"]) for row in others} == {("withheld", None, None)}


def test_the_frozen_reports_are_listed_with_their_hash_and_are_the_files_of_the_page(
    runtime: Runtime, practice: Practice, app: Flask, client: FlaskClient, key: str
) -> None:
    assert get(client, key, REPORTS).json == {"reports": []}
    assert get(client, key, FILE).status_code == 404
    freeze(runtime, practice)
    (listed,) = (get(client, key, REPORTS).json or {})["reports"]
    assert (listed["quarter"], len(listed["sha256"])) == ("2026-Q1", 64)
    for kind, content in files_of_the_page(runtime, app.test_client(), practice).items():
        answer = get(client, key, f"{REPORTS}/2026-Q1.{kind}")
        assert f'filename="riverside-2026-q1.{kind}"' in answer.headers["Content-Disposition"]
        assert answer.data == content
    assert get(client, key, f"{REPORTS}/2026-Q1.pdf").data.startswith(b"%PDF")
    for kind in ("txt", "fhir", "html"):
        assert get(client, key, f"{REPORTS}/2026-Q1.{kind}").status_code == 404


def test_reading_writes_nothing(runtime: Runtime, practice: Practice, client: FlaskClient, key: str) -> None:
    freeze(runtime, practice)
    before = fingerprint(runtime)
    for address in READING:
        assert get(client, key, address).status_code == 200
    assert fingerprint(runtime) == before


@pytest.mark.parametrize(
    ("query", "status"),
    [("quarter=2026", 400), ("quarter=", 400), ("clinician=1", 400), ("quarter=2019-Q1", 404)],
)
def test_results_are_those_of_a_quarter_and_cannot_be_filtered(
    client: FlaskClient, key: str, query: str, status: int
) -> None:
    assert get(client, key, f"{RESULTS}?{query}").status_code == status


def test_a_key_that_reads_too_often_has_to_wait(
    client: FlaskClient, key: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(api_results, "RATE", RateLimitItemPerMinute(1))
    assert get(client, key, REPORTS).status_code == 200
    refused = get(client, key, REPORTS)
    assert (refused.status_code, refused.headers["Retry-After"]) == (429, "30")


def test_the_owner_chooses_what_a_key_may_do(
    runtime: Runtime, practice: Practice, client: FlaskClient
) -> None:
    enter(client, runtime, make_owner(runtime, practice))
    form = {"csrf_token": token_of(client, "/staff/programs"), "name": "Intranet"}
    assert client.post("/staff/programs", data={**form, "scope": "everything"}).status_code == 400
    page = client.post("/staff/programs", data={**form, "scope": ["results:read", "reports:read"]}).text
    assert "read results, read quarterly reports" in page
    assert "Intranet: results:read, reports:read" in client.get("/staff/audit").text
