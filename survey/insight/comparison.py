"""Differences between two shares. Pure."""

from __future__ import annotations

import math

from survey.insight.intervals import Interval, wilson


def newcombe(x1: int, n1: int, x2: int, n2: int, confidence: float = 0.95) -> Interval:
    """Interval of x1/n1 - x2/n2 by the hybrid score method (Newcombe 1998, Stat Med 17:873, method 10).

    Limits lie between -1 and 1. ValueError unless both shares exist.
    """
    first, second = wilson(x1, n1, confidence), wilson(x2, n2, confidence)
    share1, share2 = x1 / n1, x2 / n2
    difference = share1 - share2
    down = math.hypot(share1 - first.lower, second.upper - share2)
    up = math.hypot(first.upper - share1, share2 - second.lower)
    return Interval(difference - down, difference + up)


def two_proportions_p(x1: int, n1: int, x2: int, n2: int) -> tuple[float, str]:
    """p of "both shares are equal", and the name of the test (Campbell 2007, Stat Med 26:3661).

    The N-1 chi-square; Fisher's exact test where an expected count is below 1; p = 1 ("no variation")
    where nobody or everybody is positive. ValueError unless both shares exist.
    """
    if not (n1 > 0 and n2 > 0 and 0 <= x1 <= n1 and 0 <= x2 <= n2):
        raise ValueError("two shares are needed for a comparison")
    total, positive = n1 + n2, x1 + x2
    negative = total - positive
    if not positive or not negative:
        return 1.0, "no variation"
    if min(n1, n2) * min(positive, negative) / total < 1:
        from scipy.stats import fisher_exact

        return float(fisher_exact([[x1, n1 - x1], [x2, n2 - x2]]).pvalue), "fisher"
    cross = x1 * (n2 - x2) - x2 * (n1 - x1)
    chi2 = (total - 1) * cross * cross / (n1 * n2 * positive * negative)
    # Survival function of chi-square with one degree of freedom.
    return math.erfc(math.sqrt(chi2 / 2)), "n-1 chi2"
