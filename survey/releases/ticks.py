"""When ratings and comments are published: pure.

Ratings on Mondays, comments on the first Monday of a month, so that the two can never be paired. A night that
was missed is made up for at once.
"""

from __future__ import annotations

from datetime import date, timedelta

from survey.responses.model import Kind

HOLD = {Kind.RATINGS: timedelta(days=70), Kind.COMMENTS: timedelta(days=150)}


def latest_tick(kind: Kind, today: date) -> date:
    """The last planned publishing day up to today."""
    monday = today - timedelta(days=today.weekday())
    if kind is Kind.RATINGS:
        return monday
    first = _first_monday(today.year, today.month)
    if first <= today:
        return first
    before = today.replace(day=1) - timedelta(days=1)
    return _first_monday(before.year, before.month)


def is_due(kind: Kind, today: date, last_tick: date | None) -> bool:
    """Whether today's flush publishes: the planned day, or the first night after a missed one."""
    planned = latest_tick(kind, today)
    return planned == today if last_tick is None else last_tick < planned


def _first_monday(year: int, month: int) -> date:
    first = date(year, month, 1)
    return first + timedelta(days=-first.weekday() % 7)
