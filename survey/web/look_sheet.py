"""The style sheet of a practice's own colour: its text and its address, both made of the colour alone.

Pure: no database, the same bytes for everyone. The address carries a digest of the text, so that browsers may
keep it for good and a later version of the program has another one.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import lru_cache

from survey.practice.palette import NoColour, Tones, TooPale, palette

DIGITS = 12


@dataclass(frozen=True)
class Sheet:
    """The text of a style sheet, and where it is found."""

    text: str
    address: str


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


def _rules(tones: Tones) -> str:
    root = f"--teal:{tones.teal};--deep:{tones.deep};--on-teal:{tones.on_teal};--wash:{tones.wash}"
    return f":root{{{root}}}.desk{{--pale:{tones.pale}}}"
