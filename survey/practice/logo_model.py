"""The row of a practice's logo: pixels that were drawn anew, never a file as it was uploaded."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, ForeignKey, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from survey.db import WITHOUT_ROWID, Base


class Logo(Base):
    """A practice's logo as a PNG; its digest stands in the practice, so that pages know its address."""

    __tablename__ = "logo"

    practice_id: Mapped[int] = mapped_column(ForeignKey("practice.id"), primary_key=True)
    png: Mapped[bytes] = mapped_column(LargeBinary)

    __table_args__ = (CheckConstraint("length(png) <= 131072", name="logo_is_light"), WITHOUT_ROWID)
