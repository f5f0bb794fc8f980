"""On which morning each mail goes out: the next business day that still has room. Pure.

Whoever waits longest goes first. A mail that would come too long after its visit is not sent at all.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from survey.practice.schedule import BusinessDays, Schedule

#: A mail arrives at most so many days after the visit, unless the next business day is later than that.
LATEST_DAYS = 14
REMINDER_DAY = 4
#: A reminder later than this would leave too few days to answer.
LAST_REMINDER_DAY = 10


@dataclass(frozen=True)
class Wanted:
    """A mail that should go out; ``key`` decides between visits of one day."""

    key: bytes
    day: date


def allot(
    wanted: Iterable[Wanted], *, today: date, schedule: Schedule, taken: Mapping[date, int]
) -> dict[bytes, date | None]:
    """A morning for each, None where there is no room in time. ``taken``: mails by day that wait already."""
    first = schedule.days.after(today)
    room = Counter(taken)
    found: dict[bytes, date | None] = {}
    for mail in sorted(wanted, key=lambda mail: (mail.day, mail.key)):
        last = max(first, mail.day + timedelta(days=LATEST_DAYS))
        morning = next_room(schedule, room, first=first, last=last)
        found[mail.key] = morning
        if morning is not None:
            room[morning] += 1
    return found


def next_room(schedule: Schedule, taken: Mapping[date, int], *, first: date, last: date) -> date | None:
    """The first business day between two days that has room for one mail more."""
    day = schedule.days.first_from(first)
    while day <= last:
        if taken.get(day, 0) < schedule.limit(day):
            return day
        day = schedule.days.after(day)
    return None


def reminded_on(today: date, days: BusinessDays) -> tuple[date, ...]:
    """The sending days whose one reminder goes out today: day 4, or the next business day after it."""
    if not days.is_open(today):
        return ()
    back = range(REMINDER_DAY, LAST_REMINDER_DAY + 1)
    sent = (today - timedelta(days=number) for number in back)
    return tuple(day for day in sent if days.first_from(day + timedelta(days=REMINDER_DAY)) == today)
