"""The labels that NHS England's charts give to single points, for who asks for them. Pure.

They flag too much to decide anything (see ``runs``) and must never decide a verdict.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from itertools import pairwise

from survey.insight.chart import Chart, Phase

SHIFT = 7
TREND = 7


class Label(StrEnum):
    """In the order in which they are given: limits first, then trend, two in three, shift."""

    ABOVE = "Above UCL"
    BELOW = "Below LCL"
    RISING = "7 Point Trend (Increasing)"
    FALLING = "7 Point Trend (Decreasing)"
    NEAR_ABOVE = "2 in 3 Above CL"
    NEAR_BELOW = "2 in 3 Below CL"
    SHIFT_ABOVE = "7 Points Above CL"
    SHIFT_BELOW = "7 Points Below CL"
    COMMON = "Common Cause"


def nhs_labels(chart: Chart) -> tuple[Label, ...]:
    """One label a point of an XmR chart, oldest first (NHSRplotthedots 0.2.2). Points in gaps have none."""
    return tuple(label for phase in chart.phases for label in _phase_labels(phase))


def _phase_labels(phase: Phase) -> list[Label]:
    values = [point.value for point in phase.points]
    outside = [point.side_out for point in phase.points]
    sides = [(value > phase.centre) - (value < phase.centre) for value in values]
    near = [
        not out and abs(point.value - phase.centre) > 2 / 3 * (point.upper - phase.centre)
        for point, out in zip(phase.points, outside, strict=True)
    ]
    # Of the three only those near a limit get the label.
    close = [side if is_near else 0 for side, is_near in zip(two_in_three(near, sides), near, strict=True)]
    rules = zip(outside, trends(values), close, shifts(sides), strict=True)
    return [_label(*found) for found in rules]


def _label(outside: int, trend: int, near: int, shift: int) -> Label:
    ordered = (
        (outside, Label.ABOVE, Label.BELOW),
        (trend, Label.RISING, Label.FALLING),
        (near, Label.NEAR_ABOVE, Label.NEAR_BELOW),
        (shift, Label.SHIFT_ABOVE, Label.SHIFT_BELOW),
    )
    for found, up, down in ordered:
        if found:
            return up if found > 0 else down
    return Label.COMMON


def _spread(ends: Sequence[int], length: int) -> list[int]:
    """What holds at the end of a window holds for every point of it; the first window that says so counts."""
    return [next(filter(None, ends[place : place + length]), 0) for place in range(len(ends))]


def shift_ends(sides: Sequence[int]) -> list[int]:
    """1 or -1 where seven points on one side of the centre end, else 0."""
    windows = [sides[max(0, end - SHIFT) : end] for end in range(1, len(sides) + 1)]
    return [sum(window) // SHIFT if abs(sum(window)) == SHIFT else 0 for window in windows]


def shifts(sides: Sequence[int]) -> list[int]:
    """Points within such seven."""
    return _spread(shift_ends(sides), SHIFT)


def trend_ends(values: Sequence[float]) -> list[int]:
    """1 or -1 where seven points rise or fall without a pause, else 0."""
    steps = [0] + [(b > a) - (b < a) for a, b in pairwise(values)]
    windows = [steps[max(1, end - TREND + 1) : end] for end in range(1, len(steps) + 1)]
    return [sum(window) // (TREND - 1) if abs(sum(window)) == TREND - 1 else 0 for window in windows]


def trends(values: Sequence[float]) -> list[int]:
    """Points within such a rise or fall."""
    return _spread(trend_ends(values), TREND)


def two_in_three(near: Sequence[bool], sides: Sequence[int]) -> list[int]:
    """Points within three on one side, of which two lie near a limit."""
    ends = [0] * len(sides)
    for end in range(2, len(sides)):
        window = sides[end - 2 : end + 1]
        if sum(near[end - 2 : end + 1]) >= 2 and abs(sum(window)) == 3:
            ends[end] = window[0]
    return _spread(ends, 3)
