"""Reports of mail services: proven, of now, taken once, and never a word about whom they concern."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import logging
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, update
from werkzeug.test import TestResponse

from survey.clock import SimulatedClock
from survey.db import reading, transaction
from survey.invitations import mail_counting, mail_report
from survey.invitations.mail_report import SIGNATURE, TIMESTAMP, Form, sign
from survey.invitations.model import Cause, Invitation, InvitationState, MailComplaint, OptOut
from survey.keys import hook, issue
from survey.practice.model import Practice
from survey.runtime import Runtime
from survey.web import mail_hook
from tests.invitations.post import invite_people, states

SECRET = "s" * 43
HERE = "/hooks/mail/riverside"


@pytest.fixture(autouse=True)
def fresh_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mail_hook, "SEEN", mail_hook.Seen())


@pytest.fixture
def mail_id(runtime: Runtime, practice: Practice) -> str:
    """One mail that went to rita, and hooks that are open; the mail's Message-ID."""
    invite_people(runtime, practice, "rita")
    for form in Form:
        hook.keep(runtime.files, practice.id, form, SECRET)
    with transaction(runtime.engine, practice.id) as db:
        db.execute(update(Invitation).values(state=InvitationState.SENT))
        row = db.execute(select(Invitation.id, Invitation.issue_week)).one()
    return f"{issue.message_id(runtime.files, row.issue_week, row.id)}@localhost"


def events(*found: dict[str, str]) -> bytes:
    return json.dumps({"events": found}).encode()


def bounced(mail_id: str) -> bytes:
    return events({"what": "bad_address", "message_id": f"<{mail_id}>"})


def send(client: FlaskClient, runtime: Runtime, body: bytes, **how: Any) -> TestResponse:
    """A report in our own form; ``how`` changes its time, its secret, or what is signed."""
    at = str(int((runtime.clock.now() + how.get("late", timedelta())).timestamp()))
    proof = sign(how.get("secret", SECRET).encode(), at, how.get("signed", body))
    headers = {TIMESTAMP: how.get("timestamp", at), SIGNATURE: how.get("proof", proof)}
    return client.post(how.get("to", HERE), data=body, headers=headers)


def stopped(runtime: Runtime, practice: Practice) -> int:
    with reading(runtime.engine, practice.id) as db:
        return len(db.scalars(select(OptOut.contact_tag)).all())


def test_a_bounce_stops_the_address_and_a_second_one_changes_nothing(
    runtime: Runtime, practice: Practice, client: FlaskClient, mail_id: str
) -> None:
    for _time in range(2):
        assert send(client, runtime, bounced(mail_id)).status_code == 200
    assert states(runtime, practice) == {"failed": 1}
    assert stopped(runtime, practice) == 1


def test_a_complaint_stops_the_address_and_counts_once(
    runtime: Runtime, practice: Practice, client: FlaskClient, mail_id: str
) -> None:
    for late in (0, 1):  # two reports about one mail, each signed anew
        body = events({"what": "complaint", "message_id": mail_id})
        assert send(client, runtime, body, late=timedelta(seconds=late)).status_code == 200
    assert stopped(runtime, practice) == 1
    with reading(runtime.engine, practice.id) as db:
        assert len(db.scalars(select(MailComplaint.invitation_id)).all()) == 1


def test_a_report_that_comes_twice_is_counted_once(
    runtime: Runtime, practice: Practice, client: FlaskClient, mail_id: str
) -> None:
    body = events(*[{"what": "delayed", "message_id": mail_id}] * 5)
    for _time in range(2):
        assert send(client, runtime, body).status_code == 200
    with reading(runtime.engine, practice.id) as db:
        counts = mail_counting.rounded(db, practice.id, since=runtime.clock.now().date())
    assert counts[Cause.BOUNCED_FOR_NOW] == 5


FORGERIES: dict[str, dict[str, Any]] = {
    "another secret": {"secret": "x" * 43},
    "another body": {"signed": b"{}"},
    "no proof": {"proof": ""},
    "a proof in other letters": {"proof": "ñ" * 64},
    "too old": {"late": -timedelta(minutes=5, seconds=1)},
    "too new": {"late": timedelta(minutes=5, seconds=1)},
    "another time": {"timestamp": "1"},
    "no time": {"timestamp": ""},
    "a time that is none": {"timestamp": "now"},
    "another practice": {"to": "/hooks/mail/hillside"},
    "another form": {"to": f"{HERE}/postmark"},
    "no such form": {"to": f"{HERE}/pigeon"},
}


@pytest.mark.parametrize("how", FORGERIES.values(), ids=FORGERIES)
def test_a_forged_or_old_report_is_refused_and_all_refusals_look_alike(
    runtime: Runtime, practice: Practice, client: FlaskClient, mail_id: str, how: dict[str, Any]
) -> None:
    answer = send(client, runtime, bounced(mail_id), **how)
    assert (answer.status_code, answer.data) == (401, b"refused\n")
    assert stopped(runtime, practice) == 0


@pytest.mark.parametrize("how", [FORGERIES["another secret"], FORGERIES["too old"]])
def test_a_door_that_does_not_look_at_the_proof_lets_forged_reports_in(
    runtime: Runtime,
    practice: Practice,
    client: FlaskClient,
    mail_id: str,
    how: dict[str, Any],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The broken variant, to see that the test above can fail."""
    monkeypatch.setattr(mail_report, "check", lambda *_given, **_named: None)
    assert send(client, runtime, bounced(mail_id), **how).status_code == 200
    assert stopped(runtime, practice) == 1


def test_a_replay_is_refused_once_its_time_is_over(
    runtime: Runtime, practice: Practice, client: FlaskClient, mail_id: str
) -> None:
    body, at = bounced(mail_id), str(int(runtime.clock.now().timestamp()))
    headers = {TIMESTAMP: at, SIGNATURE: sign(SECRET.encode(), at, body)}
    assert client.post(HERE, data=body, headers=headers).status_code == 200
    assert isinstance(runtime.clock, SimulatedClock)
    runtime.clock.move_to(runtime.clock.now() + timedelta(minutes=6))
    assert client.post(HERE, data=body, headers=headers).status_code == 401


def test_a_hook_that_was_never_opened_or_was_shut_is_closed(
    runtime: Runtime, practice: Practice, client: FlaskClient, mail_id: str
) -> None:
    hook.forget(runtime.files, practice.id, Form.OWN)
    assert send(client, runtime, bounced(mail_id)).status_code == 401


HOSTILE = [
    b"",
    b"{",
    b"[]",
    b"null",
    b'"events"',
    b"\xff\xfe",
    b"[" * 100_000,
    b'{"events": 1}',
    b'{"events": [1]}',
    b'{"events": [{}]}',
    b'{"events": [{"what": ["x"], "message_id": {}}]}',
    b'{"events": [{"what": "delayed", "message_id": 5}]}',
    b'{"events": [' + b"{}," * 600 + b"{}]}",
    b'{"events": [{"what": "delayed", "message_id": "' + b"9" * 5000 + b'"}]}',
    b'{"n": ' + b"9" * 5000 + b"}",
]


@pytest.mark.parametrize("body", HOSTILE)
def test_hostile_json_is_refused_in_words_and_never_breaks(
    runtime: Runtime, practice: Practice, client: FlaskClient, mail_id: str, body: bytes
) -> None:
    answer = send(client, runtime, body)
    assert (answer.status_code, "write" in answer.text) == (400, True)
    for form in (Form.MAILGUN, Form.POSTMARK):
        headers = {"Authorization": basic(SECRET)}
        assert client.post(f"{HERE}/{form}", data=body, headers=headers).status_code in {200, 400, 401}


def test_too_much_is_refused_before_it_is_read(
    runtime: Runtime, practice: Practice, client: FlaskClient, mail_id: str
) -> None:
    assert send(client, runtime, b"x" * (mail_hook.MOST_BYTES + 1)).status_code == 413


def test_looking_at_the_address_does_nothing(client: FlaskClient, mail_id: str) -> None:
    assert client.get(HERE).status_code == 405


def test_reports_about_mails_of_others_are_passed_over(
    runtime: Runtime, practice: Practice, client: FlaskClient, mail_id: str
) -> None:
    foreign = {"what": "bad_address", "message_id": f"{'0' * 32}@example.net"}
    stranger = {"what": "bad_address", "address": "stranger@example.org"}
    assert send(client, runtime, events(foreign, stranger)).status_code == 200
    assert stopped(runtime, practice) == 0


def mailgun(runtime: Runtime, mail_id: str, **event: Any) -> bytes:
    at, token = str(int(runtime.clock.now().timestamp())), "t" * 50
    proof = hmac.new(SECRET.encode(), (at + token).encode(), hashlib.sha256).hexdigest()
    data = {"message": {"headers": {"message-id": mail_id}}, **event}
    signature = {"timestamp": at, "token": token, "signature": proof}
    return json.dumps({"signature": signature, "event-data": data}).encode()


@pytest.mark.parametrize(
    ("event", "after", "stops"),
    [
        ({"event": "failed", "severity": "permanent", "delivery-status": {"code": 550}}, "failed", 1),
        (
            {
                "event": "failed",
                "severity": "permanent",
                "delivery-status": {"code": 550, "enhanced-code": "5.7.1"},
            },
            "failed",
            0,
        ),
        ({"event": "failed", "severity": "temporary"}, "sent", 0),
        ({"event": "complained"}, "sent", 1),
        ({"event": "opened"}, "sent", 0),
    ],
)
def test_mailguns_reports_are_understood(
    runtime: Runtime,
    practice: Practice,
    client: FlaskClient,
    mail_id: str,
    event: dict[str, Any],
    after: str,
    stops: int,
) -> None:
    body = mailgun(runtime, mail_id, **event)
    assert client.post(f"{HERE}/mailgun", data=body).status_code == 200
    assert (states(runtime, practice), stopped(runtime, practice)) == ({after: 1}, stops)


def test_a_mailgun_report_with_another_key_is_refused(
    runtime: Runtime, practice: Practice, client: FlaskClient, mail_id: str
) -> None:
    hook.keep(runtime.files, practice.id, Form.MAILGUN, "another key entirely")
    assert (
        client.post(f"{HERE}/mailgun", data=mailgun(runtime, mail_id, event="complained")).status_code == 401
    )


def basic(secret: str, user: str = "afterword") -> str:
    return "Basic " + base64.b64encode(f"{user}:{secret}".encode()).decode()


def postmark(client: FlaskClient, authorization: str, **content: str) -> int:
    content = {"Email": "rita@example.org", **content}
    headers = {"Authorization": authorization}
    return client.post(f"{HERE}/postmark", json=content, headers=headers).status_code


@pytest.mark.parametrize(
    ("content", "stops"),
    [
        ({"RecordType": "Bounce", "Type": "HardBounce"}, 1),
        ({"RecordType": "Bounce", "Type": "Transient"}, 0),
        ({"RecordType": "Bounce", "Type": "Blocked"}, 0),
        ({"RecordType": "SpamComplaint"}, 1),
        ({"RecordType": "Open"}, 0),
    ],
)
def test_postmarks_reports_stop_the_address_and_change_no_invitation(
    runtime: Runtime,
    practice: Practice,
    client: FlaskClient,
    mail_id: str,
    content: dict[str, str],
    stops: int,
) -> None:
    """It may be a reminder that came back: an invitation that changed would tell who was reminded."""
    assert postmark(client, basic(SECRET), **content) == 200
    assert (states(runtime, practice), stopped(runtime, practice)) == ({"sent": 1}, stops)


@pytest.mark.parametrize(
    "authorization", ["", "Basic", "Basic !", basic("wrong"), basic(SECRET, "root"), f"Bearer {SECRET}"]
)
def test_postmark_without_its_password_is_refused(
    runtime: Runtime, practice: Practice, client: FlaskClient, mail_id: str, authorization: str
) -> None:
    assert postmark(client, authorization, RecordType="Bounce", Type="HardBounce") == 401
    assert stopped(runtime, practice) == 0


@pytest.fixture
def spoken(caplog: pytest.LogCaptureFixture) -> Iterator[pytest.LogCaptureFixture]:
    with caplog.at_level(logging.DEBUG):
        yield caplog


def test_nothing_of_a_report_is_logged_or_answered(
    runtime: Runtime,
    practice: Practice,
    client: FlaskClient,
    mail_id: str,
    spoken: pytest.LogCaptureFixture,
) -> None:
    said = [
        send(client, runtime, events({"what": "complaint", "address": "rita@example.org"})).text,
        send(client, runtime, events({"what": "rita@example.org", "message_id": mail_id})).text,
        send(client, runtime, bounced(mail_id), secret="x" * 43).text,
        repr(mail_report.Report(next(iter(mail_report.Happening)), address="rita@example.org")),
    ]
    for secret in ("rita@example.org", mail_id.partition("@")[0], SECRET):
        assert secret not in spoken.text + "".join(said)


def test_a_database_that_is_away_lets_the_service_come_again(
    runtime: Runtime, practice: Practice, client: FlaskClient, mail_id: str
) -> None:
    """What could not be taken is not noted as taken."""
    memory = mail_hook.Seen()
    now = runtime.clock.now()
    assert memory.is_new(b"report", now=now)
    assert memory.is_new(b"report", now=now)
    memory.note(b"report", now=now)
    assert not memory.is_new(b"report", now=now)
    assert memory.is_new(b"report", now=now + timedelta(minutes=11))


@pytest.mark.parametrize("secret", ["", "short", "x" * 161, "two\nlines of a long secret"])
def test_a_secret_that_is_none_is_not_kept(runtime: Runtime, practice: Practice, secret: str) -> None:
    with pytest.raises(hook.UnusableSecret):
        hook.keep(runtime.files, practice.id, Form.OWN, secret)
    assert hook.secret(runtime.files, practice.id, Form.OWN) is None
