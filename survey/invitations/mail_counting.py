"""How often mail was stopped, bounced or complained about: a number for each day, and never whose it was."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import date

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from survey.db import insert_once
from survey.invitations.model import Cause, Invitation, InvitationState, MailCount

#: Shown numbers are rounded to this, so that a day's number never points at one person.
STEP = 5


def count(db: Session, practice_id: int, cause: Cause, *, day: date) -> None:
    """One more on this day."""
    insert_once(db, MailCount, practice_id=practice_id, day=day, cause=cause, number=0)
    this = (MailCount.practice_id == practice_id, MailCount.day == day, MailCount.cause == cause)
    db.execute(update(MailCount).where(*this).values(number=MailCount.number + 1))


def of_day(db: Session, practice_id: int, day: date) -> Counter[InvitationState]:
    """How the mails planned for a day have ended so far, exactly; round before anybody sees it."""
    query = (
        select(Invitation.state, func.count())
        .where(Invitation.practice_id == practice_id, Invitation.send_day == day)
        .group_by(Invitation.state)
    )
    return Counter({InvitationState(state): int(count) for state, count in db.execute(query)})


def nearest(number: int) -> int:
    """A number of people as it may be shown: to the nearest five; 0 also stands for one or two."""
    return (number + STEP // 2) // STEP * STEP


def rounded(db: Session, practice_id: int, *, since: date) -> Mapping[Cause, int]:
    """How many since a day, to the nearest five; 0 also stands for one or two."""
    query = (
        select(MailCount.cause, func.sum(MailCount.number))
        .where(MailCount.practice_id == practice_id, MailCount.day >= since)
        .group_by(MailCount.cause)
    )
    found = {Cause(cause): int(number) for cause, number in db.execute(query)}
    return {cause: nearest(found.get(cause, 0)) for cause in Cause}
