"""Is the clock to be believed? A wrong one would destroy keys too early or send old mails.

In doubt nothing is flushed, destroyed or sent until a person confirms the time. Ordinary downtime is no
doubt: what is overdue is done at once. The database keeps whole days only, in ``job_run``; the last minute
seen stands in a file of this machine, which no backup holds.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from secrets import token_hex

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from survey import clock
from survey.db import insert_once, reading, transaction
from survey.practice.declaring import practices
from survey.practice.model import JobRun
from survey.runtime import Runtime
from survey.settings import Settings

#: Longer than this nobody leaves the service off; a clock that says so is asked about.
LONGEST_DOWNTIME = timedelta(days=45)
#: What a wall clock may gain on the monotonic one while running (a machine that slept over night).
FORWARD = timedelta(hours=24)
#: And lose: a correction by the time service, never a jump.
BACKWARD = timedelta(hours=1)

SEEN, DOUBT = "clock seen", "clock doubt"
#: In the instance folder: the last minute at which this machine's worker looked at its clock.
LAST_MINUTE = "clock-seen"
REMEDY = (
    "Nothing is published, destroyed or sent until somebody looks: correct the clock, "
    "or if it is right run: afterword clock confirm"
)


class ClockInDoubt(Exception):
    """The clock jumped; the text says from when to when and what to do."""


@dataclass
class Watch:
    """The wall clock against the monotonic one, from one waking to the next."""

    wall: datetime
    monotonic: float

    def jumped(self, wall: datetime, monotonic: float) -> bool:
        """Whether the wall clock ran away since the last time this was asked."""
        drift = (wall - self.wall) - timedelta(seconds=monotonic - self.monotonic)
        self.wall, self.monotonic = wall, monotonic
        return not -BACKWARD <= drift <= FORWARD


def trouble(
    last: date | None, now: datetime, *, minute: datetime | None = None, doubted: bool = False
) -> str:
    """What is wrong with the clock, in words; empty where nothing is. Pure.

    ``last`` is the last day that any worker saw, ``minute`` the last minute that this machine's saw.
    """
    today = _day(now)
    if doubted:
        return f"The clock jumped while the service ran; it says {today} now. {REMEDY}"
    if last is not None and today < last:
        return f"The clock says {today}, but it was {last} before. {REMEDY}"
    if last is not None and today - last > LONGEST_DOWNTIME:
        return f"The clock says {today}; the service last ran on {last}. {REMEDY}"
    if minute is not None and now < minute - BACKWARD:
        return (
            f"The clock says {now:%Y-%m-%d %H:%M}, but it was {minute:%Y-%m-%d %H:%M} before (UTC). {REMEDY}"
        )
    return ""


def examine(db: Session, settings: Settings, now: datetime) -> str:
    """The same from what is kept; changes nothing."""
    last = db.scalar(select(func.max(JobRun.day)).where(JobRun.job == SEEN))
    doubted = db.scalar(select(func.count()).select_from(JobRun).where(JobRun.job == DOUBT))
    return trouble(last, now, minute=_last_minute(settings), doubted=bool(doubted))


def require_belief(runtime: Runtime, now: datetime) -> None:
    """Note day and minute, or raise ClockInDoubt and change nothing."""
    with reading(runtime.engine) as db:
        wrong = examine(db, runtime.settings, now)
        last = db.scalar(select(func.max(JobRun.day)).where(JobRun.job == SEEN))
    if wrong:
        raise ClockInDoubt(wrong)
    if last != _day(now):
        _note(runtime, SEEN, now)
    _note_minute(runtime.settings, now)


def doubt(runtime: Runtime, now: datetime) -> None:
    """From now on everything waits for a person, also after a restart."""
    _note(runtime, DOUBT, now)


def confirm(runtime: Runtime, now: datetime) -> None:
    """A person says that it is this day and minute."""
    _note_minute(runtime.settings, now)
    for practice in _everyone(runtime):
        with transaction(runtime.engine, practice) as db:
            db.execute(delete(JobRun).where(JobRun.practice_id == practice, JobRun.job.in_((SEEN, DOUBT))))
            insert_once(db, JobRun, practice_id=practice, job=SEEN, day=_day(now))


def _note(runtime: Runtime, job: str, now: datetime) -> None:
    for practice in _everyone(runtime):
        with transaction(runtime.engine, practice) as db:
            insert_once(db, JobRun, practice_id=practice, job=job, day=_day(now))
            mine = JobRun.practice_id == practice, JobRun.job == job
            db.execute(delete(JobRun).where(*mine, JobRun.day < _day(now)))


def _last_minute(settings: Settings) -> datetime | None:
    """None where the file is missing or damaged: then the day in the database has to do."""
    try:
        noted = datetime.fromisoformat(_minute_file(settings).read_text("ascii"))
    except (FileNotFoundError, PermissionError, ValueError):
        return None
    return noted if noted.tzinfo is not None else None


def _note_minute(settings: Settings, now: datetime) -> None:
    file = _minute_file(settings)
    scratch = file.with_suffix(f".{token_hex(4)}.new")  # two workers may note it at the same moment
    scratch.write_text(now.astimezone(UTC).isoformat(timespec="minutes"), "ascii")
    scratch.replace(file)


def _minute_file(settings: Settings) -> Path:
    return Path(settings.instance) / LAST_MINUTE


def _everyone(runtime: Runtime) -> list[int]:
    with reading(runtime.engine) as db:
        return [practice.id for practice in practices(db)]


def _day(now: datetime) -> date:
    return clock.local_day(now, "UTC")
