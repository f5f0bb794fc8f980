"""The only place where time is read.

Everything else gets ``now`` as an argument. Instants are aware UTC datetimes; days, weeks, months and
quarters are computed in the practice's own time zone.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache
from typing import Protocol
from zoneinfo import ZoneInfo

FIRST_MONDAY = date(1970, 1, 5)
#: Local hour at which a night's work begins.
NIGHT_HOUR = 2


class Clock(Protocol):
    """Something that tells the instant; the real one, or a simulated one."""

    def now(self) -> datetime: ...


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        return datetime.now(UTC)


@dataclass
class SimulatedClock:
    """A clock that stands still until it is moved. For the demo and for tests."""

    instant: datetime

    def now(self) -> datetime:
        return self.instant

    def advance(self, step: timedelta) -> None:
        self.instant += step

    def move_to(self, instant: datetime) -> None:
        if instant.tzinfo is None:
            raise ValueError("a simulated clock needs an instant with a time zone")
        self.instant = instant


def monotonic() -> float:
    """Seconds that never run backwards, for leases and timings inside one process."""
    return time.monotonic()


def pause(seconds: float) -> None:
    """Wait; here so that no other module imports ``time``."""
    time.sleep(seconds)


def local_day(now: datetime, time_zone: str) -> date:
    """The calendar day in the practice's time zone."""
    return now.astimezone(ZoneInfo(time_zone)).date()


def last_night(now: datetime, time_zone: str) -> date:
    """The day whose night should be done by now at a place."""
    local = now.astimezone(ZoneInfo(time_zone))
    return local.date() - timedelta(days=local.hour < NIGHT_HOUR)


def at_local(day: date, hour: int, time_zone: str, minute: int = 0) -> datetime:
    """A local wall-clock time as an instant (a skipped hour moves on, a doubled one is the first)."""
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=ZoneInfo(time_zone)).astimezone(UTC)


def week_number(day: date) -> int:
    """Weeks since Monday 1970-01-05; fits the two bytes a token has for it."""
    return (day - FIRST_MONDAY).days // 7


def week_monday(week: int) -> date:
    """First day of a numbered week."""
    return FIRST_MONDAY + timedelta(weeks=week)


def week_sunday(week: int) -> date:
    """Last day of a numbered week."""
    return week_monday(week) + timedelta(days=6)


def week_label(week: int) -> str:
    """ISO name of a numbered week, such as ``2026-W48``."""
    year, number, _ = week_monday(week).isocalendar()
    return f"{year}-W{number:02d}"


def fortnight_number(day: date) -> int:
    """Fortnights since 1970-01-05; the coarse age of a waiting answer."""
    return week_number(day) // 2


@cache
def fortnight_start(fortnight: int) -> date:
    return week_monday(2 * fortnight)


def month_of(day: date) -> str:
    """``2026-11``: the finest time an atom knows."""
    return f"{day.year}-{day.month:02d}"


def quarter_of(day: date) -> str:
    """``2026-Q4``: calendar quarter."""
    return f"{day.year}-Q{(day.month + 2) // 3}"


def quarter_months(quarter: str) -> tuple[str, str, str]:
    """The three months of a quarter, first to last."""
    year, number = parse_quarter(quarter)
    first = 3 * number - 2
    return (f"{year}-{first:02d}", f"{year}-{first + 1:02d}", f"{year}-{first + 2:02d}")


def quarter_end(quarter: str) -> date:
    """Last day of a quarter."""
    year, number = parse_quarter(quarter)
    following = date(year + (number == 4), 3 * number % 12 + 1, 1)
    return following - timedelta(days=1)


def quarter_before(quarter: str) -> str:
    year, number = parse_quarter(quarter)
    return f"{year - 1}-Q4" if number == 1 else f"{year}-Q{number - 1}"


def parse_quarter(text: str) -> tuple[int, int]:
    """``2026-Q4`` as (2026, 4); ValueError names the text and the form."""
    year, mark, number = text.partition("-Q")
    if not mark or not year.isdigit() or len(year) != 4 or number not in {"1", "2", "3", "4"}:
        raise ValueError(f"{text!r} is not a quarter; write it as 2026-Q4")
    return int(year), int(number)
