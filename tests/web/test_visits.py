"""Visits in: the page where files are chosen, the history, the way back, what is remembered."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select, update

from survey import feeding, jobs
from survey.app import make_app
from survey.clock import SimulatedClock
from survey.db import reading, transaction
from survey.invitations.model import Invitation, InvitationState
from survey.keys.halves import WebHalves
from survey.keys.uploads import Uploads
from survey.practice import reaching
from survey.practice.model import AuditEntry, Practice, Staff
from survey.runtime import Runtime
from survey.visits import history
from survey.visits.feed import Trouble
from survey.visits.history import Shown
from survey.visits.model import RememberedMatch, Upload, Visit
from survey.web import receiving, visits
from tests import builders
from tests.visits.test_fhir_bundle import ANSWERS, CLINICIAN, PATIENT, appointment, bundle
from tests.web.desk import enter, make_clinician_account, make_front_desk, make_owner
from tests.web.wizard import GOOD_FILE, HEADER, begin, bring_in, check, send, upload


def count(runtime: Runtime, table: type) -> int:
    with reading(runtime.engine) as db:
        return db.scalar(select(func.count()).select_from(table)) or 0


def taken(runtime: Runtime) -> tuple[int, int]:
    return count(runtime, Visit), count(runtime, Invitation)


def sealed_files(runtime: Runtime) -> list[str]:
    keys = (runtime.settings.keys / "upload").iterdir()
    return sorted(path.name for path in (*runtime.settings.uploads.iterdir(), *keys))


@pytest.mark.parametrize("alone", [True, False])
def test_answers_of_a_person_are_refused_with_the_reason(
    runtime: Runtime, client: FlaskClient, olu: Staff, alone: bool
) -> None:
    answers = json.dumps(ANSWERS).encode() if alone else bundle(PATIENT, CLINICIAN, appointment(), ANSWERS)
    refused = upload(client, answers)
    assert refused.status_code == 400
    assert "no answer belongs to a person" in refused.text
    assert (taken(runtime), sealed_files(runtime)) == ((0, 0), [])


def test_a_file_is_looked_at_and_taken_in_three_steps(
    runtime: Runtime, client: FlaskClient, olu: Staff
) -> None:
    address = begin(client, GOOD_FILE)
    page = client.get(address)
    assert page.status_code == 200
    assert taken(runtime) == (0, 0)
    checked = check(client, address)
    preview = client.get(checked.headers["Location"])
    assert "First visits are not asked about." in preview.text
    assert taken(runtime) == (0, 0)
    done = send(client, address + "/take")
    assert done.headers["Location"] == "/staff/visits"
    assert taken(runtime) == (3, 1)
    with reading(runtime.engine) as db:
        last = db.scalars(select(AuditEntry).order_by(AuditEntry.number.desc())).first()
    assert last is not None
    assert (last.actor, last.action, last.subject) == (
        "olu@example.org",
        "imported visits",
        "3 visits, 1 invitations",
    )


def test_the_same_file_again_changes_nothing_and_history_says_so(
    runtime: Runtime, client: FlaskClient, olu: Staff
) -> None:
    bring_in(client, GOOD_FILE)
    page = bring_in(client, GOOD_FILE)
    assert taken(runtime) == (3, 1)
    assert page.text.count("<td>done</td>") == 2


def test_a_bundle_is_taken_once(runtime: Runtime, client: FlaskClient, olu: Staff) -> None:
    content = bundle(PATIENT, CLINICIAN, appointment(start="2026-02-27T10:15:00-05:00"))
    assert "FHIR bundle" in client.get(begin(client, content)).text
    bring_in(client, content)
    bring_in(client, content)
    assert count(runtime, Visit) == 1


@pytest.mark.parametrize("each", Shown)
def test_every_state_of_an_import_has_words(app: Flask, each: Shown) -> None:
    with app.test_request_context():
        assert visits.shown()[each]


def test_the_history_shows_what_came_by_itself_and_could_not_be_taken(
    runtime: Runtime, practice: Practice, client: FlaskClient, olu: Staff
) -> None:
    now = runtime.clock.now()
    with transaction(runtime.engine, practice.id) as db:
        history.refuse(db, practice.id, actor="watched folder", today=now.date(), now=now)
        made = feeding.add(db, runtime.files, practice.id, "https://calendar.example/s3cret", now=now)
        made.trouble, made.failing_since = Trouble.GONE, now
    page = client.get("/staff/visits")
    assert "<td>refused; nothing was taken</td>" in page.text
    words = "The calendar 1 could not be read since Monday, March 2, 2026: it does not exist any more."
    assert words in page.text.replace("\u202f", " ")
    assert "s3cret" not in page.text
    spanish = client.get("/staff/visits", headers={"Accept-Language": "es"}).text
    assert "ya no existe" in spanish
    assert "<td>La carpeta vigilada</td>" in spanish


def test_a_closed_practice_is_told_that_nothing_is_read_by_itself(
    runtime: Runtime, practice: Practice, client: FlaskClient, olu: Staff
) -> None:
    words = "so its watched folders and calendars are not read"
    with transaction(runtime.engine, practice.id) as db:
        feeding.add(
            db, runtime.files, practice.id, "https://calendar.example/s3cret", now=runtime.clock.now()
        )
    assert words not in client.get("/staff/visits").text
    with transaction(runtime.engine, practice.id) as db:
        reaching.close(db.get_one(Practice, practice.id), today=runtime.clock.now().date())
    assert words in client.get("/staff/visits").text
    with transaction(runtime.engine, practice.id) as db:
        feeding.remove(db, runtime.files, practice.id, 1)
    assert words not in client.get("/staff/visits").text, "there is nothing that would be read"


def test_a_form_without_a_file_is_answered_kindly(runtime: Runtime, client: FlaskClient, olu: Staff) -> None:
    page = upload(client)
    assert page.status_code == 400
    assert "Choose a file first." in page.text
    assert sealed_files(runtime) == []


@pytest.mark.parametrize(
    "content", [b"", b"PK\x03\x04rest", b"\x00\x01\x02", b"%PDF-1.7", b"\xd0\xcf\x11\xe0old", b"{"]
)
def test_a_file_that_cannot_be_read_says_why_and_leaves_nothing(
    runtime: Runtime, client: FlaskClient, olu: Staff, content: bytes
) -> None:
    page = upload(client, content)
    assert page.status_code == 400
    assert "There is a problem" in page.text
    assert "Nothing was changed." in page.text
    assert sealed_files(runtime) == []
    assert count(runtime, Upload) == 0


def test_a_file_that_is_too_large_is_refused_with_the_limit_and_leaves_nothing(
    runtime: Runtime, client: FlaskClient, olu: Staff, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(receiving, "LARGEST", len(GOOD_FILE) - 1)
    page = upload(client, GOOD_FILE)
    assert page.status_code == 413
    assert "The file is larger than 200 MB. Export fewer visits at a time." in page.text
    assert sealed_files(runtime) == []
    monkeypatch.setattr(receiving, "LARGEST", len(GOOD_FILE))
    assert upload(client, GOOD_FILE).status_code == 302


def test_an_upload_of_a_forged_form_leaves_nothing(runtime: Runtime, client: FlaskClient, olu: Staff) -> None:
    from io import BytesIO

    page = client.post("/staff/visits", data={"file": (BytesIO(GOOD_FILE.encode()), "visits.csv")})
    assert page.status_code == 400
    assert sealed_files(runtime) == []


def test_a_stranger_s_upload_is_not_even_received(
    runtime: Runtime, practice: Practice, client: FlaskClient
) -> None:
    from io import BytesIO

    page = client.post("/staff/visits", data={"file": (BytesIO(GOOD_FILE.encode()), "visits.csv")})
    assert page.status_code == 401
    assert sealed_files(runtime) == []


def test_a_waiting_file_is_offered_again_and_can_be_thrown_away(
    runtime: Runtime, client: FlaskClient, olu: Staff
) -> None:
    address = begin(client, GOOD_FILE)
    page = client.get("/staff/visits")
    assert address in page.text
    assert "Mar 3, 2026" in page.text or "3/3/26" in page.text
    assert len(sealed_files(runtime)) == 2
    gone = send(client, address + "/cancel")
    assert gone.headers["Location"] == "/staff/visits"
    assert sealed_files(runtime) == []
    assert client.get(address).status_code == 404


def test_a_file_waits_no_longer_than_a_day(
    runtime: Runtime, client: FlaskClient, olu: Staff, clock: SimulatedClock
) -> None:
    address = begin(client, GOOD_FILE)
    clock.advance(timedelta(hours=24))
    enter(client, runtime, olu)
    assert client.get(address).status_code == 404
    assert address not in client.get("/staff/visits").text


@pytest.mark.parametrize("end", ["take", "cancel", "a day"])
def test_a_web_process_without_private_keys_makes_and_destroys_the_keys_of_uploads(
    sqlite_runtime: Runtime, tmp_path: Path, clock: SimulatedClock, end: str
) -> None:
    practice, shared = builders.make_practice(sqlite_runtime), tmp_path / "shared"
    settings = replace(sqlite_runtime.settings, keys_web=str(shared))
    worker = replace(sqlite_runtime, settings=settings)
    jobs.share_halves(worker, clock.now())
    Uploads(settings).prepare()  # as a worker does when it starts
    web = replace(sqlite_runtime, settings=replace(settings, role="web"), files=WebHalves(shared))
    client = make_app(web).test_client()
    enter(client, sqlite_runtime, make_owner(sqlite_runtime, practice))
    address = begin(client, GOOD_FILE)
    (key,) = (shared / "upload").iterdir()
    assert key.stat().st_mode & 0o777 == 0o660, "for the worker to sweep"
    assert not list((settings.keys / "upload").glob("*"))
    if end == "a day":
        clock.advance(timedelta(hours=24))
        jobs.sweep_uploads(worker, [practice], clock.now())
    else:
        assert send(client, f"{address}/{end}").status_code == 302
    assert [*settings.uploads.iterdir(), *(shared / "upload").iterdir()] == []
    assert taken(sqlite_runtime) == ((3, 1) if end == "take" else (0, 0))


def test_the_last_import_is_taken_back_after_a_question(
    runtime: Runtime, client: FlaskClient, olu: Staff
) -> None:
    page = bring_in(client, GOOD_FILE)
    assert "/staff/visits/undo" in page.text
    assert "Yes, take it back" in client.get("/staff/visits/undo").text
    assert taken(runtime) == (3, 1)
    send(client, "/staff/visits/undo", {"number": "1"})
    assert taken(runtime) == (0, 0)
    page = client.get("/staff/visits")
    assert "<td>taken back</td>" in page.text
    assert "/staff/visits/undo" not in page.text
    assert client.get("/staff/visits/undo").status_code == 302


def test_a_second_click_takes_no_other_import_back(runtime: Runtime, client: FlaskClient, olu: Staff) -> None:
    bring_in(client, GOOD_FILE)
    again = send(client, "/staff/visits/undo", {"number": "2"})
    assert again.status_code == 409
    assert taken(runtime) == (3, 1)


def test_an_import_whose_mail_has_gone_out_is_not_taken_back(
    runtime: Runtime, client: FlaskClient, olu: Staff
) -> None:
    bring_in(client, GOOD_FILE)
    with transaction(runtime.engine, olu.practice_id) as db:
        db.execute(update(Invitation).values(state=InvitationState.SENT))
    page = send(client, "/staff/visits/undo", {"number": "1"})
    assert page.status_code == 409
    assert "Mails of this import have gone out" in page.text
    assert taken(runtime) == (3, 1)


OWN = GOOD_FILE.replace("clinician", "Seen by").replace("email", "Write to").replace("attended", "came")


def test_what_a_person_chose_is_used_for_the_next_file_until_it_is_forgotten(
    runtime: Runtime, client: FlaskClient, olu: Staff
) -> None:
    address = begin(client, OWN)
    back = check(client, address)
    assert back.headers["Location"] == address, "asked for the columns first"
    chosen = {"column-clinician": "Seen by", "column-address": "Write to", "status-0": "attended"}
    assert check(client, address, **chosen).headers["Location"] == address + "/preview"
    send(client, address + "/take")
    assert taken(runtime) == (3, 1)
    bring_in(client, OWN)
    page = client.get("/staff/visits")
    assert "Seen by" in page.text
    with reading(runtime.engine) as db:
        shape = db.scalars(select(RememberedMatch.shape)).one()
    send(client, "/staff/visits/forget", {"shape": shape})
    assert "Seen by" not in client.get("/staff/visits").text
    assert check(client, begin(client, OWN)).headers["Location"] != address + "/preview"


def test_the_front_desk_brings_in_visits_and_a_clinician_does_not(
    runtime: Runtime, practice: Practice, app: Flask
) -> None:
    fay, ana = app.test_client(), app.test_client()
    enter(fay, runtime, make_front_desk(runtime, practice))
    assert "done" in bring_in(fay, GOOD_FILE).text
    address = begin(fay, GOOD_FILE)
    person = make_clinician_account(runtime, practice, builders.make_clinician(runtime, practice))
    enter(ana, runtime, person)
    for path in ("/staff/visits", "/staff/visits/undo", address, address + "/preview"):
        assert ana.get(path).status_code == 403


def test_another_practice_is_not_touched_and_sees_nothing(
    runtime: Runtime, client: FlaskClient, app: Flask, olu: Staff
) -> None:
    other = builders.make_practice(runtime, slug="hillside", name="Hillside")
    stranger = app.test_client()
    enter(stranger, runtime, make_owner(runtime, other))
    address = begin(client, GOOD_FILE)
    assert address not in stranger.get("/staff/visits").text
    for path in (address, address + "/preview"):
        assert stranger.get(path).status_code == 404
    for path in (address, address + "/preview", address + "/take", address + "/cancel", address + "/lines"):
        assert send(stranger, path).status_code == 404
    assert taken(runtime) == (0, 0)
    assert client.get(address).status_code == 200
    bring_in(client, GOOD_FILE)
    with reading(runtime.engine) as db:
        assert db.scalars(select(Visit.practice_id).distinct()).all() == [olu.practice_id]


def test_text_from_a_file_is_shown_as_text(client: FlaskClient, olu: Staff) -> None:
    address = begin(client, GOOD_FILE.replace(HEADER, HEADER + ",<script>alert(1)</script>", 1))
    page = client.get(address).text
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert" in page
