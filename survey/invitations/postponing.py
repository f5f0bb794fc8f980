"""Mails that did not go out on their day: each gets a new one, so that no day has more than its limit.

After this the day on a mail is the day on which it goes; the limit, the reminder and the totals count by it.
"""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from survey import clock
from survey.db import lock_practice
from survey.invitations import knowing, outbox
from survey.invitations.eligibility import LATE_DAYS
from survey.invitations.model import Invitation, InvitationState
from survey.invitations.mornings import next_room
from survey.practice import mail_scheduling
from survey.practice.model import Practice


def postpone(db: Session, practice: Practice, *, today: date) -> int:
    """Give every waiting mail of an earlier day a new one, today first; how many were moved or cancelled."""
    if not _overdue(db, practice.id, today):
        return 0
    lock_practice(db, practice.id)  # an import must not fill the same room
    schedule = mail_scheduling.schedule_of(db, practice)
    late = _overdue(db, practice.id, today)
    taken = Counter(knowing.planned(db, practice.id, today))
    for mail_id, week in late:
        last = clock.week_sunday(week) + timedelta(days=LATE_DAYS)
        day = next_room(schedule, taken, first=today, last=last)
        after = InvitationState.DUE if day else InvitationState.CANCELLED
        _move(db, practice.id, mail_id, after, day=day)
        if day is not None:
            taken[day] += 1
    return len(late)


def _overdue(db: Session, practice_id: int, today: date) -> list[tuple[bytes, int]]:
    """Id and week of the mails that wait from earlier days, those with the oldest week first."""
    query = (
        select(Invitation.id, Invitation.issue_week)
        .where(
            Invitation.practice_id == practice_id,
            Invitation.state == InvitationState.DUE,
            Invitation.send_day < today,
        )
        .order_by(Invitation.issue_week, Invitation.send_day, Invitation.id)
    )
    return [(mail_id, week) for mail_id, week in db.execute(query)]


def _move(db: Session, practice_id: int, mail_id: bytes, after: InvitationState, *, day: date | None) -> None:
    if day is None:
        moved = outbox.moving(practice_id, InvitationState.DUE, after)
        outbox.move(db, moved.where(Invitation.id == mail_id))
        return
    this = (Invitation.practice_id == practice_id, Invitation.id == mail_id)
    still_due = Invitation.state == InvitationState.DUE
    db.execute(update(Invitation).where(*this, still_due).values(send_day=day))
