"""A practice asks to leave: it closes, and after a time to think again everything of it is deleted.

Until the deletion has begun it can stay. What was told and when the deletion began stands in ``job_run``, so
that nobody hears of it twice, and nobody can stay whose keys are going. Deletes nothing itself.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Final

from sqlalchemy import ColumnElement, delete, func, select
from sqlalchemy.orm import Session

from survey.db import insert_once, lock_practice
from survey.practice import reaching
from survey.practice.model import JobRun, Practice

#: So long a practice is closed before it is deleted: time to think again and to take reports away.
WAITING: Final = timedelta(days=14)
#: So long before the end its owners get their last mail; and so many nights are worked through after it.
NOTICE: Final = timedelta(days=3)
#: Names of notes; an owner's own mark follows the first two, the day of leaving the third.
TOLD, LAST, WARNED, BEGUN = "leaving told", "leaving last", "leaving", "leaving begun"


class TooLate(Exception):
    """The deletion has begun: keys are gone that nobody can bring back."""


def leave(db: Session, practice_id: int, *, today: date) -> date:
    """Close the practice and have it deleted later; from which day on. Asking twice changes nothing."""
    practice = _held(db, practice_id)
    if practice.leaves_on is None:
        reaching.close(practice, today=today)
        practice.leaves_on = today + WAITING
        earlier = JobRun.job.startswith(TOLD), JobRun.day != practice.leaves_on
        db.execute(delete(JobRun).where(_note(practice_id), *earlier))
    return practice.leaves_on


def stay(db: Session, practice_id: int) -> None:
    """Delete nothing. A survey that the asking closed is open again, one that was closed before stays closed.
    Mail stays paused. Raises TooLate."""
    practice = _held(db, practice_id)
    _require_time(db, practice_id)
    if practice.leaves_on is None:
        return
    if practice.closed_on == practice.leaves_on - WAITING:
        reaching.reopen(practice)
    practice.leaves_on = None
    _forget_warning(db, practice_id)


def reopen(db: Session, practice_id: int) -> None:
    """Take answers again and delete nothing, whatever was asked before. Raises TooLate."""
    practice = _held(db, practice_id)
    _require_time(db, practice_id)
    reaching.reopen(practice)
    _forget_warning(db, practice_id)


def note_warned(db: Session, practice: Practice, *, today: date) -> None:
    """Every owner has had the last mail, or cannot have it."""
    if practice.leaves_on is not None and not is_warned(db, practice):
        insert_once(db, JobRun, practice_id=practice.id, job=_warned(practice.leaves_on), day=today)


def is_warned(db: Session, practice: Practice) -> bool:
    """Whether that is noted for the day on which it leaves."""
    day = practice.leaves_on
    return day is not None and _day_of(db, practice.id, _warned(day)) is not None


def untold_since(db: Session, practice: Practice, *, today: date) -> date | None:
    """Since when the deletion waits for the overdue last mail to the owners; None where it does not."""
    if practice.leaves_on is None or is_warned(db, practice) or has_begun(db, practice.id):
        return None
    planned = practice.leaves_on - NOTICE
    return planned if planned < today else None


def is_due(db: Session, practice: Practice, *, today: date) -> bool:
    """Whether it may be deleted: the day has come, and since the last mail as many nights were worked through
    as it promised, so that a clock that jumps ahead takes nobody's time to object."""
    if practice.leaves_on is None or today < practice.leaves_on:
        return False
    warned = _day_of(db, practice.id, _warned(practice.leaves_on))
    if warned is None:
        return False
    nights = select(func.count()).where(
        JobRun.practice_id == practice.id, JobRun.job == "night", JobRun.day > warned, JobRun.day <= today
    )
    return (db.scalar(nights) or 0) >= NOTICE.days


def begin(db: Session, practice_id: int, *, today: date) -> date | None:
    """From now on it cannot stay; the day on which its deletion began. None, and nothing is noted, where it
    may not be deleted."""
    practice = _held(db, practice_id)
    begun = _day_of(db, practice_id, BEGUN)
    if begun is None and is_due(db, practice, today=today):
        insert_once(db, JobRun, practice_id=practice_id, job=BEGUN, day=today)
        return today
    return begun


def has_begun(db: Session, practice_id: int) -> bool:
    """Whether the deletion has begun."""
    return _day_of(db, practice_id, BEGUN) is not None


def _held(db: Session, practice_id: int) -> Practice:
    """As it is now, until this transaction ends: whoever stays and whoever deletes wait for each other."""
    lock_practice(db, practice_id)
    return db.get_one(Practice, practice_id, populate_existing=True)


def _require_time(db: Session, practice_id: int) -> None:
    if has_begun(db, practice_id):
        raise TooLate


def _warned(leaves_on: date) -> str:
    return f"{WARNED} {leaves_on:%Y%m%d}"


def _day_of(db: Session, practice_id: int, job: str) -> date | None:
    return db.scalar(select(func.min(JobRun.day)).where(_note(practice_id), JobRun.job == job))


def _forget_warning(db: Session, practice_id: int) -> None:
    """Whoever leaves again later is warned again; that they were told of this leaving is needed once more."""
    ours, kept = JobRun.job.startswith(WARNED), JobRun.job.startswith(TOLD)
    db.execute(delete(JobRun).where(_note(practice_id), ours, ~kept))


def _note(practice_id: int) -> ColumnElement[bool]:
    return JobRun.practice_id == practice_id
