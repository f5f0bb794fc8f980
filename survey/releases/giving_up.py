"""Answers that will never be shown: counted, and nothing else of them is left.

Answers whose key is gone are given up here and nowhere else, and only because a person said so: a key file
that was put into the wrong place may still come back.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from survey import clock
from survey.db import lock_practice
from survey.keys import pool as pool_keys
from survey.keys.files import KeyFiles
from survey.releases.model import Unreleased
from survey.responses.model import Kind, Pool, PoolKey


def count_unreleased(
    db: Session, practice_id: int, kind: Kind, *, month: str, cause: str, number: int
) -> None:
    """Add ``number`` answers of a kind to those that were never shown; ``cause`` is expired or lost."""
    if not number:
        return
    if db.get(Unreleased, (practice_id, month, kind, cause)) is None:
        db.add(Unreleased(practice_id=practice_id, month=month, kind=kind, cause=cause, n=0))
        db.flush()
    where = (
        Unreleased.practice_id == practice_id,
        Unreleased.month == month,
        Unreleased.kind == kind,
        Unreleased.cause == cause,
    )
    db.execute(update(Unreleased).where(*where).values(n=Unreleased.n + number))


def never_shown(db: Session, practice_id: int, *, months: Sequence[str]) -> dict[tuple[str, Kind], int]:
    """Exact numbers by (cause, kind) over months; whoever shows one must round it first."""
    query = (
        select(Unreleased.cause, Unreleased.kind, func.sum(Unreleased.n).label("n"))
        .where(Unreleased.practice_id == practice_id, Unreleased.month.in_(months))
        .group_by(Unreleased.cause, Unreleased.kind)
    )
    return {(row.cause, Kind(row.kind)): int(row.n) for row in db.execute(query)}


def give_up(db: Session, files: KeyFiles, practice_id: int, *, today: date) -> int:
    """Delete the answers whose key is not here and count them as lost; returns how many.

    New answers are sealed to a key that is here from now on. Answers that can be opened stay.
    """
    lock_practice(db, practice_id)
    held = pool_keys.ids_held(files, practice_id)
    keys = db.scalars(select(PoolKey).where(PoolKey.practice_id == practice_id).with_for_update()).all()
    total = 0
    for key in keys:
        shut = Pool.practice_id == practice_id, Pool.kind == key.kind, Pool.kid.not_in(held)
        number = db.scalar(select(func.count()).select_from(Pool).where(*shut)) or 0
        db.execute(delete(Pool).where(*shut))
        month = clock.month_of(today)
        count_unreleased(db, practice_id, Kind(key.kind), month=month, cause="lost", number=number)
        if key.kid not in held:
            key.kid, key.public = pool_keys.new_key(files, practice_id)
        total += number
    return total
