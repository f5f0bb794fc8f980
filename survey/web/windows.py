"""Which period a page is asked for: one of the offered keys in the address, and nothing else."""

from __future__ import annotations

from datetime import date

from flask import abort, request

from survey.insight.period import LAST_FOUR, offered


def asked_period(today: date) -> str:
    """The period named in the address, else the last four quarters; 404 for any that is not offered."""
    key = request.args.get("period", LAST_FOUR)
    if key not in offered(today):
        abort(404)
    return key
