"""Visits as imported: no name, no address; kept 400 days.

Tags are keyed hashes, so that the same visit or person is recognised again without being written down.
Read by importing and scheduling only; nothing right of the wall may ever read these rows.
"""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from sqlalchemy import BigInteger, Date, ForeignKey, ForeignKeyConstraint, Index, Integer, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from survey.db import WITHOUT_ROWID, Base

KEPT_DAYS = 400


class VisitStatus(StrEnum):
    """What the practice's software says of the visit."""

    ATTENDED = "attended"
    NOT_ATTENDED = "not attended"


class Visit(Base):
    """One visit. ``reference`` is the practice's own number for it, never an address or a name."""

    __tablename__ = "visit"

    practice_id: Mapped[int] = mapped_column(ForeignKey("practice.id"), primary_key=True)
    visit_tag: Mapped[bytes] = mapped_column(LargeBinary(16), primary_key=True)
    client_tag: Mapped[bytes] = mapped_column(LargeBinary(16))
    reference: Mapped[str] = mapped_column(String(80))
    clinician_id: Mapped[int] = mapped_column(BigInteger)
    location_id: Mapped[int | None] = mapped_column(BigInteger)
    visit_type: Mapped[str] = mapped_column(String(40), default="")
    day: Mapped[date] = mapped_column(Date)
    number: Mapped[int | None] = mapped_column(Integer)
    status: Mapped[str] = mapped_column(String(16))

    __table_args__ = (
        ForeignKeyConstraint(["practice_id", "clinician_id"], ["clinician.practice_id", "clinician.id"]),
        ForeignKeyConstraint(["practice_id", "location_id"], ["location.practice_id", "location.id"]),
        Index("ix_visit_client", "practice_id", "client_tag"),
        WITHOUT_ROWID,
    )
