"""Quarterly card keys: they turn the code on a printed card into the tag that is kept of it.

One file for each quarter and installation, ``cards/2026-Q4.web``. Whoever takes answers needs it, so it is
shared with web processes; it opens no answer and no address. It goes the day after the quarter's cards end,
and with it every way from a card that somebody kept to a tag that is still in a copy.
"""

from __future__ import annotations

import hmac
import secrets
from datetime import date, timedelta

from survey import clock
from survey.keys.files import KeyFiles, KeyTrouble

#: Days after the quarter's end on which its cards are still taken: somebody took one home on the last day.
GRACE_DAYS = 16
FOLDER = "cards"


class NoCardKey(KeyTrouble):
    """The quarter's key is destroyed, or was never made: its cards cannot be read any more."""


def last_day(quarter: str) -> date:
    """Last day on which a card of this quarter is taken; its key goes the day after."""
    return clock.quarter_end(quarter) + timedelta(days=GRACE_DAYS)


def ensure_quarter(files: KeyFiles, quarter: str, *, today: date) -> None:
    """Make the quarter's key if it is not there. Raises KeyTrouble for a quarter too far ahead or over."""
    if quarter > clock.quarter_of(today + timedelta(days=GRACE_DAYS)):
        raise KeyTrouble(f"{quarter} has not begun yet; is the clock right?")
    if today > last_day(quarter):
        raise KeyTrouble(f"{quarter} is over; its card key is not made again")
    if not files.exists(name(quarter)):
        files.create(name(quarter), secrets.token_bytes(32))


def card_tag(files: KeyFiles, quarter: str, practice_id: int, code: str) -> bytes:
    """16 bytes kept for a card; cannot be matched to a code once the key is gone. Raises NoCardKey."""
    if not files.exists(name(quarter)):
        raise NoCardKey(f"no card key for {quarter}; is `afterword work` running?")
    return hmac.digest(files.read(name(quarter), 32), f"card|{practice_id}|{code}".encode(), "sha256")[:16]


def destroy_quarter(files: KeyFiles, quarter: str) -> None:
    """After this nobody can tell which card of the quarter was used."""
    files.destroy(name(quarter))


def quarters_held(files: KeyFiles) -> tuple[str, ...]:
    """Quarters such as ``2026-Q4`` of which a key exists, oldest first."""
    return tuple(file.removeprefix(f"{FOLDER}/").split(".")[0] for file in files.names(FOLDER))


def name(quarter: str) -> str:
    """The file of a quarter's key, in the key folder."""
    return f"{FOLDER}/{quarter}.web"
