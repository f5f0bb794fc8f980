"""Sending over a real relay: each ending is recorded; opt-outs, pauses and leases are honoured."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import update

from survey import clock
from survey.db import transaction
from survey.invitations import opting_out, outbox
from survey.invitations.mailer import NOTHING_AHEAD, Ahead, SmtpMailer
from survey.invitations.model import Invitation, InvitationState
from survey.invitations.pace import CLAIM
from survey.invitations.sending import LEASE, Shift, send_due
from survey.keys import contact, issue, matching, tokens
from survey.practice.model import Practice
from survey.runtime import Runtime
from tests.invitations.post import (
    Relay,
    invitations,
    invite_people,
    mailbox,
    mails,
    next_morning,
    relay,
    smtp_mailer,
    states,
    stop_of,
    token_of,
)

S = InvitationState


@pytest.fixture
def sink() -> Iterator[Relay]:
    with relay() as server:
        yield server


@pytest.fixture
def mailer(runtime: Runtime, sink: Relay) -> Iterator[SmtpMailer]:
    with smtp_mailer(runtime, sink.port) as made:
        yield made


@pytest.fixture
def morning(runtime: Runtime) -> datetime:
    return next_morning(runtime.clock.now())


def test_each_invitation_goes_out_once(
    runtime: Runtime, practice: Practice, mailer: SmtpMailer, sink: Relay, morning: datetime
) -> None:
    names = [f"person{number}" for number in range(25)]
    invite_people(runtime, practice, *names)
    assert send_due(runtime, practice.id, mailer, now=morning).sent == 25
    assert send_due(runtime, practice.id, mailer, now=morning).sent == 0
    assert (sink.names(), sink.connections) == (sorted(names), 1)
    assert states(runtime, practice) == {"sent": 25}


def test_nothing_goes_out_before_its_day(
    runtime: Runtime, practice: Practice, mailer: SmtpMailer, sink: Relay
) -> None:
    invite_people(runtime, practice, "ana")
    assert send_due(runtime, practice.id, mailer, now=runtime.clock.now()).sent == 0
    assert sink.stored == []


def test_the_link_in_the_mail_is_the_invitations_own(
    runtime: Runtime, practice: Practice, mailer: SmtpMailer, sink: Relay, morning: datetime
) -> None:
    invite_people(runtime, practice, "ana")
    send_due(runtime, practice.id, mailer, now=morning)
    (row,), (mail,) = invitations(runtime, practice), sink.stored
    token = tokens.read_token(runtime.files, token_of(mail))
    assert (token.week, token.cell_id) == (row.issue_week, row.cell_id)
    assert mail["Message-ID"].startswith(f"<{issue.message_id(runtime.files, row.issue_week, row.id)}@")


def test_every_ending_is_recorded(
    runtime: Runtime, practice: Practice, mailer: SmtpMailer, sink: Relay, morning: datetime
) -> None:
    names = ("ana", "wait450", "full452", "bye421", "never550", "big552", "cut", "lost", "ben")
    invite_people(runtime, practice, *names)
    summary = send_due(runtime, practice.id, mailer, now=morning)
    assert (summary.sent, summary.retried, summary.failed, summary.unknown) == (2, 3, 2, 2)
    rows = invitations(runtime, practice)
    assert Counter((row.state, row.reply_code) for row in rows) == {
        ("sent", None): 2,
        ("due", 450): 1,
        ("due", 452): 1,
        ("due", 421): 1,
        ("failed", 550): 1,
        ("failed", 552): 1,
        ("unknown", None): 2,
    }
    assert all(row.lease_until is None and row.attempts == 1 for row in rows)


def test_a_refusal_for_now_waits_longer_each_time_and_ends_after_three_days(
    runtime: Runtime, practice: Practice, mailer: SmtpMailer, sink: Relay, morning: datetime
) -> None:
    invite_people(runtime, practice, "wait450")
    now, waits = morning, []
    while states(runtime, practice) == {"due": 1}:
        send_due(runtime, practice.id, mailer, now=now)
        (row,) = invitations(runtime, practice)
        if row.not_before is not None:
            waits.append((row.not_before - now) / timedelta(minutes=1))
            early = row.not_before - timedelta(seconds=30)
            assert send_due(runtime, practice.id, mailer, now=early).retried == 0
            now = row.not_before + timedelta(seconds=1)
    assert all(5 <= wait <= 5.6 for wait in waits[:1])
    assert all(15 <= wait <= 16.6 for wait in waits[1:2])
    assert all(60 <= wait <= 66.1 for wait in waits[2:3])
    assert all(240 <= wait <= 264.1 for wait in waits[3:])
    assert states(runtime, practice) == {"failed": 1}
    assert sink.recipients["wait450"] == len(waits) + 1
    assert now - morning <= timedelta(hours=80)


def test_a_cut_after_the_text_is_never_tried_again_by_itself(
    runtime: Runtime, practice: Practice, mailer: SmtpMailer, sink: Relay, morning: datetime
) -> None:
    invite_people(runtime, practice, "cut")
    for hours in range(0, 100, 10):
        send_due(runtime, practice.id, mailer, now=morning + timedelta(hours=hours))
    assert (sink.names(), states(runtime, practice)) == (["cut"], {"unknown": 1})


def test_a_relay_that_is_down_costs_no_attempts(
    runtime: Runtime, practice: Practice, morning: datetime
) -> None:
    invite_people(runtime, practice, *[f"person{number}" for number in range(15)])
    with relay() as gone:
        port = gone.port
    with smtp_mailer(runtime, port) as mailer:
        summary = send_due(runtime, practice.id, mailer, now=morning)
    rows = invitations(runtime, practice)
    assert (summary.sent, summary.retried, states(runtime, practice)) == (0, 1, {"due": 15})
    assert {row.attempts for row in rows} == {0}
    with relay() as back, smtp_mailer(runtime, back.port) as mailer:
        later = morning + timedelta(minutes=6)
        assert send_due(runtime, practice.id, mailer, now=later).sent == 15


def test_a_paused_practice_sends_nothing(
    runtime: Runtime, practice: Practice, mailer: SmtpMailer, sink: Relay, morning: datetime
) -> None:
    invite_people(runtime, practice, "ana")
    with transaction(runtime.engine, practice.id) as db:
        db.execute(update(Practice).values(sending=False))
    assert send_due(runtime, practice.id, mailer, now=morning).sent == 0
    assert states(runtime, practice) == {"due": 1}


def test_an_opt_out_between_claim_and_hand_over_is_honoured(
    runtime: Runtime, practice: Practice, morning: datetime
) -> None:
    """The first mail's reader says stop for the second one while both are claimed."""
    invite_people(runtime, practice, "ana", "ben")
    box = mailbox(runtime)

    class Stopping:
        def hand_over(self, content: bytes, *, to: str, ahead: Ahead = NOTHING_AHEAD) -> None:
            box.hand_over(content, to=to, ahead=ahead)
            other = "ben@example.org" if to.startswith("ana") else "ana@example.org"
            with transaction(runtime.engine, practice.id) as db:
                tag = contact.contact_tag(runtime.files, practice.id, other)
                db.execute(update(Invitation).values(state=Invitation.state))  # the claim still stands
                opting_out.insert_once(db, opting_out.OptOut, practice_id=practice.id, contact_tag=tag)

    summary = send_due(runtime, practice.id, Stopping(), now=morning)
    assert (summary.sent, summary.suppressed, len(mails(runtime))) == (1, 1, 1)


def test_what_is_three_days_too_late_is_cancelled(
    runtime: Runtime, practice: Practice, mailer: SmtpMailer, sink: Relay
) -> None:
    invite_people(runtime, practice, "ana")
    (row,) = invitations(runtime, practice)
    noon = timedelta(hours=17)
    last = datetime.combine(clock.week_sunday(row.issue_week) + timedelta(days=3), datetime.min.time())
    late = last.replace(tzinfo=runtime.clock.now().tzinfo) + noon + timedelta(days=1)
    assert send_due(runtime, practice.id, mailer, now=late).cancelled == 1
    assert (states(runtime, practice), sink.stored) == ({"cancelled": 1}, [])


def test_on_the_third_day_it_still_goes_out(
    runtime: Runtime, practice: Practice, mailer: SmtpMailer, sink: Relay
) -> None:
    invite_people(runtime, practice, "ana")
    (row,) = invitations(runtime, practice)
    day = clock.week_sunday(row.issue_week) + timedelta(days=3)
    assert send_due(runtime, practice.id, mailer, now=clock.at_local(day, 9, practice.time_zone)).sent == 1


def claimed(runtime: Runtime, practice: Practice, state: S, lease_until: datetime) -> None:
    """Every invitation as a worker left it that died."""
    with transaction(runtime.engine, practice.id) as db:
        leave = {"lease_until": lease_until, "fence": 1}
        outbox.move(db, outbox.moving(practice.id, S.DUE, S.CLAIMED).values(**leave))
        if state is S.HANDING_OVER:
            outbox.move(db, outbox.moving(practice.id, S.CLAIMED, S.HANDING_OVER).values(**leave))


def test_a_mail_whose_worker_died_after_claiming_goes_out(
    runtime: Runtime, practice: Practice, mailer: SmtpMailer, sink: Relay, morning: datetime
) -> None:
    invite_people(runtime, practice, "ana")
    claimed(runtime, practice, S.CLAIMED, morning + LEASE)
    assert send_due(runtime, practice.id, mailer, now=morning).sent == 0
    later = morning + LEASE + timedelta(seconds=1)
    assert send_due(runtime, practice.id, mailer, now=later).sent == 1


def test_a_mail_whose_worker_died_while_handing_over_waits_for_a_person(
    runtime: Runtime, practice: Practice, mailer: SmtpMailer, sink: Relay, morning: datetime
) -> None:
    invite_people(runtime, practice, "ana")
    claimed(runtime, practice, S.HANDING_OVER, morning)
    later = morning + timedelta(seconds=1)
    assert send_due(runtime, practice.id, mailer, now=later).unknown == 1
    assert (states(runtime, practice), sink.stored) == ({"unknown": 1}, [])


def test_a_worker_that_wakes_up_after_its_lease_sends_nothing(
    runtime: Runtime, practice: Practice, mailer: SmtpMailer, sink: Relay, morning: datetime
) -> None:
    """Stopped after its claim, overtaken by another worker, woken: the fence number keeps it out."""
    from survey.db import reading
    from survey.invitations.composing import make_composer

    invite_people(runtime, practice, "ana")
    with reading(runtime.engine, practice.id) as db:
        composer = make_composer(db, runtime, practice)
    sleeper = Shift(runtime, practice, mailer, composer, morning)
    asleep = sleeper.take()
    later = morning + LEASE + timedelta(seconds=1)
    assert send_due(runtime, practice.id, mailer, now=later).sent == 1
    sleeper.send(asleep)
    assert len(sink.stored) == 1
    assert states(runtime, practice) == {"sent": 1}


def test_without_the_fence_number_it_would_send_again(
    runtime: Runtime, practice: Practice, mailer: SmtpMailer, sink: Relay, morning: datetime
) -> None:
    from survey.db import reading
    from survey.invitations.composing import make_composer

    invite_people(runtime, practice, "wait450")
    with reading(runtime.engine, practice.id) as db:
        composer = make_composer(db, runtime, practice)
    sleeper = Shift(runtime, practice, mailer, composer, morning)
    asleep = sleeper.take()
    claimed_again = Shift(runtime, practice, mailer, composer, morning + LEASE + timedelta(seconds=1))
    claimed_again.tidy()
    (mine,) = claimed_again.take()
    sleeper.send(asleep)
    assert sink.recipients["wait450"] == 0
    sleeper.send([replace(asleep[0], fence=mine.fence)])  # the broken variant: it knows the new number
    assert sink.recipients["wait450"] == 1


def test_an_exchanged_contact_key_stops_all_sending(
    runtime: Runtime, practice: Practice, mailer: SmtpMailer, sink: Relay, morning: datetime
) -> None:
    invite_people(runtime, practice, "ana")
    runtime.files.destroy(contact.NAME)
    contact.ensure_contact_key(runtime.files)
    with pytest.raises(matching.KeysDoNotMatch, match="opt-outs"):
        send_due(runtime, practice.id, mailer, now=morning)
    assert (sink.stored, states(runtime, practice)) == ([], {"due": 1})


def test_a_damaged_address_box_fails_alone(
    runtime: Runtime, practice: Practice, mailer: SmtpMailer, sink: Relay, morning: datetime
) -> None:
    invite_people(runtime, practice, "ana", "ben", "eva")
    (first, *_) = invitations(runtime, practice)
    with transaction(runtime.engine, practice.id) as db:
        db.execute(update(Invitation).where(Invitation.id == first.id).values(address_sealed=bytes(320)))
    summary = send_due(runtime, practice.id, mailer, now=morning)
    assert (summary.sent, summary.failed) == (2, 1)


def test_the_stop_link_of_a_mail_works(
    runtime: Runtime, practice: Practice, mailer: SmtpMailer, sink: Relay, morning: datetime
) -> None:
    invite_people(runtime, practice, "ana")
    send_due(runtime, practice.id, mailer, now=morning)
    with transaction(runtime.engine) as db:
        stopped = opting_out.opt_out(db, runtime, stop_of(sink.stored[0]), now=morning)
    assert stopped.id == practice.id


def test_neither_log_nor_database_holds_address_or_token(
    runtime: Runtime,
    practice: Practice,
    mailer: SmtpMailer,
    sink: Relay,
    morning: datetime,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    logging.getLogger("mail.log").setLevel(logging.CRITICAL)  # the relay's own log, not ours
    invite_people(runtime, practice, "markerana", "never550marker", "cutmarker")
    send_due(runtime, practice.id, mailer, now=morning)
    ours = [record.getMessage() for record in caplog.records if not record.name.startswith("mail")]
    token = token_of(sink.stored[0])
    assert not any("marker" in text or token in text for text in ours)
    for path in runtime.settings.data.rglob("*"):
        content = path.read_bytes() if path.is_file() else b""
        assert b"marker" not in content
        assert token.encode() not in content


def test_a_shift_moves_with_the_time(runtime: Runtime, practice: Practice, morning: datetime) -> None:
    from survey.db import reading
    from survey.invitations.composing import make_composer

    with reading(runtime.engine, practice.id) as db:
        composer = make_composer(db, runtime, practice)
    with closing(mailbox(runtime)) as box:
        shift = Shift(runtime, practice, box, composer, morning)
        first = shift.now()
        clock.pause(0.01)
        assert morning <= first < shift.now()


def test_a_claim_takes_a_few_mails_and_leaves_the_rest_to_others(
    runtime: Runtime, practice: Practice, morning: datetime
) -> None:
    from survey.db import reading
    from survey.invitations.composing import make_composer

    invite_people(runtime, practice, *[f"person{number}" for number in range(CLAIM * 2 + 5)])
    with reading(runtime.engine, practice.id) as db:
        composer = make_composer(db, runtime, practice)
    shift = Shift(runtime, practice, mailbox(runtime), composer, morning)
    shift.pace.heard(50, 0.05, commit=0.01)  # a fast relay
    assert [len(shift.take()) for _ in range(4)] == [CLAIM, CLAIM, 5, 0]


def test_a_worker_slower_than_its_lease_still_says_that_the_mail_went(
    runtime: Runtime, practice: Practice, morning: datetime
) -> None:
    invite_people(runtime, practice, "ana")
    box = mailbox(runtime)
    seen = []

    class Slow:
        def hand_over(self, content: bytes, *, to: str, ahead: Ahead = NOTHING_AHEAD) -> None:
            later = morning + LEASE + timedelta(seconds=60)
            seen.append(send_due(runtime, practice.id, box, now=later))  # another worker, meanwhile
            box.hand_over(content, to=to, ahead=ahead)

    summary = send_due(runtime, practice.id, Slow(), now=morning)
    assert ([other.unknown for other in seen], summary.sent, len(mails(runtime))) == ([1], 1, 1)
    assert states(runtime, practice) == {"sent": 1}
