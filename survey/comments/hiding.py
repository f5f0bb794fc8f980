"""The owner's desk over released comments: hide one, show it again. Never change a word.

A hidden comment stays as it is and is left out wherever comments are shown; the audit log says who hid it and
why. The reasons are a fixed list, so that nobody writes about a patient into the log.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from survey.practice import recording
from survey.practice.model import AuditEntry, Cell
from survey.releases.model import Atom, Comment


class NoSuchComment(Exception):
    """No released comment of this practice has this key; reload the page."""


class Reason(StrEnum):
    """Why a comment is hidden."""

    NAMES = "names somebody"
    RECOGNISABLE = "could be recognised"
    INSULT = "insults somebody"
    OTHER = "another reason"


#: How the audit log names it.
HID = "hid a comment"


@dataclass(frozen=True)
class Hiding:
    """Who hid a comment, when and why."""

    by: str
    at: datetime
    reason: Reason


@dataclass(frozen=True)
class DeskComment:
    """A released comment with its random key, for whoever may hide it."""

    id: bytes
    month: str
    box: str
    text: str
    management: bool
    hidden: bool


def on_the_desk(
    db: Session, practice_id: int, *, instrument: str, months: Sequence[str]
) -> tuple[DeskComment, ...]:
    """Everything released in these months, newest first, in random order inside a month."""
    query = (
        select(Comment.id, Atom.month, Comment.box, Comment.text, Comment.audience, Comment.hidden)
        .join(Atom, (Atom.practice_id == Comment.practice_id) & (Atom.id == Comment.atom_id))
        .where(Comment.practice_id == practice_id, Atom.instrument == instrument, Atom.month.in_(months))
        .order_by(Atom.month.desc(), Comment.id)
    )
    return tuple(
        DeskComment(row.id, row.month, row.box, row.text, row.audience == "management", row.hidden)
        for row in db.execute(query)
    )


def own_comments(
    db: Session, practice_id: int, clinician_id: int, *, instrument: str, months: Sequence[str]
) -> tuple[DeskComment, ...]:
    """A clinician's own comments in these months: never a hidden one, never one for the management."""
    query = (
        select(Comment.id, Atom.month, Comment.box, Comment.text)
        .join(Atom, (Atom.practice_id == Comment.practice_id) & (Atom.id == Comment.atom_id))
        .join(Cell, (Cell.practice_id == Atom.practice_id) & (Cell.id == Atom.cell_id))
        .where(
            Comment.practice_id == practice_id,
            Comment.hidden.is_(False),
            Comment.audience == "all",
            Cell.clinician_id == clinician_id,
            Atom.instrument == instrument,
            Atom.month.in_(months),
        )
        .order_by(Atom.month.desc(), Comment.id)
    )
    return tuple(
        DeskComment(row.id, row.month, row.box, row.text, management=False, hidden=False)
        for row in db.execute(query)
    )


def hidings(db: Session, practice_id: int) -> dict[bytes, Hiding]:
    """Of every comment that was ever hidden, who did it last, when and why: as the audit log has it."""
    query = (
        select(AuditEntry.actor, AuditEntry.at, AuditEntry.subject)
        .where(AuditEntry.practice_id == practice_id, AuditEntry.action == HID)
        .order_by(AuditEntry.number)
    )
    found = {}
    for row in db.execute(query):
        key, _, reason = row.subject.partition(": ")
        found[bytes.fromhex(key)] = Hiding(row.actor, row.at, Reason(reason))
    return found


def hide(
    db: Session, practice_id: int, comment_id: bytes, *, reason: Reason, actor: str, now: datetime
) -> None:
    """Leave a comment out from now on. Hiding it twice is hiding it once. Raises NoSuchComment."""
    comment = _comment(db, practice_id, comment_id)
    if not comment.hidden:
        comment.hidden = True
        _note(db, comment, f"{comment.id.hex()}: {reason.value}", action=HID, actor=actor, now=now)


def show(db: Session, practice_id: int, comment_id: bytes, *, actor: str, now: datetime) -> None:
    """Show a hidden comment again. Raises NoSuchComment."""
    comment = _comment(db, practice_id, comment_id)
    if comment.hidden:
        comment.hidden = False
        _note(db, comment, comment.id.hex(), action="showed a comment again", actor=actor, now=now)


def _comment(db: Session, practice_id: int, comment_id: bytes) -> Comment:
    found = db.get(Comment, (practice_id, comment_id))
    if found is None:
        raise NoSuchComment("This comment is not here any more.")
    return found


def _note(db: Session, comment: Comment, subject: str, *, action: str, actor: str, now: datetime) -> None:
    db.flush()
    recording.record(db, comment.practice_id, actor=actor, action=action, subject=subject, now=now)
