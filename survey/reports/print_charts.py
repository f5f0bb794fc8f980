"""Charts drawn here on the server, as SVG: trends, shares, parts of a distribution.

Attributes and classes only, never a style attribute (the pages forbid them). Colours stand in the
attributes so that print works alone; the stylesheet overrides them by class. Nothing is drawn that was not
rounded before: widths and heights come from ``RoundedShare``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from markupsafe import Markup

from survey.insight.rounding import RoundedShare, Shown
from survey.reports import drawing
from survey.reports.control import Control
from survey.reports.drawing import ACCENT, PALE, PAPER, QUIET, RULE
from survey.reports.lines import Mark, TrendPoint


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
QUARTERS = Frame(
    width=320, height=170, left=54, right=4, top=14, bottom=50, label_every=1, text=18, grid=(0, 50, 100)
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
    control: Control | None = None,
    frame: Frame = WIDE,
) -> Markup:
    """Shares over release months: a bar from lower to upper limit, a mark on the share.

    Dashed lines are the limits of the control chart, the dotted one its centre.

    A full mark has 30 or more answers behind it, a hollow one is an early picture. Lines join neighbouring
    months only; a month without an atom is a gap.
    """
    parts = [_grid(frame), _control(frame, control), _marks(frame, points, marks), _lines(frame, points)]
    parts += [_point(frame, position, len(points), point) for position, point in enumerate(points)]
    parts.append(_months(frame, points))
    return drawing.svg(
        frame.width, frame.height, title=title, description=description, parts=parts, kind="trend"
    )


def share_svg(
    share: Shown, *, title: str, description: str, practice: Shown | None = None, text: int = 13
) -> Markup:
    """One share on an axis from 0 to 100: pale bar for the interval, dark for the share itself.

    A diamond below the axis stands for the practice. A withheld share leaves the axis empty. ``text`` is
    the size of the axis labels in a chart 320 wide.
    """
    parts = [drawing.line(10, 20, 310, 20, kind="axis", stroke=RULE, width=6)]
    if isinstance(share, RoundedShare):
        parts.append(drawing.bar(share.lower, share.upper, y=12, height=16, kind="interval", fill=PALE))
        if share.low == share.high:
            parts.append(
                drawing.circle(
                    drawing.across(share.centre), 20, 7, kind=_mark_kind(share), hollow=share.early
                )
            )
        else:
            parts.append(drawing.bar(share.low, share.high, y=15, height=10, kind="mark", fill=ACCENT))
    if isinstance(practice, RoundedShare):
        parts.append(drawing.diamond(drawing.across(practice.centre), 35))
    for percent, anchor in ((0, "start"), (50, "middle"), (100, "end")):
        parts.append(
            drawing.text(drawing.across(percent), 41 + text, f"{percent}%", anchor=anchor, size=text)
        )
    return drawing.svg(320, 47 + text, title=title, description=description, parts=parts, kind="share")


def part_svg(share: Shown, *, title: str) -> Markup:
    """A part of a distribution as one bar from 0, as long as its rounded share."""
    parts = [drawing.rect(0, 2, 320, 10, kind="track", fill=RULE, stroke=RULE)]
    if isinstance(share, RoundedShare):
        width = 3.2 * share.centre
        parts.append(drawing.rect(0, 2, width, 10, kind="part", fill=ACCENT, stroke=ACCENT))
    return drawing.svg(320, 14, title=title, description="", parts=parts, kind="part")


def _control(frame: Frame, control: Control | None) -> str:
    """Each month has its own limits, because each has its own number of answers."""
    if control is None:
        return ""
    count = len(control.limits)
    half = (frame.width - frame.left - frame.right) / count / 2
    strokes = [
        (frame.x(position, count) - half, frame.y(percent), frame.x(position, count) + half, frame.y(percent))
        for position, limit in enumerate(control.limits)
        for percent in limit or ()
    ]
    y = frame.y(control.centre)
    middle = [(frame.left, y, frame.width - frame.right, y)]
    limits = drawing.dashed(strokes, kind="limit", dashes="5 4")
    return limits + drawing.dashed(middle, kind="centre", dashes="1 4")


def _grid(frame: Frame) -> str:
    right = frame.width - frame.right
    strokes = [(frame.left, frame.y(percent), right, frame.y(percent)) for percent in frame.grid]
    named = [
        drawing.text(
            frame.left - 8, frame.y(percent) + frame.text / 3, f"{percent}%", anchor="end", size=frame.text
        )
        for percent in frame.grid
    ]
    return drawing.lines(strokes, kind="rule", stroke=RULE, width=1) + "".join(named)


def _months(frame: Frame, points: Sequence[TrendPoint]) -> str:
    parts = []
    base = frame.height - frame.bottom + frame.text + 6
    told = ""
    for position, point in enumerate(points):
        if (len(points) - 1 - position) % frame.label_every:
            continue
        month, _, year = point.label.partition(" ")
        x = frame.x(position, len(points))
        parts.append(drawing.text(x, base, month, anchor="middle", size=frame.text))
        if year != told and not _crowded(frame, points, position, year):
            parts.append(drawing.text(x, base + frame.text + 3, year, anchor="middle", size=frame.text))
            told = year
    return "".join(parts)


def _crowded(frame: Frame, points: Sequence[TrendPoint], position: int, year: str) -> bool:
    """Whether the next column begins another year, too near for both."""
    wide = (frame.width - frame.left - frame.right) / len(points)
    after = points[position + 1].label.partition(" ")[2] if position + 1 < len(points) else year
    return after != year and wide < 3 * frame.text


def _lines(frame: Frame, points: Sequence[TrendPoint]) -> str:
    strokes = []
    for position, (first, second) in enumerate(pairwise(point.share for point in points)):
        if not (isinstance(first, RoundedShare) and isinstance(second, RoundedShare)):
            continue
        if drawing.is_point(first) and drawing.is_point(second):
            start = (frame.x(position, len(points)), frame.y(first.centre))
            end = (frame.x(position + 1, len(points)), frame.y(second.centre))
            strokes.append((*start, *end))
    return drawing.lines(strokes, kind="line", stroke=ACCENT, width=1.5)


def _point(frame: Frame, position: int, count: int, point: TrendPoint) -> str:
    if not isinstance(point.share, RoundedShare):
        return ""
    share, x = point.share, frame.x(position, count)
    wide = _column(frame, x, 14, share.lower, share.upper, kind="interval", fill=PALE)
    if drawing.is_point(share):
        return wide + drawing.circle(
            x, frame.y(share.centre), 5.5, kind=_mark_kind(share), hollow=share.early
        )
    return wide + _column(frame, x, 8, share.low, share.high, kind="band", fill=PAPER)


def _column(frame: Frame, x: float, width: int, low: int, high: int, *, kind: str, fill: str) -> str:
    return drawing.rect(
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
            kind, shape = ("wording", "l-6 -5l6 -5l6 5z") if mark.wording else ("flag", "l-6 -10h12z")
            parts.append(
                f'<path class="chart-action" d="M{x:.1f} {frame.y(0):.1f}V{top}" stroke="{QUIET}" '
                f'stroke-width="1" stroke-dasharray="3 4" fill="none"/>'
                f'<path class="chart-{kind}" d="M{x:.1f} {top}{shape}" fill="{QUIET}"/>'
            )
    return "".join(parts)


def _mark_kind(share: RoundedShare) -> str:
    return "early" if share.early else "mark"
