"""Single values over time: the XmR chart. Pure.

For shares of uneven months use a p' chart: this one ignores how many answered, and may draw a limit above
100 %.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from statistics import fmean

from survey.insight.figures import numbers_and_gaps
from survey.insight.trend.chart import Chart, Given, Phase, Point, draw, neighbours

#: Limits lie at 2.66 mean moving ranges (NHS England); the unrounded 3 / 1.128 is what qicharts2 takes.
FACTOR = 2.66
#: A moving range above 3.267 times the mean (D4 of two values) is left out of it.
SCREEN = 3.267


def xmr(
    values: Iterable[float | None],
    screened: bool = True,
    *,
    factor: float = FACTOR,
    phases: Iterable[int] = (),
    excluded: Iterable[int] = (),
    frozen: int = 0,
) -> Chart:
    """Mean +- ``factor`` times the mean moving range, not clipped (NHS England, Making Data Count).

    ``screened`` leaves ranges above 3.267 times their mean out once, as NHSRplotthedots does and the NHS
    spreadsheet does not. None is a gap. One value alone has limits equal to itself. The rest as in
    ``chart.draw``.
    """

    def drawing(setting: Sequence[Given], part: Sequence[Given]) -> Phase:
        centre = fmean(one.value for one in setting)
        spread = _mean_range(setting, screened=screened)
        lower, upper = centre - factor * spread, centre + factor * spread
        points = tuple(Point(one.place, one.value, lower, upper, one.excluded) for one in part)
        return Phase(centre, spread, len(setting), points)

    found = [(0.0, 0.0) if value is None else (value, 1.0) for value in numbers_and_gaps(values)]
    return draw(found, drawing, phases=phases, excluded=excluded, frozen=frozen)


def _mean_range(setting: Sequence[Given], *, screened: bool) -> float:
    ranges = [abs(b.value - a.value) for a, b in neighbours(setting)]
    if not ranges:
        return 0.0
    mean = fmean(ranges)
    return fmean(each for each in ranges if each <= SCREEN * mean) if screened else mean
