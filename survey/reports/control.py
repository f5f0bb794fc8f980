"""The control chart as it is drawn: centre and limits, made from the rounded shares of the months alone.

Pure. Must never see an exact count: whoever reads the chart could make the same limits from the figures
beside it. What the chart says of now is judged elsewhere, from exact counts (``family``).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from survey.insight.rounding import RoundedShare, Shown
from survey.insight.trend import p_prime_chart

#: With fewer months no limits are drawn: they would move with every month.
LEAST_MONTHS = 6


@dataclass(frozen=True)
class Control:
    """Whole percents. ``limits``: of each month the lower and the upper one, None where it has no point.

    ``trial``: they rest on fewer than 12 months.
    """

    centre: int
    limits: tuple[tuple[int, int] | None, ...]
    trial: bool


def control(months: Sequence[Shown]) -> Control | None:
    """Limits of a p' chart, rounded outward; None under 6 months with a point. Fifths are no points."""
    points = [share if isinstance(share, RoundedShare) and share.step < 20 else None for share in months]
    if sum(point is not None for point in points) < LEAST_MONTHS:
        return None
    counts = [point.n.low if point else 0 for point in points]
    chart = p_prime_chart([point.centre / 100 * point.n.low if point else 0 for point in points], counts)
    found = {point.place: (_down(point.lower), _up(point.upper)) for point in chart.points}
    limits = tuple(found.get(place) for place in range(len(points)))
    return Control(centre=math.floor(100 * chart.phases[-1].centre + 0.5), limits=limits, trial=chart.trial)


def _down(share: float) -> int:
    # Nine digits: 0.15000000000000002 must not become the next percent.
    return math.floor(round(100 * share, 9))


def _up(share: float) -> int:
    return math.ceil(round(100 * share, 9))
