"""One row about the whole installation: what ties it to its key folder, and how its backups go."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, Date, Integer, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from survey.db import Base, Instant


class Installation(Base):
    """The generation both sides must agree on, a check value of the contact key, and its backups."""

    __tablename__ = "installation"

    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    generation: Mapped[bytes] = mapped_column(LargeBinary(16))
    contact_check: Mapped[bytes] = mapped_column(LargeBinary(32))
    #: The night of the last good backup, the hour of the worker's last try, what was wrong with that.
    backup_night: Mapped[date | None] = mapped_column(Date)
    backup_tried: Mapped[datetime | None] = mapped_column(Instant)
    backup_trouble: Mapped[str] = mapped_column(String(400), default="", server_default="")

    __table_args__ = (CheckConstraint("id = 1", name="only_one"),)
