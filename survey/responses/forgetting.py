"""Forget which links were used, once their week is over."""

from __future__ import annotations

from datetime import date

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from survey.keys import issue
from survey.responses.model import Spent


def forget_weeks(db: Session, practice_id: int, *, today: date) -> None:
    """Delete the spent tags of every week whose last link has expired."""
    weeks = db.scalars(select(Spent.issue_week).where(Spent.practice_id == practice_id).distinct()).all()
    over = [week for week in weeks if today > issue.last_day(week)]
    db.execute(delete(Spent).where(Spent.practice_id == practice_id, Spent.issue_week.in_(over)))
