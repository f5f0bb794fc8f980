"""Closed quarters, frozen: written once, never rewritten."""

from __future__ import annotations

from datetime import date

from sqlalchemy import BigInteger, Date, ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from survey.db import WITHOUT_ROWID, Base

#: A quarter is frozen so many days after its end.
DAYS_AFTER_END = 3


class Report(Base):
    """A quarter's report of one practice as canonical JSON, with its hash."""

    __tablename__ = "report"

    practice_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("practice.id"), primary_key=True)
    quarter: Mapped[str] = mapped_column(String(7), primary_key=True)
    body: Mapped[str] = mapped_column(Text)
    sha256: Mapped[str] = mapped_column(String(64))
    frozen_on: Mapped[date] = mapped_column(Date)

    __table_args__ = (WITHOUT_ROWID,)
