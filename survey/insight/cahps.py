"""Comparing units with case-mix adjustment, as AHRQ's CAHPS Analysis Program 4.1 does. Pure.

It takes the answers of each person with their age and health side by side, which this product never keeps
and must never ask for: it is here for surveys from elsewhere, and as a check of the other formulas. Where
AHRQ's manual and its program differ, the program is followed.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from survey.insight.figures import numbers_and_gaps
from survey.insight.shrinkage import n_for_reliability, reliability

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Array = NDArray[np.float64]
    Whole = NDArray[np.int_]

Column = Iterable[float | None]
#: The program prints no smaller p.
P_FLOOR = 0.0001


@dataclass(frozen=True)
class Unit:
    """``stars``: 1 below the mean of all units, 3 above, 2 neither, at 5 %; ``variance``: of the mean."""

    respondents: int
    analysed: int
    unadjusted_mean: float
    adjusted_mean: float
    variance: float
    difference: float
    se_of_difference: float
    stars: int


@dataclass(frozen=True)
class Fit:
    """Least squares of one item: coefficients of the adjusters, and R2 within units."""

    coefficients: Mapping[str, float]
    r2: float


@dataclass(frozen=True)
class Analysis:
    """All units of one measure, the test of "no differences", and each item's fit."""

    units: Mapping[str, Unit]
    fits: Mapping[str, Fit]
    mean: float
    precision_mean: float
    f: float
    p: float
    df_between: int
    df_within: int


@dataclass(frozen=True)
class Spread:
    """Moments of a measure: variance between and within units, mean of all, reliability, shrunk means."""

    grand_mean: float
    between: float
    within: float
    reliability: Mapping[str, float]
    shrunk: Mapping[str, float]

    @property
    def n_needed(self) -> float:
        """Answers a unit needs for a reliability of 0.70; infinite where units do not differ."""
        return n_for_reliability(self.between, self.within)


@dataclass(frozen=True)
class _ItemFit:
    fit: Fit
    means: Array
    adjusted: Array
    weighted: Array


def analyse(
    units: Sequence[str], items: Mapping[str, Column], adjusters: Mapping[str, Column] | None = None
) -> Analysis:
    """Adjusted means of units for one measure of one or more items, all answers in columns of equal length.

    A missing adjuster takes the mean of its unit; a respondent counts who answered an item. Each item is
    fitted with one intercept a unit, means are recentred, and items weigh alike. ValueError under two units,
    columns of different length, or a unit in which an item or an adjuster has no answer.
    """
    import numpy as np

    names = sorted(set(units))
    if len(names) < 2 or not items:
        raise ValueError("a comparison takes two units and one item at least")
    place = np.array([names.index(unit) for unit in units])
    answers = {name: _column(values, len(place)) for name, values in items.items()}
    shifts = {name: _imputed(_column(v, len(place)), place, names) for name, v in (adjusters or {}).items()}
    fits = {name: _fit(values, place, shifts, units=names) for name, values in answers.items()}
    used = ~np.isnan(np.array(list(answers.values()))).all(axis=0)
    weighted = np.array([fit.weighted for fit in fits.values()]).sum(axis=0) / len(fits)
    return _analysis(names, place, used=used, weighted=weighted, fits=fits, adjusters=len(shifts))


def _analysis(
    names: Sequence[str],
    place: Whole,
    *,
    used: NDArray[np.bool_],
    weighted: Array,
    fits: Mapping[str, _ItemFit],
    adjusters: int,
) -> Analysis:
    import numpy as np
    from scipy.special import fdtrc

    count = len(names)
    variance = np.asarray(np.bincount(place, weighted**2, minlength=count), dtype=float)
    plain, adjusted = (
        np.mean([getattr(fit, what) for fit in fits.values()], axis=0) for what in ("means", "adjusted")
    )
    # Not exactly 0: least squares leave a trace.
    if (variance <= 1e-18 * (1 + plain**2)).any():
        raise ValueError("a unit has no spread at all; smooth its variance or leave it out")
    precise = float(np.average(adjusted, weights=1 / variance))
    f = float(np.sum((adjusted - precise) ** 2 / variance) / (count - 1))
    within = int(used.sum()) - count - adjusters
    if within < 1:
        raise ValueError("there are too few answers for so many units and adjusters")
    everybody, analysed = np.bincount(place), np.bincount(place[used], minlength=count)
    rows = _units(everybody, analysed, plain, adjusted, variance, df=within)
    return Analysis(
        units=dict(zip(names, rows, strict=True)),
        fits={name: fit.fit for name, fit in fits.items()},
        mean=float(adjusted.mean()),
        precision_mean=precise,
        f=f,
        p=max(P_FLOOR, float(fdtrc(count - 1, within, f))),
        df_between=count - 1,
        df_within=within,
    )


def _units(
    everybody: Whole, analysed: Whole, plain: Array, adjusted: Array, variance: Array, *, df: int
) -> list[Unit]:
    from scipy.special import stdtrit

    count, limit = len(adjusted), float(stdtrit(df, 0.975))
    differences = adjusted - adjusted.mean()
    errors = ((variance * (1 - 2 / count)) + variance.sum() / count**2) ** 0.5
    found = zip(differences, errors, strict=True)
    stars = [2 if abs(d) <= limit * error else 3 if d > 0 else 1 for d, error in found]
    return [
        Unit(
            respondents=int(everybody[i]),
            analysed=int(analysed[i]),
            unadjusted_mean=float(plain[i]),
            adjusted_mean=float(adjusted[i]),
            variance=float(variance[i]),
            difference=float(differences[i]),
            se_of_difference=float(errors[i]),
            stars=stars[i],
        )
        for i in range(count)
    ]


def _column(values: Column, length: int) -> Array:
    """A column with NaN inside for what is missing; NaN given from outside is refused."""
    import numpy as np

    found = np.array(
        [math.nan if value is None else value for value in numbers_and_gaps(values)], dtype=float
    )
    if len(found) != length:
        raise ValueError(f"a column has {len(found)} answers where there are {length} people")
    return found


def _imputed(values: Array, place: Whole, names: Sequence[str]) -> Array:
    import numpy as np

    there = ~np.isnan(values)
    n = np.bincount(place[there], minlength=len(names))
    if not n.all():
        raise ValueError("a unit has no answer at all for an adjuster; leave one of them out")
    means = np.bincount(place[there], values[there], minlength=len(names)) / n
    return np.where(there, values, means[place])


def _fit(values: Array, place: Whole, adjusters: Mapping[str, Array], *, units: Sequence[str]) -> _ItemFit:
    import numpy as np

    there = ~np.isnan(values)
    y, where = values[there], place[there]
    n = np.bincount(where, minlength=len(units))
    if not n.all():
        raise ValueError("a unit has no answer at all to an item; leave one of them out")
    design = np.column_stack([*(column[there] for column in adjusters.values()), np.eye(len(units))[where]])
    solution = np.linalg.lstsq(design, y, rcond=None)[0]
    residual = y - design @ solution
    slopes, intercepts = solution[: len(adjusters)], solution[len(adjusters) :]
    means = np.bincount(where, y, minlength=len(units)) / n
    weighted = np.zeros(len(values))
    weighted[there] = residual / n[where]
    total = float(np.sum((y - means[where]) ** 2))
    r2 = 1 - float(np.sum(residual**2)) / total if total else 0.0
    fit = Fit(dict(zip(adjusters, map(float, slopes), strict=True)), r2)
    return _ItemFit(fit, means, intercepts + means.mean() - intercepts.mean(), weighted)


def spread(analysis: Analysis) -> Spread:
    """Variance between units as AHRQ's reliability procedure has it, its step 5 corrected.

    v = sum n (n V) / N; b = sum n (m - M)^2 / (N (1 - 1/D)) - v D / N, not below 0. The manual prints "- v",
    which gives 0 always.
    """
    units = analysis.units
    total = sum(unit.analysed for unit in units.values())
    mean = sum(unit.analysed * unit.adjusted_mean for unit in units.values()) / total
    within = sum(unit.analysed**2 * unit.variance for unit in units.values()) / total
    apart = sum(unit.analysed * (unit.adjusted_mean - mean) ** 2 for unit in units.values())
    between = max(0.0, apart / (total * (1 - 1 / len(units))) - within * len(units) / total)
    trust = {name: reliability(between, unit.variance, 1) for name, unit in units.items()}
    means = {name: unit.adjusted_mean for name, unit in units.items()}
    shrunk = {name: trust[name] * means[name] + (1 - trust[name]) * mean for name in units}
    return Spread(mean, between, within, trust, shrunk)
