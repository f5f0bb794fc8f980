"""How this practice's files were read: the match that a person has looked at serves for the next file.

Every function works inside the caller's transaction. A match holds headings and words, never a line of a file
or a choice between clients.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime
from typing import Final

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from survey.visits.match import Match
from survey.visits.model import RememberedMatch

#: Older ones are forgotten.
MOST: Final = 20


def remember(db: Session, practice_id: int, match: Match, *, now: datetime) -> None:
    """Keep the match of a file that was taken; it replaces the one for the same columns."""
    shape = shape_of(match)
    db.execute(
        delete(RememberedMatch).where(
            RememberedMatch.practice_id == practice_id, RememberedMatch.shape == shape
        )
    )
    db.add(RememberedMatch(practice_id=practice_id, shape=shape, match=match.to_json(), used=now))
    db.flush()
    for old in list(remembered(db, practice_id))[MOST:]:
        forget(db, practice_id, old)


def remembered(db: Session, practice_id: int) -> Mapping[str, Match]:
    """Matches by their shape, the newest first. One of an older version that cannot be read is left out."""
    query = select(RememberedMatch).where(RememberedMatch.practice_id == practice_id)
    found = {}
    for row in db.scalars(query.order_by(RememberedMatch.used.desc(), RememberedMatch.shape)):
        try:
            found[row.shape] = Match.from_json(row.match)
        except (ValueError, KeyError, TypeError):
            continue
    return found


def forget(db: Session, practice_id: int, shape: str) -> bool:
    """Forget one; False if it is gone already."""
    this = (RememberedMatch.practice_id == practice_id, RememberedMatch.shape == shape)
    return (
        db.execute(delete(RememberedMatch).where(*this).returning(RememberedMatch.shape)).first() is not None
    )


def shape_of(match: Match) -> str:
    """The same for files with the same headings. CSV and Excel are two ways to write the same table."""
    kind = "table" if match.kind in ("csv", "xlsx") else match.kind
    second = [] if match.join is None else sorted(match.join.columns.values())
    text = json.dumps([kind, sorted(match.columns.values()), second]).lower()
    return hashlib.blake2b(text.encode(), digest_size=16).hexdigest()
