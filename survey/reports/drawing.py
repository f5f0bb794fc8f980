"""What every chart is drawn from: strokes, boxes, marks and words as SVG.

Attributes and classes only, never a style attribute. Words are escaped here and nowhere else.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from markupsafe import Markup, escape

from survey.insight.rounding import RoundedShare

INK = "#22302f"
QUIET = "#5d6b69"
RULE = "#d9d5cb"
ACCENT = "#0f5c5c"
PALE = "#bcd8d4"
PAPER = "#ffffff"
FONT = "Source Sans 3, sans-serif"


def across(percent: float) -> float:
    """Where a percentage lies on the axis of a share, which is 320 wide."""
    return 10 + 3 * percent


def is_point(share: RoundedShare) -> bool:
    """Fifths are bands and never drawn as a point."""
    return share.step < 20


def bar(low: int, high: int, *, y: int, height: int, kind: str, fill: str) -> str:
    """From one percentage to another, on the axis of a share."""
    return rect(across(low), y, across(high) - across(low), height, kind=kind, fill=fill, stroke=fill)


def rect(x: float, y: float, width: float, height: float, *, kind: str, fill: str, stroke: str) -> str:
    """A box with round corners."""
    return (
        f'<rect class="chart-{kind}" x="{at(x)}" y="{at(y)}" width="{at(width)}" height="{at(height)}" '
        f'rx="4" fill="{fill}" stroke="{stroke}"/>'
    )


def circle(x: float, y: float, radius: float, *, kind: str, hollow: bool) -> str:
    """A mark; a hollow one is an early picture."""
    return (
        f'<circle class="chart-{kind}" cx="{at(x)}" cy="{at(y)}" r="{radius}" '
        f'fill="{PAPER if hollow else ACCENT}" stroke="{ACCENT}" stroke-width="2"/>'
    )


def diamond(x: float, y: float) -> str:
    """The practice beside somebody."""
    return (
        f'<path class="chart-practice" d="M{at(x)} {at(y - 6)}l6 6l-6 6l-6 -6z" fill="{PAPER}" '
        f'stroke="{QUIET}" stroke-width="1.5"/>'
    )


def at(place: float) -> str:
    """A coordinate, as short as it can be written."""
    return f"{place:.1f}".removesuffix(".0")


Stroke = tuple[float, float, float, float]


def line(x1: float, y1: float, x2: float, y2: float, *, kind: str, stroke: str, width: float) -> str:
    """A straight stroke."""
    return lines([(x1, y1, x2, y2)], kind=kind, stroke=stroke, width=width)


def lines(strokes: Iterable[Stroke], *, kind: str, stroke: str, width: float) -> str:
    """Straight strokes alike, as one path; nothing where there are none."""
    path = _path(strokes)
    if not path:
        return ""
    return (
        f'<path class="chart-{kind}" d="{path}" stroke="{stroke}" stroke-width="{width}" '
        f'stroke-linecap="round" fill="none"/>'
    )


def dashed(strokes: Iterable[Stroke], *, kind: str, dashes: str) -> str:
    """Broken strokes alike, as one path; ``dashes`` as in SVG."""
    return (
        f'<path class="chart-{kind}" d="{_path(strokes)}" stroke="{QUIET}" '
        f'stroke-width="1.5" stroke-dasharray="{dashes}" fill="none"/>'
    )


def _path(strokes: Iterable[Stroke]) -> str:
    return "".join(
        f"M{at(x1)} {at(y1)}{f'H{at(x2)}' if y1 == y2 else f'L{at(x2)} {at(y2)}'}"
        for x1, y1, x2, y2 in strokes
    )


def text(x: float, y: float, words: str, *, anchor: str, size: int) -> str:
    """Words, escaped."""
    return (
        f'<text x="{at(x)}" y="{at(y)}" text-anchor="{anchor}" font-size="{size}">'
        f"{escape(printable(words))}</text>"
    )


def svg(width: int, height: int, *, title: str, description: str, parts: Sequence[str], kind: str) -> Markup:
    """The whole drawing. Plain text is joined for speed; the three places where words enter escape them."""
    drawn = (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="chart chart-{kind}" role="img" '
        f'viewBox="0 0 {width} {height}" font-family="{FONT}" fill="{QUIET}">'
        f"<title>{escape(printable(title))}</title>"
        f"<desc>{escape(printable(description))}</desc>{''.join(parts)}</svg>"
    )
    return Markup(drawn)  # noqa: S704  every word above went through escape


def printable(words: str) -> str:
    """Text without the control characters that XML forbids."""
    return "".join(mark for mark in words if mark.isprintable() or mark in "\n\t ")
