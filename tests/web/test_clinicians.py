"""The owner's page of clinicians: names, leaving, coming back, merging after a look; results stay put."""

from __future__ import annotations

import hashlib

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from survey.db import reading
from survey.practice.model import AuditEntry, Clinician, Practice, Staff
from survey.reports.model import Report
from survey.runtime import Runtime
from tests.web import stage
from tests.web.desk import TOKEN, enter, make_clinician_account, make_owner, token_of

PAGE = "/staff/clinicians"


@pytest.fixture
def people(runtime: Runtime, practice: Practice, client: FlaskClient) -> tuple[Clinician, ...]:
    """The clinicians of a year of results; the owner is signed in."""
    found = stage.stage_year(runtime, practice)
    enter(client, runtime, make_owner(runtime, practice))
    return found


def send(client: FlaskClient, go: str, one: Clinician, **fields: str) -> TestResponse:
    data = {"csrf_token": token_of(client, PAGE), "go": go, "clinician": str(one.id), **fields}
    return client.post(PAGE, data=data)


def overview(client: FlaskClient) -> str:
    """The practice's page without the proofs of its forms, which change with the second."""
    return TOKEN.sub("", client.get("/staff/practice").text)


def notes(runtime: Runtime, practice: Practice) -> list[tuple[str, str]]:
    with reading(runtime.engine, practice.id) as db:
        query = select(AuditEntry.action, AuditEntry.subject).order_by(AuditEntry.number)
        return [(action, subject) for action, subject in db.execute(query) if "clinician" in action]


def frozen(runtime: Runtime, practice: Practice) -> list[tuple[str, str]]:
    """Every frozen report's hash, and what it is of the bytes as they are now."""
    with reading(runtime.engine, practice.id) as db:
        return [
            (row.sha256, hashlib.sha256(row.body.encode()).hexdigest())
            for row in db.scalars(select(Report).order_by(Report.quarter))
        ]


def test_a_new_name_stands_on_every_page_but_not_in_what_is_frozen(
    runtime: Runtime, client: FlaskClient, practice: Practice, people: tuple[Clinician, ...]
) -> None:
    client.get("/staff/reports")
    before = frozen(runtime, practice)
    old = people[0].name
    assert send(client, "rename", people[0], name="Dr. New Name").location == f"{PAGE}?done=rename"
    page = client.get("/staff/practice").text
    assert "Dr. New Name" in page
    assert old not in page
    assert frozen(runtime, practice) == before
    assert notes(runtime, practice) == [("renamed clinician", f"{old} > Dr. New Name")]


def test_who_left_keeps_their_results_and_their_account_is_closed(
    runtime: Runtime, client: FlaskClient, practice: Practice, people: tuple[Clinician, ...]
) -> None:
    ana = make_clinician_account(runtime, practice, people[0])
    before = overview(client)
    assert send(client, "leave", people[0], account="close").status_code == 302
    assert overview(client) == before
    with reading(runtime.engine, practice.id) as db:
        assert not db.get_one(Staff, (practice.id, ana.id)).active
    assert send(client, "leave", people[0]).status_code == 409
    assert send(client, "return", people[0]).status_code == 302
    assert [action for action, _ in notes(runtime, practice)] == ["clinician left", "clinician came back"]


def test_a_merge_is_told_before_it_is_done_and_changes_no_figure(
    runtime: Runtime, client: FlaskClient, practice: Practice, people: tuple[Clinician, ...]
) -> None:
    one, into = people[:2]
    before = overview(client)
    asked = send(client, "merge", one, into=str(into.id))
    assert asked.status_code == 200
    assert f"Merge {one.name} into {into.name}?" in asked.text
    assert notes(runtime, practice) == []
    assert send(client, "merge", one, into=str(into.id), sure="yes").status_code == 302
    assert overview(client) == before
    assert f"Merged into {into.name}" in client.get(PAGE).text
    assert send(client, "part", one).status_code == 302
    assert notes(runtime, practice)[0] == ("merged clinicians", f"{one.name} > {into.name}")


@pytest.mark.parametrize(
    ("go", "fields", "status"),
    [
        ("rename", {"name": "  "}, 409),
        ("rename", {"name": "two\nlines"}, 409),
        ("merge", {"into": "9" * 30}, 409),
        ("merge", {"into": ""}, 409),
        ("part", {}, 409),
        ("return", {}, 409),
        ("dance", {}, 400),
    ],
)
def test_what_cannot_be_done_is_said_and_changes_nothing(
    runtime: Runtime,
    client: FlaskClient,
    practice: Practice,
    people: tuple[Clinician, ...],
    go: str,
    fields: dict[str, str],
    status: int,
) -> None:
    answer = send(client, go, people[0], **fields)
    assert answer.status_code == status
    assert status == 400 or "Nothing was changed" in answer.text
    assert notes(runtime, practice) == []
