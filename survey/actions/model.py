"""The repair register: what broke, what was promised, whether it was done and checked. Nothing is deleted."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from types import MappingProxyType

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Date,
    ForeignKey,
    ForeignKeyConstraint,
    Integer,
    LargeBinary,
    String,
    Text,
)
from sqlalchemy.orm import Mapped, mapped_column

from survey.db import WITHOUT_ROWID, Base


class ActionState(StrEnum):
    """How far a repair has come, in this order."""

    BREAKDOWN = "breakdown"
    ACKNOWLEDGED = "acknowledged"
    APOLOGISED = "apologised"
    PROMISED = "promised"
    DONE = "done"
    CHECKED = "checked"


#: The one table of allowed moves: what may follow each state. No step is skipped, none is taken back.
MOVES: Mapping[ActionState, ActionState | None] = MappingProxyType(
    {
        ActionState.BREAKDOWN: ActionState.ACKNOWLEDGED,
        ActionState.ACKNOWLEDGED: ActionState.APOLOGISED,
        ActionState.APOLOGISED: ActionState.PROMISED,
        ActionState.PROMISED: ActionState.DONE,
        ActionState.DONE: ActionState.CHECKED,
        ActionState.CHECKED: None,
    }
)


class StepKind(StrEnum):
    """What an entry of the history says: a move, or "You said, we did" put up or taken down."""

    MOVED = "moved"
    PUBLISHED = "published"
    WITHDRAWN = "withdrawn"


#: Most characters of a line of "You said, we did", so that letter, page and sheet can hold it.
LONGEST_LINE = 120


class Action(Base):
    """One repair. ``clinician_id``: whose results it was opened from, None for the whole practice.

    ``comment_id``: the random key of the released comment it was opened from; its words are not copied.
    ``measure`` (an item's key) and ``span`` (months before and after) are fixed with the promise, so that
    nobody picks a comparison once the answers are known. ``effect`` is its outcome, written once; the four
    numbers are rounded shares in percent and the lower ends of bands, never exact counts.
    """

    __tablename__ = "action"

    practice_id: Mapped[int] = mapped_column(ForeignKey("practice.id"), primary_key=True)
    id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    touchpoint: Mapped[str] = mapped_column(String(40))
    clinician_id: Mapped[int | None] = mapped_column(BigInteger)
    comment_id: Mapped[bytes | None] = mapped_column(LargeBinary(16))
    heard: Mapped[str] = mapped_column(Text)
    promise: Mapped[str] = mapped_column(Text, default="")
    owner: Mapped[str] = mapped_column(String(120), default="")
    due_on: Mapped[date | None] = mapped_column(Date)
    done_on: Mapped[date | None] = mapped_column(Date)
    state: Mapped[str] = mapped_column(String(12), default=ActionState.BREAKDOWN)
    published: Mapped[bool] = mapped_column(Boolean, default=False)
    measure: Mapped[str] = mapped_column(String(60), default="")
    span: Mapped[int | None] = mapped_column(Integer)
    effect: Mapped[str | None] = mapped_column(String(12))
    share_before: Mapped[int | None] = mapped_column(Integer)
    band_before: Mapped[int | None] = mapped_column(Integer)
    share_after: Mapped[int | None] = mapped_column(Integer)
    band_after: Mapped[int | None] = mapped_column(Integer)

    __table_args__ = (
        ForeignKeyConstraint(["practice_id", "clinician_id"], ["clinician.practice_id", "clinician.id"]),
        CheckConstraint(
            "state IN ('breakdown', 'acknowledged', 'apologised', 'promised', 'done', 'checked')",
            name="known_state",
        ),
        CheckConstraint("heard <> ''", name="says_what_was_heard"),
        CheckConstraint(
            "state NOT IN ('promised', 'done', 'checked') OR "
            "(promise <> '' AND owner <> '' AND due_on IS NOT NULL)",
            name="promise_is_whole",
        ),
        CheckConstraint("(done_on IS NOT NULL) = (state IN ('done', 'checked'))", name="done_has_a_day"),
        CheckConstraint("NOT published OR state IN ('done', 'checked')", name="published_is_done"),
        CheckConstraint("(measure = '') = (span IS NULL)", name="measure_has_a_span"),
        CheckConstraint("span IS NULL OR span IN (3, 6)", name="known_span"),
        CheckConstraint(
            "effect IS NULL OR effect IN ('better', 'worse', 'not_clear', 'few')", name="known_effect"
        ),
        CheckConstraint("effect IS NULL OR (measure <> '' AND done_on IS NOT NULL)", name="effect_of_a_deed"),
        CheckConstraint(
            "(effect IN ('better', 'worse', 'not_clear') AND share_before IS NOT NULL AND "
            "share_after IS NOT NULL AND band_before IS NOT NULL AND band_after IS NOT NULL AND "
            "share_before BETWEEN 1 AND 99 AND "
            "share_after BETWEEN 1 AND 99 AND band_before >= 30 AND band_after >= 30) OR "
            "(effect IS NULL OR effect = 'few') AND share_before IS NULL AND share_after IS NULL AND "
            "band_before IS NULL AND band_after IS NULL",
            name="effect_needs_thirty",
        ),
        WITHOUT_ROWID,
    )


class ActionStep(Base):
    """One entry of a repair's history."""

    __tablename__ = "action_step"

    practice_id: Mapped[int] = mapped_column(ForeignKey("practice.id"), primary_key=True)
    action_id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    number: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    kind: Mapped[str] = mapped_column(String(12), default=StepKind.MOVED)
    state: Mapped[str] = mapped_column(String(12))
    day: Mapped[date] = mapped_column(Date)
    by: Mapped[str] = mapped_column(String(120))
    note: Mapped[str] = mapped_column(Text, default="")

    __table_args__ = (
        ForeignKeyConstraint(["practice_id", "action_id"], ["action.practice_id", "action.id"]),
        CheckConstraint("number >= 1", name="counted"),
        CheckConstraint("kind IN ('moved', 'published', 'withdrawn')", name="known_kind"),
        CheckConstraint(
            "state IN ('breakdown', 'acknowledged', 'apologised', 'promised', 'done', 'checked')",
            name="known_state",
        ),
        WITHOUT_ROWID,
    )


class ActionText(Base):
    """A repair as patients read it in one language: "You said", "we did". Short, and in staff's own words."""

    __tablename__ = "action_text"

    practice_id: Mapped[int] = mapped_column(ForeignKey("practice.id"), primary_key=True)
    action_id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    language: Mapped[str] = mapped_column(String(2), primary_key=True)
    said: Mapped[str] = mapped_column(String(LONGEST_LINE))
    did: Mapped[str] = mapped_column(String(LONGEST_LINE))

    __table_args__ = (
        ForeignKeyConstraint(["practice_id", "action_id"], ["action.practice_id", "action.id"]),
        CheckConstraint("language IN ('en', 'es')", name="known_language"),
        CheckConstraint("length(said) BETWEEN 1 AND 120 AND length(did) BETWEEN 1 AND 120", name="short"),
        WITHOUT_ROWID,
    )
