"""On which days, between which hours and how many mails a practice sends. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from survey import clock
from survey.practice.public_holidays import SATURDAY, holidays

#: Mails of a new sender's first day; each later day twice as many as the one before, up to its limit.
WARM_UP = 20
FROM_HOUR, UNTIL_HOUR = 9, 20
MOST_PER_DAY = 1000


@dataclass(frozen=True)
class BusinessDays:
    """Monday to Friday without public holidays, and what the practice says of single days."""

    country: str
    closed: frozenset[date] = frozenset()
    opened: frozenset[date] = frozenset()

    def is_open(self, day: date) -> bool:
        """The practice's own word counts more than the calendar."""
        if day in self.opened or day in self.closed:
            return day in self.opened
        return day.weekday() < SATURDAY and day not in holidays(self.country, day.year)

    def first_from(self, day: date) -> date:
        """That day, or the next one on which mail goes out."""
        while not self.is_open(day):
            day += timedelta(days=1)
        return day

    def after(self, day: date) -> date:
        """The next day after this one on which mail goes out."""
        return self.first_from(day + timedelta(days=1))


@dataclass(frozen=True)
class Schedule:
    """Hours are local, from ``from_hour`` until before ``until_hour``; the rest of the day is quiet.

    ``began`` is the day on which the sender's test mail was confirmed, None before.
    """

    time_zone: str
    days: BusinessDays
    from_hour: int = FROM_HOUR
    until_hour: int = UNTIL_HOUR
    most_per_day: int = MOST_PER_DAY
    began: date | None = None
    types: dict[str, str] = field(default_factory=dict)

    def is_time(self, now: datetime) -> bool:
        """Whether mail may go out at this instant, clock changes and all."""
        local = now.astimezone(ZoneInfo(self.time_zone))
        return self.days.is_open(local.date()) and self.from_hour <= local.hour < self.until_hour

    def next_run(self, now: datetime) -> datetime:
        """When mail goes out next, in the practice's time zone: this instant, or the beginning of an hour."""
        zone = ZoneInfo(self.time_zone)
        local = now.astimezone(zone)
        if self.is_time(now):
            return local
        today = local.date()
        day = self.days.first_from(today) if local.hour < self.from_hour else self.days.after(today)
        return clock.at_local(day, self.from_hour, self.time_zone).astimezone(zone)

    def limit(self, day: date) -> int:
        """Most mails on a day: 20 on a new sender's first, then twice as many each day, up to the limit."""
        most = WARM_UP
        sent_on = self.days.after(self.began) if self.began else day
        while sent_on < day and most < self.most_per_day:
            most *= 2
            sent_on = self.days.after(sent_on)
        return min(most, self.most_per_day)
