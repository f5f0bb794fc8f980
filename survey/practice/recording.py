"""The audit log: each entry carries the hash of the one before it.

It says what staff and jobs did; never a patient, an address, a token, an answer or a count of waiting ones.
"""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from survey.db import lock_practice
from survey.practice.model import AuditEntry

BEGINNING = b"\0" * 32


def record(db: Session, practice_id: int, *, actor: str, action: str, subject: str, now: datetime) -> None:
    """Append one entry. ``actor`` is a staff address or ``job``; ``action`` is a short verb phrase."""
    lock_practice(db, practice_id)  # two entries must not take the same number
    query = (
        select(AuditEntry.number, AuditEntry.digest)
        .where(AuditEntry.practice_id == practice_id)
        .order_by(AuditEntry.number.desc())
        .limit(1)
    )
    last = db.execute(query).one_or_none()
    entry = AuditEntry(
        practice_id=practice_id,
        number=1 if last is None else last.number + 1,
        at=now.replace(microsecond=0),
        actor=actor,
        action=action,
        subject=subject[:200],
        before=BEGINNING if last is None else last.digest,
    )
    entry.digest = digest(entry)
    db.add(entry)
    db.flush()


def record_once(
    db: Session, practice_id: int, *, actor: str, action: str, since: datetime, now: datetime
) -> None:
    """Append an entry without a subject, unless the same actor's same action stands there since then."""
    lock_practice(db, practice_id)  # of two at once the second finds the first
    query = select(AuditEntry.number).where(
        AuditEntry.practice_id == practice_id,
        AuditEntry.actor == actor,
        AuditEntry.action == action,
        AuditEntry.at >= since,
    )
    if db.scalar(query.limit(1)) is None:
        record(db, practice_id, actor=actor, action=action, subject="", now=now)


def first_broken(db: Session, practice_id: int) -> int | None:
    """Number of the first entry that was changed, or None where the chain holds."""
    before = BEGINNING
    query = select(AuditEntry).where(AuditEntry.practice_id == practice_id).order_by(AuditEntry.number)
    for position, entry in enumerate(db.scalars(query), start=1):
        if entry.number != position or entry.before != before or entry.digest != digest(entry):
            return position
        before = entry.digest
    return None


def digest(entry: AuditEntry) -> bytes:
    """SHA-256 over the entry's content and the hash before it."""
    at = entry.at.astimezone(UTC).isoformat(timespec="seconds")
    content = [str(entry.practice_id), entry.number, at, entry.actor, entry.action, entry.subject]
    return hashlib.sha256(entry.before + json.dumps(content).encode("utf-8")).digest()
