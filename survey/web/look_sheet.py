"""What a page wears: the style sheet of a practice's own colour, and the address of its logo.

Pure: no database, the same bytes for everyone. Addresses carry a digest of what they lead to, so that
browsers may keep it for good; a later version of the program makes another sheet, at another address.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import lru_cache

from survey.practice.model import Practice
from survey.practice.palette import NoColour, Tones, TooPale, palette

DIGITS = 12


@dataclass(frozen=True)
class Sheet:
    """The text of a style sheet, and where it is found."""

    text: str
    address: str


@dataclass(frozen=True)
class Look:
    """Addresses of sheet and logo, empty where a practice has none of its own; what the logo says."""

    sheet: str = ""
    logo: str = ""
    name: str = ""


@lru_cache(maxsize=64)
def sheet(accent: str) -> Sheet:
    """Of a colour such as #0e5a58. Raises NoColour or TooPale."""
    tones = palette(accent)
    text = f"{_rules(tones.light)}@media (prefers-color-scheme:dark){{{_rules(tones.dark)}}}"
    digest = hashlib.sha256(text.encode("ascii")).hexdigest()[:DIGITS]
    return Sheet(text, f"/look/{accent[1:]}-{digest}.css")


def address(accent: str) -> str:
    """Where the sheet of a practice's colour is found; empty where it has none that can be read.

    Every page asks, so one that an earlier version took and this one would not is left out in silence.
    """
    try:
        return sheet(accent).address if accent else ""
    except (NoColour, TooPale):
        return ""


def look_of(practice: Practice | None) -> Look:
    """What the pages of a practice wear."""
    if practice is None:
        return Look()
    logo = f"/logo/{practice.slug}/{practice.logo}.png" if practice.logo else ""
    return Look(address(practice.accent), logo, practice.neutral_name)


def _rules(tones: Tones) -> str:
    root = f"--teal:{tones.teal};--deep:{tones.deep};--on-teal:{tones.on_teal};--wash:{tones.wash}"
    return f":root{{{root}}}.desk{{--pale:{tones.pale}}}"
