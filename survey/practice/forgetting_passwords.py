"""Keep the requests of staff for a new password until a job works them off.

Asking does the same whether or not an account has the address: it never looks. The address is not kept, only
a tag of it under a key that is not in the database.
"""

from __future__ import annotations

import hmac
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from survey.db import random_id
from survey.keys import contact
from survey.keys.files import KeyFiles
from survey.practice import recording
from survey.practice.admitting import email_key
from survey.practice.model import Staff
from survey.practice.password_request_model import PasswordRequest

#: Older requests are forgotten: whoever asked has given up, or asked again.
KEPT = timedelta(days=1)


@dataclass(frozen=True)
class Request:
    """One request, taken out of the database."""

    id: bytes
    address_tag: bytes
    hour: datetime


def ask(db: Session, files: KeyFiles, practice_id: int, email: str, *, now: datetime) -> None:
    """Write one request down. Raises KeyTrouble."""
    tag = contact.staff_tag(files, practice_id, email_key(email))
    hour = now.replace(minute=0, second=0, microsecond=0)
    db.add(PasswordRequest(practice_id=practice_id, id=random_id(), address_tag=tag, hour=hour))
    # Without the address: an entry that named it would tell which ones have an account.
    recording.record(
        db, practice_id, actor="not signed in", action="asked for a new password", subject="", now=now
    )


def waits(db: Session, practice_id: int) -> bool:
    """Whether there is anything to work off."""
    query = select(PasswordRequest.id).where(PasswordRequest.practice_id == practice_id)
    return db.scalar(query.limit(1)) is not None


def take(db: Session, practice_id: int, *, now: datetime) -> Sequence[Request]:
    """Take every request out, in one statement, so that of two workers one has it; old ones are forgotten."""
    row = PasswordRequest
    statement = delete(row).where(row.practice_id == practice_id).returning(row.id, row.address_tag, row.hour)
    taken = db.execute(statement, execution_options={"synchronize_session": False})
    return [each for each in (Request(*found) for found in taken) if now - each.hour < KEPT]


def give_back(db: Session, practice_id: int, requests: Iterable[Request]) -> None:
    """Let them wait again, because no mail could be handed over."""
    for each in requests:
        row = {"id": each.id, "address_tag": each.address_tag, "hour": each.hour}
        db.add(PasswordRequest(practice_id=practice_id, **row))


def accounts(
    db: Session, files: KeyFiles, practice_id: int, requests: Sequence[Request]
) -> list[tuple[Request, Staff]]:
    """Open accounts with a password that were asked for, each once, with the request. Raises KeyTrouble.

    An account that waits for its first password gets its link from the owner.
    """
    query = select(Staff).where(
        Staff.practice_id == practice_id, Staff.active.is_(True), Staff.password_hash != ""
    )
    found = []
    for staff in db.scalars(query.order_by(Staff.id)):
        tag = contact.staff_tag(files, practice_id, staff.email)
        asked = next((each for each in requests if hmac.compare_digest(each.address_tag, tag)), None)
        if asked is not None:
            found.append((asked, staff))
    return found
