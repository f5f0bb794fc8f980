"""A practice's own colour: the tones that pages make of it, light and dark, and whether they can be read.

Pure. Luminance and contrast are those of WCAG 2.2. A colour is chosen for light pages; dark pages get a
lighter tone of it, because no colour can be read on both.
"""

from __future__ import annotations

import colorsys
import re
from dataclasses import dataclass
from itertools import count

HEX = re.compile(r"#[0-9a-f]{6}")
#: Paper, sheet and the ground of problems in our style sheet, light and dark; a test holds them equal to it.
LIGHT, DARK = ("#f6f2ea", "#fffdf9", "#fdf1dc"), ("#121817", "#1a2221", "#33270f")
WHITE, BLACK, NIGHT = "#ffffff", "#000000", "#0c1514"
#: Least contrast of text (WCAG 2.2, 1.4.3), and what dark pages are given, where light text looks thinner.
LEAST, LEAST_IN_DARK = 4.5, 6.0
#: On dark paper a strong colour glares.
MOST_SATURATION = 0.6
STEPS = 100


class NoColour(ValueError):
    """This is not a colour such as #0e5a58."""


class TooPale(ValueError):
    """Words in this colour cannot be read on paper; ``nearest`` is the first darker tone of it that can."""

    def __init__(self, nearest: str) -> None:
        super().__init__(f"words in this colour are too pale to be read; {nearest} can be read")
        self.nearest = nearest


@dataclass(frozen=True)
class Tones:
    """Of links and buttons, below the pointer, of words on buttons, behind what is chosen, of soft marks."""

    teal: str
    deep: str
    on_teal: str
    wash: str
    pale: str

    def least_contrast(self, papers: tuple[str, ...]) -> float:
        """Of all pairs of words and ground that pages make of these."""
        words = (self.teal, self.deep)
        pairs = [(word, ground) for word in words for ground in (*papers, self.wash)]
        return min(contrast(*pair) for pair in (*pairs, *((word, self.on_teal) for word in words)))


@dataclass(frozen=True)
class Palette:
    """The tones of light and of dark pages."""

    light: Tones
    dark: Tones


def palette(accent: str) -> Palette:
    """The tones of a colour such as #0e5a58. Raises NoColour; TooPale with the nearest that can be read."""
    if not HEX.fullmatch(accent):
        raise NoColour("write a colour as # and six of the digits 0 to 9 and letters a to f")
    if not _can_be_read(accent):
        darker = (mixed(accent, BLACK, step / STEPS) for step in count(1))
        raise TooPale(next(tone for tone in darker if _can_be_read(tone)))
    lighter = (_of_lightness(accent, step / STEPS) for step in range(STEPS + 1))
    dark = next(tones for tones in map(_dark, lighter) if tones.least_contrast(DARK) >= LEAST_IN_DARK)
    return Palette(_light(accent), dark)


def contrast(one: str, other: str) -> float:
    """Between 1 and 21, whichever of the two is lighter (WCAG 2.2)."""
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def luminance(colour: str) -> float:
    """Relative luminance, 0 for black and 1 for white (WCAG 2.2)."""
    red, green, blue = (_linear(part / 255) for part in _parts(colour))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def mixed(colour: str, other: str, share: float) -> str:
    """A colour with a share of another, 0 to 1."""
    pairs = zip(_parts(colour), _parts(other), strict=True)
    return "#" + "".join(f"{round(one + (two - one) * share):02x}" for one, two in pairs)


def _can_be_read(accent: str) -> bool:
    return _light(accent).least_contrast(LIGHT) >= LEAST


def _light(accent: str) -> Tones:
    sheet = LIGHT[1]
    return Tones(
        teal=accent,
        deep=mixed(accent, BLACK, 0.25),
        on_teal=WHITE,
        wash=mixed(sheet, accent, 0.1),
        pale=mixed(sheet, accent, 0.28),
    )


def _dark(tone: str) -> Tones:
    sheet = DARK[1]
    return Tones(
        teal=tone,
        deep=mixed(tone, WHITE, 0.3),
        on_teal=NIGHT,
        wash=mixed(sheet, tone, 0.12),
        pale=mixed(sheet, tone, 0.4),
    )


def _of_lightness(colour: str, lightness: float) -> str:
    """The same hue, as light as this (0 to 1)."""
    hue, _, saturation = colorsys.rgb_to_hls(*(part / 255 for part in _parts(colour)))
    parts = colorsys.hls_to_rgb(hue, lightness, min(saturation, MOST_SATURATION))
    return "#" + "".join(f"{round(part * 255):02x}" for part in parts)


def _parts(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def _linear(part: float) -> float:
    return part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
