"""What may be seen: atoms of at least k answers, their tallies, their comments.

An atom is never split and knows only its month. ``cell_id`` is NULL where leftovers of several cells were
joined for the practice. Comments stand in atoms of their own and never beside ratings.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    String,
    Text,
)
from sqlalchemy.orm import Mapped, mapped_column

from survey.db import WITHOUT_ROWID, Base


class Atom(Base):
    """A released batch of ``n`` answers; the smallest thing any figure is made of."""

    __tablename__ = "atom"

    practice_id: Mapped[int] = mapped_column(ForeignKey("practice.id"), primary_key=True)
    id: Mapped[bytes] = mapped_column(LargeBinary(16), primary_key=True)
    cell_id: Mapped[int | None] = mapped_column(BigInteger)
    instrument: Mapped[str] = mapped_column(String(40))
    kind: Mapped[str] = mapped_column(String(8))
    month: Mapped[str] = mapped_column(String(7))
    n: Mapped[int] = mapped_column(Integer)

    __table_args__ = (
        ForeignKeyConstraint(["practice_id", "cell_id"], ["cell.practice_id", "cell.id"]),
        CheckConstraint("n >= 5", name="least_n"),
        CheckConstraint("kind <> 'comments' OR n >= 10", name="least_n_comments"),
        CheckConstraint("kind IN ('ratings', 'comments')", name="known_kind"),
        Index("ix_atom_month", "practice_id", "kind", "month"),
        WITHOUT_ROWID,
    )


class Tally(Base):
    """How many of an atom chose one option of one item; blank and "does not apply" are counted too."""

    __tablename__ = "tally"

    practice_id: Mapped[int] = mapped_column(ForeignKey("practice.id"), primary_key=True)
    atom_id: Mapped[bytes] = mapped_column(LargeBinary(16), primary_key=True)
    item: Mapped[str] = mapped_column(String(60), primary_key=True)
    value: Mapped[str] = mapped_column(String(40), primary_key=True)
    n: Mapped[int] = mapped_column(Integer)

    __table_args__ = (
        ForeignKeyConstraint(["practice_id", "atom_id"], ["atom.practice_id", "atom.id"]),
        CheckConstraint("n >= 1", name="counted"),
        WITHOUT_ROWID,
    )


class Comment(Base):
    """Released words, redacted, without rating, day or order."""

    __tablename__ = "comment"

    practice_id: Mapped[int] = mapped_column(ForeignKey("practice.id"), primary_key=True)
    id: Mapped[bytes] = mapped_column(LargeBinary(16), primary_key=True)
    atom_id: Mapped[bytes] = mapped_column(LargeBinary(16))
    box: Mapped[str] = mapped_column(String(40))
    audience: Mapped[str] = mapped_column(String(12))
    text: Mapped[str] = mapped_column(Text)
    hidden: Mapped[bool] = mapped_column(Boolean, default=False)

    __table_args__ = (
        ForeignKeyConstraint(["practice_id", "atom_id"], ["atom.practice_id", "atom.id"]),
        CheckConstraint("audience IN ('all', 'management')", name="known_audience"),
        WITHOUT_ROWID,
    )


class Unreleased(Base):
    """How many answers could never be shown: too few until the limit, or their key was lost."""

    __tablename__ = "unreleased"

    practice_id: Mapped[int] = mapped_column(ForeignKey("practice.id"), primary_key=True)
    month: Mapped[str] = mapped_column(String(7), primary_key=True)
    kind: Mapped[str] = mapped_column(String(8), primary_key=True)
    cause: Mapped[str] = mapped_column(String(8), primary_key=True)
    n: Mapped[int] = mapped_column(Integer)

    __table_args__ = (CheckConstraint("cause IN ('expired', 'lost')", name="known_cause"), WITHOUT_ROWID)
