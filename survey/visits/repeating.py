"""The same request twice: recognised by its Idempotency-Key, answered with the same words, done once.

Keeps keyed marks of key and content, never either of them. What is kept of the answer are counts and names of
fields. Every function works inside the caller's transaction.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Final

from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from survey.db import insert_once
from survey.keys import contact
from survey.keys.files import KeyFiles
from survey.visits.model import ApiRequest

#: Days after which a key may be used for something else.
KEPT_DAYS: Final = 2
#: A request that has been at work for so long was cut; it may be sent again.
LEASE: Final = timedelta(minutes=5)


class Standing(StrEnum):
    """What is known of a request."""

    NEW = "new"
    ANSWERED = "answered"
    AT_WORK = "at work"
    OTHER = "other content under the same key"


@dataclass(frozen=True)
class Claim:
    """``tag`` names the request from now on; ``answer`` is what was answered before."""

    standing: Standing
    tag: bytes
    answer: str = ""


def claim(
    db: Session, files: KeyFiles, practice_id: int, *, key: bytes, body: bytes, today: date, now: datetime
) -> Claim:
    """Take a request on, if nobody else has. ``key`` is the program's key and its Idempotency-Key."""
    old = ApiRequest.day < today - timedelta(days=KEPT_DAYS)
    db.execute(delete(ApiRequest).where(ApiRequest.practice_id == practice_id, old))
    tag = contact.request_tag(files, practice_id, b"key|" + key)
    mark = contact.request_tag(files, practice_id, b"body|" + body)
    begun = {"body_tag": mark, "day": today, "lease_until": now + LEASE, "answer": ""}
    if insert_once(db, ApiRequest, practice_id=practice_id, tag=tag, **begun):
        return Claim(Standing.NEW, tag)
    known = db.get_one(ApiRequest, (practice_id, tag), with_for_update=True)
    if known.body_tag != mark:
        return Claim(Standing.OTHER, tag)
    if known.answer:
        return Claim(Standing.ANSWERED, tag, known.answer)
    if now < known.lease_until:
        return Claim(Standing.AT_WORK, tag)
    known.lease_until = now + LEASE
    return Claim(Standing.NEW, tag)


def answer(db: Session, practice_id: int, tag: bytes, text: str) -> None:
    """Keep what was answered, for the next time."""
    this = ApiRequest.practice_id == practice_id, ApiRequest.tag == tag
    db.execute(update(ApiRequest).where(*this).values(answer=text))


def release(db: Session, practice_id: int, tag: bytes) -> None:
    """Nothing was taken: the corrected request may come under the same key."""
    db.execute(delete(ApiRequest).where(ApiRequest.practice_id == practice_id, ApiRequest.tag == tag))
