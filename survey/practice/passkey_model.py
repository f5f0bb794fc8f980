"""Rows about passkeys of staff: public keys, and challenges that were answered. None of it opens anything."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Date,
    ForeignKey,
    ForeignKeyConstraint,
    LargeBinary,
    String,
)
from sqlalchemy.orm import Mapped, mapped_column

from survey.db import WITHOUT_ROWID, Base, Instant


class Passkey(Base):
    """The public half of a passkey; the secret half never leaves the person's device."""

    __tablename__ = "passkey"

    practice_id: Mapped[int] = mapped_column(ForeignKey("practice.id"), primary_key=True)
    credential_id: Mapped[bytes] = mapped_column(LargeBinary(1023), primary_key=True)
    staff_id: Mapped[int] = mapped_column(BigInteger)
    public_key: Mapped[bytes] = mapped_column(LargeBinary(2048))
    #: As the device counts; 0 where it does not count.
    sign_count: Mapped[int] = mapped_column(BigInteger)
    name: Mapped[str] = mapped_column(String(60))
    added_on: Mapped[date] = mapped_column(Date)
    used_on: Mapped[date | None] = mapped_column(Date)

    __table_args__ = (
        ForeignKeyConstraint(["practice_id", "staff_id"], ["staff.practice_id", "staff.id"]),
        CheckConstraint("sign_count >= 0", name="count_from_zero"),
        WITHOUT_ROWID,
    )


class UsedChallenge(Base):
    """A challenge that was answered once, kept until it is too old to be answered again."""

    __tablename__ = "used_challenge"

    practice_id: Mapped[int] = mapped_column(ForeignKey("practice.id"), primary_key=True)
    challenge_hash: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    used_at: Mapped[datetime] = mapped_column(Instant)

    __table_args__ = (WITHOUT_ROWID,)
