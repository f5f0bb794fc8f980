"""The drawings' own figures for plotly, as JSON: the same rounded numbers, the same gaps, the same words.

Must never hold a number that the drawing and its table do not hold.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from survey.insight.rounding import RoundedShare
from survey.reports import drawing
from survey.reports.drawing import ACCENT, FONT, INK, PALE, PAPER, QUIET, RULE
from survey.reports.lines import Funnel, Trend


def figure(trend: Trend) -> dict[str, Any]:
    """The trend as plotly figure JSON: the same rounded numbers, the same gaps, the same words."""
    from plotly import graph_objects as go

    points = trend.points
    shares = [point.share if isinstance(point.share, RoundedShare) else None for point in points]
    exact = [share if share is not None and drawing.is_point(share) else None for share in shares]
    bands = [share if share is not None and not drawing.is_point(share) else None for share in shares]
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
    for trace in _control_traces(go, trend):
        drawn.add_trace(trace)
    drawn.add_trace(_hover(go, trend, shares))
    drawn.update_layout(**_layout(_shapes(trend)))
    answer: dict[str, Any] = json.loads(drawn.to_json())
    return answer


def funnel_figure(found: Funnel) -> dict[str, Any]:
    """The funnel as plotly figure JSON: bands of answers, limits in whole percents, numbered clinicians."""
    from plotly import graph_objects as go

    drawn = go.Figure(layout=go.Layout(template="none"))
    bands = [f"{column.low}+" for column in found.columns]
    for ends, dash in (("far", "dash"), ("near", "solid")):
        for end in (0, 1):
            y = [round(getattr(column, ends)[end]) for column in found.columns]
            line = {"color": QUIET, "width": 1.5, "dash": dash}
            drawn.add_trace(go.Scatter(x=bands, y=y, mode="lines+markers", hoverinfo="skip", line=line))
    points = [(f"{column.low}+", *point) for column in found.columns for point in column.points]
    drawn.add_trace(
        go.Scatter(
            x=[band for band, _, _ in points],
            y=[share.centre for _, _, share in points],
            text=[str(number) for _, number, _ in points],
            mode="markers+text",
            textposition="middle right",
            hoverinfo="skip",
            marker={"size": 11, "color": ACCENT},
        )
    )
    drawn.update_layout(**_layout(()))
    answer: dict[str, Any] = json.loads(drawn.to_json())
    return answer


def _control_traces(go: Any, trend: Trend) -> list[Any]:
    """Both limits as steps, and the centre, as the drawing has them."""
    if trend.control is None:
        return []
    months = [point.label for point in trend.points]
    limits = trend.control.limits
    rows = [
        ([one and one[0] for one in limits], "dash"),
        ([one and one[1] for one in limits], "dash"),
        ([trend.control.centre] * len(months), "dot"),
    ]
    return [
        go.Scatter(
            x=months,
            y=row,
            mode="lines",
            connectgaps=False,
            hoverinfo="skip",
            line={"color": QUIET, "width": 1.5, "dash": dash, "shape": "hvh"},
        )
        for row, dash in rows
    ]


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


def _layout(shapes: Sequence[dict[str, Any]]) -> dict[str, Any]:
    return {
        "font": {"family": FONT, "size": 15, "color": INK},
        "margin": {"l": 56, "r": 16, "t": 24, "b": 48},
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "showlegend": False,
        "barmode": "overlay",
        "yaxis": {"range": [0, 100], "ticksuffix": "%", "gridcolor": RULE, "zeroline": False},
        "xaxis": {"type": "category", "showgrid": False},
        "shapes": list(shapes),
    }


def _shapes(trend: Trend) -> list[dict[str, Any]]:
    """A line for each mark."""
    labels = {point.month: point.label for point in trend.points}
    return [
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
    ]


def _of(share: RoundedShare | None, measure: str) -> Any:
    return None if share is None else getattr(share, measure)
