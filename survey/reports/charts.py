"""Charts: SVG drawn here on the server, and the same points as a plotly figure.

Attributes and classes only, never a style attribute (the pages forbid them). Colours stand in the
attributes so that print works alone; the stylesheet overrides them by class. Nothing is drawn that was not
rounded before: widths and heights come from ``RoundedShare``.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from markupsafe import Markup, escape

from survey.insight.rounding import RoundedShare, Shown
from survey.reports.lines import Mark, Trend, TrendPoint

INK = "#22302f"
QUIET = "#5d6b69"
RULE = "#d9d5cb"
ACCENT = "#0f5c5c"
PALE = "#bcd8d4"
PAPER = "#ffffff"
FONT = "Source Sans 3, sans-serif"


@dataclass(frozen=True)
class Frame:
    """Where a trend is drawn, in units of its viewBox; text is never under 12 of them."""

    width: int
    height: int
    left: int
    right: int
    top: int
    bottom: int
    label_every: int
    text: int
    grid: tuple[int, ...]

    def x(self, position: int, count: int) -> float:
        """Middle of a month's column."""
        return self.left + (self.width - self.left - self.right) * (position + 0.5) / max(count, 1)

    def y(self, percent: float) -> float:
        """Height of a percentage."""
        return self.top + (self.height - self.top - self.bottom) * (1 - percent / 100)


WIDE = Frame(
    width=720,
    height=250,
    left=52,
    right=12,
    top=22,
    bottom=46,
    label_every=1,
    text=14,
    grid=(0, 25, 50, 75, 100),
)
NARROW = Frame(
    width=320, height=220, left=42, right=6, top=22, bottom=44, label_every=3, text=13, grid=(0, 50, 100)
)


def trend_svg(
    points: Sequence[TrendPoint],
    *,
    title: str,
    description: str,
    marks: Sequence[Mark] = (),
    frame: Frame = WIDE,
) -> Markup:
    """Shares over release months: a bar from lower to upper limit, a mark on the share.

    A full mark has 30 or more answers behind it, a hollow one is an early picture. Lines join neighbouring
    months only; a month without an atom is a gap.
    """
    parts = [_grid(frame), _marks(frame, points, marks), _lines(frame, points)]
    parts += [_point(frame, position, len(points), point) for position, point in enumerate(points)]
    parts.append(_months(frame, points))
    return _svg(frame.width, frame.height, title=title, description=description, parts=parts, kind="trend")


def share_svg(
    share: Shown, *, title: str, description: str, practice: Shown | None = None, text: int = 13
) -> Markup:
    """One share on an axis from 0 to 100: pale bar for the interval, dark for the share itself.

    A diamond below the axis stands for the practice. A withheld share leaves the axis empty. ``text`` is
    the size of the axis labels in a chart 320 wide.
    """
    parts = [_line(10, 20, 310, 20, kind="axis", stroke=RULE, width=6)]
    if isinstance(share, RoundedShare):
        parts.append(_bar(share.lower, share.upper, y=12, height=16, kind="interval", fill=PALE))
        if share.low == share.high:
            parts.append(_circle(_across(share.centre), 20, 7, kind=_mark_kind(share), hollow=share.early))
        else:
            parts.append(_bar(share.low, share.high, y=15, height=10, kind="mark", fill=ACCENT))
    if isinstance(practice, RoundedShare):
        parts.append(_diamond(_across(practice.centre), 35))
    for percent, anchor in ((0, "start"), (50, "middle"), (100, "end")):
        parts.append(_text(_across(percent), 41 + text, f"{percent}%", anchor=anchor, size=text))
    return _svg(320, 47 + text, title=title, description=description, parts=parts, kind="share")


def figure(trend: Trend) -> dict[str, Any]:
    """The trend as plotly figure JSON: the same rounded numbers, the same gaps, the same words."""
    from plotly import graph_objects as go

    points = trend.points
    shares = [point.share if isinstance(point.share, RoundedShare) else None for point in points]
    exact = [share if share is not None and _is_point(share) else None for share in shares]
    bands = [share if share is not None and not _is_point(share) else None for share in shares]
    months = [point.label for point in points]
    drawn = go.Figure(layout=go.Layout(template="none"))
    for found, low, high, colour in (
        (shares, "lower", "upper", PALE),
        (bands, "low", "high", ACCENT),
    ):
        base = [_of(share, low) for share in found]
        height = [None if share is None else _of(share, high) - _of(share, low) for share in found]
        drawn.add_trace(
            go.Bar(x=months, base=base, y=height, width=0.3, marker={"color": colour}, hoverinfo="skip")
        )
    drawn.add_trace(
        go.Scatter(
            x=months,
            y=[_of(share, "centre") for share in exact],
            mode="lines+markers",
            connectgaps=False,
            hoverinfo="skip",
            line={"color": ACCENT, "width": 2},
            marker={
                "size": 11,
                "color": [PAPER if share is None or share.early else ACCENT for share in exact],
                "line": {"color": ACCENT, "width": 2},
            },
        )
    )
    drawn.add_trace(_hover(go, trend, shares))
    drawn.update_layout(**_layout(trend))
    answer: dict[str, Any] = json.loads(drawn.to_json())
    return answer


def _hover(go: Any, trend: Trend, shares: Sequence[RoundedShare | None]) -> Any:
    """Invisible marks that carry the words of every month."""
    return go.Scatter(
        x=[point.label for point in trend.points],
        y=[_of(share, "centre") for share in shares],
        customdata=[[point.share_text, point.interval_text, point.n_text] for point in trend.points],
        hovertemplate="%{x}<br>%{customdata[0]} (%{customdata[1]})<br>%{customdata[2]}<extra></extra>",
        mode="markers",
        marker={"size": 24, "opacity": 0, "color": ACCENT},
        name=trend.name,
    )


def _layout(trend: Trend) -> dict[str, Any]:
    labels = {point.month: point.label for point in trend.points}
    return {
        "font": {"family": FONT, "size": 15, "color": INK},
        "margin": {"l": 56, "r": 16, "t": 24, "b": 48},
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "showlegend": False,
        "barmode": "overlay",
        "yaxis": {"range": [0, 100], "ticksuffix": "%", "gridcolor": RULE, "zeroline": False},
        "xaxis": {"type": "category", "showgrid": False},
        "shapes": [
            {
                "type": "line",
                "x0": labels[mark.month],
                "x1": labels[mark.month],
                "yref": "paper",
                "y0": 0,
                "y1": 1,
                "line": {"color": QUIET, "width": 1, "dash": "dot"},
            }
            for mark in trend.marks
            if mark.month in labels
        ],
    }


def _of(share: RoundedShare | None, measure: str) -> Any:
    return None if share is None else getattr(share, measure)


def _is_point(share: RoundedShare) -> bool:
    """Fifths are bands and never drawn as a point."""
    return share.step < 20


def _grid(frame: Frame) -> str:
    parts = []
    for percent in frame.grid:
        y = frame.y(percent)
        parts.append(_line(frame.left, y, frame.width - frame.right, y, kind="rule", stroke=RULE, width=1))
        parts.append(_text(frame.left - 8, y + frame.text / 3, f"{percent}%", anchor="end", size=frame.text))
    return "".join(parts)


def _months(frame: Frame, points: Sequence[TrendPoint]) -> str:
    parts = []
    base = frame.height - frame.bottom + frame.text + 6
    told = ""
    for position, point in enumerate(points):
        if (len(points) - 1 - position) % frame.label_every:
            continue
        month, _, year = point.label.partition(" ")
        x = frame.x(position, len(points))
        parts.append(_text(x, base, month, anchor="middle", size=frame.text))
        if year != told:
            parts.append(_text(x, base + frame.text + 3, year, anchor="middle", size=frame.text))
            told = year
    return "".join(parts)


def _lines(frame: Frame, points: Sequence[TrendPoint]) -> str:
    parts = []
    for position, (first, second) in enumerate(pairwise(point.share for point in points)):
        if not (isinstance(first, RoundedShare) and isinstance(second, RoundedShare)):
            continue
        if _is_point(first) and _is_point(second):
            start = (frame.x(position, len(points)), frame.y(first.centre))
            end = (frame.x(position + 1, len(points)), frame.y(second.centre))
            parts.append(_line(*start, *end, kind="line", stroke=ACCENT, width=1.5))
    return "".join(parts)


def _point(frame: Frame, position: int, count: int, point: TrendPoint) -> str:
    if not isinstance(point.share, RoundedShare):
        return ""
    share, x = point.share, frame.x(position, count)
    wide = _column(frame, x, 14, share.lower, share.upper, kind="interval", fill=PALE)
    if _is_point(share):
        return wide + _circle(x, frame.y(share.centre), 5.5, kind=_mark_kind(share), hollow=share.early)
    return wide + _column(frame, x, 8, share.low, share.high, kind="band", fill=PAPER)


def _column(frame: Frame, x: float, width: int, low: int, high: int, *, kind: str, fill: str) -> str:
    return _rect(
        x - width / 2,
        frame.y(high),
        width,
        frame.y(low) - frame.y(high),
        kind=kind,
        fill=fill,
        stroke=ACCENT if kind == "band" else fill,
    )


def _marks(frame: Frame, points: Sequence[TrendPoint], marks: Sequence[Mark]) -> str:
    places = {point.month: position for position, point in enumerate(points)}
    parts = []
    for mark in marks:
        if mark.month in places:
            x, top = frame.x(places[mark.month], len(points)), frame.top - 4
            parts.append(
                f'<path class="chart-action" d="M{x:.1f} {frame.y(0):.1f}V{top}" stroke="{QUIET}" '
                f'stroke-width="1" stroke-dasharray="3 4" fill="none"/>'
                f'<path class="chart-flag" d="M{x:.1f} {top}l-6 -10h12z" fill="{QUIET}"/>'
            )
    return "".join(parts)


def _mark_kind(share: RoundedShare) -> str:
    return "early" if share.early else "mark"


def _across(percent: float) -> float:
    return 10 + 3 * percent


def _bar(low: int, high: int, *, y: int, height: int, kind: str, fill: str) -> str:
    return _rect(_across(low), y, _across(high) - _across(low), height, kind=kind, fill=fill, stroke=fill)


def _rect(x: float, y: float, width: float, height: float, *, kind: str, fill: str, stroke: str) -> str:
    return (
        f'<rect class="chart-{kind}" x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{height:.1f}" '
        f'rx="4" fill="{fill}" stroke="{stroke}"/>'
    )


def _circle(x: float, y: float, radius: float, *, kind: str, hollow: bool) -> str:
    return (
        f'<circle class="chart-{kind}" cx="{x:.1f}" cy="{y:.1f}" r="{radius}" '
        f'fill="{PAPER if hollow else ACCENT}" stroke="{ACCENT}" stroke-width="2"/>'
    )


def _diamond(x: float, y: float) -> str:
    return (
        f'<path class="chart-practice" d="M{x:.1f} {y - 6:.1f}l6 6l-6 6l-6 -6z" fill="{PAPER}" '
        f'stroke="{QUIET}" stroke-width="1.5"/>'
    )


def _line(x1: float, y1: float, x2: float, y2: float, *, kind: str, stroke: str, width: float) -> str:
    return (
        f'<path class="chart-{kind}" d="M{x1:.1f} {y1:.1f}L{x2:.1f} {y2:.1f}" stroke="{stroke}" '
        f'stroke-width="{width}" stroke-linecap="round" fill="none"/>'
    )


def _text(x: float, y: float, words: str, *, anchor: str, size: int) -> str:
    return (
        f'<text class="chart-text" x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" font-size="{size}" '
        f'font-family="{FONT}" fill="{QUIET}">{escape(printable(words))}</text>'
    )


def _svg(width: int, height: int, *, title: str, description: str, parts: Sequence[str], kind: str) -> Markup:
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
