"""Confidence intervals. Pure."""

from __future__ import annotations

import math
from functools import lru_cache
from statistics import NormalDist
from typing import NamedTuple


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
    if not (n > 0 and 0 <= x <= n):
        raise ValueError(f"no share of {x!r} in {n!r}")
    z2 = quantile(confidence) ** 2
    share = x / n
    middle = (share + z2 / (2 * n)) / (1 + z2 / n)
    half = quantile(confidence) * math.sqrt(share * (1 - share) / n + z2 / (4 * n * n)) / (1 + z2 / n)
    lower = 0.0 if x == 0 else max(0.0, middle - half)
    upper = 1.0 if x == n else min(1.0, middle + half)
    return Interval(lower, upper)
