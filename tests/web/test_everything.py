"""Everything in one file: the same bytes as each page hands out, noted, and nothing that no page shows."""

from __future__ import annotations

import csv
import io
import zipfile
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from survey.comments import hiding
from survey.comments.hiding import Reason
from survey.db import reading, transaction
from survey.exporting import take_everything
from survey.invitations import opting_out
from survey.practice import declaring
from survey.practice.model import AuditEntry, Practice
from survey.releases.model import Comment
from survey.reports import gathering
from survey.reports.lines import CommentGroup, CommentMonth
from survey.runtime import Runtime
from tests import builders
from tests.web.desk import make_front_desk, token_of

PAGE = "/staff/everything"
HIDDEN = "The phone rang for ever."


def taken(client: FlaskClient) -> dict[str, bytes]:
    answer = client.post(f"{PAGE}/zip", data={"csrf_token": token_of(client, PAGE)})
    assert (answer.status_code, answer.mimetype) == (200, "application/zip")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="riverside-2026-04-20.zip"'
    assert answer.headers["Cache-Control"] == "no-store"
    return unpacked(answer.data)


def unpacked(packed: bytes) -> dict[str, bytes]:
    """Every file, and every part of a file that is packed itself."""
    with zipfile.ZipFile(io.BytesIO(packed)) as file:
        found = {name: file.read(name) for name in file.namelist()}
    for name in [each for each in found if each.endswith(".xlsx")]:
        found |= {f"{name}/{part}": body for part, body in unpacked(found[name]).items()}
    return found


def test_each_file_is_the_one_that_its_own_page_hands_out(owner: FlaskClient) -> None:
    found = taken(owner)
    token = token_of(owner, "/staff/reports")
    for quarter in ("2025-Q4", "2026-Q1"):
        for form, folder in (
            ("csv", "reports"),
            ("xlsx", "reports"),
            ("pdf", "reports"),
            ("txt", "comments"),
        ):
            page = owner.post(f"/staff/reports/{quarter}/{form}", data={"csrf_token": token})
            assert found[f"{folder}/riverside-{quarter.lower()}.{form}"] == page.data
        fhir = owner.post(f"/staff/reports/{quarter}/fhir", data={"csrf_token": token})
        assert found[f"reports/riverside-{quarter.lower()}.fhir.json"] == fhir.data
    log = owner.post("/staff/audit/csv", data={"csrf_token": token_of(owner, "/staff/audit")}).text
    assert set(found["log.csv"].decode("utf-8").splitlines()) < set(log.splitlines())
    assert "Took everything away in one file" in log
    top = {name for name in found if "/" not in name}
    assert top == {"README.txt", "people.csv", "log.csv", "repairs.csv", "repair-steps.csv"}


def test_people_are_named_and_the_page_beside_says_what_is_missing(
    runtime: Runtime, practice: Practice, owner: FlaskClient
) -> None:
    make_front_desk(runtime, practice, email="=fay@example.org")
    found = taken(owner)
    people = list(csv.reader(io.StringIO(found["people.csv"].decode("utf-8-sig"))))
    assert [
        "Olu Bello",
        "olu@example.org",
        "Owner: sees everything of the practice",
        "",
        "Can sign in",
    ] in people
    assert "'=fay@example.org" in [row[1] for row in people], "no spreadsheet takes it for a formula"
    words = " ".join(found["README.txt"].decode("utf-8-sig").split())
    assert "at least 5 at a time, and nobody can take them apart again" in words
    assert "coded marks, not as addresses" in words


def canaries(runtime: Runtime, practice: Practice) -> tuple[str, ...]:
    """What must not be in the file: a hidden comment, an opt-out's mark and address, another practice."""
    harbour = builders.make_practice(runtime, slug="harbour", name="Harbour Canary")
    builders.make_clinician(runtime, harbour, "Zoe Canary")
    with transaction(runtime.engine, practice.id) as db:
        now = runtime.clock.now()
        opting_out.opt_out_address(db, runtime, practice, "rita.canary@example.org", now=now)
        comment = db.scalars(select(Comment).where(Comment.text == HIDDEN)).one()
        hiding.hide(db, practice.id, comment.id, reason=Reason.INSULT, actor="olu@example.org", now=now)
    return ("rang for ever", "canary", "Canary")


def leaks(files: dict[str, bytes], words: tuple[str, ...]) -> set[str]:
    return {word for word in words for body in files.values() if word.encode() in body}


def test_nothing_hidden_of_a_patient_or_of_another_practice_is_in_it(
    runtime: Runtime, practice: Practice, owner: FlaskClient
) -> None:
    words = canaries(runtime, practice)
    found = taken(owner)
    assert leaks(found, words) == set()
    assert b"Listened" in found["comments/riverside-2026-q1.txt"], "what is shown is there"


def test_a_file_with_hidden_comments_would_be_noticed(
    runtime: Runtime, practice: Practice, owner: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    words = canaries(runtime, practice)
    monkeypatch.setattr(gathering, "comments_of_quarter", every_comment)
    assert leaks(taken(owner), words) == {"rang for ever"}


def every_comment(db: Session, *_: Any, **__: Any) -> tuple[CommentGroup, ...]:
    """Broken on purpose: hidden comments too."""
    texts = tuple(db.scalars(select(Comment.text)))
    return (CommentGroup("", "", (CommentMonth("", "", texts),)),)


def test_a_practice_without_results_takes_its_people_and_its_log(runtime: Runtime) -> None:
    with transaction(runtime.engine) as db:
        bare = declaring.create_practice(db, slug="bare", name="Bare Practice", time_zone="America/New_York")
    name, packed = take_everything(runtime, bare, actor="command line")
    found = unpacked(packed)
    assert name.startswith("bare-")
    assert set(found) == {"README.txt", "people.csv", "log.csv", "repairs.csv", "repair-steps.csv"}
    assert "No quarter has results yet" in found["README.txt"].decode("utf-8-sig")


def test_it_speaks_the_language_of_the_practice(
    runtime: Runtime, practice: Practice, owner: FlaskClient
) -> None:
    with transaction(runtime.engine, practice.id) as db:
        db.get_one(Practice, practice.id).mail_language = "es"
    found = taken(owner)
    assert "Lo que no puede decir" in found["README.txt"].decode("utf-8-sig")


def test_looking_writes_nothing_and_each_taking_is_noted(runtime: Runtime, owner: FlaskClient) -> None:
    assert owner.get(PAGE).status_code == 200
    assert actions(runtime).count("took everything away") == 0
    taken(owner)
    assert actions(runtime).count("took everything away") == 1


def actions(runtime: Runtime) -> list[str]:
    with reading(runtime.engine) as db:
        return list(db.scalars(select(AuditEntry.action)))
