"""Whether the relay is worth calling: one that is down is left alone for longer each time, then tried once.

Kept in the database, so that a restart or a second worker does not call it again at once. It says nothing
about any mail or person.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import delete, select, update
from sqlalchemy.engine import CursorResult
from sqlalchemy.orm import Session

from survey.db import insert_once
from survey.invitations.backoff import rest_after
from survey.invitations.model import RelayRest
from survey.settings import Settings

#: How long others wait for the one that tries.
TRIAL = timedelta(minutes=2)


class Way(StrEnum):
    """How a worker may use the relay now."""

    OPEN = "open"
    TRIAL = "trial"
    CLOSED = "closed"


@dataclass(frozen=True)
class Rest:
    """A relay that is down: how often in a row it was, and when it is tried next."""

    failures: int
    until: datetime


def relay_name(settings: Settings) -> str:
    """Which relay the settings name; empty where mail goes into a folder."""
    return f"{settings.smtp_host}:{settings.smtp_port}" if settings.mail == "smtp" else ""


def rest(db: Session, practice_id: int, relay: str) -> Rest | None:
    """Why nothing goes out to this relay, or None where all is well. For the sending page."""
    found = db.get(RelayRest, (practice_id, relay))
    return None if found is None else Rest(found.failures, found.rest_until)


def way(db: Session, practice_id: int, relay: str, *, now: datetime) -> Way:
    """Whether to call the relay; of several that ask when a rest is over, one alone may try."""
    found = rest(db, practice_id, relay)
    if found is None:
        return Way.OPEN
    statement = (
        update(RelayRest)
        .where(
            RelayRest.practice_id == practice_id,
            RelayRest.relay == relay,
            RelayRest.rest_until == found.until,
        )
        .values(rest_until=now + TRIAL)
    )
    if found.until > now:
        return Way.CLOSED
    result = db.execute(statement, execution_options={"synchronize_session": False})
    assert isinstance(result, CursorResult)
    return Way.TRIAL if result.rowcount else Way.CLOSED


def answered(db: Session, practice_id: int, relay: str) -> None:
    """The relay is there again."""
    db.execute(delete(RelayRest).where(RelayRest.practice_id == practice_id, RelayRest.relay == relay))


def went_down(db: Session, practice_id: int, relay: str, *, now: datetime) -> None:
    """The relay was called and is down: nobody calls it for a while."""
    first = now + rest_after(1)
    if insert_once(db, RelayRest, practice_id=practice_id, relay=relay, failures=1, rest_until=first):
        return
    mine = (RelayRest.practice_id == practice_id, RelayRest.relay == relay)
    failures = (db.scalar(select(RelayRest.failures).where(*mine)) or 0) + 1
    changed = update(RelayRest).where(*mine).values(failures=failures, rest_until=now + rest_after(failures))
    db.execute(changed, execution_options={"synchronize_session": False})
