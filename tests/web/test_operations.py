"""The import page."""

from __future__ import annotations

from io import BytesIO

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from survey.db import reading
from survey.invitations.model import Invitation
from survey.practice.model import AuditEntry, Practice, Staff
from survey.runtime import Runtime
from survey.visits.model import Visit
from tests import builders
from tests.services import data_folder
from tests.web.desk import enter, make_owner, token_of

HEADER = "visit_id,start,clinician,location,email,status,language,visit_number,do_not_survey"
GOOD_FILE = f"""{HEADER}
V1,2026-02-27T09:00:00-05:00,Ana Ortiz,Main,one@example.org,attended,en,3,no
V2,2026-02-27T10:00:00-05:00,Ana Ortiz,Main,two@example.org,attended,en,1,no
V3,2026-02-27T11:00:00-05:00,Ben Yu,Main,three@example.org,no-show,en,4,no
"""


@pytest.fixture
def olu(runtime: Runtime, practice: Practice, client: FlaskClient) -> Staff:
    person = make_owner(runtime, practice)
    enter(client, runtime, person)
    return person


def upload(client: FlaskClient, content: bytes | str, **fields: str) -> TestResponse:
    data = content.encode() if isinstance(content, str) else content
    form = {"csrf_token": token_of(client, "/staff/visits"), "file": (BytesIO(data), "visits.csv"), **fields}
    return client.post("/staff/visits", data=form)


def count(runtime: Runtime, table: type) -> int:
    with reading(runtime.engine) as db:
        return db.scalar(select(func.count()).select_from(table)) or 0


def test_an_upload_says_what_was_new_planned_and_left_out(
    runtime: Runtime, client: FlaskClient, olu: Staff
) -> None:
    page = upload(client, GOOD_FILE)
    assert page.status_code == 200
    assert "The file was taken" in page.text
    assert "First visits are not asked about." in page.text
    assert (count(runtime, Visit), count(runtime, Invitation)) == (3, 1)
    with reading(runtime.engine) as db:
        last = db.scalars(select(AuditEntry).order_by(AuditEntry.number.desc())).first()
    assert last is not None
    assert (last.actor, last.action, last.subject) == (
        "olu@example.org",
        "imported visits",
        "3 visits, 1 invitations",
    )


def test_the_same_file_again_changes_nothing(runtime: Runtime, client: FlaskClient, olu: Staff) -> None:
    upload(client, GOOD_FILE)
    upload(client, GOOD_FILE)
    assert (count(runtime, Visit), count(runtime, Invitation)) == (3, 1)


def test_a_preview_shows_the_same_and_changes_nothing(
    runtime: Runtime, client: FlaskClient, olu: Staff
) -> None:
    page = upload(client, GOOD_FILE, go="preview")
    assert "Nothing was changed." in page.text
    assert "First visits are not asked about." in page.text
    assert (count(runtime, Visit), count(runtime, Invitation)) == (0, 0)


def test_a_faulty_row_is_named_with_line_and_column(
    runtime: Runtime, client: FlaskClient, olu: Staff
) -> None:
    page = upload(client, GOOD_FILE + "V4,yesterday,Ana Ortiz,Main,four@example.org,attended,en,2,no\n")
    assert page.status_code == 200
    assert '<td class="number">5</td><td>start</td>' in page.text
    assert "1 row could not be read" in page.text
    assert "four@example.org" not in page.text


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"PK\x03\x04rest",
        b"\x00\x01\x02",
        b"\xff\xfe\x00",
        b"a,b,c\n1,2,3\n",
        b"%PDF-1.7",
        "ñ".encode("latin-1"),
    ],
)
def test_a_file_that_cannot_be_read_changes_nothing_and_says_why(
    runtime: Runtime, client: FlaskClient, olu: Staff, content: bytes
) -> None:
    page = upload(client, content)
    assert page.status_code == 400
    assert "There is a problem" in page.text
    assert "Nothing was changed." in page.text
    assert count(runtime, Visit) == 0


def test_a_form_without_a_file_is_answered_kindly(client: FlaskClient, olu: Staff) -> None:
    token = token_of(client, "/staff/visits")
    page = client.post("/staff/visits", data={"csrf_token": token})
    assert page.status_code == 400
    assert "Choose a file first." in page.text


def test_text_from_a_file_is_shown_as_text(client: FlaskClient, olu: Staff) -> None:
    page = upload(
        client, GOOD_FILE.replace("do_not_survey\n", "do_not_survey,<script>alert(1)</script>\n", 1)
    )
    assert "<script>alert" not in page.text


def test_a_file_over_the_limit_is_refused_with_a_page(client: FlaskClient, olu: Staff) -> None:
    kind = "multipart/form-data; boundary=cut"
    page = client.post("/staff/visits", data=b"x" * (1024 * 1024 + 1), content_type=kind)
    assert page.status_code == 413
    assert "too much" in page.text


def test_the_generic_file_imports_as_it_is(runtime: Runtime, client: FlaskClient, olu: Staff) -> None:
    page = upload(client, (data_folder() / "visits" / "generic_visits.csv").read_bytes())
    assert page.status_code == 200
    assert "could not be read" not in page.text
    assert count(runtime, Visit) == 567


def test_another_practice_is_not_touched(runtime: Runtime, client: FlaskClient, olu: Staff) -> None:
    other = builders.make_practice(runtime, slug="hillside", name="Hillside")
    upload(client, GOOD_FILE)
    with reading(runtime.engine) as db:
        assert db.scalars(select(Visit.practice_id).distinct()).all() == [olu.practice_id]
        assert other.id != olu.practice_id
