"""What has stopped: nightly work, mails, visits that come by themselves, the end of old data, backups.

One place for the doctor, the mails to owners and the page Status. Reads whole days only and never an answer:
nothing here tells, or may ever tell, who was asked or whether anybody answered.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, delete, func, select
from sqlalchemy.orm import Session

from survey import clock, feeding, watching
from survey.backups import noting
from survey.db import insert_once
from survey.invitations.model import ContactRequest, Invitation, InvitationState
from survey.keys import issue
from survey.keys.files import KeyFiles
from survey.practice.model import JobRun, Practice
from survey.visits.model import ImportState, VisitImport

#: The night begins at 2; one that is not done by now is overdue (26 hours after the last one began).
NIGHT_DONE_BY = timedelta(hours=4)
#: So long a calendar or a folder may be out of reach.
IMPORT_PATIENCE = timedelta(days=2)
#: A backup that failed is made up for in the next night.
BACKUP_PATIENCE = timedelta(days=1)
#: So many mails the relay must have refused on a day, and taken none: a single full mailbox is no trouble.
REFUSED = 5


class Part(StrEnum):
    """What goes on by itself, and can stop."""

    NIGHT = "night"
    MAIL = "mail"
    IMPORTS = "imports"
    DESTRUCTION = "destruction"
    BACKUP = "backup"


@dataclass(frozen=True)
class Pulse:
    """``last``: the day on which it last did something; ``since``: when it stopped, None where it has not."""

    part: Part
    last: date | None
    since: date | None


def notice(db: Session, files: KeyFiles, practice: Practice, *, now: datetime) -> tuple[Pulse, ...]:
    """How each part is doing. Before the work of a waking a night that was missed looks stopped."""
    return (
        _night(db, practice, now),
        _mail(db, practice, now),
        _imports(db, practice, now),
        _destruction(db, files, practice, now),
        _backup(db, practice, now),
    )


def remember(db: Session, practice: Practice, *, now: datetime, sent: bool) -> None:
    """Note since when something is out of order whose beginning stands nowhere else.

    ``sent``: mail was sent just now, so that what is due and has not gone is held up by something.
    """
    today = clock.local_day(now, practice.time_zone)
    if sent:
        _note(db, practice.id, Part.MAIL, _is_held_up(db, practice.id, today), today=today)
    broken = any(True for _ in watching.unusable(db, practice.id))
    _note(db, practice.id, Part.IMPORTS, broken, today=today)
    missed = _last_night(db, practice.id) is None and _expected(practice, now) == today
    _note(db, practice.id, Part.NIGHT, missed, today=today)
    backup = noting.last_backup(db)
    _note(db, practice.id, Part.BACKUP, backup.night is None and bool(backup.trouble), today=today)


def _night(db: Session, practice: Practice, now: datetime) -> Pulse:
    last, expected = _last_night(db, practice.id), _expected(practice, now)
    since = _noted(db, practice.id, Part.NIGHT) if last is None else last + timedelta(days=1)
    return Pulse(Part.NIGHT, last, since if since is not None and since <= expected else None)


def _last_night(db: Session, practice_id: int) -> date | None:
    return db.scalar(
        select(func.max(JobRun.day)).where(JobRun.practice_id == practice_id, JobRun.job == "night")
    )


def _expected(practice: Practice, now: datetime) -> date:
    """The day whose night has to be done by now."""
    return (now.astimezone(ZoneInfo(practice.time_zone)).replace(tzinfo=None) - NIGHT_DONE_BY).date()


def _mail(db: Session, practice: Practice, now: datetime) -> Pulse:
    """Stopped where mail is on and something of an earlier day waits that no relay has refused."""
    today = clock.local_day(now, practice.time_zone)
    last = db.scalar(select(func.max(Invitation.send_day)).where(*_in(practice.id, InvitationState.SENT)))
    if not practice.sending or practice.closed_on is not None:
        return Pulse(Part.MAIL, last, None)
    waiting = (*_in(practice.id, InvitationState.DUE), Invitation.attempts == 0)
    first = db.scalar(select(func.min(Invitation.send_day)).where(*waiting))
    noted = _noted(db, practice.id, Part.MAIL)
    since = min((day for day in (first, noted) if day is not None and day < today), default=None)
    return Pulse(Part.MAIL, last, since)


def _is_held_up(db: Session, practice_id: int, today: date) -> bool:
    count = select(func.count()).select_from(Invitation)
    waiting = count.where(*_in(practice_id, InvitationState.DUE), Invitation.send_day <= today)
    if db.scalar(waiting.where(Invitation.attempts == 0)):
        return True
    taken = count.where(*_in(practice_id, InvitationState.SENT), Invitation.send_day == today)
    return (db.scalar(waiting) or 0) >= REFUSED and not db.scalar(taken)


def _in(practice_id: int, state: InvitationState) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return Invitation.practice_id == practice_id, Invitation.state == state


def _imports(db: Session, practice: Practice, now: datetime) -> Pulse:
    """Calendars that are fetched and folders that are watched; what a person brings has no schedule."""
    last = db.scalar(
        select(func.max(VisitImport.day)).where(
            VisitImport.practice_id == practice.id, VisitImport.state != ImportState.REFUSED
        )
    )
    if practice.closed_on is not None:
        return Pulse(Part.IMPORTS, last, None)
    latest = clock.local_day(now, practice.time_zone) - IMPORT_PATIENCE
    first = [each.since for each in feeding.failing(db, practice, now=now)]
    if (noted := _noted(db, practice.id, Part.IMPORTS)) is not None:
        first.append(noted)
    return Pulse(Part.IMPORTS, last, min((day for day in first if day <= latest), default=None))


def _destruction(db: Session, files: KeyFiles, practice: Practice, now: datetime) -> Pulse:
    """Weeks whose links have ended go in the night after; ``since`` is the day of that night.

    The tags of used links go in the same transaction as the invitations, and are not looked at.
    """
    weeks = set(issue.weeks_held(files))
    for table in (Invitation, ContactRequest):
        oldest = db.scalar(select(func.min(table.issue_week)).where(table.practice_id == practice.id))
        if oldest is not None:
            weeks.add(oldest)
    due = issue.last_day(min(weeks)) + timedelta(days=1) if weeks else None
    # A day later than the rows: keys go when the week is over in every practice's time zone.
    overdue = due is not None and due < _expected(practice, now)
    return Pulse(Part.DESTRUCTION, _last_night(db, practice.id), due if overdue else None)


def _backup(db: Session, practice: Practice, now: datetime) -> Pulse:
    """Of the whole installation. Where none was ever made or tried, there is nothing that could stop."""
    last = noting.last_backup(db).night
    latest = _expected(practice, now) - BACKUP_PATIENCE
    since = _noted(db, practice.id, Part.BACKUP) if last is None else last + timedelta(days=1)
    return Pulse(Part.BACKUP, last, since if since is not None and since <= latest else None)


def _noted(db: Session, practice_id: int, part: Part) -> date | None:
    """The first day of a trouble that ``remember`` saw."""
    this = (JobRun.practice_id == practice_id, JobRun.job == f"bad {part}")
    return db.scalar(select(func.min(JobRun.day)).where(*this))


def _note(db: Session, practice_id: int, part: Part, bad: bool, *, today: date) -> None:
    noted = _noted(db, practice_id, part)
    if bad and noted is None:
        insert_once(db, JobRun, practice_id=practice_id, job=f"bad {part}", day=today)
    elif not bad and noted is not None:
        this = (JobRun.practice_id == practice_id, JobRun.job == f"bad {part}")
        db.execute(delete(JobRun).where(*this))
