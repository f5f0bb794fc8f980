"""Make one atom of a closed month's atoms, per cell and kind.

Sums stay what they are, so no figure changes; what is lost is only how a month was pieced together. Runs
after the month's last publishing day and before the backup.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any, NamedTuple

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.orm import Session

from survey.db import lock_practice, random_id
from survey.releases.model import Atom, Comment, Tally


class Part(NamedTuple):
    """One atom of a month, before it is joined with the others."""

    id: bytes
    n: int
    cell_id: int | None
    instrument: str
    kind: str
    month: str


def compact(db: Session, practice_id: int, *, before_month: str) -> int:
    """Join the atoms of every month before ``before_month``; returns how many atoms were made."""
    lock_practice(db, practice_id)
    query = select(Atom.id, Atom.n, Atom.cell_id, Atom.instrument, Atom.kind, Atom.month).where(
        Atom.practice_id == practice_id, Atom.month < before_month
    )
    groups: dict[tuple[Any, ...], list[Part]] = defaultdict(list)
    for row in db.execute(query):
        part = Part(*row)
        groups[part.cell_id, part.instrument, part.kind, part.month].append(part)
    several = [parts for parts in groups.values() if len(parts) > 1]
    for parts in several:
        _join(db, practice_id, parts)
    return len(several)


def _join(db: Session, practice_id: int, parts: Sequence[Part]) -> None:
    whole, first, ids = random_id(), parts[0], [part.id for part in parts]
    db.execute(
        insert(Atom).values(
            practice_id=practice_id,
            id=whole,
            cell_id=first.cell_id,
            instrument=first.instrument,
            kind=first.kind,
            month=first.month,
            n=sum(part.n for part in parts),
        )
    )
    _add_tallies(db, practice_id, ids, whole)
    theirs = Comment.practice_id == practice_id, Comment.atom_id.in_(ids)
    db.execute(update(Comment).where(*theirs).values(atom_id=whole))
    db.execute(delete(Atom).where(Atom.practice_id == practice_id, Atom.id.in_(ids)))


def _add_tallies(db: Session, practice_id: int, ids: Sequence[bytes], whole: bytes) -> None:
    mine = Tally.practice_id == practice_id, Tally.atom_id.in_(ids)
    query = select(Tally.item, Tally.value, func.sum(Tally.n).label("n")).where(*mine)
    rows = [
        {
            "practice_id": practice_id,
            "atom_id": whole,
            "item": sums.item,
            "value": sums.value,
            "n": int(sums.n),
        }
        for sums in db.execute(query.group_by(Tally.item, Tally.value))
    ]
    if rows:
        db.execute(insert(Tally), rows)
    db.execute(delete(Tally).where(*mine))
