"""Rows about the second factor: authenticator app, recovery codes, a sign-in that waits for its code.

No secret stands here in clear.
"""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Date,
    ForeignKey,
    ForeignKeyConstraint,
    Integer,
    LargeBinary,
)
from sqlalchemy.orm import Mapped, mapped_column

from survey.db import WITHOUT_ROWID, Base, Instant


class SecondFactor(Base):
    """An authenticator app: ``sealed`` in use, ``waiting`` shown but not confirmed yet."""

    __tablename__ = "second_factor"

    practice_id: Mapped[int] = mapped_column(ForeignKey("practice.id"), primary_key=True)
    staff_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    sealed: Mapped[bytes | None] = mapped_column(LargeBinary(160))
    waiting: Mapped[bytes | None] = mapped_column(LargeBinary(160))
    #: The last time step whose code was used; none up to it is taken again.
    last_step: Mapped[int] = mapped_column(BigInteger, default=0)
    since: Mapped[date | None] = mapped_column(Date)

    __table_args__ = (
        ForeignKeyConstraint(["practice_id", "staff_id"], ["staff.practice_id", "staff.id"]),
        CheckConstraint("(sealed IS NULL) = (since IS NULL)", name="in_use_since"),
        WITHOUT_ROWID,
    )


class RecoveryCode(Base):
    """The hash of a code that replaces the app once; the row goes with its use."""

    __tablename__ = "recovery_code"

    practice_id: Mapped[int] = mapped_column(ForeignKey("practice.id"), primary_key=True)
    staff_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    code_hash: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)

    __table_args__ = (
        ForeignKeyConstraint(["practice_id", "staff_id"], ["staff.practice_id", "staff.id"]),
        WITHOUT_ROWID,
    )


class PendingSignIn(Base):
    """After the right password, before the code. It opens nothing."""

    __tablename__ = "pending_sign_in"

    practice_id: Mapped[int] = mapped_column(ForeignKey("practice.id"), primary_key=True)
    secret_hash: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    staff_id: Mapped[int] = mapped_column(BigInteger)
    begun_at: Mapped[datetime] = mapped_column(Instant)
    tries: Mapped[int] = mapped_column(Integer, default=0)

    __table_args__ = (
        ForeignKeyConstraint(["practice_id", "staff_id"], ["staff.practice_id", "staff.id"]),
        CheckConstraint("tries BETWEEN 0 AND 5", name="few_tries"),
        WITHOUT_ROWID,
    )
