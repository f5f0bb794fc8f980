"""Visits from other programs: who may send, what is taken, what is answered twice, and what is refused."""

from __future__ import annotations

import json
import threading
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from survey.app import make_app
from survey.clock import SimulatedClock
from survey.db import reading, transaction
from survey.invitations.model import Invitation
from survey.practice import authorising
from survey.practice.model import ApiKey, Practice
from survey.runtime import Runtime
from survey.visits import history, repeating
from survey.visits.model import ApiRequest, Visit, VisitImport
from tests import builders
from tests.practice.closing import set_closed
from tests.services import data_folder
from tests.web.programs import ADDRESS, VISIT, key_for, post

PLAIN_CSV = (
    "visit_id,start,clinician,email,status,language,visit_number\n"
    "V-1,2026-02-27T10:15:00-05:00,Ana Ortiz,rita@example.org,attended,en,2\n"
)


@pytest.fixture
def key(runtime: Runtime, practice: Practice) -> str:
    return key_for(runtime, practice)


def count(runtime: Runtime, table: Any) -> int:
    with reading(runtime.engine) as db:
        return db.scalar(select(func.count()).select_from(table)) or 0


def test_a_visit_is_taken_and_its_patient_asked(
    runtime: Runtime, practice: Practice, client: FlaskClient, key: str
) -> None:
    answer = post(client, key, VISIT)
    assert (answer.status_code, answer.mimetype) == (200, "application/json")
    assert answer.json == {
        "new": 1,
        "changed": 0,
        "unchanged": 0,
        "too_old": 0,
        "refused": 0,
        "errors": [],
    }
    assert (count(runtime, Visit), count(runtime, Invitation)) == (1, 1)
    assert "Set-Cookie" not in answer.headers
    assert answer.headers["Cache-Control"] == "no-store"


def test_a_closed_practice_takes_no_visit(
    runtime: Runtime, practice: Practice, client: FlaskClient, key: str
) -> None:
    set_closed(runtime, practice.id, closed=True)
    answer = post(client, key, VISIT)
    assert (answer.status_code, answer.mimetype) == (409, "application/problem+json")
    assert "closed" in answer.text
    assert (count(runtime, Visit), count(runtime, VisitImport)) == (0, 0)


def test_the_same_visit_by_file_and_by_program_is_one(
    runtime: Runtime, practice: Practice, client: FlaskClient, key: str
) -> None:
    from survey.invitations.scheduling import take_visits

    with transaction(runtime.engine, practice.id) as db:
        take_visits(db, runtime.files, practice, PLAIN_CSV.encode(), now=runtime.clock.now())
    answer = post(client, key, [VISIT, VISIT])
    assert (answer.json or {})["new"] == 0
    assert (count(runtime, Visit), count(runtime, Invitation)) == (1, 1)


def test_a_bundle_of_fhir_is_taken(
    runtime: Runtime, practice: Practice, client: FlaskClient, key: str
) -> None:
    patient = {
        "resourceType": "Patient",
        "id": "p",
        "telecom": [{"system": "email", "value": "p@example.org"}],
    }
    appointment = {
        "resourceType": "Appointment",
        "id": "a",
        "status": "fulfilled",
        "start": "2026-02-27T10:15:00-05:00",
        "participant": [
            {"actor": {"reference": "Patient/p"}},
            {"actor": {"reference": "Practitioner/x", "display": "Ana Ortiz"}},
        ],
    }
    bundle = {"resourceType": "Bundle", "entry": [{"resource": patient}, {"resource": appointment}]}
    answer = post(client, key, bundle, Content_Type="application/fhir+json; charset=utf-8")
    assert (answer.status_code, (answer.json or {})["new"]) == (200, 1), answer.text


def test_answers_of_a_person_are_refused_with_the_reason(
    runtime: Runtime, client: FlaskClient, key: str
) -> None:
    answers = {"resourceType": "QuestionnaireResponse", "subject": {"reference": "Patient/p"}, "item": []}
    bundle = {"resourceType": "Bundle", "entry": [{"resource": answers}]}
    for sent in (answers, bundle):
        answer = post(client, key, sent, Content_Type="application/fhir+json")
        assert answer.status_code == 400
        assert "no answer belongs to a person" in (answer.json or {})["detail"]
    assert post(client, key, [answers]).status_code == 422


def test_a_real_file_posted_as_json_is_the_same_visits(
    runtime: Runtime, practice: Practice, client: FlaskClient, key: str
) -> None:
    import csv

    path = data_folder() / "visits" / "generic_visits.csv"
    runtime.clock.move_to(runtime.clock.now() + timedelta(days=214))  # type: ignore[attr-defined]
    with path.open(newline="", encoding="utf-8-sig") as stream:
        rows = list(csv.DictReader(stream))
    known = set(VISIT) | {"location", "client", "visit_type"}
    posted = [{name: text for name, text in row.items() if name in known and text} for row in rows]
    for row in posted:
        row.update({"visit_number": int(row["visit_number"])} if "visit_number" in row else {})
    answer = post(client, key, posted)
    assert answer.status_code == 200, answer.text
    taken = answer.json or {}
    assert taken["new"] + taken["too_old"] == len(rows)
    again = post(client, key, list(reversed(posted))).json or {}
    assert (again["new"], again["changed"]) == (0, 0)


@pytest.mark.parametrize(
    "shown", ["", "Bearer", "Bearer aw_", "Bearer nonsense", "Basic YTpi", "Bearer aw_" + "A" * 54]
)
def test_without_a_key_nothing_is_taken(
    runtime: Runtime, practice: Practice, client: FlaskClient, shown: str
) -> None:
    answer = client.post(ADDRESS, json=VISIT, headers={"Authorization": shown} if shown else {})
    assert (answer.status_code, answer.mimetype) == (401, "application/problem+json")
    assert answer.headers["WWW-Authenticate"] == "Bearer"
    assert count(runtime, Visit) == 0


def test_an_ended_key_opens_nothing(
    runtime: Runtime, practice: Practice, client: FlaskClient, key: str
) -> None:
    with transaction(runtime.engine, practice.id) as db:
        authorising.end_key(db, practice.id, "Desk 2026", today=runtime.clock.now().date())
    assert post(client, key, VISIT).status_code == 401


def test_a_key_opens_its_own_practice_only(
    runtime: Runtime, practice: Practice, client: FlaskClient, key: str
) -> None:
    other = builders.make_practice(runtime, slug="hillside", name="Hillside")
    assert post(client, key, VISIT).status_code == 200
    with reading(runtime.engine, other.id) as db:
        assert db.scalar(select(func.count()).where(Visit.practice_id == other.id)) == 0
    raw = authorising.presented(key)
    assert raw is not None
    with reading(runtime.engine, other.id) as db:
        assert authorising.key_of(db, replace(raw, practice_id=other.id)) is None


def test_of_a_key_only_a_hash_is_kept(
    runtime: Runtime, practice: Practice, client: FlaskClient, key: str
) -> None:
    post(client, key, VISIT)
    with reading(runtime.engine, practice.id) as db:
        row = db.scalars(select(ApiKey)).one()
        assert key not in repr(vars(row))
        assert row.used_on is not None
    shown = authorising.presented(key)
    assert shown is not None
    assert row.secret_hash == shown.secret_hash


def test_sent_again_under_its_key_a_request_is_answered_alike_and_done_once(
    runtime: Runtime, practice: Practice, client: FlaskClient, key: str
) -> None:
    first = post(client, key, VISIT, Idempotency_Key="batch-1")
    second = post(client, key, VISIT, Idempotency_Key="batch-1")
    assert first.status_code == second.status_code == 200
    assert first.data == second.data
    assert (first.json or {})["new"] == 1, "the first answer, not that it is known by now"
    other = post(client, key, {**VISIT, "visit_id": "V-2"}, Idempotency_Key="batch-1")
    assert (other.status_code, other.mimetype) == (409, "application/problem+json")
    assert count(runtime, Visit) == 1
    with reading(runtime.engine) as db:
        row = db.scalars(select(ApiRequest)).one()
    assert b"batch-1" not in row.tag + row.body_tag
    assert "rita" not in row.answer


def test_after_two_days_a_key_may_be_used_again(
    runtime: Runtime, practice: Practice, client: FlaskClient, key: str
) -> None:
    post(client, key, VISIT, Idempotency_Key="x")
    assert isinstance(runtime.clock, SimulatedClock)
    runtime.clock.move_to(runtime.clock.now() + timedelta(days=3))
    assert post(client, key, {**VISIT, "visit_id": "V-2"}, Idempotency_Key="x").status_code == 200


def test_a_refused_request_may_be_corrected_under_the_same_key(
    client: FlaskClient, practice: Practice, key: str
) -> None:
    assert post(client, key, {**VISIT, "start": "soon"}, Idempotency_Key="x").status_code == 422
    assert post(client, key, VISIT, Idempotency_Key="x").status_code == 200


def test_the_same_request_at_the_same_moment_is_done_once(
    runtime: Runtime, practice: Practice, app: Flask, key: str
) -> None:
    answers: list[int] = []
    together = threading.Barrier(4)

    def send() -> None:
        together.wait()
        answers.append(post(app.test_client(), key, VISIT, Idempotency_Key="race").status_code)

    threads = [threading.Thread(target=send) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert set(answers) <= {200, 409}
    assert 200 in answers
    assert (count(runtime, Visit), count(runtime, VisitImport)) == (1, 1)


def test_a_request_at_work_is_not_done_twice_until_its_lease_ends(
    runtime: Runtime, practice: Practice, client: FlaskClient, key: str
) -> None:
    shown = authorising.presented(key)
    assert shown is not None
    body = json.dumps(VISIT).encode()
    with transaction(runtime.engine, practice.id) as db:  # as a process leaves it that was killed
        now = runtime.clock.now()
        mark = shown.secret_hash + b"x"
        repeating.claim(db, runtime.files, practice.id, key=mark, body=body, today=now.date(), now=now)
    waiting = post(client, key, body, Idempotency_Key="x")
    assert (waiting.status_code, waiting.headers["Retry-After"]) == (409, "30")
    assert isinstance(runtime.clock, SimulatedClock)
    runtime.clock.move_to(runtime.clock.now() + repeating.LEASE)
    assert post(client, key, body, Idempotency_Key="x").status_code == 200


def test_a_day_of_single_visits_is_one_line_of_the_history(
    runtime: Runtime, practice: Practice, client: FlaskClient, key: str
) -> None:
    for number in range(3):
        post(client, key, {**VISIT, "visit_id": f"V-{number}", "email": f"p{number}@example.org"})
    with reading(runtime.engine, practice.id) as db:
        (line,) = history.past(db, practice.id, now=runtime.clock.now())
    assert (line.actor, line.source, line.outcome.new) == ("API key Desk 2026", "generic", 3)
    assert line.can_be_undone


def test_faulty_visits_are_named_and_the_others_taken(
    runtime: Runtime, practice: Practice, client: FlaskClient, key: str
) -> None:
    faulty = {**VISIT, "visit_id": "V-2", "email": "two@example.org, three@example.org"}
    answer = post(client, key, [VISIT, faulty])
    assert answer.status_code == 200
    (error,) = (answer.json or {})["errors"]
    assert (error["index"], error["field"], (answer.json or {})["refused"]) == (1, "email", 1)
    assert "two@" not in answer.text
    assert count(runtime, Visit) == 1


REFUSED = {
    "no JSON": (b"{", 400),
    "not in UTF-8": (b'{"start": "\xff"}', 400),
    "half a character": (b'{"start": "\\ud800"}', 400),
    "NaN": (b'{"visit_number": NaN}', 400),
    "a key twice": (b'{"do_not_survey": true, "do_not_survey": false}', 400),
    "very deep": (b"[" * 1_000_000, 400),
    "a very long number": (b"[" + b"9" * 100_000 + b"]", 400),
    "nothing": (b"", 400),
    "an empty list": ([], 400),
    "too many": ([VISIT] * 5001, 400),
    "a number": (7, 422),
    "null": (None, 422),
    "a list of texts": (["V-1"], 422),
    "an unknown field": ({**VISIT, "diagnosis": "F41.1"}, 422),
    "a text as a number": ({**VISIT, "visit_number": "two"}, 422),
    "a NUL": ({**VISIT, "clinician": "Ana\0Ortiz"}, 422),
    "a line break in a name": ({**VISIT, "clinician": "Ana\r\nBcc: x@example.org"}, 422),
    "a line break in an address": ({**VISIT, "email": "a@example.org\nBcc: x@example.org"}, 422),
    "a day that is none": ({**VISIT, "start": "2026-02-30"}, 422),
    "a patient alone": ({"resourceType": "Patient", "id": "p"}, 400),
    "a bundle of nothing": ({"resourceType": "Bundle", "entry": [None, 7, {"resource": []}]}, 400),
    "a bundle gone wrong": (
        {"resourceType": "Bundle", "entry": [{"resource": {"resourceType": "Encounter", "period": 7}}]},
        422,
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_bad_input_is_a_problem_document_and_changes_nothing(
    runtime: Runtime, practice: Practice, client: FlaskClient, key: str, name: str
) -> None:
    content, status = REFUSED[name]
    answer = post(client, key, content)
    assert (answer.status_code, answer.mimetype) == (status, "application/problem+json"), answer.text
    assert (answer.json or {})["detail"]
    assert "Ortiz" not in answer.text
    assert "F41" not in answer.text
    assert (count(runtime, Visit), count(runtime, VisitImport)) == (0, 0)


def test_other_kinds_of_content_and_too_much_of_it_are_refused(
    client: FlaskClient, practice: Practice, key: str
) -> None:
    assert post(client, key, VISIT, Content_Type="text/csv").status_code == 415
    large = post(client, key, b" " * (5 * 1024 * 1024 + 1))
    assert (large.status_code, large.mimetype) == (413, "application/problem+json")
    other = client.get(ADDRESS, headers={"Authorization": f"Bearer {key}"})
    assert (other.status_code, other.mimetype) == (405, "application/problem+json")
    assert post(client, key, VISIT, Idempotency_Key="\x7f" * 300).status_code == 400


def test_a_flood_is_slowed_down(client: FlaskClient, practice: Practice, key: str) -> None:
    answers = [post(client, key, b"{") for _ in range(121)]
    assert {answer.status_code for answer in answers[:-1]} == {400}
    assert (answers[-1].status_code, answers[-1].headers["Retry-After"]) == (429, "30")


def test_a_web_process_without_private_keys_takes_visits(sqlite_runtime: Runtime, tmp_path: Any) -> None:
    from survey import jobs
    from survey.keys.halves import WebHalves

    practice = builders.make_practice(sqlite_runtime)
    key = key_for(sqlite_runtime, practice)
    shared = tmp_path / "shared"
    settings = replace(sqlite_runtime.settings, keys_web=shared)
    jobs.share_halves(replace(sqlite_runtime, settings=settings), sqlite_runtime.clock.now())
    web = replace(sqlite_runtime, settings=replace(settings, role="web"), files=WebHalves(shared))
    answer = post(make_app(web).test_client(), key, VISIT)
    assert (answer.status_code, count(sqlite_runtime, Invitation)) == (200, 1), answer.text


def test_the_address_key_and_body_are_in_no_log(
    client: FlaskClient, practice: Practice, key: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    post(client, key, VISIT)
    post(client, key, {**VISIT, "email": "not one@@example.org"})
    assert "rita" not in caplog.text
    assert "example.org" not in caplog.text
    assert key not in caplog.text
