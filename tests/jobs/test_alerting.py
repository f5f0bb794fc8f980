"""Owners hear that something has stopped, once a week, and that it works again; a restart alarms nobody."""

from __future__ import annotations

import shutil
from collections.abc import Set
from datetime import date, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import pytest
from sqlalchemy import delete, update

from survey import alerting, clock_guard, jobs, noticing, watching
from survey.backups import noting
from survey.clock import SimulatedClock, at_local
from survey.db import reading, transaction
from survey.due import Work
from survey.invitations import sending
from survey.invitations.mailer import HandoverUnknown, Mailer, RelayUnreachable
from survey.invitations.model import Invitation, InvitationState
from survey.keys import issue
from survey.noticing import Part, Pulse
from survey.practice.model import JobRun, Practice
from survey.runtime import Runtime
from survey.visits.model import CalendarFeed
from tests import builders
from tests.invitations.post import invite
from tests.jobs.box import Box
from tests.visits.files import line
from tests.web.desk import make_front_desk, make_owner

DAY = date(2026, 3, 3)  # a Tuesday; the clock stands on Monday


@pytest.fixture
def practice(runtime: Runtime) -> Practice:
    """A practice with an owner and somebody from the front desk, whose night of Monday was done."""
    found = builders.make_practice(runtime)
    make_owner(runtime, found)
    make_front_desk(runtime, found)
    night(runtime, found, after(-1))
    return found


def after(days: int) -> date:
    return DAY + timedelta(days=days)


def at(practice: Practice, day: date, hour: int = 10) -> datetime:
    return at_local(day, hour, practice.time_zone)


def night(runtime: Runtime, practice: Practice, day: date) -> None:
    """Note that a day's night was done."""
    with transaction(runtime.engine, practice.id) as db:
        db.add(JobRun(practice_id=practice.id, job="night", day=day))


def tell(
    runtime: Runtime, practice: Practice, box: Mailer, day: date, hour: int = 10, *, sent: bool = True
) -> None:
    alerting.alert(runtime, practice, box, now=at(practice, day, hour), sent=sent)


def wake(runtime: Runtime, practice: Practice, mailer: Mailer, day: date, hour: int = 12) -> None:
    """Everything that is due at this local time."""
    assert isinstance(runtime.clock, SimulatedClock)
    runtime.clock.move_to(at(practice, day, hour))
    jobs.run_due(runtime, mailer)


def alarms(box: Box) -> list[str]:
    """Subjects of the mails to the owner, without the practice's name."""
    letters = [letter(text) for to, text in box.sent if to == "olu@example.org"]
    return [str(each["Subject"]).partition(": ")[2] for each in letters]


def letter(content: bytes) -> EmailMessage:
    return message_from_bytes(content, policy=policy.default)


def pulse(runtime: Runtime, practice: Practice, part: Part, day: date) -> Pulse:
    with reading(runtime.engine, practice.id) as db:
        here = db.get_one(Practice, practice.id)
        found = noticing.notice(db, runtime.files, here, now=at(practice, day))
    return next(each for each in found if each.part is part)


# --- nights -------------------------------------------------------------------------------------------


def test_a_night_that_is_not_done_is_told_that_morning_each_week_and_once_when_it_works_again(
    runtime: Runtime, practice: Practice
) -> None:
    box, seen = Box(), []
    for days, hour in ((-1, 10), (0, 3), (0, 7), (0, 8), (0, 9), (6, 12), (7, 8), (7, 9), (8, 8)):
        tell(runtime, practice, box, after(days), hour)
        seen.append(len(box.sent))
    assert seen == [0, 0, 0, 1, 1, 1, 2, 2, 2]
    night(runtime, practice, after(9))
    for days in (9, 10):
        night(runtime, practice, after(days + 1))
        tell(runtime, practice, box, after(days))
    assert alarms(box) == [*["The nightly work has stopped"] * 2, "The nightly work is done again"]
    assert len(box.sent) == 3, "nobody but the owner is told"


def test_the_mail_says_what_stopped_since_when_what_it_means_and_what_to_do(
    runtime: Runtime, practice: Practice
) -> None:
    box = Box()
    tell(runtime, practice, box, DAY)
    words = letter(box.sent[0][1]).get_content()
    assert "The nightly work has stopped, since Tuesday, March 3, 2026." in words
    assert "Nothing that was said is lost." in words
    assert "What to do: Ask whoever runs the server" in words
    assert "/staff/status" in words


def test_it_speaks_the_language_of_the_letters(runtime: Runtime, practice: Practice) -> None:
    practice.mail_language = "es"
    with transaction(runtime.engine, practice.id) as db:
        db.execute(update(Practice).values(mail_language="es"))
    box = Box()
    tell(runtime, practice, box, DAY)
    words = letter(box.sent[0][1]).get_content()
    assert "desde el martes, 3 de marzo de 2026" in words
    assert "Qué hacer:" in words


@pytest.mark.parametrize("off", [1, 40])
def test_a_restart_at_noon_makes_up_for_what_was_missed_and_alarms_nobody(
    runtime: Runtime, practice: Practice, off: int
) -> None:
    box = Box()
    assert invite(runtime, practice, line(1), line(2)).invited == 2
    wake(runtime, practice, box, after(-1), 14)
    wake(runtime, practice, box, after(off))
    assert alarms(box) == []


def test_alarms_before_the_work_of_a_waking_would_be_false(
    runtime: Runtime, practice: Practice, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A deliberately broken order: first the look, then the work that was missed."""
    box, due = Box(), jobs.run_practice

    def look_first(
        runtime: Runtime, mailer: Mailer, practice: Practice, now: datetime, *, work: Set[Work]
    ) -> bool:
        jobs.run_alerts(runtime, mailer, practice, now)
        return due(runtime, mailer, practice, now, work=work)

    monkeypatch.setattr(jobs, "run_practice", look_first)
    wake(runtime, practice, box, after(5))
    assert alarms(box) == ["The nightly work has stopped"]


def test_a_clock_that_jumped_alarms_nobody(runtime: Runtime, practice: Practice) -> None:
    box = Box()
    wake(runtime, practice, box, after(-1))
    assert isinstance(runtime.clock, SimulatedClock)
    watch = clock_guard.Watch(runtime.clock.now(), 0.0)
    runtime.clock.move_to(at(practice, after(30), 12))
    jobs.woken(runtime, box, watch, monotonic=60.0)
    assert box.sent == []


# --- one mail, no more --------------------------------------------------------------------------------


def test_a_relay_that_is_away_is_tried_each_hour_and_the_alarm_is_not_lost(
    runtime: Runtime, practice: Practice
) -> None:
    box = Box()
    box.trouble = RelayUnreachable()
    tell(runtime, practice, box, DAY, 9)
    box.trouble = None
    tell(runtime, practice, box, DAY, 9)
    assert box.sent == [], "not within the same hour"
    for hour in (10, 11):
        tell(runtime, practice, box, DAY, hour)
    assert alarms(box) == ["The nightly work has stopped"]


def test_an_alarm_that_may_have_arrived_is_not_sent_twice(runtime: Runtime, practice: Practice) -> None:
    box = Box()
    box.trouble = HandoverUnknown()
    tell(runtime, practice, box, DAY, 9)
    box.trouble = None
    tell(runtime, practice, box, DAY, 10)
    assert box.sent == []


def test_without_the_note_of_what_was_told_a_mail_would_go_each_hour(
    runtime: Runtime, practice: Practice, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A deliberately broken variant: nothing is noted."""
    box = Box()
    monkeypatch.setattr(alerting, "_move", lambda *_, **__: True)
    for hour in (9, 10, 11):
        tell(runtime, practice, box, DAY, hour)
    assert len(box.sent) == 3


# --- mails --------------------------------------------------------------------------------------------


def test_mails_that_nothing_lets_out_are_told_the_next_day_and_when_they_go_again(
    runtime: Runtime, practice: Practice, monkeypatch: pytest.MonkeyPatch
) -> None:
    box = Box()
    assert invite(runtime, practice, line(1), line(2)).invited == 2

    def broken(*_: object, **__: object) -> None:
        raise OSError("disk")

    with monkeypatch.context() as patch:
        patch.setattr(sending, "send_due", broken)
        wake(runtime, practice, box, DAY)
        assert alarms(box) == [], "today's mails may still go"
        wake(runtime, practice, box, after(1))
    assert alarms(box) == ["Mails do not go out"]
    assert pulse(runtime, practice, Part.MAIL, after(1)).since == DAY
    wake(runtime, practice, box, after(2))
    assert alarms(box) == ["Mails do not go out", "Mails go out again"]
    assert pulse(runtime, practice, Part.MAIL, after(2)) == Pulse(Part.MAIL, after(2), None)


def test_outside_the_hours_of_mail_nothing_is_said_of_it(runtime: Runtime, practice: Practice) -> None:
    """Where the service was off, what is due goes out by itself when the hour comes."""
    box = Box()
    invite(runtime, practice, line(1))
    night(runtime, practice, after(2))
    tell(runtime, practice, box, after(2), sent=False)
    assert (alarms(box), pulse(runtime, practice, Part.MAIL, after(2)).since) == ([], DAY)


def test_mail_that_is_paused_has_not_stopped(runtime: Runtime, practice: Practice) -> None:
    invite(runtime, practice, line(1))
    with transaction(runtime.engine, practice.id) as db:
        db.execute(update(Practice).values(sending=False))
    assert pulse(runtime, practice, Part.MAIL, after(3)).since is None


def test_one_full_mailbox_is_no_trouble_and_a_relay_that_refuses_everything_is(
    runtime: Runtime, practice: Practice
) -> None:
    invite(runtime, practice, *(line(number) for number in range(1, 7)))
    refused = update(Invitation).where(Invitation.state == InvitationState.DUE)
    with transaction(runtime.engine, practice.id) as db:
        db.execute(refused.values(attempts=1, send_day=DAY))
        noticing.remember(db, practice, now=at(practice, DAY), sent=True)
    assert pulse(runtime, practice, Part.MAIL, after(1)).since == DAY
    with transaction(runtime.engine, practice.id) as db:
        kept = db.query(Invitation.id).first()
        assert kept is not None
        db.execute(delete(Invitation).where(Invitation.id != kept.id))
        noticing.remember(db, practice, now=at(practice, DAY, 11), sent=True)
    assert pulse(runtime, practice, Part.MAIL, after(1)).since is None


# --- visits that come by themselves -------------------------------------------------------------------


def test_a_folder_that_is_gone_is_told_after_two_days(
    runtime: Runtime, practice: Practice, tmp_path: Path
) -> None:
    folder, box = tmp_path / "inbox", Box()
    folder.mkdir(mode=0o700)
    with transaction(runtime.engine, practice.id) as db:
        watching.watch(db, practice, folder, keys=runtime.settings.keys)
    night(runtime, practice, after(9))
    tell(runtime, practice, box, DAY)
    shutil.rmtree(folder)
    for days, told in ((1, []), (2, []), (3, ["Visits do not come in by themselves"])):
        tell(runtime, practice, box, after(days))
        assert alarms(box) == told
    folder.mkdir(mode=0o700)
    tell(runtime, practice, box, after(4))
    assert alarms(box)[1:] == ["Visits come in by themselves again"]


def test_a_calendar_that_cannot_be_read_counts_from_its_first_failure(
    runtime: Runtime, practice: Practice
) -> None:
    feed = CalendarFeed(practice_id=practice.id, number=1, secret="0" * 32, trouble="unreachable")
    feed.next_look, feed.failing_since = at(practice, after(30)), at(practice, DAY, 9)
    with transaction(runtime.engine, practice.id) as db:
        db.add(feed)
    for days, since in ((1, None), (2, DAY)):
        assert pulse(runtime, practice, Part.IMPORTS, after(days)).since == since


# --- backups ------------------------------------------------------------------------------------------


def test_backups_that_were_made_and_are_no_more_are_noticed_after_two_nights(
    runtime: Runtime, practice: Practice
) -> None:
    assert pulse(runtime, practice, Part.BACKUP, after(9)).since is None, "nobody has set them up"
    with transaction(runtime.engine) as db:
        noting.note_good(db, DAY)
    seen = [pulse(runtime, practice, Part.BACKUP, after(days)).since for days in (0, 1, 2)]
    assert seen == [None, None, after(1)]


def test_backups_that_never_succeeded_are_noticed_too(runtime: Runtime, practice: Practice) -> None:
    with transaction(runtime.engine) as db:
        noting.note_trouble(db, "The disk is full.", now=at(practice, DAY))
    box = Box()
    for days in (0, 1):
        night(runtime, practice, after(days))
        tell(runtime, practice, box, after(days))
    assert alarms(box) == ["No backups are made"]


# --- the end of old data ------------------------------------------------------------------------------


def test_addresses_and_keys_that_outlive_their_time_are_noticed(runtime: Runtime, practice: Practice) -> None:
    assert invite(runtime, practice, line(1)).invited == 1
    with transaction(runtime.engine, practice.id) as db:
        week = db.query(Invitation.issue_week).scalar()
    due = issue.last_day(week) + timedelta(days=1)
    for days, since in ((0, None), (1, due)):
        assert pulse(runtime, practice, Part.DESTRUCTION, due + timedelta(days=days)).since == since
    issue.destroy_week(runtime.files, week)
    assert pulse(runtime, practice, Part.DESTRUCTION, due + timedelta(days=1)).since == due, "the rows"
    with transaction(runtime.engine, practice.id) as db:
        db.execute(delete(Invitation))
    assert pulse(runtime, practice, Part.DESTRUCTION, due + timedelta(days=1)).since is None


def test_notes_of_troubles_fit_the_column() -> None:
    assert all(len(f"{what} {part}") <= 20 for what in ("alarm", "bad") for part in Part)
