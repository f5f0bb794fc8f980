"""One released comment by its random key, for whoever may read it. Reads only."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from survey.insight.reading import ReleasedComment
from survey.practice.model import Cell
from survey.releases.model import Atom, Comment


def find_released(
    db: Session, practice_id: int, comment_id: bytes, *, clinician_id: int | None
) -> ReleasedComment | None:
    """The comment with its month; None where it is hidden, unknown, or not for this reader.

    ``clinician_id`` None reads for the owner; else only comments on that clinician that were meant for all.
    """
    query = (
        select(Atom.month, Comment.box, Comment.text)
        .join(Atom, (Atom.practice_id == Comment.practice_id) & (Atom.id == Comment.atom_id))
        .where(Comment.practice_id == practice_id, Comment.id == comment_id, Comment.hidden.is_(False))
    )
    if clinician_id is not None:
        query = query.join(Cell, (Cell.practice_id == Atom.practice_id) & (Cell.id == Atom.cell_id)).where(
            Cell.clinician_id == clinician_id, Comment.audience == "all"
        )
    row = db.execute(query).one_or_none()
    return None if row is None else ReleasedComment(row.month, row.box, row.text)
