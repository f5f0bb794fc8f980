"""Rows about staff who asked for a new password: no address, and nothing of where the request came from."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from survey.db import WITHOUT_ROWID, Base, Instant


class PasswordRequest(Base):
    """That somebody typed an address, whether or not an account has it; gone when it is worked off."""

    __tablename__ = "password_request"

    practice_id: Mapped[int] = mapped_column(ForeignKey("practice.id"), primary_key=True)
    id: Mapped[bytes] = mapped_column(LargeBinary(16), primary_key=True)
    #: Keyed with what is not in the database.
    address_tag: Mapped[bytes] = mapped_column(LargeBinary(16))
    #: The beginning of the hour, so that old rows can be swept.
    hour: Mapped[datetime] = mapped_column(Instant)

    __table_args__ = (WITHOUT_ROWID,)
