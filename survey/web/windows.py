"""Which period a page is asked for: one of the offered keys in its address, and nothing else."""

from __future__ import annotations

from datetime import date

from flask import abort

from survey.insight.period import LAST_FOUR, offered

#: What an address without a period shows.
LATEST = {"period": LAST_FOUR}


def require_offered(period: str, today: date) -> None:
    """404 for any period that is not offered: pages show declared groups and quarters only."""
    if period not in offered(today):
        abort(404)
