"""The open sign-ins of an account: list them, end one, end all but one. Shows days and hours, no address."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import CursorResult, delete, select
from sqlalchemy.orm import Session

from survey.practice.model import StaffSession
from survey.practice.signing_in import LONGEST, hash_of


@dataclass(frozen=True)
class OpenSignIn:
    """``mark`` names the sign-in on the page; nothing can be opened with it."""

    mark: str
    opened_at: datetime
    seen_at: datetime
    here: bool


def open_sign_ins(
    db: Session, practice_id: int, staff_id: int, *, secret: str = "", now: datetime
) -> list[OpenSignIn]:
    """Those younger than twelve hours, the newest first; ``secret`` is that of this browser."""
    query = select(StaffSession).where(
        StaffSession.practice_id == practice_id,
        StaffSession.staff_id == staff_id,
        StaffSession.opened_at > now - LONGEST,
    )
    here = hash_of(secret)
    return [
        OpenSignIn(_mark(row.secret_hash), row.opened_at, row.seen_at, row.secret_hash == here)
        for row in db.scalars(query.order_by(StaffSession.opened_at.desc(), StaffSession.secret_hash))
    ]


def end_marked(db: Session, practice_id: int, staff_id: int, mark: str) -> bool:
    """End the sign-in of this mark, of this account only; False where there is none."""
    mine = StaffSession.practice_id == practice_id, StaffSession.staff_id == staff_id
    for row in db.scalars(select(StaffSession).where(*mine)):
        if _mark(row.secret_hash) == mark:
            db.delete(row)
            db.flush()
            return True
    return False


def end_others(db: Session, practice_id: int, staff_id: int, *, secret: str) -> int:
    """End all but this browser's; how many."""
    mine = StaffSession.practice_id == practice_id, StaffSession.staff_id == staff_id
    result = db.execute(delete(StaffSession).where(*mine, StaffSession.secret_hash != hash_of(secret)))
    assert isinstance(result, CursorResult)
    return result.rowcount


def _mark(secret_hash: bytes) -> str:
    return hashlib.sha256(b"mark" + secret_hash).hexdigest()[:24]
