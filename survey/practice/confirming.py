"""The second step of signing in: a code, after the right password and within five minutes.

A sign-in that waits opens nothing. It ends after five wrong codes, and after ten in an hour over all of
them. The refusals stand in the audit log.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from survey.keys.files import KeyFiles
from survey.practice import enrolling, recording, signing_in
from survey.practice.model import Staff
from survey.practice.second_factor_model import PendingSignIn

LIFE = timedelta(minutes=5)
TRIES = 5
#: Wrong codes of one account in an hour, over all its sign-ins: whoever tries them knows the password.
MOST_WRONG = 10
HOUR = timedelta(hours=1)


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
    return staff if staff.active and _wrong_of_late(db, staff, now=now) < MOST_WRONG else None


def _wrong_of_late(db: Session, staff: Staff, *, now: datetime) -> int:
    """Wrong codes in sign-ins of the last hour; those that ended well are not among them."""
    query = select(func.sum(PendingSignIn.tries)).where(
        PendingSignIn.practice_id == staff.practice_id,
        PendingSignIn.staff_id == staff.id,
        PendingSignIn.begun_at > now - HOUR,
    )
    return int(db.scalar(query) or 0)


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
