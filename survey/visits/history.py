"""The history of imports: what came when, how far it got, and whether it can still be taken back.

Every function works inside the caller's transaction and holds the practice, so that two imports begun at the
same moment get two numbers.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Final

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from survey.db import lock_practice
from survey.visits.importing import ImportOutcome
from survey.visits.model import ImportState, VisitBefore, VisitImport

#: An import that has not said for so long that it runs was cut. A block takes well under a second.
LEASE: Final = timedelta(minutes=10)


class Shown(StrEnum):
    """What a person is told of an import."""

    RUNNING = "running"
    DONE = "done"
    INTERRUPTED = "interrupted"
    UNDONE = "undone"
    REFUSED = "refused"


@dataclass(frozen=True)
class PastImport:
    """One line of the history. ``can_be_undone`` says nothing of mails that have gone out meanwhile."""

    number: int
    day: date
    actor: str
    source: str
    shown: Shown
    outcome: ImportOutcome
    refused: int
    invited: int
    can_be_undone: bool


def resume(db: Session, practice_id: int, *, actor: str, source: str, today: date, now: datetime) -> int:
    """Go on with today's import of a program that brings visits one by one, or begin it.

    So a day of many small requests is one line of the history, and is taken back as one.
    """
    lock_practice(db, practice_id)
    newest = select(VisitImport).where(
        VisitImport.practice_id == practice_id, VisitImport.state != ImportState.REFUSED
    )
    last = db.scalar(newest.order_by(VisitImport.number.desc()).limit(1))
    same = last is not None and (last.actor, last.source, last.day) == (actor, source, today)
    if last is not None and same and last.state in (ImportState.RUNNING, ImportState.DONE):
        last.state, last.lease_until = ImportState.RUNNING, now + LEASE
        return last.number
    return begin(db, practice_id, actor=actor, source=source, today=today, now=now)


def begin(db: Session, practice_id: int, *, actor: str, source: str, today: date, now: datetime) -> int:
    """Note that an import starts; returns its number. The one before cannot be taken back from now on.

    What an interrupted one changed is kept with it, so that both can be taken back, the later one first.
    """
    lock_practice(db, practice_id)
    this = VisitImport.practice_id == practice_id
    done = select(VisitImport.number).where(this, VisitImport.state == ImportState.DONE)
    settled = list(db.scalars(done))
    db.execute(
        delete(VisitBefore).where(
            VisitBefore.practice_id == practice_id, VisitBefore.import_number.in_(settled)
        )
    )
    db.execute(
        update(VisitImport).where(this, VisitImport.number.in_(settled)).values(state=ImportState.SETTLED)
    )
    begun = _next(db, practice_id, actor=actor, source=source, today=today)
    begun.state, begun.lease_until = ImportState.RUNNING, now + LEASE
    db.add(begun)
    db.flush()
    return begun.number


def refuse(db: Session, practice_id: int, *, actor: str, today: date, now: datetime) -> None:
    """Note that a file came by itself and nothing was taken. The import before it stays the last one."""
    lock_practice(db, practice_id)
    refused = _next(db, practice_id, actor=actor, source="", today=today)
    refused.state, refused.lease_until = ImportState.REFUSED, now
    db.add(refused)


def _next(db: Session, practice_id: int, *, actor: str, source: str, today: date) -> VisitImport:
    last = db.scalar(select(func.max(VisitImport.number)).where(VisitImport.practice_id == practice_id))
    return VisitImport(practice_id=practice_id, number=(last or 0) + 1, day=today, actor=actor, source=source)


def add(
    db: Session, practice_id: int, number: int, *, outcome: ImportOutcome, invited: int, now: datetime
) -> None:
    """Count one more block in."""
    row = db.get_one(VisitImport, (practice_id, number))
    row.new += outcome.new
    row.changed += outcome.changed
    row.unchanged += outcome.unchanged
    row.invited += invited
    row.lease_until = now + LEASE


def finish(db: Session, practice_id: int, number: int, *, refused: int) -> None:
    """Note that all of the file was taken; ``refused`` lines were left out."""
    row = db.get_one(VisitImport, (practice_id, number))
    row.state, row.refused = ImportState.DONE, row.refused + refused


def past(db: Session, practice_id: int, *, now: datetime) -> tuple[PastImport, ...]:
    """All imports that are kept, the newest first."""
    query = (
        select(VisitImport).where(VisitImport.practice_id == practice_id).order_by(VisitImport.number.desc())
    )
    rows = list(db.scalars(query))
    passed_over = (ImportState.UNDONE, ImportState.REFUSED)
    last = next((row.number for row in rows if row.state not in passed_over), None)
    return tuple(_past(row, now, is_last=row.number == last) for row in rows)


def _past(row: VisitImport, now: datetime, *, is_last: bool) -> PastImport:
    shown = _shown(row, now)
    return PastImport(
        number=row.number,
        day=row.day,
        actor=row.actor,
        source=row.source,
        shown=shown,
        outcome=ImportOutcome(row.new, row.changed, row.unchanged),
        refused=row.refused,
        invited=row.invited,
        can_be_undone=is_last
        and row.state != ImportState.SETTLED
        and shown in (Shown.DONE, Shown.INTERRUPTED),
    )


def _shown(row: VisitImport, now: datetime) -> Shown:
    if row.state == ImportState.RUNNING:
        return Shown.RUNNING if now < row.lease_until else Shown.INTERRUPTED
    told = {ImportState.UNDONE: Shown.UNDONE, ImportState.REFUSED: Shown.REFUSED}
    return told.get(ImportState(row.state), Shown.DONE)
