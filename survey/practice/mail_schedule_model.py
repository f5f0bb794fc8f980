"""When a practice sends mail, and the test mail that must have arrived before. Nothing of a patient."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import Boolean, CheckConstraint, Date, ForeignKey, Integer, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from survey.db import WITHOUT_ROWID, Base, Instant


class MailSchedule(Base):
    """Between which hours and how many mails a practice sends; ``tested_on``: a test mail had arrived."""

    __tablename__ = "mail_schedule"

    practice_id: Mapped[int] = mapped_column(ForeignKey("practice.id"), primary_key=True)
    from_hour: Mapped[int] = mapped_column(Integer)
    until_hour: Mapped[int] = mapped_column(Integer)
    most_per_day: Mapped[int] = mapped_column(Integer)
    sender: Mapped[str] = mapped_column(String(254))
    tested_on: Mapped[date | None] = mapped_column(Date)

    __table_args__ = (
        CheckConstraint("6 <= from_hour AND from_hour < until_hour AND until_hour <= 21", name="quiet_hours"),
        CheckConstraint("most_per_day >= 1", name="some_mail"),
        CheckConstraint("tested_on IS NULL OR sender <> ''", name="tested_sender"),
        WITHOUT_ROWID,
    )


class MailTest(Base):
    """A test mail on its way: the hash of its code, and how often a wrong one was typed."""

    __tablename__ = "mail_test"

    practice_id: Mapped[int] = mapped_column(ForeignKey("practice.id"), primary_key=True)
    code_hash: Mapped[bytes] = mapped_column(LargeBinary(32))
    sender: Mapped[str] = mapped_column(String(254))
    begun_at: Mapped[datetime] = mapped_column(Instant)
    tries: Mapped[int] = mapped_column(Integer)

    __table_args__ = (CheckConstraint("tries BETWEEN 0 AND 5", name="few_tries"), WITHOUT_ROWID)


class OwnDay(Base):
    """A day on which the practice sends mail, or does not, whatever the calendar says."""

    __tablename__ = "own_day"

    practice_id: Mapped[int] = mapped_column(ForeignKey("practice.id"), primary_key=True)
    day: Mapped[date] = mapped_column(Date, primary_key=True)
    is_open: Mapped[bool] = mapped_column(Boolean)

    __table_args__ = (WITHOUT_ROWID,)
