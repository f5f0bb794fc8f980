"""Quarterly reports as files: the same figures, a note for every download, nothing by mere looking."""

from __future__ import annotations

import json
from datetime import date

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from survey.db import reading, transaction
from survey.practice.model import AuditEntry, Practice
from survey.reports import freezing
from survey.runtime import Runtime
from tests.web import stage
from tests.web.desk import enter, make_owner, token_of


@pytest.fixture
def owner(runtime: Runtime, practice: Practice, client: FlaskClient) -> FlaskClient:
    stage.stage_year(runtime, practice)
    enter(client, runtime, make_owner(runtime, practice))
    return client


def notes(runtime: Runtime) -> list[tuple[str, str]]:
    with reading(runtime.engine) as db:
        return [
            (row.action, row.subject) for row in db.scalars(select(AuditEntry).order_by(AuditEntry.number))
        ]


def test_quarters_with_results_are_listed_newest_first(owner: FlaskClient) -> None:
    page = owner.get("/staff/reports").text
    assert page.index("Q1 2026") < page.index("Q4 2025")
    assert "Q3 2025" not in page


@pytest.mark.parametrize(
    ("form", "beginning", "kind"),
    [
        ("csv", b"\xef\xbb\xbf", "text/csv"),
        ("pdf", b"%PDF-", "application/pdf"),
        ("xlsx", b"PK", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
        ("fhir", b"{", "application/fhir+json"),
    ],
)
def test_a_report_is_downloaded_under_a_plain_name_and_noted(
    runtime: Runtime, owner: FlaskClient, form: str, beginning: bytes, kind: str
) -> None:
    answer = owner.post(
        f"/staff/reports/2026-Q1/{form}", data={"csrf_token": token_of(owner, "/staff/reports")}
    )
    assert answer.status_code == 200
    assert answer.data.startswith(beginning)
    assert answer.mimetype == kind
    ending = "fhir.json" if form == "fhir" else form
    assert answer.headers["Content-Disposition"] == f'attachment; filename="riverside-2026-q1.{ending}"'
    assert notes(runtime)[-1] == ("exported a report", f"2026-Q1 {form}")


@pytest.mark.parametrize(
    "path", ["2019-Q1/csv", "2026-Q9/pdf", "2026-Q1/exe", "..%2F..%2Fsecret/csv", "2026-Q1'/csv"]
)
def test_a_report_that_is_not_there_is_not_found(runtime: Runtime, owner: FlaskClient, path: str) -> None:
    before = notes(runtime)
    form = {"csrf_token": token_of(owner, "/staff/reports")}
    assert owner.post(f"/staff/reports/{path}", data=form).status_code in {404, 405}
    assert notes(runtime) == before


def test_looking_at_the_list_writes_nothing(runtime: Runtime, owner: FlaskClient) -> None:
    before = notes(runtime)
    owner.get("/staff/reports")
    assert owner.get("/staff/reports/2026-Q1/csv").status_code == 405
    assert notes(runtime) == before


def test_a_quarter_stands_beside_an_earlier_one(owner: FlaskClient) -> None:
    link = "/staff/reports/2026-Q1/against/2025-Q4"
    assert link in owner.get("/staff/reports").text
    page = owner.get(link).text
    assert "Q1 2026 against Q4 2025" in page
    assert "Nothing changed clearly since Q4 2025." in page
    assert "points" in page


def test_a_report_frozen_by_an_earlier_version_stands_beside_an_earlier_quarter_in_plain_words(
    runtime: Runtime, practice: Practice, owner: FlaskClient
) -> None:
    """What came later than the first frozen reports is missing in it: figures stay, nothing is judged."""
    with transaction(runtime.engine, practice.id) as db:
        row = freezing.freeze(db, practice, "2026-Q1", today=date(2026, 4, 3))
        body = json.loads(row.body)
        for name in ("against", "matters", "cards", "outcomes", "themes"):
            del body[name]
        for item in body["items"]:
            for name in ("course", "compared", "middle", "breaks", "quarters", "year", "year_before"):
                del item[name]
        row.body = json.dumps(body)
        earlier = freezing.freeze(db, practice, "2025-Q4", today=date(2026, 4, 3))
        body = json.loads(earlier.body)
        body["items"].pop()
        earlier.body = json.dumps(body)
    page = owner.get("/staff/reports/2026-Q1/against/2025-Q4")
    assert page.status_code == 200
    assert "frozen before quarters were compared" in page.text
    assert "probably between" in page.text
    assert "Not asked in these words" in page.text
    assert owner.get("/staff/reports/2026-Q1/against/2024-Q1").status_code == 404


@pytest.mark.parametrize(
    "path", ["2026-Q1/against/2024-Q1", "2026-Q1/against/2026-Q1", "2019-Q1/against/2018-Q4"]
)
def test_what_cannot_be_compared_is_not_found(owner: FlaskClient, path: str) -> None:
    assert owner.get(f"/staff/reports/{path}").status_code == 404


def test_the_words_are_a_file_of_their_own_and_not_for_advertising(
    runtime: Runtime, owner: FlaskClient
) -> None:
    form = {"csrf_token": token_of(owner, "/staff/reports")}
    answer = owner.post("/staff/reports/2026-Q1/txt", data=form)
    words = answer.data.decode("utf-8-sig")
    assert "The phone rang for ever." in words
    assert words.count("They may not be used in advertising") == 2
    assert "%" not in words
    assert notes(runtime)[-1] == ("exported a report", "2026-Q1 txt")


def test_a_financial_year_gives_quarters_other_names_and_the_same_months(owner: FlaskClient) -> None:
    form = {"csrf_token": token_of(owner, "/staff/reports"), "begins": "4"}
    assert owner.post("/staff/reports/year", data=form).status_code == 302
    page = owner.get("/staff/reports").text
    assert page.index("Q4 2025/26") < page.index("Q3 2025/26")
    shown = owner.get("/staff/practice/2026-Q1").text
    assert "Q4 2025/26, Jan 2026 to Mar 2026" in shown
    assert "Q1 2026," not in shown


@pytest.mark.parametrize("begins", ["2", "0", "", "x", "4 ", "-4", "²"])
def test_a_year_of_no_quarters_is_refused(owner: FlaskClient, begins: str) -> None:
    form = {"csrf_token": token_of(owner, "/staff/reports"), "begins": begins}
    answer = owner.post("/staff/reports/year", data=form)
    assert answer.status_code == 400
    assert "Choose one of the four months." in answer.text
    assert "Q1 2026" in answer.text
