"""Is there anything to do for a practice at this minute? One question of the database instead of one a job.

It asks whether there is anything at all, and leaves to each job whether the time has come: so it may say too
often that there is work, and must never say too seldom that there is.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Date, bindparam, exists, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from survey.invitations.letters import Kind
from survey.invitations.model import ContactRequest, Invitation, InvitationState, MailRun
from survey.practice.departing import WARNED
from survey.practice.model import JobRun, Practice
from survey.practice.password_request_model import PasswordRequest
from survey.visits.model import CalendarFeed, Upload, WatchedFolder


class Work(StrEnum):
    """What may be there to be done, each minute; ``NEWS`` is what can wait for a quarter of an hour."""

    NIGHT = "night"
    UPLOADS = "uploads"
    FOLDERS = "folders"
    CALENDARS = "calendars"
    PASSWORDS = "passwords"
    REQUESTS = "requests"
    LEAVING = "leaving"
    MAIL = "mail"
    NEWS = "news"


EVERYTHING = frozenset(Work)

_PRACTICE: ColumnElement[int] = bindparam("practice")
_TODAY: ColumnElement[Any] = bindparam("today", type_=Date)


def _any(practice_id: InstrumentedAttribute[int], *conditions: ColumnElement[bool]) -> ColumnElement[bool]:
    return exists().where(practice_id == _PRACTICE, *conditions)


QUESTIONS: Mapping[Work, ColumnElement[bool]] = {
    Work.NIGHT: ~_any(JobRun.practice_id, JobRun.job == "night", JobRun.day == _TODAY),
    Work.UPLOADS: _any(Upload.practice_id),
    Work.FOLDERS: _any(WatchedFolder.practice_id),
    Work.CALENDARS: _any(CalendarFeed.practice_id),
    Work.PASSWORDS: _any(PasswordRequest.practice_id),
    Work.REQUESTS: _any(ContactRequest.practice_id),
    Work.LEAVING: or_(
        _any(Practice.id, Practice.leaves_on.is_not(None)),
        _any(JobRun.practice_id, JobRun.job.startswith(WARNED)),  # owners may have to hear that it stays
    ),
    Work.MAIL: _any(Practice.id, Practice.sending.is_(True)),
}
#: Made once: making it takes longer than asking.
_LOOK = select(*(question.label(work) for work, question in QUESTIONS.items()))

#: Whether a mail to a patient may wait. Asked when files and calendars were read, which bring new ones.
MAILS: Mapping[str, ColumnElement[bool]] = {
    "due": _any(
        Invitation.practice_id, Invitation.state == InvitationState.DUE, Invitation.send_day <= _TODAY
    ),
    "left by a dead worker": _any(
        Invitation.practice_id,
        Invitation.state.in_((InvitationState.CLAIMED, InvitationState.HANDING_OVER)),
    ),
    "reminders": ~_any(MailRun.practice_id, MailRun.day == _TODAY, MailRun.kind == Kind.REMINDER.value),
}
_MAIL_WAITS = select(or_(*MAILS.values()))


@dataclass
class Rounds:
    """When one process last looked after what can wait for a quarter of an hour."""

    last: datetime | None = None

    def is_next(self, now: datetime) -> bool:
        """At the start, after each full quarter, and where the clock went back."""
        return self.last != _quarter(now)

    def done(self, now: datetime) -> None:
        self.last = _quarter(now)


def _quarter(now: datetime) -> datetime:
    return now - timedelta(minutes=now.minute % 15, seconds=now.second, microseconds=now.microsecond)


def look(db: Session, practice_id: int, *, today: date) -> frozenset[Work]:
    """What there may be to do; ``today`` is the practice's own day."""
    found = db.execute(_LOOK, {"practice": practice_id, "today": today}).one()
    return frozenset(work for work, there in zip(QUESTIONS, found, strict=True) if there)


def mail_waits(db: Session, practice_id: int, *, today: date) -> bool:
    """Whether there may be a mail to hand over or to settle, or reminders that did not go out today."""
    return bool(db.scalar(_MAIL_WAITS, {"practice": practice_id, "today": today}))
