"""What people said a comment is about, where the guess was wrong. Never the words of a comment."""

from __future__ import annotations

from sqlalchemy import ForeignKey, ForeignKeyConstraint, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from survey.db import WITHOUT_ROWID, Base


class ThemeCorrection(Base):
    """The themes of one released comment as a person of the practice set them: slugs, a space between.

    Without day and without author: the audit log knows who corrected something, not this table.
    """

    __tablename__ = "theme_correction"

    practice_id: Mapped[int] = mapped_column(ForeignKey("practice.id"), primary_key=True)
    comment_id: Mapped[bytes] = mapped_column(LargeBinary(16), primary_key=True)
    themes: Mapped[str] = mapped_column(String(160))

    __table_args__ = (
        ForeignKeyConstraint(["practice_id", "comment_id"], ["comment.practice_id", "comment.id"]),
        WITHOUT_ROWID,
    )
