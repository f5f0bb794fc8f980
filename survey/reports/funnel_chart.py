"""The funnel as SVG: a column for each band of answers, its limits, and a numbered mark for each clinician.

Attributes and classes only, never a style attribute. What it draws was rounded before.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate

from markupsafe import Markup

from survey.reports import drawing
from survey.reports.drawing import PALE, RULE
from survey.reports.lines import FunnelColumn

WIDTH, HEIGHT, LEFT, TOP, BOTTOM = 480, 300, 46, 12, 34
TEXT = 15
#: So far apart two numbers of two digits can stand.
ROOM = 18


def svg(columns: Sequence[FunnelColumn], *, centre: int, title: str, description: str) -> Markup:
    """Columns from few to many answers; the dotted line is the share of all together."""
    parts = [_grid()]
    spans = _spans(columns)
    parts += [_column(column, *span) for column, span in zip(columns, spans, strict=True)]
    parts.append(drawing.dashed([(LEFT, _y(centre), WIDTH - 8, _y(centre))], kind="centre", dashes="1 4"))
    for column, span in zip(columns, spans, strict=True):
        parts += _points(column, *span)
    return drawing.svg(WIDTH, HEIGHT, title=title, description=description, parts=parts, kind="funnel")


def _spans(columns: Sequence[FunnelColumn]) -> list[tuple[float, float]]:
    """Left edge and width of each column: as wide as its clinicians are many, and wide enough for a name."""
    weights = [max(len(column.points), sum(len(one.points) for one in columns) / 8) for column in columns]
    each = (WIDTH - LEFT - 8) / sum(weights)
    edges = list(accumulate(weights, initial=0.0))
    return [(LEFT + each * edge, each * weight) for edge, weight in zip(edges, weights, strict=False)]


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
    """Side by side in the order of names: a place inside a band means nothing.

    Where they stand close, only those beyond the inner limits carry their number.
    """
    step = wide / (len(column.points) + 1)
    low, high = column.near
    parts: list[str] = []
    taken: list[tuple[float, float]] = []
    for place, (number, share) in enumerate(column.points, start=1):
        x, y = left + step * place, _y(share.centre)
        told = step >= ROOM or not low <= share.centre <= high
        parts.append(drawing.circle(x, y, 5 if told else 3.5, kind="mark", hollow=False))
        if told:
            line = _free(x, y, taken)
            taken.append((x, line))
            parts.append(drawing.text(x, line, str(number), anchor="middle", size=TEXT))
    return parts


def _free(x: float, y: float, taken: Sequence[tuple[float, float]]) -> float:
    """The base line nearest to the mark, inside the frame, where no number of this column stands yet."""
    lines = [y + away for step in range(HEIGHT // TEXT) for away in (-9 - step * TEXT, 21 + step * TEXT)]
    inside = [line for line in lines if TOP + TEXT - 6 <= line <= HEIGHT - BOTTOM]
    near = [line for at, line in taken if abs(at - x) < ROOM]
    return next((line for line in inside if all(abs(line - one) >= TEXT for one in near)), inside[0])
