"""What every chart is drawn from: strokes, boxes, marks and words as SVG.

Attributes and classes only, never a style attribute. Words are escaped here and nowhere else.
"""

from __future__ import annotations

from collections.abc import Sequence

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
        f'<rect class="chart-{kind}" x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{height:.1f}" '
        f'rx="4" fill="{fill}" stroke="{stroke}"/>'
    )


def circle(x: float, y: float, radius: float, *, kind: str, hollow: bool) -> str:
    """A mark; a hollow one is an early picture."""
    return (
        f'<circle class="chart-{kind}" cx="{x:.1f}" cy="{y:.1f}" r="{radius}" '
        f'fill="{PAPER if hollow else ACCENT}" stroke="{ACCENT}" stroke-width="2"/>'
    )


def diamond(x: float, y: float) -> str:
    """The practice beside somebody."""
    return (
        f'<path class="chart-practice" d="M{x:.1f} {y - 6:.1f}l6 6l-6 6l-6 -6z" fill="{PAPER}" '
        f'stroke="{QUIET}" stroke-width="1.5"/>'
    )


def line(x1: float, y1: float, x2: float, y2: float, *, kind: str, stroke: str, width: float) -> str:
    """A straight stroke."""
    return (
        f'<path class="chart-{kind}" d="M{x1:.1f} {y1:.1f}L{x2:.1f} {y2:.1f}" stroke="{stroke}" '
        f'stroke-width="{width}" stroke-linecap="round" fill="none"/>'
    )


def dashed(x1: float, y1: float, x2: float, y2: float, *, kind: str, dashes: str) -> str:
    """A broken stroke; ``dashes`` as in SVG."""
    return (
        f'<path class="chart-{kind}" d="M{x1:.1f} {y1:.1f}L{x2:.1f} {y2:.1f}" stroke="{QUIET}" '
        f'stroke-width="1.5" stroke-dasharray="{dashes}" fill="none"/>'
    )


def text(x: float, y: float, words: str, *, anchor: str, size: int) -> str:
    """Words, escaped."""
    return (
        f'<text class="chart-text" x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" font-size="{size}" '
        f'font-family="{FONT}" fill="{QUIET}">{escape(printable(words))}</text>'
    )


def svg(width: int, height: int, *, title: str, description: str, parts: Sequence[str], kind: str) -> Markup:
    """The whole drawing. Plain text is joined for speed; the three places where words enter escape them."""
    drawn = (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="chart chart-{kind}" role="img" '
        f'viewBox="0 0 {width} {height}"><title>{escape(printable(title))}</title>'
        f"<desc>{escape(printable(description))}</desc>{''.join(parts)}</svg>"
    )
    return Markup(drawn)  # noqa: S704  every word above went through escape


def printable(words: str) -> str:
    """Text without the control characters that XML forbids."""
    return "".join(mark for mark in words if mark.isprintable() or mark in "\n\t ")
