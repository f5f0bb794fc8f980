"""Which touchpoint goes with being satisfied overall: rank correlation, and shares of what is explained.
Pure.

Overall and parts come from the same moment and the same mood, so nothing here may ever be worded as a cause.
A negative sign mostly means that a question was coded the other way round. It takes answers of the same
person side by side, which this product never keeps: it is for open data and for surveys from elsewhere.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from survey.insight.figures import numbers, numbers_and_gaps
from survey.insight.intervals import Interval

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Matrix = NDArray[np.float64]

#: Fewer complete pairs say nothing.
LEAST_PAIRS = 30
#: All subsets of more touchpoints would take too long.
MOST_DRIVERS = 10
#: Fewer answers a driver divide noise. A page should wait for 100 answers and 10 a driver.
LEAST_EACH = 5
DRAWS = 2000


@dataclass(frozen=True)
class Association:
    """Kendall's tau-b of ``n`` complete pairs, -1 to 1, with its p and a bootstrap interval."""

    n: int
    tau_b: float
    p: float
    interval: Interval


def tau_b(
    driver: Iterable[float | None], overall: Iterable[float | None], *, draws: int = DRAWS, seed: int = 1
) -> Association:
    """Kendall's tau-b of a touchpoint with the overall answer; None is an answer not given.

    Percentile bootstrap of ``draws`` with a fixed seed, so that the same data give the same page. ValueError
    under 30 complete pairs, or where all give the same answer.
    """
    first, second = _complete([numbers_and_gaps(driver), numbers_and_gaps(overall)])
    import numpy as np
    from scipy.stats import kendalltau

    found = kendalltau(first, second)
    x, y = np.array(first), np.array(second)
    generator, again = np.random.default_rng(seed), []
    for _ in range(draws):
        drawn = generator.integers(len(x), size=len(x))
        if np.ptp(x[drawn]) and np.ptp(y[drawn]):
            again.append(float(kendalltau(x[drawn], y[drawn]).statistic))
    limits = np.quantile(again, [0.025, 0.975]) if again else (-1.0, 1.0)
    interval = Interval(float(limits[0]), float(limits[1]))
    return Association(len(first), float(found.statistic), float(found.pvalue), interval)


@dataclass(frozen=True)
class Importance:
    """Parts of R2, one a driver; they add up to ``r2``. ``signs``: of the plain correlation, -1, 0 or 1."""

    n: int
    r2: float
    parts: Mapping[str, float]
    signs: Mapping[str, int]


def lmg(drivers: Mapping[str, Iterable[float | None]], overall: Iterable[float | None]) -> Importance:
    """Shapley's division of R2: the gain of a driver, averaged over all orders (Lindeman, Merenda, Gold
    1980).

    Only people who answered everything count; for touchpoints that many skip use ``tau_b``. ValueError under
    30 of them or 5 a driver, over 10 drivers, for a constant answer, or a driver that follows from others.
    """
    names, correlations, n = _correlated(drivers, overall)
    explained = _explained(correlations)
    count = len(names)
    parts = {}
    for place, name in enumerate(names):
        others = [subset for subset in range(2**count) if not subset >> place & 1]
        parts[name] = math.fsum(
            _weight(subset.bit_count(), count) * (explained[subset | 1 << place] - explained[subset])
            for subset in others
        )
    return Importance(n, explained[-1], parts, _signs(names, correlations))


def relative_weights(
    drivers: Mapping[str, Iterable[float | None]], overall: Iterable[float | None]
) -> Importance:
    """Johnson's relative weights (2000): L the root of the drivers' correlations, sum of L^2 (L^-1 r)^2.

    Conditions and refusals as in ``lmg``, which it comes close to.
    """
    import numpy as np

    names, correlations, n = _correlated(drivers, overall)
    values, vectors = np.linalg.eigh(correlations[:-1, :-1])
    root = (vectors * np.sqrt(values)) @ vectors.T
    beta = np.linalg.solve(root, correlations[:-1, -1])
    weights = root**2 @ beta**2
    parts = dict(zip(names, map(float, weights), strict=True))
    return Importance(n, float(np.sum(weights)), parts, _signs(names, correlations))


def _complete(columns: Sequence[Sequence[float | None]]) -> list[list[float]]:
    """The columns, of those who answered all. ValueError where too few are left or a column is constant."""
    if len({len(column) for column in columns}) != 1:
        raise ValueError("the answers are not side by side: the columns differ in length")
    rows = [[each for each in row if each is not None] for row in zip(*columns, strict=True)]
    full = [row for row in rows if len(row) == len(columns)]
    if len(full) < LEAST_PAIRS:
        raise ValueError(f"{len(full)} answered everything; under {LEAST_PAIRS} nothing can be said")
    found = [numbers(column) for column in zip(*full, strict=True)]
    if any(min(column) == max(column) for column in found):
        raise ValueError("everybody gave the same answer in a column; leave it out")
    return found


def _correlated(
    drivers: Mapping[str, Iterable[float | None]], overall: Iterable[float | None]
) -> tuple[list[str], Matrix, int]:
    """Names, the correlations of all with the overall answer last, and n."""
    names = list(drivers)
    if not 1 <= len(names) <= MOST_DRIVERS:
        raise ValueError(f"between 1 and {MOST_DRIVERS} drivers can be weighed, not {len(names)}")
    columns = _complete([*(numbers_and_gaps(drivers[name]) for name in names), numbers_and_gaps(overall)])
    if len(columns[0]) < LEAST_EACH * len(names):
        raise ValueError(f"{len(columns[0])} answers are too few for {len(names)} drivers")
    import numpy as np

    found = np.corrcoef(np.array(columns))
    if np.linalg.eigvalsh(found[:-1, :-1])[0] < 1e-8:
        raise ValueError("one driver follows from the others; leave it out")
    return names, found, len(columns[0])


def _explained(correlations: Matrix) -> list[float]:
    """R2 of every subset of the drivers; bit i of the place says whether driver i is in it."""
    import numpy as np

    found = [0.0]
    count = len(correlations) - 1
    for subset in range(1, 2**count):
        chosen = [place for place in range(count) if subset >> place & 1]
        r = correlations[chosen, -1]
        found.append(float(r @ np.linalg.solve(correlations[np.ix_(chosen, chosen)], r)))
    return found


def _weight(size: int, count: int) -> float:
    """How often, among all orders, exactly this subset comes before a driver."""
    return math.factorial(size) * math.factorial(count - size - 1) / math.factorial(count)


def _signs(names: Sequence[str], correlations: Matrix) -> dict[str, int]:
    signs = map(float, correlations[:-1, -1])
    return {name: (r > 0) - (r < 0) for name, r in zip(names, signs, strict=True)}
