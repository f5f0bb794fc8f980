"""Mails that came back or were reported: the address rests, a reminder leaves nothing on its invitation."""

from __future__ import annotations

from email.message import EmailMessage

import pytest
from sqlalchemy import select, update

from survey.db import reading, transaction
from survey.invitations import bouncing, mail_counting, opting_out
from survey.invitations.model import Cause, Invitation, InvitationState, MailCount, OptOut
from survey.invitations.notices import read_notice
from survey.invitations.reminding import send_reminders
from survey.invitations.sending import send_due
from survey.keys import issue
from survey.practice.model import AuditEntry, Practice, Reminders
from survey.runtime import Runtime
from tests.invitations.notice_letters import delivery_status, spam_report
from tests.invitations.post import invite_people, mailbox, mails, next_morning, states

NAMES = ("ana", "ben", "eva")


@pytest.fixture
def sent(runtime: Runtime, practice: Practice) -> list[EmailMessage]:
    """Three mails that went out, by name."""
    invite_people(runtime, practice, *NAMES)
    send_due(runtime, practice.id, mailbox(runtime), now=next_morning(runtime.clock.now()))
    return sorted(mails(runtime), key=lambda mail: str(mail["To"]))


def take(runtime: Runtime, practice: Practice, *letters: bytes) -> int:
    found = [read_notice(letter) for letter in letters]
    with transaction(runtime.engine, practice.id) as db:
        return bouncing.take_notices(
            db, runtime, practice, [each for each in found if each], now=runtime.clock.now()
        ).total()


def counts(runtime: Runtime) -> dict[str, int]:
    with reading(runtime.engine) as db:
        return {row.cause: row.number for row in db.scalars(select(MailCount))}


def stopped(runtime: Runtime) -> int:
    with reading(runtime.engine) as db:
        return len(db.scalars(select(OptOut.contact_tag)).all())


def is_sending(runtime: Runtime) -> bool:
    with reading(runtime.engine) as db:
        return bool(db.scalar(select(Practice.sending)))


def test_a_bad_address_fails_its_mail_and_gets_no_other_one(
    runtime: Runtime, practice: Practice, sent: list[EmailMessage]
) -> None:
    letter = delivery_status(sent[0])
    assert (take(runtime, practice, letter), take(runtime, practice, letter)) == (1, 1)
    assert states(runtime, practice) == {"failed": 1, "sent": 2}
    assert (stopped(runtime), counts(runtime)) == (1, {"bounced": 1})


def test_a_full_box_fails_its_mail_and_may_be_asked_another_time(
    runtime: Runtime, practice: Practice, sent: list[EmailMessage]
) -> None:
    letter = delivery_status(sent[0], status="5.2.2")
    take(runtime, practice, letter, letter)
    assert states(runtime, practice) == {"failed": 1, "sent": 2}
    assert (stopped(runtime), counts(runtime)) == (0, {"bounced": 1})


def test_a_delay_is_counted_and_changes_nothing(
    runtime: Runtime, practice: Practice, sent: list[EmailMessage]
) -> None:
    take(runtime, practice, delivery_status(sent[0], action="delayed", status="4.4.1"))
    assert (states(runtime, practice), stopped(runtime)) == ({"sent": 3}, 0)
    assert counts(runtime) == {"bounced_for_now": 1}


def test_a_mail_of_which_nobody_knew_whether_it_went_had_gone_if_it_comes_back(
    runtime: Runtime, practice: Practice, sent: list[EmailMessage]
) -> None:
    with transaction(runtime.engine, practice.id) as db:
        db.execute(update(Invitation).values(state=InvitationState.UNKNOWN))
    take(runtime, practice, delivery_status(sent[0]))
    assert states(runtime, practice) == {"failed": 1, "unknown": 2}


def remind(runtime: Runtime, practice: Practice) -> list[EmailMessage]:
    """The reminders of everybody, by name; they follow on the Monday after the fourth day."""
    with transaction(runtime.engine) as db:
        db.execute(update(Practice).values(reminders=Reminders.EVERYONE))
        day = db.scalars(select(Invitation.send_day)).first()
    assert day is not None
    now = runtime.clock.now()
    while (now.date() - day).days < 6:
        now = next_morning(now)
    assert send_reminders(runtime, practice.id, mailbox(runtime), now=now)
    return sorted(mails(runtime)[len(NAMES) :], key=lambda mail: str(mail["To"]))


def test_a_reminder_that_comes_back_leaves_the_address_tag_only(
    runtime: Runtime, practice: Practice, sent: list[EmailMessage]
) -> None:
    reminders = remind(runtime, practice)
    before = everything_about(runtime)
    assert take(runtime, practice, delivery_status(reminders[0])) == 1
    assert everything_about(runtime) == before
    assert stopped(runtime) == 1


def test_marking_the_invitation_of_a_reminder_would_be_noticed(
    runtime: Runtime,
    practice: Practice,
    sent: list[EmailMessage],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The variant that treats both mails alike changes a row that then says who was reminded."""
    reminders = remind(runtime, practice)
    before = everything_about(runtime)
    alike = bouncing.Origin
    monkeypatch.setattr(bouncing, "Origin", lambda id_, tag, _kind: alike(id_, tag, bouncing.Kind.INVITATION))
    take(runtime, practice, delivery_status(reminders[0]))
    assert everything_about(runtime) != before


def everything_about(runtime: Runtime) -> list[tuple[object, ...]]:
    with reading(runtime.engine) as db:
        rows = db.execute(select(*Invitation.__table__.columns).order_by(Invitation.id))
        return [tuple(row) for row in rows]


def test_a_complaint_stops_the_mail_once_and_one_alone_pauses_nothing(
    runtime: Runtime, practice: Practice, sent: list[EmailMessage]
) -> None:
    take(runtime, practice, spam_report(sent[0]), spam_report(sent[0]))
    assert (stopped(runtime), counts(runtime), is_sending(runtime)) == (1, {"complained": 1}, True)
    assert states(runtime, practice) == {"sent": 3}


def test_two_complaints_about_few_mails_pause_all_and_the_audit_log_says_why(
    runtime: Runtime, practice: Practice, sent: list[EmailMessage]
) -> None:
    take(runtime, practice, spam_report(sent[0]), spam_report(sent[1]))
    assert not is_sending(runtime)
    with reading(runtime.engine) as db:
        last = db.scalars(select(AuditEntry).order_by(AuditEntry.number.desc())).first()
        assert bouncing.is_unwelcome(db, practice.id)
    assert last is not None
    assert (last.actor, last.action, last.subject) == ("job", "paused sending", "complaints")


def test_an_owner_who_resumes_is_not_overruled_by_the_same_complaints(
    runtime: Runtime, practice: Practice, sent: list[EmailMessage]
) -> None:
    letters = spam_report(sent[0]), spam_report(sent[1])
    take(runtime, practice, *letters)
    with transaction(runtime.engine) as db:
        db.execute(update(Practice).values(sending=True))
    take(runtime, practice, *letters)
    assert is_sending(runtime)


def test_who_complains_after_opting_out_is_counted_too(
    runtime: Runtime, practice: Practice, sent: list[EmailMessage]
) -> None:
    with transaction(runtime.engine, practice.id) as db:
        opting_out.opt_out_address(db, runtime, practice, "ana@example.org", now=runtime.clock.now())
    take(runtime, practice, spam_report(sent[0]))
    assert counts(runtime) == {"staff": 1, "complained": 1}


def test_after_the_weeks_keys_are_gone_nobody_can_tell_whose_notice_it_is(
    runtime: Runtime, practice: Practice, sent: list[EmailMessage]
) -> None:
    for week in issue.weeks_held(runtime.files):
        issue.destroy_week(runtime.files, week)
    assert take(runtime, practice, delivery_status(sent[0])) == 0


def test_numbers_are_shown_to_the_nearest_five(runtime: Runtime, practice: Practice) -> None:
    day = runtime.clock.now().date()
    with transaction(runtime.engine, practice.id) as db:
        for cause, times in ((Cause.ASKED, 2), (Cause.BOUNCED, 3), (Cause.STAFF, 8)):
            for _ in range(times):
                mail_counting.count(db, practice.id, cause, day=day)
        shown = mail_counting.rounded(db, practice.id, since=day)
    assert (shown[Cause.ASKED], shown[Cause.BOUNCED], shown[Cause.STAFF]) == (0, 5, 10)
