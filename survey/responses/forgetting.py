"""Forget which links and cards were used, once their time is over."""

from __future__ import annotations

from datetime import date

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from survey.keys import cards, issue
from survey.responses.model import Card, Spent


def forget_weeks(db: Session, practice_id: int, *, today: date) -> None:
    """Delete the spent tags of every week whose last link has expired."""
    weeks = db.scalars(select(Spent.issue_week).where(Spent.practice_id == practice_id).distinct()).all()
    over = [week for week in weeks if today > issue.last_day(week)]
    db.execute(delete(Spent).where(Spent.practice_id == practice_id, Spent.issue_week.in_(over)))


def forget_cards(db: Session, practice_id: int, *, today: date) -> None:
    """Delete the tags of every quarter whose last card has ended; used ones go with them."""
    quarters = db.scalars(select(Card.quarter).where(Card.practice_id == practice_id).distinct()).all()
    over = [quarter for quarter in quarters if today > cards.last_day(quarter)]
    db.execute(delete(Card).where(Card.practice_id == practice_id, Card.quarter.in_(over)))
