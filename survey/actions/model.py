"""The repair register: what broke, what was promised, whether it was done and checked. Nothing is deleted."""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Date,
    ForeignKey,
    ForeignKeyConstraint,
    Integer,
    String,
    Text,
)
from sqlalchemy.orm import Mapped, mapped_column

from survey.db import WITHOUT_ROWID, Base


class ActionState(StrEnum):
    """Steps of a repair, in this order; none may be skipped."""

    BREAKDOWN = "breakdown"
    ACKNOWLEDGED = "acknowledged"
    PROMISED = "promised"
    DONE = "done"
    CHECKED = "checked"


class Action(Base):
    """One repair, opened from a touchpoint."""

    __tablename__ = "action"

    practice_id: Mapped[int] = mapped_column(ForeignKey("practice.id"), primary_key=True)
    id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    touchpoint: Mapped[str] = mapped_column(String(40))
    heard: Mapped[str] = mapped_column(Text)
    promise: Mapped[str] = mapped_column(Text, default="")
    owner: Mapped[str] = mapped_column(String(120), default="")
    due_on: Mapped[date | None] = mapped_column(Date)
    done_on: Mapped[date | None] = mapped_column(Date)
    state: Mapped[str] = mapped_column(String(12), default=ActionState.BREAKDOWN)
    published: Mapped[bool] = mapped_column(Boolean, default=False)

    __table_args__ = (
        CheckConstraint(
            "state IN ('breakdown', 'acknowledged', 'promised', 'done', 'checked')", name="known_state"
        ),
        WITHOUT_ROWID,
    )


class ActionStep(Base):
    """One entry of an action's history."""

    __tablename__ = "action_step"

    practice_id: Mapped[int] = mapped_column(ForeignKey("practice.id"), primary_key=True)
    action_id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    number: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    state: Mapped[str] = mapped_column(String(12))
    day: Mapped[date] = mapped_column(Date)
    by: Mapped[str] = mapped_column(String(120))
    note: Mapped[str] = mapped_column(Text, default="")

    __table_args__ = (
        ForeignKeyConstraint(["practice_id", "action_id"], ["action.practice_id", "action.id"]),
        WITHOUT_ROWID,
    )
