"""Runs and signals: whether a series moved, by Anhoej's rules or a point beyond three sigma. Pure.

Must never flag by the many small rules of other charts: in 24 points of pure chance those flag one chart in
four.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from itertools import groupby
from statistics import median

from survey.insight.chart import Chart, Phase, Point
from survey.insight.figures import numbers_and_gaps

#: With fewer useful points the run rules say nothing.
LEAST_USEFUL = 10
#: A shorter run at the end does not say where things stand now.
LEAST_RUN = 3


@dataclass(frozen=True)
class Runs:
    """``useful`` points lie off the centre. ``newest`` is the run at the end: its length, negative below."""

    useful: int
    longest: int
    longest_max: int
    crossings: int
    crossings_min: int
    newest: int

    @property
    def judged(self) -> bool:
        """Whether there are enough useful points to say anything."""
        return self.useful >= LEAST_USEFUL

    @property
    def too_long(self) -> bool:
        """Whether a run is longer than chance makes it."""
        return self.judged and self.longest > self.longest_max

    @property
    def too_few_crossings(self) -> bool:
        """Whether the centre is crossed less often than chance has it."""
        return self.judged and self.crossings < self.crossings_min

    @property
    def signal(self) -> bool:
        """Whether the series is not chance alone."""
        return self.too_long or self.too_few_crossings


def run_rules(values: Iterable[float | None], centre: float | None = None) -> Runs:
    """Longest run and crossings around the centre, by default the median (Anhoej, Olesen 2014).

    A signal: a run longer than round(log2 n) + 3, or fewer crossings than the 5 % quantile of a binomial with
    n - 1 tosses, n the points off the centre, at least 10. Gaps are left out. Nothing at all is no signal.
    """
    found = [value for value in numbers_and_gaps(values) if value is not None]
    line = centre if centre is not None else median(found) if found else 0.0
    if not math.isfinite(line):
        raise ValueError("the centre is not a number")
    # A hair's breadth, as for the limits: 0.9 by way of 0.1 + 0.8 lies on 0.9.
    sides = [value > line for value in found if not math.isclose(value, line, rel_tol=1e-12, abs_tol=1e-12)]
    lengths = [(above, len(list(group))) for above, group in groupby(sides)]
    n = len(sides)
    return Runs(
        useful=n,
        longest=max((length for _, length in lengths), default=0),
        longest_max=round(math.log2(n)) + 3 if n else 0,
        crossings=max(len(lengths) - 1, 0),
        crossings_min=_least_crossings(n),
        newest=0 if not lengths else lengths[-1][1] if lengths[-1][0] else -lengths[-1][1],
    )


@lru_cache(maxsize=256)
def _least_crossings(useful: int) -> int:
    """The 5 % quantile of Binomial(n - 1, 1/2), in whole numbers."""
    tosses = max(useful - 1, 0)
    below, crossings = 1, 0
    while 20 * below < 2**tosses:
        crossings += 1
        below += math.comb(tosses, crossings)
    return crossings


@dataclass(frozen=True)
class Signals:
    """Places beyond three sigma, and the runs of each phase around its centre line."""

    above: tuple[int, ...]
    below: tuple[int, ...]
    runs: tuple[Runs, ...]

    @property
    def found(self) -> bool:
        """Whether the chart may be flagged at all."""
        return bool(self.above or self.below or any(runs.signal for runs in self.runs))


def signals(chart: Chart) -> Signals:
    """What in a chart is more than chance: points beyond a limit, and runs, phase by phase."""
    return Signals(
        above=tuple(point.place for point in chart.points if point.side_out > 0),
        below=tuple(point.place for point in chart.points if point.side_out < 0),
        runs=tuple(_runs(phase) for phase in chart.phases),
    )


def _runs(phase: Phase) -> Runs:
    return run_rules((point.value for point in _judged(phase)), phase.centre)


def _judged(phase: Phase) -> list[Point]:
    return [point for point in phase.points if not point.excluded]


class Course(StrEnum):
    """Where the end of a chart points to."""

    BETTER = "better"
    WORSE = "worse"
    STEADY = "steady"


def latest(chart: Chart) -> Course:
    """What the newest phase says about now, more being better.

    Its newest point beyond a limit decides; else, where its runs are a signal, the side on which the newest
    run of at least three points lies. Runs go around a frozen centre, else around the median: one odd month
    moves the mean, and all others would seem to run on one side of it. An old signal that has passed is none.
    """
    phase = chart.phases[-1]
    judged = _judged(phase)
    out = judged[-1].side_out if judged else 0
    frozen = phase.based_on < len(judged)
    runs = run_rules((point.value for point in judged), phase.centre if frozen else None)
    side = out or (runs.newest if runs.signal and abs(runs.newest) >= LEAST_RUN else 0)
    return Course.BETTER if side > 0 else Course.WORSE if side < 0 else Course.STEADY
