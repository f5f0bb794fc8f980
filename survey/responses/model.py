"""Answers on their way: spent tags, public pool keys, sealed boxes.

No row here says who, when or in which order; no answer is ever written in clear. Boxes have one length per
kind, random keys and no hidden row number. There is no link to an invitation and none may be added.
"""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Date,
    ForeignKey,
    ForeignKeyConstraint,
    Integer,
    LargeBinary,
    String,
)
from sqlalchemy.orm import Mapped, declared_attr, mapped_column

from survey.db import WITHOUT_ROWID, Base
from survey.keys.sealing import SEALED_COMMENTS, SEALED_RATINGS


class Kind(StrEnum):
    """Ratings and comments are two pools that are never joined again."""

    RATINGS = "ratings"
    COMMENTS = "comments"


LENGTH_RULE = (
    f"(kind = 'ratings' AND length(sealed) = {SEALED_RATINGS})"
    f" OR (kind = 'comments' AND length(sealed) = {SEALED_COMMENTS})"
)


class Spent(Base):
    """A link that was used: a keyed tag of its nonce. The primary key gives one answer per link."""

    __tablename__ = "spent"

    practice_id: Mapped[int] = mapped_column(ForeignKey("practice.id"), primary_key=True)
    tag: Mapped[bytes] = mapped_column(LargeBinary(16), primary_key=True)
    issue_week: Mapped[int] = mapped_column(Integer)

    __table_args__ = (WITHOUT_ROWID,)


class Card(Base):
    """A printed card that may be used: a keyed tag of its code. Not when it was printed, nor with which."""

    __tablename__ = "card"

    practice_id: Mapped[int] = mapped_column(ForeignKey("practice.id"), primary_key=True)
    tag: Mapped[bytes] = mapped_column(LargeBinary(16), primary_key=True)
    quarter: Mapped[str] = mapped_column(String(7))

    __table_args__ = (WITHOUT_ROWID,)


class SpentCard(Base):
    """A card that was used. The primary key gives one answer per card; the other one, that it was printed."""

    __tablename__ = "spent_card"

    practice_id: Mapped[int] = mapped_column(ForeignKey("practice.id"), primary_key=True)
    tag: Mapped[bytes] = mapped_column(LargeBinary(16), primary_key=True)

    __table_args__ = (
        ForeignKeyConstraint(["practice_id", "tag"], ["card.practice_id", "card.tag"], ondelete="CASCADE"),
        WITHOUT_ROWID,
    )


class PoolKey(Base):
    """The public half of the key that tonight's flush will open; one per practice and kind."""

    __tablename__ = "pool_key"

    practice_id: Mapped[int] = mapped_column(ForeignKey("practice.id"), primary_key=True)
    kind: Mapped[str] = mapped_column(String(8), primary_key=True)
    kid: Mapped[bytes] = mapped_column(LargeBinary(16))
    public: Mapped[bytes] = mapped_column(LargeBinary(32))
    last_tick: Mapped[date | None] = mapped_column(Date)

    __table_args__ = (CheckConstraint("kind IN ('ratings', 'comments')", name="known_kind"), WITHOUT_ROWID)


class Box:
    """A sealed answer: which cell it counts in, which key opens it, and nothing else."""

    practice_id: Mapped[int] = mapped_column(ForeignKey("practice.id"), primary_key=True)
    id: Mapped[bytes] = mapped_column(LargeBinary(16), primary_key=True)
    cell_id: Mapped[int] = mapped_column(BigInteger)
    kind: Mapped[str] = mapped_column(String(8))
    kid: Mapped[bytes] = mapped_column(LargeBinary(16))
    sealed: Mapped[bytes] = mapped_column(LargeBinary)

    @declared_attr.directive
    @classmethod
    def __table_args__(cls) -> tuple[Any, ...]:
        return (
            ForeignKeyConstraint(["practice_id", "cell_id"], ["cell.practice_id", "cell.id"]),
            CheckConstraint(LENGTH_RULE, name="one_length"),
            WITHOUT_ROWID,
        )


class Pool(Box, Base):
    """An answer that waits for at least k of its cell."""

    __tablename__ = "pool"


class Scratch(Box, Base):
    """Where a repeated answer is written and forgotten, so that it costs the same as a first one."""

    __tablename__ = "scratch"
