"""Differences between shares: two of them, several in order, and all that one report compares. Pure.

Must never call a difference clear that was picked out of many without counting the many.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

from survey.clock import parse_quarter, quarter_before
from survey.insight.figures import Counts, numbers_and_gaps, pairs, whole
from survey.insight.intervals import Interval, wilson

#: A change is clear at this false-discovery rate over the whole report, by ``cautious_p`` ...
CLEAR_Q = 0.05
#: ... and from this difference of shares on (5 points).
CLEAR_DIFFERENCE = 0.05
#: Fewer answers than this in a quarter are not compared.
LEAST = 5


def newcombe(x1: float, n1: float, x2: float, n2: float, confidence: float = 0.95) -> Interval:
    """Interval of x1/n1 - x2/n2 by the hybrid score method (Newcombe 1998, Stat Med 17:873, method 10).

    ``x1`` and ``x2`` may be fractional, where shares were rounded first. Limits lie between -1 and 1.
    ValueError unless both shares exist.
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
    # Python's own numbers: NumPy's would run over below.
    (x1, n1), (x2, n2) = (whole(pair, 1 + i) for i, pair in enumerate(pairs((x1, x2), (n1, n2))))
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


def cautious_p(x1: int, n1: int, x2: int, n2: int) -> float:
    """The p by which something is called a change: the larger of the N-1 chi-square's and Fisher's exact one.

    Far out in its tail, where a family of ten decides, the chi-square errs up to a seventh more often than it
    says (two quarters of 100, half of them best: 5.7 instead of 5 in 1,000); the exact test never does, so
    with Benjamini and Hochberg at most 5 in 100 unchanged practices see any change. Above ``CLEAR_Q`` nothing
    is called a change, and the exact test is spared.
    """
    p, test = two_proportions_p(x1, n1, x2, n2)
    if p > CLEAR_Q or test == "fisher":
        return p
    from scipy.stats import fisher_exact

    return max(p, float(fisher_exact([[x1, n1 - x1], [x2, n2 - x2]]).pvalue))


def benjamini_hochberg(p_values: Iterable[float | None]) -> tuple[float | None, ...]:
    """Adjusted p-values (q) in the same order (Benjamini, Hochberg 1995): q(i) = min over j >= i of p(j) m /
    j.

    None is a comparison that was not made: it stays None and does not count into m. ValueError for anything
    else that is not between 0 and 1.
    """
    given = numbers_and_gaps(p_values, "p-value")
    kept = [p for p in given if p is not None]
    if any(not 0 <= p <= 1 for p in kept):
        raise ValueError("a p-value lies between 0 and 1; one here does not")
    if not kept:
        return tuple(None for _ in given)
    from scipy.stats import false_discovery_control

    adjusted = iter(float(q) for q in false_discovery_control(kept, method="bh"))
    return tuple(None if p is None else next(adjusted) for p in given)


@dataclass(frozen=True)
class Trend:
    """Chi-square of a straight rise or fall of shares, one degree of freedom, and its p."""

    chi2: float
    p: float


def trend_in_proportions(x: Counts, n: Counts) -> Trend:
    """Whether shares of quarters in order rise or fall (Cochran 1954, Armitage 1955; R's prop.trend.test).

    Gaps keep their place in time. With fewer than two quarters, or where nobody or everybody is positive,
    there is nothing to see: chi2 0 and p 1. ValueError for impossible counts.
    """
    counts = [(place, a, b) for place, (a, b) in enumerate(pairs(x, n)) if b]
    total = sum(b for _, _, b in counts)
    positive = sum(a for _, a, _ in counts)
    if len(counts) < 2 or positive in (0, total):
        return Trend(chi2=0.0, p=1.0)
    share = positive / total
    middle = sum(place * b for place, _, b in counts) / total
    slope = sum((place - middle) * (a - share * b) for place, a, b in counts)
    spread = sum(b * (place - middle) ** 2 for place, _, b in counts)
    chi2 = slope * slope / (share * (1 - share) * spread)
    return Trend(chi2=chi2, p=math.erfc(math.sqrt(chi2 / 2)))


@dataclass(frozen=True)
class QuarterCount:
    """``x`` of ``n`` in a quarter ("2026-Q1") of a unit: a touchpoint, a clinician, or both in one name."""

    unit: str
    quarter: str
    x: int
    n: int


@dataclass(frozen=True)
class QuarterChange:
    """A quarter against the one before it; ``difference`` and ``interval`` are shares, -1 to 1.

    ``q`` goes with ``p`` and ``test``; ``cautious_q``, never smaller, decides.
    """

    unit: str
    quarter: str
    difference: float
    interval: Interval
    p: float
    test: str
    q: float
    cautious_q: float

    @property
    def clear(self) -> bool:
        """Whether it may be called a change: q at most 0.05 by either test, and at least 5 points."""
        # Nine digits: 0.95 - 0.9 must not fall short of 5 points.
        return max(self.q, self.cautious_q) <= CLEAR_Q and round(abs(self.difference), 9) >= CLEAR_DIFFERENCE


def quarter_changes(counts: Iterable[QuarterCount], *, least: int = LEAST) -> tuple[QuarterChange, ...]:
    """Every change of a report, judged as one family: give all touchpoints and units of it at once.

    Only consecutive quarters of the same unit with ``least`` answers each are compared; where that cannot be,
    there is no change in the result. Ordered by unit, then quarter. ValueError for impossible counts or where
    a unit has a quarter twice.
    """
    rows = sorted(counts, key=lambda row: (row.unit, parse_quarter(row.quarter)))
    if len({(row.unit, row.quarter) for row in rows}) < len(rows):
        raise ValueError("a unit has the same quarter twice; add its counts together first")
    pairs([row.x for row in rows], [row.n for row in rows])
    compared = [pair for pair in pairwise(rows) if _comparable(*pair, least=max(least, 1))]
    tests = [two_proportions_p(after.x, after.n, before.x, before.n) for before, after in compared]
    adjusted = benjamini_hochberg(p for p, _ in tests)
    cautious = benjamini_hochberg(
        cautious_p(after.x, after.n, before.x, before.n) for before, after in compared
    )
    return tuple(
        QuarterChange(
            unit=after.unit,
            quarter=after.quarter,
            difference=after.x / after.n - before.x / before.n,
            interval=newcombe(after.x, after.n, before.x, before.n),
            p=p,
            test=test,
            q=p if q is None else q,
            cautious_q=1.0 if sure is None else sure,
        )
        for (before, after), (p, test), q, sure in zip(compared, tests, adjusted, cautious, strict=True)
    )


def _comparable(before: QuarterCount, after: QuarterCount, *, least: int) -> bool:
    consecutive = before.unit == after.unit and quarter_before(after.quarter) == before.quarter
    return consecutive and min(before.n, after.n) >= least
