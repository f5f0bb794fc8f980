"""The second step of signing in: a code, after the right password and within five minutes.

A sign-in that waits opens nothing. It ends after five wrong codes; the refusals stand in the audit log.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from survey.keys.files import KeyFiles
from survey.practice import enrolling, recording, signing_in
from survey.practice.accounts import PendingSignIn
from survey.practice.model import Staff

LIFE = timedelta(minutes=5)
TRIES = 5


class CodeRefused(Exception):
    """A wrong or used code; the same sign-in may try again."""


class PendingOver(Exception):
    """No sign-in waits here, or it waited too long or was tried too often: begin with the password."""


def waiting_staff(db: Session, practice_id: int, secret: str, *, now: datetime) -> Staff | None:
    """Whose sign-in waits; None where it is over. Reads only."""
    row = db.get(PendingSignIn, (practice_id, signing_in.hash_of(secret)))
    if row is None or row.tries >= TRIES or not timedelta() <= now - row.begun_at < LIFE:
        return None
    staff = db.get_one(Staff, (practice_id, row.staff_id))
    return staff if staff.active else None


def finish(db: Session, files: KeyFiles, practice_id: int, secret: str, code: str, *, now: datetime) -> str:
    """The secret of a new sign-in. Raises CodeRefused or PendingOver.

    The caller catches both inside its transaction, or the counted try and the note are lost.
    """
    staff = waiting_staff(db, practice_id, secret, now=now)
    if staff is None:
        raise PendingOver
    row = db.get_one(PendingSignIn, (practice_id, signing_in.hash_of(secret)), with_for_update=True)
    if row.tries >= TRIES:  # another request was faster
        raise PendingOver
    if not enrolling.uses_up(db, files, staff, code, now=now):
        row.tries += 1
        recording.record(db, practice_id, actor=staff.email, action="code refused", subject="", now=now)
        raise CodeRefused if row.tries < TRIES else PendingOver
    db.delete(row)
    db.flush()
    return signing_in.open_session(db, staff, now=now)
