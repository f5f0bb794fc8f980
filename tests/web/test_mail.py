"""The state of the mails, pause and resume, mails of which nobody knows whether they arrived."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, update

from survey.db import reading, transaction
from survey.invitations.model import Invitation
from survey.practice.model import AuditEntry, Practice, Staff
from survey.runtime import Runtime
from tests import builders
from tests.invitations.post import invite_people
from tests.web.desk import enter, make_front_desk, make_owner, token_of


@pytest.fixture
def olu(runtime: Runtime, practice: Practice, client: FlaskClient) -> Staff:
    person = make_owner(runtime, practice)
    enter(client, runtime, person)
    return person


def press(client: FlaskClient, path: str, **fields: str | int) -> int:
    """Send a form of the page; the answer's status."""
    return client.post(path, data={"csrf_token": token_of(client, "/staff/mail"), **fields}).status_code


def test_mail_is_paused_and_resumed_with_a_note(
    runtime: Runtime, client: FlaskClient, practice: Practice, olu: Staff
) -> None:
    for button, badge in (
        ("pause", "Sending is paused"),
        ("pause", "Sending is paused"),
        ("resume", "Sending is on"),
    ):
        press(client, f"/staff/mail/{button}")
        assert badge in client.get("/staff/mail").text
    with reading(runtime.engine) as db:
        assert db.get_one(Practice, practice.id).sending is True
        noted = db.scalars(select(AuditEntry.action).order_by(AuditEntry.number)).all()
    assert noted == ["signed in", "paused sending", "resumed sending"]


def test_the_front_desk_begins_here_and_may_pause_but_not_resume(
    runtime: Runtime, client: FlaskClient, practice: Practice
) -> None:
    enter(client, runtime, make_front_desk(runtime, practice))
    assert client.get("/staff/").location == "/staff/mail"
    assert press(client, "/staff/mail/pause") == 302
    page = client.get("/staff/mail").text
    assert "The owner resumes it." in page
    assert "/staff/mail/resume" not in page
    assert press(client, "/staff/mail/resume") == 403
    with reading(runtime.engine) as db:
        assert db.get_one(Practice, practice.id).sending is False


def test_the_front_desk_is_shown_the_way_to_nothing_that_is_shut(
    runtime: Runtime, client: FlaskClient, practice: Practice
) -> None:
    enter(client, runtime, make_front_desk(runtime, practice))
    page = client.get("/staff/mail").text
    assert "/staff/visits" in page
    for shut in ("/staff/practice", "/staff/clinician", "/staff/person", "/staff/reports"):
        assert shut not in page
        assert client.get(shut).status_code == 403


def test_another_practice_is_not_touched(runtime: Runtime, client: FlaskClient, olu: Staff) -> None:
    other = builders.make_practice(runtime, slug="hillside", name="Hillside")
    press(client, "/staff/mail/pause", practice_id=other.id)
    with reading(runtime.engine) as db:
        assert db.get_one(Practice, other.id).sending is True
        assert db.get_one(Practice, olu.practice_id).sending is False


def make_unknown(runtime: Runtime, practice: Practice) -> str:
    """One mail whose hand-over was cut; its id as the page writes it."""
    invite_people(runtime, practice, "rita")
    with transaction(runtime.engine) as db:
        db.execute(update(Invitation).values(state="unknown"))
        return db.scalars(select(Invitation.id)).one().hex()


@pytest.mark.parametrize(
    ("decision", "after"), [("arrived", "sent"), ("again", "due"), ("leave", "cancelled")]
)
def test_a_person_decides_about_a_mail_that_may_have_arrived(
    runtime: Runtime, practice: Practice, client: FlaskClient, olu: Staff, decision: str, after: str
) -> None:
    mail = make_unknown(runtime, practice)
    page = client.get("/staff/mail").text
    assert "Visit V-1" in page
    assert "rita@example.org" not in page
    form = {"csrf_token": token_of(client, "/staff/mail"), "mail": mail, "decision": decision}
    assert client.post("/staff/mail/unknown", data=form).status_code == 302
    with reading(runtime.engine) as db:
        assert db.scalars(select(Invitation.state)).one() == after
    again = client.post("/staff/mail/unknown", data=form)
    assert again.status_code == 409
    assert "does not wait for a decision" in again.text


@pytest.mark.parametrize("wrong", [{"mail": "zz"}, {"mail": "00" * 16}, {"decision": "burn"}, {"mail": ""}])
def test_a_wrong_decision_changes_nothing(
    runtime: Runtime, practice: Practice, client: FlaskClient, olu: Staff, wrong: dict[str, str]
) -> None:
    form = {"mail": make_unknown(runtime, practice), "decision": "again", **wrong}
    form["csrf_token"] = token_of(client, "/staff/mail")
    assert client.post("/staff/mail/unknown", data=form).status_code == 409
    with reading(runtime.engine) as db:
        assert db.scalars(select(Invitation.state)).one() == "unknown"
