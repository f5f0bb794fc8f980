"""Which day a mail goes out. Pure."""

from __future__ import annotations

from datetime import date, timedelta

SATURDAY = 5


def next_send_day(today: date) -> date:
    """The next day from Monday to Friday."""
    day = today + timedelta(days=1)
    while day.weekday() >= SATURDAY:
        day += timedelta(days=1)
    return day
