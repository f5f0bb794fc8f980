"""Uploads that wait for a person: where each stands, and that it is taken once.

Every function works inside the caller's transaction. Rows say how a file is to be read; its bytes are sealed
elsewhere, and no row ever holds anything of its lines.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import delete, or_, select, update
from sqlalchemy.orm import Session

from survey.keys.uploads import KEPT
from survey.visits.match import Match
from survey.visits.model import Upload, UploadState

#: A large file may take some minutes. After this a taking that was cut can be begun again; that is safe.
LEASE: Final = timedelta(hours=1)


def begin(db: Session, practice_id: int, upload: str, *, match: Match, now: datetime) -> None:
    """Note that a file has arrived, and how it seems to be read."""
    db.add(Upload(practice_id=practice_id, id=upload, begun=now, match=match.to_json()))


def find(db: Session, practice_id: int, upload: str, *, now: datetime) -> Upload | None:
    """This practice's upload, if it has not waited too long."""
    row = db.get(Upload, (practice_id, upload))
    return None if row is None or row.begun <= now - KEPT else row


def waiting(db: Session, practice_id: int, *, now: datetime) -> Sequence[Upload]:
    """Uploads that nobody has taken yet, the newest first."""
    query = select(Upload).where(
        Upload.practice_id == practice_id, Upload.state != UploadState.TAKEN, Upload.begun > now - KEPT
    )
    return db.scalars(query.order_by(Upload.begun.desc(), Upload.id)).all()


def correct(db: Session, practice_id: int, upload: str, match: Match) -> bool:
    """Write down how a person wants the file to be read; False if it does not wait any more."""
    return _change(db, practice_id, upload, UploadState.WAITING, {"match": match.to_json()})


def claim(db: Session, practice_id: int, upload: str, *, now: datetime) -> bool:
    """Take the upload for oneself in one statement; False if it is being taken or was taken."""
    this = (Upload.practice_id == practice_id, Upload.id == upload)
    free = or_(
        Upload.state == UploadState.WAITING,
        (Upload.state == UploadState.TAKING) & (Upload.lease_until < now),
    )
    values = {"state": UploadState.TAKING, "lease_until": now + LEASE}
    found = db.execute(update(Upload).where(*this, free).values(**values).returning(Upload.id))
    return found.first() is not None


def give_back(db: Session, practice_id: int, upload: str) -> None:
    """Nothing of it was taken; it waits again."""
    back = {"state": UploadState.WAITING, "lease_until": None}
    _change(db, practice_id, upload, UploadState.TAKING, back)


def finish(db: Session, practice_id: int, upload: str) -> None:
    """Note that it was taken."""
    _change(db, practice_id, upload, UploadState.TAKING, {"state": UploadState.TAKEN, "match": ""})


def forget(db: Session, practice_id: int, upload: str) -> bool:
    """Throw a waiting upload away; False if it does not wait any more."""
    this = (Upload.practice_id == practice_id, Upload.id == upload)
    gone = db.execute(delete(Upload).where(*this, Upload.state == UploadState.WAITING).returning(Upload.id))
    return gone.first() is not None


def has_old(db: Session, practice_id: int, *, now: datetime) -> bool:
    """Whether ``forget_old`` has anything to do; it is asked every minute, and writing locks others out."""
    query = select(Upload.id).where(Upload.practice_id == practice_id, Upload.begun <= now - KEPT)
    return db.scalars(query.limit(1)).first() is not None


def forget_old(db: Session, practice_id: int, *, now: datetime) -> None:
    """Rows of uploads that have waited as long as they may."""
    db.execute(delete(Upload).where(Upload.practice_id == practice_id, Upload.begun <= now - KEPT))


def _change(
    db: Session, practice_id: int, upload: str, state: UploadState, values: Mapping[str, object]
) -> bool:
    this = (Upload.practice_id == practice_id, Upload.id == upload, Upload.state == state)
    return db.execute(update(Upload).where(*this).values(**values).returning(Upload.id)).first() is not None
