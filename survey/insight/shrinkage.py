"""How far a small unit's figure can be trusted, and what to show instead: drawn towards the whole. Pure.

Must never find differences between units where chance explains them all; then everybody gets the mean of all.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from survey.insight.figures import Counts, numbers, pairs, pooled
from survey.insight.intervals import Interval, wilson

#: Reliability from which on a unit's own figure may be shown.
GOOD = 0.70
#: A prior worth more answers than this says the same as "no differences".
STRONGEST = 1e5


@dataclass(frozen=True)
class Shrunk:
    """A unit's share drawn towards that of all, with its interval; shares from 0 to 1."""

    share: float
    interval: Interval


@dataclass(frozen=True)
class Prior:
    """The beta distribution of shares among units: ``alpha`` positive answers and ``beta`` others."""

    alpha: float
    beta: float


@dataclass(frozen=True)
class BetaBinomial:
    """``prior`` is None where there is no evidence of differences; then all units have the share of all."""

    prior: Prior | None
    units: tuple[Shrunk, ...]


def beta_binomial(x: Counts, n: Counts, confidence: float = 0.95) -> BetaBinomial:
    """Shares of units by maximum likelihood of a beta-binomial: (x + a) / (n + a + b), interval of the beta.

    A unit without answers gets what is known of all. No evidence of differences: one unit, everybody or
    nobody positive, or a best fit as strong as 100,000 answers; the interval is then Wilson's of all
    together. ValueError without any answer.
    """
    counts = pairs(x, n)
    share = pooled(counts)
    prior = _fit([pair for pair in counts if pair[1]], share)
    if prior is None:
        together = (sum(a for a, _ in counts), sum(b for _, b in counts))
        same = Shrunk(share, wilson(*together, confidence))
        return BetaBinomial(None, (same,) * len(counts))
    return BetaBinomial(prior, tuple(_posterior(prior, a, b, confidence) for a, b in counts))


def _posterior(prior: Prior, x: float, n: float, confidence: float) -> Shrunk:
    from scipy.special import betaincinv

    if not 0 < confidence < 1:
        raise ValueError(f"a confidence of {confidence!r} makes no sense; write 0.95")
    a, b, tail = x + prior.alpha, n - x + prior.beta, (1 - confidence) / 2
    limits = Interval(float(betaincinv(a, b, tail)), float(betaincinv(a, b, 1 - tail)))
    return Shrunk(a / (a + b), limits)


def _fit(counts: Sequence[tuple[float, float]], share: float) -> Prior | None:
    if len(counts) < 2 or share in (0.0, 1.0):
        return None
    import numpy as np
    from scipy.optimize import minimize
    from scipy.special import betaln

    x, n = np.array(counts).T

    def surprise(place: Sequence[float]) -> float:
        middle, strength = 1 / (1 + math.exp(-place[0])), math.exp(place[1])
        a, b = middle * strength, (1 - middle) * strength
        return float(np.sum(betaln(a, b) - betaln(a + x, b + n - x)))

    start = (math.log(share / (1 - share)), 2.0)
    reach = ((-12.0, 12.0), (-6.0, math.log(10 * STRONGEST)))
    options = {"xatol": 1e-8, "fatol": 1e-10, "maxiter": 2000}
    found = minimize(surprise, start, method="Nelder-Mead", bounds=reach, options=options)
    middle, strength = 1 / (1 + math.exp(-found.x[0])), math.exp(found.x[1])
    return Prior(middle * strength, (1 - middle) * strength) if strength < STRONGEST else None


@dataclass(frozen=True)
class Components:
    """``tau2``: variance between units; ``sigma2``: within them; ``mean``: of all, units by weight."""

    mean: float
    tau2: float
    sigma2: float

    def shrink(self, mean: float, n: float) -> float:
        """A unit's mean of n answers drawn towards all: R m + (1 - R) M."""
        trust = reliability(self.tau2, self.sigma2, n)
        return trust * mean + (1 - trust) * self.mean


@dataclass(frozen=True)
class _Group:
    n: int
    mean: float
    squares: float


def variance_components(groups: Iterable[Iterable[float]]) -> Components:
    """Variance between and within units, by restricted maximum likelihood of the one-way model (lme4's REML).

    ``groups``: the answers of each unit; an empty one is left out. All answers alike, or one unit: tau2 is 0.
    ValueError without answers, or where units differ but none holds two different answers: what is chance can
    then not be told from what is not.
    """
    found = [_group(values) for values in map(numbers, groups) if values]
    if not found:
        raise ValueError("no answers in any unit, so there is no variance")
    total = sum(group.n for group in found)
    within = sum(group.squares for group in found)
    alike = min(group.mean for group in found) == max(group.mean for group in found)
    if len(found) == 1 or (alike and not within):
        return Components(found[0].mean, 0.0, within / (total - 1) if total > 1 else 0.0)
    if not within:
        raise ValueError("no unit holds two different answers, so differences cannot be told from chance")
    ratio = _best_ratio(found, within)
    mean, sigma2, _ = _reml(found, within, ratio)
    return Components(mean, ratio * sigma2, sigma2)


def _group(values: Sequence[float]) -> _Group:
    mean = math.fsum(values) / len(values)
    if min(values) == max(values):
        return _Group(len(values), values[0], 0.0)
    return _Group(len(values), mean, math.fsum((value - mean) ** 2 for value in values))


def _reml(groups: Sequence[_Group], within: float, ratio: float) -> tuple[float, float, float]:
    """Mean, sigma2 and -2 log likelihood at tau2 = ratio sigma2."""
    weights = [group.n / (1 + ratio * group.n) for group in groups]
    mean = sum(w * group.mean for w, group in zip(weights, groups, strict=True)) / sum(weights)
    free = sum(group.n for group in groups) - 1
    squares = within + sum(w * (group.mean - mean) ** 2 for w, group in zip(weights, groups, strict=True))
    spread = sum(math.log1p(ratio * group.n) for group in groups)
    return mean, squares / free, free * math.log(squares / free) + spread + math.log(sum(weights))


def _best_ratio(groups: Sequence[_Group], within: float) -> float:
    from scipy.optimize import minimize_scalar

    def deviance(place: float) -> float:
        return _reml(groups, within, math.exp(place))[2]

    found = minimize_scalar(deviance, bounds=(-20, 20), method="bounded", options={"xatol": 1e-10})
    return math.exp(found.x) if found.fun < _reml(groups, within, 0.0)[2] - 1e-9 else 0.0


def reliability(tau2: float, sigma2: float, n: float) -> float:
    """How much of a unit's figure is the unit and not chance: R = tau2 / (tau2 + sigma2 / n), 0 to 1.

    0 where units do not differ. ValueError for negative variances or n not above 0.
    """
    _variances(tau2, sigma2)
    if not (math.isfinite(n) and n > 0):
        raise ValueError("reliability is about answers there are; n must be above 0")
    return tau2 / (tau2 + sigma2 / n) if tau2 else 0.0


def reliability_of_f(f: float) -> float:
    """Reliability of a whole survey from its F: max(0, 1 - 1/F). ValueError for a negative F."""
    (found,) = numbers((f,), "F")
    if found < 0:
        raise ValueError("an F is not negative")
    return max(0.0, 1 - 1 / found) if found else 0.0


def n_for_reliability(tau2: float, sigma2: float, target: float = GOOD) -> float:
    """Answers a unit needs: R / (1 - R) sigma2 / tau2. Infinite where units do not differ: never enough."""
    _variances(tau2, sigma2)
    if not 0 < target < 1:
        raise ValueError("a reliability to reach lies between 0 and 1; write 0.7")
    return target / (1 - target) * sigma2 / tau2 if tau2 else math.inf


def _variances(tau2: float, sigma2: float) -> None:
    if min(numbers((tau2, sigma2), "variance")) < 0:
        raise ValueError("a variance is not negative")


def smoothed_variances(variances: Iterable[float], n: Iterable[float], *, weight: float) -> tuple[float, ...]:
    """Variances of units' means, small ones drawn to the pooled: V = (A S/m + (m-1) v) / (A + m - 1).

    CAHPS: S = sum (m-1) m v / sum (m-1); ``weight`` A is 25 for a rating, 20 for a composite, 15 for a single
    item. So that two tiny units of identical answers never differ "for certain". ValueError for a negative
    variance, fewer than one answer in a unit, or one in each.
    """
    found, sizes = numbers(variances, "variance"), numbers(n, "n")
    if len(found) != len(sizes) or any(v < 0 for v in found) or any(m < 1 for m in sizes) or not weight > 0:
        raise ValueError("each unit takes one variance, not negative, and an n of at least 1; A is above 0")
    free = sum(m - 1 for m in sizes)
    if not free:
        raise ValueError("no unit has two answers, so there is no variance to share")
    shared = sum((m - 1) * m * v for v, m in zip(found, sizes, strict=True)) / free
    return tuple(
        (weight * shared / m + (m - 1) * v) / (weight + m - 1) for v, m in zip(found, sizes, strict=True)
    )
