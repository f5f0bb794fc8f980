"""The funnel as SVG: a column for each band of answers, its limits, and a numbered mark for each clinician.

Attributes and classes only, never a style attribute. What it draws was rounded before.
"""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from survey.insight.rounding import RoundedShare
from survey.reports import drawing
from survey.reports.drawing import PALE, RULE
from survey.reports.lines import FunnelColumn

WIDTH, HEIGHT, LEFT, TOP, BOTTOM = 480, 300, 46, 12, 34
TEXT = 15


def svg(columns: Sequence[FunnelColumn], *, centre: int, title: str, description: str) -> Markup:
    """Columns from few to many answers; the dotted line is the share of all together."""
    parts = [_grid()]
    wide = (WIDTH - LEFT - 8) / len(columns)
    for place, column in enumerate(columns):
        parts.append(_column(column, LEFT + place * wide, wide))
    parts.append(drawing.dashed([(LEFT, _y(centre), WIDTH - 8, _y(centre))], kind="centre", dashes="1 4"))
    for place, column in enumerate(columns):
        parts += _points(column, LEFT + place * wide, wide)
    return drawing.svg(WIDTH, HEIGHT, title=title, description=description, parts=parts, kind="funnel")


def _y(percent: float) -> float:
    return TOP + (HEIGHT - TOP - BOTTOM) * (1 - percent / 100)


def _grid() -> str:
    parts = []
    for percent in (0, 25, 50, 75, 100):
        y = _y(percent)
        parts.append(drawing.line(LEFT, y, WIDTH - 8, y, kind="rule", stroke=RULE, width=1))
        parts.append(drawing.text(LEFT - 8, y + 5, f"{percent}%", anchor="end", size=TEXT))
    return "".join(parts)


def _column(column: FunnelColumn, left: float, wide: float) -> str:
    """The band between the inner limits, the outer limits, and how many answers it stands for."""
    low, high = column.near
    parts = [
        drawing.rect(
            left + 2, _y(high), wide - 4, _y(low) - _y(high), kind="interval", fill=PALE, stroke=PALE
        )
    ]
    strokes = [(left + 2, _y(limit), left + wide - 2, _y(limit)) for limit in column.far]
    parts.append(drawing.dashed(strokes, kind="limit", dashes="5 4"))
    parts.append(drawing.text(left + wide / 2, HEIGHT - 10, f"{column.low}+", anchor="middle", size=TEXT))
    return "".join(parts)


def _points(column: FunnelColumn, left: float, wide: float) -> list[str]:
    """Side by side in the order of names: a place inside a band means nothing."""
    step = wide / (len(column.points) + 1)
    return [
        _point(number, share, left + step * place)
        for place, (number, share) in enumerate(column.points, start=1)
    ]


def _point(number: int, share: RoundedShare, x: float) -> str:
    y = _y(share.centre)
    mark = drawing.circle(x, y, 5, kind="mark", hollow=False)
    return mark + drawing.text(x, y - 9 if y > 30 else y + 21, str(number), anchor="middle", size=TEXT)
