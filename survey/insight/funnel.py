"""Comparing clinicians or sites without ranking them: limits to draw, exact tails to flag by. Pure.

Drawn limits must never decide a flag: small units in which everybody is satisfied would fall outside them.
Who answers differs from unit to unit, so a page that uses this says that it cannot compare quality.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from statistics import fmean

from survey.insight.figures import Counts, numbers, pairs, pooled, whole
from survey.insight.intervals import Interval, binomial_tails, quantile

#: Fewer units are no funnel.
FEWEST_UNITS = 5
#: From here on the spread between units can be told from chance.
OVERDISPERSION_FROM = 20
#: What is drawn as the outer limits, and as the tail each side of them.
FAR = 0.998
ALPHA = 0.001
#: Scores beyond this share at each end are pulled in before the spread is measured.
WINSOR = 0.1


class Flag(StrEnum):
    """Where a unit lies against the target; UNJUDGED without answers or in too few units."""

    LOW = "low"
    HIGH = "high"
    WITHIN = "within"
    UNJUDGED = "unjudged"


@dataclass(frozen=True)
class Limits:
    """The 95 % and the 99.8 % limits at one n, shares from 0 to 1."""

    near: Interval
    far: Interval


def limits(target: float, n: Iterable[float]) -> tuple[Limits, ...]:
    """The curve at each n: target +- z sqrt(target (1 - target) / n), clipped to [0, 1]. For drawing only.

    ValueError for a target that is no share, or an n that is not above 0.
    """
    sizes = numbers(n, "n")
    if not 0 <= target <= 1:
        raise ValueError("the target is not a share between 0 and 1")
    if any(size <= 0 for size in sizes):
        raise ValueError("a funnel has limits where somebody answered; every n must be above 0")
    return tuple(Limits(_curve(target, size, 0.95), _curve(target, size, FAR)) for size in sizes)


def _curve(target: float, n: float, confidence: float) -> Interval:
    half = quantile(confidence) * math.sqrt(target * (1 - target) / n)
    return Interval(max(0.0, target - half), min(1.0, target + half))


@dataclass(frozen=True)
class Tail:
    """Chance of so few (``low``) or so many (``high``) under the target, and the flag they give."""

    low: float
    high: float
    flag: Flag


def tail_flags(
    x: Counts, n: Counts, alpha: float = ALPHA, *, target: float | None = None
) -> tuple[Tail, ...]:
    """Each unit against the target, by default the share of all: P(X <= x) or P(X >= x) < ``alpha``.

    Exact binomial tails. With the pooled share as target fewer than 5 units with answers stay UNJUDGED. A
    unit in which everybody is positive can be flagged from n = 31 (target 0.8), 66 (0.9), 135 (0.95).
    ValueError for impossible counts, an alpha or a target outside its range.
    """
    counts = [whole(pair, place) for place, pair in enumerate(pairs(x, n), start=1)]
    if not 0 < alpha < 0.5 or (target is not None and not 0 <= target <= 1):
        raise ValueError("alpha lies between 0 and 0.5, and a target between 0 and 1")
    if target is None:
        judged = sum(1 for _, b in counts if b) >= FEWEST_UNITS
        target = pooled([(float(a), float(b)) for a, b in counts]) if judged else 0.5
        counts = counts if judged else [(0, 0)] * len(counts)
    return tuple(_tail(a, b, target, alpha) for a, b in counts)


def _tail(x: int, n: int, target: float, alpha: float) -> Tail:
    if not n:
        return Tail(1.0, 1.0, Flag.UNJUDGED)
    low, high = binomial_tails(x, n, target)
    flag = Flag.LOW if low < alpha else Flag.HIGH if high < alpha else Flag.WITHIN
    return Tail(low, high, flag)


@dataclass(frozen=True)
class Adjusted:
    """A unit's arcsine z, the same with the spread between units allowed for, and the flag by the latter."""

    z: float
    z_adjusted: float
    flag: Flag


@dataclass(frozen=True)
class Overdispersion:
    """``phi``: mean squared z, winsorised; ``tau2``: variance between units, 0 where not ``applied``."""

    target: float
    phi: float
    tau2: float
    applied: bool
    units: tuple[Adjusted, ...]


def overdispersion(x: Counts, n: Counts) -> Overdispersion:
    """Funnel flags that allow for units that differ by more than chance (Spiegelhalter 2005; FunnelPlotR
    0.6).

    y = asin sqrt p with variance 1/4n, z winsorised at 10 and 90 %, tau2 by DerSimonian and Laird,
    z* = z / sqrt(1 + 4 n tau2), flagged beyond +-3.09. Applied from 20 units with answers and where phi > 1;
    else tau2 is 0. Under 5 units nobody is judged. ValueError without any answer.
    """
    counts = pairs(x, n)
    target = pooled(counts)
    sizes = [b for _, b in counts if b]
    scores = [_arcsine(a, b, target) for a, b in counts]
    phi = fmean(z * z for z in _winsorised([z for z, (_, b) in zip(scores, counts, strict=True) if b]))
    applied = len(sizes) >= OVERDISPERSION_FROM and phi > 1
    tau2 = _between(sizes, phi) if applied else 0.0
    judged = len(sizes) >= FEWEST_UNITS
    units = tuple(_adjusted(z, b, tau2, judged=judged) for z, (_, b) in zip(scores, counts, strict=True))
    return Overdispersion(target, phi, tau2, applied, units)


def _arcsine(x: float, n: float, target: float) -> float:
    if not n:
        return 0.0
    return (math.asin(math.sqrt(x / n)) - math.asin(math.sqrt(target))) * 2 * math.sqrt(n)


def _winsorised(scores: Sequence[float]) -> list[float]:
    ordered = sorted(scores)
    lower, upper = _quantile7(ordered, WINSOR), _quantile7(ordered, 1 - WINSOR)
    return [min(max(z, lower), upper) for z in scores]


def _quantile7(ordered: Sequence[float], portion: float) -> float:
    """R's quantile of type 7."""
    place = (len(ordered) - 1) * portion
    first = math.floor(place)
    after = ordered[min(first + 1, len(ordered) - 1)]
    return ordered[first] + (place - first) * (after - ordered[first])


def _between(sizes: Sequence[float], phi: float) -> float:
    units = len(sizes)
    weights = [4 * size for size in sizes]
    total = sum(weights)
    spread = total - sum(weight * weight for weight in weights) / total
    return max(0.0, (units * phi - (units - 1)) / spread)


def _adjusted(z: float, n: float, tau2: float, *, judged: bool) -> Adjusted:
    adjusted = z / math.sqrt(1 + 4 * n * tau2)
    if not (judged and n):
        return Adjusted(z, adjusted, Flag.UNJUDGED)
    beyond = abs(adjusted) > quantile(FAR)
    flag = Flag.WITHIN if not beyond else Flag.LOW if adjusted < 0 else Flag.HIGH
    return Adjusted(z, adjusted, flag)
