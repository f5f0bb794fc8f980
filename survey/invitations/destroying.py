"""The end of the identified side: what is over is counted, then deleted.

Deletes rows only. The week's key files follow once every practice is done, its spent tags on the other side.
"""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from survey import clock
from survey.db import insert_once, lock_practice
from survey.invitations.model import (
    CapMark,
    ContactRequest,
    Invitation,
    InvitationState,
    MailComplaint,
    MailCount,
    MailRun,
    SentTotal,
)
from survey.keys import issue
from survey.visits.model import KEPT_DAYS, Visit, VisitBefore, VisitImport

CAP_MARK_DAYS = 365


def destroy_weeks(db: Session, practice_id: int, *, today: date) -> None:
    """Everything of weeks whose links have expired, old visits, old cap marks, old notes of mail runs."""
    lock_practice(db, practice_id)
    weeks = db.scalars(
        select(Invitation.issue_week).where(Invitation.practice_id == practice_id).distinct()
    ).all()
    over = [week for week in weeks if today > issue.last_day(week)]
    _add_totals(db, practice_id, over)
    gone = (Invitation.practice_id == practice_id, Invitation.issue_week.in_(over))
    db.execute(
        delete(MailComplaint).where(
            MailComplaint.practice_id == practice_id,
            MailComplaint.invitation_id.in_(select(Invitation.id).where(*gone)),
        )
    )
    db.execute(delete(Invitation).where(*gone))
    _forget_requests(db, practice_id, today)
    oldest = today - timedelta(days=KEPT_DAYS)
    db.execute(delete(Visit).where(Visit.practice_id == practice_id, Visit.day < oldest))
    _forget_imports(db, practice_id, oldest)
    db.execute(delete(MailRun).where(MailRun.practice_id == practice_id, MailRun.day < oldest))
    db.execute(delete(MailCount).where(MailCount.practice_id == practice_id, MailCount.day < oldest))
    last_week = clock.week_number(today - timedelta(days=CAP_MARK_DAYS))
    db.execute(delete(CapMark).where(CapMark.practice_id == practice_id, CapMark.week < last_week))


def _forget_requests(db: Session, practice_id: int, today: date) -> None:
    """Requests that never reached the practice go before the key that opens them."""
    mine = ContactRequest.practice_id == practice_id
    weeks = db.scalars(select(ContactRequest.issue_week).where(mine).distinct()).all()
    over = [week for week in weeks if today > issue.last_day(week)]
    db.execute(delete(ContactRequest).where(mine, ContactRequest.issue_week.in_(over)))


def _forget_imports(db: Session, practice_id: int, oldest: date) -> None:
    """What is kept of imports, and of visits before the last one, goes with the visits themselves."""
    for table in (VisitBefore, VisitImport):
        db.execute(delete(table).where(table.practice_id == practice_id, table.day < oldest))


def _add_totals(db: Session, practice_id: int, weeks: list[int]) -> None:
    query = (
        select(Invitation.cell_id, Invitation.send_day, func.count())
        .where(
            Invitation.practice_id == practice_id,
            Invitation.issue_week.in_(weeks),
            Invitation.state == InvitationState.SENT,
        )
        .group_by(Invitation.cell_id, Invitation.send_day)
    )
    totals: Counter[tuple[int, str]] = Counter()
    for cell_id, day, sent in db.execute(query):
        totals[cell_id, clock.month_of(day)] += sent
    for (cell_id, month), sent in sorted(totals.items()):
        insert_once(db, SentTotal, practice_id=practice_id, cell_id=cell_id, month=month, sent=0)
        this = (SentTotal.practice_id == practice_id, SentTotal.cell_id == cell_id, SentTotal.month == month)
        db.execute(update(SentTotal).where(*this).values(sent=SentTotal.sent + sent))
