"""Addresses of calendars: many carry a token, and whoever has one reads a practice's appointments.

One file for each calendar and installation, ``feeds/<random>.url``, for the worker alone. The database knows
the random part only, so no backup of it holds an address. Never puts an address into an exception.
"""

from __future__ import annotations

import secrets
from typing import Final

from survey.keys.files import KeyFiles

FOLDER: Final = "feeds"
#: Every file is as long, so that its size tells nothing.
SIZE: Final = 2048


def keep(files: KeyFiles, address: str) -> str:
    """Write an address of at most ``SIZE`` ASCII letters; returns the name by which it is found again."""
    secret = secrets.token_hex(16)
    files.create(name(secret), address.encode("ascii").ljust(SIZE))
    return secret


def address_of(files: KeyFiles, secret: str) -> str:
    """The address. Raises KeyTrouble where it is not here any more."""
    return files.read(name(secret), SIZE).decode("ascii").rstrip(" ")


def forget(files: KeyFiles, secret: str) -> None:
    """Overwrite and remove it; twice is harmless."""
    files.destroy(name(secret))


def name(secret: str) -> str:
    """The file of an address, in the key folder."""
    return f"{FOLDER}/{secret}.url"
