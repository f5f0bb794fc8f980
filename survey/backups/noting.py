"""What the database remembers of its backups: the night of the last good one, and what went wrong since.

For the doctor and for whoever watches the installation. Days and hours only; a trouble is a sentence for the
operator and holds nothing of a person.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from survey.keys.model import Installation

LONGEST = 400


@dataclass(frozen=True)
class LastBackup:
    """``night``: that of the last good backup, None before the first one. ``tried``: the hour of the worker's
    last try. ``trouble``: why that one failed; empty where it did not."""

    night: date | None = None
    tried: datetime | None = None
    trouble: str = ""


def last_backup(db: Session) -> LastBackup:
    """What is known."""
    columns = (Installation.backup_night, Installation.backup_tried, Installation.backup_trouble)
    found = db.execute(select(*columns)).first()
    return LastBackup(*found) if found else LastBackup()


def note_good(db: Session, night: date) -> None:
    """A backup of this night is made."""
    db.execute(update(Installation).values(backup_night=night, backup_trouble=""))


def note_trouble(db: Session, trouble: str, *, now: datetime) -> None:
    """The worker tried in this hour, and this is wrong so far."""
    hour = now.replace(minute=0, second=0, microsecond=0)
    db.execute(update(Installation).values(backup_tried=hour, backup_trouble=trouble[:LONGEST]))
