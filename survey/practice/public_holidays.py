"""Public holidays by country, by the rules in ``surveys_config/holidays.toml``. Reads that file once."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

from dateutil.easter import easter
from dateutil.relativedelta import relativedelta, weekday
from dateutil.rrule import weekdays

from survey.settings import shipped

WEEKDAYS = dict(
    zip(("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"), weekdays, strict=True)
)
SATURDAY = 5


@dataclass(frozen=True)
class Rule:
    """When one holiday is; see the head of the file of rules."""

    month: int = 0
    day: int = 0
    weekday: str = ""
    nth: int = 0
    easter: int | None = None
    dates: tuple[date, ...] = ()
    moves: str = ""

    def days(self, year: int) -> Iterator[date]:
        """The day or days of that year, before any of them is moved from a weekend."""
        if self.dates:
            yield from (day for day in self.dates if day.year == year)
        elif self.easter is not None:
            yield easter(year) + timedelta(days=self.easter)
        elif self.weekday:
            yield _of_month(year, self.month, WEEKDAYS[self.weekday](self.nth))
        else:
            yield date(year, self.month, self.day)


def countries() -> tuple[str, ...]:
    """The countries whose holidays are known."""
    return tuple(sorted(_rules()))


@lru_cache(maxsize=256)
def holidays(country: str, year: int) -> frozenset[date]:
    """The days of a year on which the country rests; none for a country that is not known."""
    near = (year - 1, year, year + 1)  # 1 January is kept in December where it falls on a Saturday
    return frozenset(day for each in near for day in _kept(country, each) if day.year == year)


def _kept(country: str, year: int) -> frozenset[date]:
    rules = _rules().get(country, ())
    kept = {day for rule in rules for day in rule.days(year)}
    for rule in rules:
        for day in rule.days(year):
            if day.weekday() >= SATURDAY and rule.moves:
                kept.add(_moved(day, rule.moves, kept))
    return frozenset(kept)


def _moved(day: date, how: str, taken: set[date]) -> date:
    if how == "nearest":
        return day + timedelta(days=-1 if day.weekday() == SATURDAY else 1)
    while day in taken or day.weekday() >= SATURDAY:
        day += timedelta(days=1)
    return day


def _of_month(year: int, month: int, wanted: weekday) -> date:
    first = date(year, month, 1)
    last = first + relativedelta(months=1, days=-1)
    day: date = (first if wanted.n > 0 else last) + relativedelta(weekday=wanted)
    return day


@lru_cache(maxsize=1)
def _rules() -> dict[str, tuple[Rule, ...]]:
    content = tomllib.loads((shipped("surveys_config") / "holidays.toml").read_text(encoding="utf-8"))
    return {
        country: tuple(Rule(**{**entry, "dates": tuple(entry.get("dates", ()))}) for entry in entries)
        for country, entries in content.items()
    }
