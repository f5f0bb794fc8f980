"""How far above its floor chance alone may carry an attacker who tries several ways and shows the best.

One way is judged at three standard deviations. Of several ways the best is higher by luck; each is then
judged so strictly that all together raise a false alarm no more often than the one did (Bonferroni's
inequality).
"""

from __future__ import annotations

import math
from statistics import NormalDist

SIGMAS = 3


def sigmas(ways: int) -> float:
    """Standard deviations allowed to each of so many ways; 3 for one, 3.65 for ten."""
    alarm = NormalDist().cdf(-SIGMAS) / ways
    return -NormalDist().inv_cdf(alarm)


def limit(floor: float, spread: float, *, ways: int = 1) -> float:
    """The highest share of right guesses that is chance. ``spread``: standard deviation of that share."""
    return floor + sigmas(ways) * spread


def matches(orders: int, *, ways: int = 1) -> int:
    """The highest number of places at which pairs of random orders agree that is chance, in so many pairs.

    Two random orders agree at one place on average, whatever their length, and the number is as good as
    Poisson's (Montmort's matching problem); of several pairs it is the sum. Exact, as three standard
    deviations are not: these numbers are small and lean to the right.
    """
    alarm = NormalDist().cdf(-SIGMAS) / ways
    term = left = math.exp(-orders)
    count = 0
    while 1 - left > alarm:
        count += 1
        term *= orders / count
        left += term
    return count


def spread_of(share: float, tries: int) -> float:
    """Standard deviation of a share of independent tries, each right with that chance."""
    return math.sqrt(share * (1 - share) / tries) if tries else 0.0
