"""Confidence intervals of a share, a mean and a net promoter score. Pure; must never round."""

from __future__ import annotations

import math
from collections.abc import Iterable
from functools import lru_cache
from statistics import NormalDist, fmean, stdev
from typing import NamedTuple

from survey.insight.figures import numbers


class Interval(NamedTuple):
    """Lower and upper limit, in the unit of what was measured (shares: 0 to 1)."""

    lower: float
    upper: float


@lru_cache(maxsize=16)
def quantile(confidence: float) -> float:
    """Two-sided normal quantile: 1.959964 for 0.95. ValueError outside (0, 1)."""
    if not 0 < confidence < 1:
        raise ValueError(f"a confidence of {confidence!r} makes no sense; write 0.95")
    return NormalDist().inv_cdf((1 + confidence) / 2)


def wilson(x: float, n: float, confidence: float = 0.95) -> Interval:
    """Wilson's score interval of the share x/n (Wilson 1927; Newcombe 1998, method 3).

    ``x`` may be fractional, as it is when the share was rounded first. The ends are exact: 0 for x = 0 and
    1 for x = n. ValueError unless n > 0 and 0 <= x <= n.
    """
    if not (math.isfinite(n) and n > 0 and 0 <= x <= n):
        raise ValueError(f"no share of {x!r} in {n!r}")
    z2 = quantile(confidence) ** 2
    share = x / n
    middle = (share + z2 / (2 * n)) / (1 + z2 / n)
    half = quantile(confidence) * math.sqrt(share * (1 - share) / n + z2 / (4 * n * n)) / (1 + z2 / n)
    lower = 0.0 if x == 0 else max(0.0, middle - half)
    upper = 1.0 if x == n else min(1.0, middle + half)
    return Interval(lower, upper)


def wilson_corrected(x: float, n: float, confidence: float = 0.95) -> Interval:
    """Wilson's interval with continuity correction (Newcombe 1998, method 4): too wide rather than too
    narrow.

    For a decision that must not be wrong more often than said; for display take ``wilson``. Refuses what that
    refuses.
    """
    wilson(x, n, confidence)
    z = quantile(confidence)
    twice, share, scale = 2 * x + z * z, x / n, 2 * (n + z * z)
    down = z * math.sqrt(max(0.0, z * z - 2 - 1 / n + 4 * share * (n - x + 1)))
    up = z * math.sqrt(max(0.0, z * z + 2 - 1 / n + 4 * share * (n - x - 1)))
    lower = 0.0 if x == 0 else max(0.0, (twice - 1 - down) / scale)
    upper = 1.0 if x == n else min(1.0, (twice + 1 + up) / scale)
    return Interval(lower, upper)


def binomial_tails(x: int, n: int, share: float) -> tuple[float, float]:
    """Chances of ``x`` or fewer, and of ``x`` or more, of ``n`` where the true share is ``share``: exact.

    A decision by them errs at most as often as said, at any n. ValueError unless 0 <= x <= n.
    """
    if not 0 <= x <= n:
        raise ValueError(f"no share of {x!r} in {n!r}")
    from scipy.special import bdtr, bdtrc

    return float(bdtr(x, n, share)), float(bdtrc(x - 1, n, share)) if x else 1.0


def mean_t(
    values: Iterable[float], confidence: float = 0.95, *, scale: tuple[float, float] = (0, 100)
) -> Interval | None:
    """Student's t interval of the mean, clipped to the ends of the scale: m +- t(n - 1) s / sqrt(n).

    None where there is nothing to say: one value only, or all alike. A width of zero would be a lie there;
    ``shrinkage.smoothed_variances`` borrows from other units. ValueError without values, or outside the
    scale.
    """
    found = numbers(values)
    quantile(confidence)
    if not found:
        raise ValueError("no answers, so there is no mean of them")
    if min(found) < scale[0] or max(found) > scale[1]:
        raise ValueError(f"a value lies outside the scale from {scale[0]:g} to {scale[1]:g}")
    if min(found) == max(found):
        return None
    from scipy.special import stdtrit

    half = float(stdtrit(len(found) - 1, (1 + confidence) / 2)) * stdev(found) / math.sqrt(len(found))
    middle = fmean(found)
    return Interval(max(scale[0], middle - half), min(scale[1], middle + half))


def nps(promoters: int, passives: int, detractors: int, confidence: float = 0.95) -> Interval:
    """Adjusted Wald interval of the net promoter score in points, -100 to 100 (Rocks 2016; Lewis, Sauro
    2021).

    Three answers are added, 3/4 of them promoters and 3/4 detractors, so that full agreement keeps a width.
    At n = 1 the interval leaves its own point out, and no figure may be shown there anyhow. ValueError
    without answers or with a negative number. The score itself is ``scoring.net_promoter``.
    """
    counts = numbers((promoters, passives, detractors), "count")
    if min(counts) < 0 or not sum(counts):
        raise ValueError("a net promoter score takes three counts, none negative and not all zero")
    n = sum(counts) + 3
    up, down = (counts[0] + 0.75) / n, (counts[2] + 0.75) / n
    middle = up - down
    half = quantile(confidence) * math.sqrt((up + down - middle * middle) / n)
    return Interval(100 * max(-1.0, middle - half), 100 * min(1.0, middle + half))
