"""How a practice's mail is doing: what waits, what comes next, what came back. For the people at the desk.

Reads only. Numbers of people are rounded to five, so that none of them points at one person. Nothing here
tells, or may ever tell, who answered or who was reminded: of reminders only that a day's run ended.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from survey import clock
from survey.invitations import bouncing, deciding, knowing, mail_counting, outbox, relaying
from survey.invitations.deciding import UnknownMail
from survey.invitations.letters import Kind
from survey.invitations.mail_counting import nearest
from survey.invitations.model import Cause, Invitation, InvitationState, MailRun, OptOut
from survey.invitations.relaying import Rest
from survey.practice import mail_scheduling
from survey.practice.model import Practice
from survey.practice.schedule import Schedule
from survey.settings import Settings

#: Days that the numbers of what came back are about.
COUNTED_DAYS = 90
#: Days of mail that are shown ahead, and days in which the ones off are named.
AHEAD, LOOKED_AHEAD = 5, 21
RUNS_SHOWN = 5


@dataclass(frozen=True)
class MailDay:
    """A day on which mail goes out: about how many are planned, and at most how many go."""

    day: date
    planned: int
    most: int


@dataclass(frozen=True)
class ReminderRun:
    """A day on which reminders went out. ``interrupted``: some of them may not have."""

    day: date
    interrupted: bool


@dataclass(frozen=True)
class MailState:
    """Everything on the mail page. Counts are rounded; ``unknown`` lists what a person has to decide."""

    states: Mapping[InvitationState, int]
    unknown: Sequence[UnknownMail]
    oldest: date | None
    next_run: datetime
    goes_now: bool
    days: Sequence[MailDay]
    days_off: Sequence[date]
    refused_for_now: int
    codes: Sequence[int]
    rest: Rest | None
    runs: Sequence[ReminderRun]
    counts: Mapping[Cause, int]
    stopped: int
    unwelcome: bool
    tested: bool


@dataclass(frozen=True)
class MailDays:
    """What became of the mails of some days, rounded; ``oldest``: the day for which the oldest waits."""

    sent: int
    failed: int
    unknown: int
    oldest: date | None


def mail_days(db: Session, practice_id: int, *, since: date) -> MailDays:
    """The mails planned for a day from ``since`` on, as long as they are kept."""
    query = (
        select(Invitation.state, func.count())
        .where(Invitation.practice_id == practice_id, Invitation.send_day >= since)
        .group_by(Invitation.state)
    )
    found = {state: nearest(count) for state, count in db.execute(query)}
    return MailDays(
        sent=found.get(InvitationState.SENT, 0),
        failed=found.get(InvitationState.FAILED, 0),
        unknown=found.get(InvitationState.UNKNOWN, 0),
        oldest=_oldest(db, practice_id),
    )


def oversee(db: Session, settings: Settings, practice: Practice, *, now: datetime) -> MailState:
    """How the mail of a practice is doing at this instant."""
    today = clock.local_day(now, practice.time_zone)
    schedule = mail_scheduling.schedule_of(db, practice)
    retried, codes = _refused_for_now(db, practice.id)
    return MailState(
        states={state: nearest(count) for state, count in outbox.states(db, practice.id).items()},
        unknown=deciding.unknown_mails(db, practice.id),
        oldest=_oldest(db, practice.id),
        next_run=schedule.next_run(now),
        goes_now=schedule.is_time(now),
        days=_days_ahead(db, practice.id, schedule, now=now),
        days_off=_days_off(schedule, today),
        refused_for_now=nearest(retried),
        codes=codes,
        rest=relaying.rest(db, practice.id, relaying.relay_name(settings)),
        runs=_runs(db, practice.id, today),
        counts=mail_counting.rounded(db, practice.id, since=today - timedelta(days=COUNTED_DAYS)),
        stopped=nearest(_stopped(db, practice.id)),
        unwelcome=not practice.sending and bouncing.is_unwelcome(db, practice.id),
        tested=mail_scheduling.is_trusted(db, practice.id, sender=settings.mail_from),
    )


def _oldest(db: Session, practice_id: int) -> date | None:
    """The day for which the mail that waits longest was planned."""
    waiting = (Invitation.practice_id == practice_id, Invitation.state == InvitationState.DUE)
    return db.scalar(select(func.min(Invitation.send_day)).where(*waiting))


def _days_ahead(db: Session, practice_id: int, schedule: Schedule, *, now: datetime) -> list[MailDay]:
    day = schedule.next_run(now).date()
    planned, found = knowing.planned(db, practice_id, day), []
    for _number in range(AHEAD):
        found.append(MailDay(day, nearest(planned.get(day, 0)), schedule.limit(day)))
        day = schedule.days.after(day)
    return found


def _days_off(schedule: Schedule, today: date) -> list[date]:
    """Days of the next weeks without mail, apart from weekends."""
    ahead = (today + timedelta(days=number) for number in range(LOOKED_AHEAD))
    return [
        day
        for day in ahead
        if not schedule.days.is_open(day) and (day.weekday() < 5 or day in schedule.days.closed)
    ]


def _refused_for_now(db: Session, practice_id: int) -> tuple[int, list[int]]:
    """How many waiting mails the relay refused for now, and with which codes."""
    query = (
        select(Invitation.reply_code, func.count())
        .where(
            Invitation.practice_id == practice_id,
            Invitation.state == InvitationState.DUE,
            Invitation.attempts > 0,
            Invitation.reply_code.is_not(None),
        )
        .group_by(Invitation.reply_code)
    )
    found = {int(code or 0): int(count) for code, count in db.execute(query)}
    return sum(found.values()), sorted(found)


def _runs(db: Session, practice_id: int, today: date) -> list[ReminderRun]:
    query = (
        select(MailRun.day, MailRun.finished)
        .where(MailRun.practice_id == practice_id, MailRun.kind == Kind.REMINDER, MailRun.day < today)
        .order_by(MailRun.day.desc())
        .limit(RUNS_SHOWN)
    )
    return [ReminderRun(row.day, not row.finished) for row in db.execute(query)]


def _stopped(db: Session, practice_id: int) -> int:
    query = select(func.count()).select_from(OptOut).where(OptOut.practice_id == practice_id)
    return db.scalar(query) or 0
