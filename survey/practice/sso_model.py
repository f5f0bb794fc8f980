"""Rows of single sign-on: whose account is tied to whom at the provider, and what has begun. No secret."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import BigInteger, Date, ForeignKey, ForeignKeyConstraint, LargeBinary, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from survey.db import WITHOUT_ROWID, Base, Instant


class SsoBinding(Base):
    """An account and the hash of issuer and subject; one of each for the other."""

    __tablename__ = "sso_binding"

    practice_id: Mapped[int] = mapped_column(ForeignKey("practice.id"), primary_key=True)
    staff_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    subject_hash: Mapped[bytes] = mapped_column(LargeBinary(32))
    since: Mapped[date] = mapped_column(Date)

    __table_args__ = (
        ForeignKeyConstraint(["practice_id", "staff_id"], ["staff.practice_id", "staff.id"]),
        UniqueConstraint("practice_id", "subject_hash"),
        WITHOUT_ROWID,
    )


class SsoAttempt(Base):
    """A browser was sent to the provider; the row goes when it comes back, or after ten minutes."""

    __tablename__ = "sso_attempt"

    practice_id: Mapped[int] = mapped_column(ForeignKey("practice.id"), primary_key=True)
    state_hash: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    begun_at: Mapped[datetime] = mapped_column(Instant)

    __table_args__ = (WITHOUT_ROWID,)
