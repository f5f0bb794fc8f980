"""How many invitations went out, per cell and month: the door through which the right asks for totals.

Totals only; never which invitations, to whom, or on which day.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from survey import clock
from survey.invitations.model import Invitation, InvitationState, SentTotal


def sent_by_month(db: Session, practice_id: int) -> Mapping[tuple[int, str], int]:
    """Invitations sent by (cell id, month such as ``2026-11``), living and destroyed ones together."""
    totals: Counter[tuple[int, str]] = Counter()
    kept = select(SentTotal.cell_id, SentTotal.month, SentTotal.sent).where(
        SentTotal.practice_id == practice_id
    )
    for cell_id, month, sent in db.execute(kept):
        totals[cell_id, month] += sent
    living = (
        select(Invitation.cell_id, Invitation.send_day, func.count())
        .where(Invitation.practice_id == practice_id, Invitation.state == InvitationState.SENT)
        .group_by(Invitation.cell_id, Invitation.send_day)
    )
    for cell_id, day, sent in db.execute(living):
        totals[cell_id, clock.month_of(day)] += sent
    return dict(totals)


def mark(db: Session, practice_id: int) -> tuple[int, int, int]:
    """Changes whenever a total does: how many totals there are, their sum, and how many are still living."""
    kept = select(func.count(), func.sum(SentTotal.sent)).where(SentTotal.practice_id == practice_id)
    living = (
        select(func.count())
        .select_from(Invitation)
        .where(Invitation.practice_id == practice_id, Invitation.state == InvitationState.SENT)
    )
    count, total = db.execute(kept).one()
    return int(count), int(total or 0), int(db.scalar(living) or 0)
