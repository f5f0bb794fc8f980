"""The state of the mails, pause and resume, mails of which nobody knows whether they arrived."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, update

from survey import clock
from survey.clock import SimulatedClock, at_local
from survey.db import insert_once, reading, transaction
from survey.invitations import mail_counting, overseeing, relaying
from survey.invitations.model import (
    Cause,
    Invitation,
    InvitationState,
    MailComplaint,
    MailRun,
    OptOut,
    RelayRest,
)
from survey.practice import mail_scheduling
from survey.practice.model import AuditEntry, Practice, Staff
from survey.runtime import Runtime
from tests import builders
from tests.invitations.post import invite_people, states
from tests.web.desk import enter, make_front_desk, token_of


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


def test_a_pause_because_of_complaints_is_explained(
    runtime: Runtime, practice: Practice, client: FlaskClient, olu: Staff
) -> None:
    invite_people(runtime, practice, "ana", "ben")
    words = "paused because of complaints"
    assert words not in client.get("/staff/mail").text
    with transaction(runtime.engine, practice.id) as db:
        db.execute(update(Invitation).values(state=InvitationState.SENT))
        for row in db.scalars(select(Invitation.id)).all():
            db.add(MailComplaint(practice_id=practice.id, invitation_id=row))
        db.execute(update(Practice).values(sending=False))
    assert words in client.get("/staff/mail").text


def test_the_front_desk_enters_an_opt_out_which_says_the_same_of_everybody(
    runtime: Runtime, practice: Practice, client: FlaskClient
) -> None:
    invite_people(runtime, practice, "rita")
    enter(client, runtime, make_front_desk(runtime, practice))
    pages = []
    for address in ("rita@example.org", "stranger@example.org"):
        form = {"csrf_token": token_of(client, "/staff/mail"), "address": address}
        page = client.post("/staff/mail/stop", data=form).text
        assert address not in page
        pages.append(page)
    assert ["gets no more mail" in page for page in pages] == [True, True]
    assert states(runtime, practice) == {"suppressed": 1}
    with reading(runtime.engine, practice.id) as db:
        assert db.scalars(select(OptOut.practice_id)).all() == [practice.id] * 2
        last = db.scalars(select(AuditEntry).order_by(AuditEntry.number.desc())).first()
    assert last is not None
    assert (last.actor, last.action, last.subject) == ("fay@example.org", "enter opt-out", "")


@pytest.mark.parametrize("address", ["", "rita", "two@example.org,one@example.org", "x" * 5000])
def test_an_opt_out_without_an_address_changes_nothing_and_leads_to_the_field(
    runtime: Runtime, practice: Practice, client: FlaskClient, olu: Staff, address: str
) -> None:
    form = {"csrf_token": token_of(client, "/staff/mail"), "address": address}
    page = client.post("/staff/mail/stop", data=form)
    assert page.status_code == 400
    assert '<a href="#address">' in page.text
    with reading(runtime.engine, practice.id) as db:
        assert db.scalars(select(OptOut.practice_id)).all() == []


def test_one_more_opt_out_is_not_seen_in_the_numbers(
    runtime: Runtime, practice: Practice, client: FlaskClient, olu: Staff
) -> None:
    """Else whoever looks before and after a patient's visit knows what that patient did."""
    invite_people(runtime, practice, *"abcdefgh")
    shown = []
    for stopped in (0, 1, 2):
        with transaction(runtime.engine, practice.id) as db:
            for number in range(stopped):
                tag = bytes([number]) * 16
                if insert_once(db, OptOut, practice_id=practice.id, contact_tag=tag):
                    day = clock.local_day(runtime.clock.now(), practice.time_zone)
                    mail_counting.count(db, practice.id, Cause.ASKED, day=day)
        shown.append(re.sub(r'value="[^"]*"', "", client.get("/staff/mail").text))
    assert len(set(shown)) == 1


def test_an_exact_count_would_have_been_seen(
    runtime: Runtime, practice: Practice, client: FlaskClient, olu: Staff, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The broken variant: without rounding one opt-out shows."""
    monkeypatch.setattr(overseeing, "nearest", lambda number: number)
    before = re.sub(r'value="[^"]*"', "", client.get("/staff/mail").text)
    with transaction(runtime.engine, practice.id) as db:
        insert_once(db, OptOut, practice_id=practice.id, contact_tag=bytes(16))
    assert re.sub(r'value="[^"]*"', "", client.get("/staff/mail").text) != before


def test_the_page_says_when_mail_goes_out_next_and_why_not_earlier(
    runtime: Runtime, practice: Practice, client: FlaskClient, olu: Staff
) -> None:
    with transaction(runtime.engine, practice.id) as db:
        mail_scheduling.set_day(db, practice.id, date(2026, 3, 3), is_open=False)
    assert "Mails are going out now." in client.get("/staff/mail").text
    assert isinstance(runtime.clock, SimulatedClock)
    runtime.clock.move_to(at_local(date(2026, 3, 2), 21, practice.time_zone))
    enter(client, runtime, olu)
    page = client.get("/staff/mail").text
    assert "on Wednesday, March 4, 2026, from 9:00\u202fAM." in page
    assert "Days off besides weekends: Mar 3, 2026" in page


def test_a_relay_that_rests_or_refuses_and_a_cut_run_of_reminders_are_told(
    runtime: Runtime, practice: Practice, client: FlaskClient, olu: Staff
) -> None:
    invite_people(runtime, practice, "rita")
    relay = relaying.relay_name(runtime.settings)
    with transaction(runtime.engine, practice.id) as db:
        until = runtime.clock.now() + timedelta(minutes=20)
        db.add(RelayRest(practice_id=practice.id, relay=relay, failures=1, rest_until=until))
        db.add(MailRun(practice_id=practice.id, day=date(2026, 2, 27), kind="reminder", finished=False))
        db.execute(update(Invitation).values(attempts=1, reply_code=451))
    page = client.get("/staff/mail").text
    assert "It is called again at 10:20" in page
    assert "run interrupted" in page
    assert "wants to see a second try" in page
