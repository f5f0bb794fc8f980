"""Figures over time: p chart, p' chart and XmR chart, and what in them is more than chance. Pure.

Draws nothing and must never round. Shares take a p' chart; the XmR chart ignores how many answered, and may
draw a limit above 100 %. What a chart is made of stands in ``chart``, the rules for runs in ``runs``.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from statistics import fmean

from survey.insight.chart import D2, Chart, Given, Phase, Point, draw, neighbours
from survey.insight.figures import Counts, numbers_and_gaps, pairs
from survey.insight.runs import Course, Runs, Signals, latest, run_rules, signals

__all__ = [
    "Chart",
    "Course",
    "Phase",
    "Point",
    "Runs",
    "Signals",
    "latest",
    "p_chart",
    "p_prime_chart",
    "run_rules",
    "signals",
    "xmr",
]

#: Limits lie at 2.66 mean moving ranges (NHS England); the unrounded 3 / 1.128 is what qicharts2 takes.
FACTOR = 2.66
#: A moving range above 3.267 times the mean (D4 of two values) is left out of it.
SCREEN = 3.267


def p_chart(
    x: Counts, n: Counts, *, phases: Iterable[int] = (), excluded: Iterable[int] = (), frozen: int = 0
) -> Chart:
    """x of n a month with limits centre +- 3 sqrt(centre (1 - centre) / n), clipped to [0, 1] (Shewhart).

    None or 0 of 0 is a gap. Phases, excluded points and a frozen baseline as in ``chart.draw``, which also
    says what is refused.
    """

    def drawing(setting: Sequence[Given], part: Sequence[Given]) -> Phase:
        return _limits(setting, part, spread=1.0)

    return draw(pairs(x, n), drawing, phases=phases, excluded=excluded, frozen=frozen)


def p_prime_chart(
    x: Counts,
    n: Counts,
    floor: bool = True,
    *,
    phases: Iterable[int] = (),
    excluded: Iterable[int] = (),
    frozen: int = 0,
) -> Chart:
    """The p chart with limits widened by sigma_z, the spread found from month to month (Laney 2002).

    ``floor`` never lets sigma_z fall below 1: a lucky calm series must not make narrow limits; without it the
    figures are those of other programs. Where sigma_z is not defined (centre 0 or 1, no two neighbouring
    months) it is 1, the plain p chart.
    """

    def drawing(setting: Sequence[Given], part: Sequence[Given]) -> Phase:
        spread = _sigma_z(setting)
        return _limits(setting, part, spread=max(1.0, spread) if floor else spread)

    return draw(pairs(x, n), drawing, phases=phases, excluded=excluded, frozen=frozen)


def _centre(setting: Sequence[Given]) -> float:
    return sum(one.x for one in setting) / sum(one.n for one in setting)


def _sigma_z(setting: Sequence[Given]) -> float:
    centre = _centre(setting)
    beside = neighbours(setting)
    if centre in (0.0, 1.0) or not beside:
        return 1.0
    scale = math.sqrt(centre * (1 - centre))

    def z(one: Given) -> float:
        return (one.value - centre) * math.sqrt(one.n) / scale

    return fmean(abs(z(b) - z(a)) for a, b in beside) / D2


def _limits(setting: Sequence[Given], part: Sequence[Given], *, spread: float) -> Phase:
    centre = _centre(setting)

    def point(one: Given) -> Point:
        half = 3 * spread * math.sqrt(centre * (1 - centre) / one.n)
        return Point(one.place, one.value, max(0.0, centre - half), min(1.0, centre + half), one.excluded)

    return Phase(centre, spread, len(setting), tuple(point(one) for one in part))


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
