"""One row that ties the database to its key folder."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Integer, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from survey.db import Base


class Installation(Base):
    """The generation both sides must agree on, and a check value of the contact key."""

    __tablename__ = "installation"

    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    generation: Mapped[bytes] = mapped_column(LargeBinary(16))
    contact_check: Mapped[bytes] = mapped_column(LargeBinary(32))

    __table_args__ = (CheckConstraint("id = 1", name="only_one"),)
