"""The fixed windows that results may be looked at in. There is no free choice of dates, on purpose.

A month here is always a month of release, such as ``"2026-03"``.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from survey.clock import month_of, parse_quarter, quarter_before, quarter_months, quarter_of

TREND_MONTHS = 12
#: Where things go is judged over two years of closed quarters: the newer against the older, frozen one.
COURSE_QUARTERS = 8


@dataclass(frozen=True)
class Period:
    """Release months looked at together; ``part`` while more answers may still join.

    ``before``: the window of the same length just before it.
    """

    key: str
    quarters: tuple[str, ...]
    months: tuple[str, ...]
    before: tuple[str, ...]
    part: bool


def one_quarter(quarter: str, *, today: date) -> Period:
    """A calendar quarter; the running one is a part. ValueError for text that is no quarter."""
    return Period(
        key=quarter,
        quarters=(quarter,),
        months=quarter_months(quarter),
        before=quarter_months(quarter_before(quarter)),
        part=quarter >= quarter_of(today),
    )


def last_four(today: date) -> Period:
    """The running quarter and the three before it."""
    quarters = quarters_back(quarter_of(today), 8)
    shown, earlier = quarters[4:], quarters[:4]
    return Period(
        key=LAST_FOUR,
        quarters=shown,
        months=tuple(month for quarter in shown for month in quarter_months(quarter)),
        before=tuple(month for quarter in earlier for month in quarter_months(quarter)),
        part=True,
    )


LAST_FOUR = "last-four"


class NoSuchPeriod(LookupError):
    """No period is looked at under this name; ``offered`` lists those that are."""


def offered(today: date) -> tuple[str, ...]:
    """The keys of the periods a page offers: the last four quarters, then each of them, newest first."""
    return (LAST_FOUR, *reversed(last_four(today).quarters))


def named(key: str, *, today: date) -> Period:
    """The period with this key. Raises NoSuchPeriod for any that is not offered."""
    if key not in offered(today):
        raise NoSuchPeriod("this period is not offered; choose one of the links of the page")
    return last_four(today) if key == LAST_FOUR else one_quarter(key, today=today)


def quarters_back(quarter: str, count: int) -> tuple[str, ...]:
    """``count`` quarters that end with this one, oldest first."""
    found = [quarter]
    while len(found) < count:
        found.append(quarter_before(found[-1]))
    return tuple(reversed(found))


def months_back(month: str, count: int) -> tuple[str, ...]:
    """``count`` months that end with this one, oldest first."""
    year, number = int(month[:4]), int(month[5:7])
    last = 12 * year + number - 1
    return tuple(f"{each // 12}-{each % 12 + 1:02d}" for each in range(last - count + 1, last + 1))


def compared(period: Period, *, today: date) -> tuple[str, str] | None:
    """The newest closed quarter of a period and the one before it; None where none has closed.

    A running quarter is never compared: looked at again and again while it fills, chance alone would call a
    change sooner or later.
    """
    closed = [quarter for quarter in period.quarters if quarter < quarter_of(today)]
    return (closed[-1], quarter_before(closed[-1])) if closed else None


def course_months(newest: str) -> tuple[str, ...]:
    """Two years of months that end with a closed quarter, oldest first."""
    return tuple(
        month for quarter in quarters_back(newest, COURSE_QUARTERS) for month in quarter_months(quarter)
    )


def last_month(period: Period, *, today: date) -> str:
    """The newest month of a period that has begun."""
    return min(period.months[-1], month_of(today))


def quarter_of_month(month: str) -> str:
    """``"2026-Q1"`` for ``"2026-03"``."""
    return quarter_of(date(int(month[:4]), int(month[5:7]), 1))


def first_month(quarter: str) -> date:
    """First day of a quarter."""
    year, number = parse_quarter(quarter)
    return date(year, 3 * number - 2, 1)
