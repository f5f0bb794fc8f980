"""Counts of answers become scores: best answer, worst answer, positive, put right. Pure.

Scores hold exact counts and must pass through ``rounding`` before anybody sees them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from statistics import fmean

from survey.insight.figures import numbers, numbers_and_gaps
from survey.instruments.model import BLANK, Denominator, Item, Standing


@dataclass(frozen=True)
class Score:
    """Of ``n`` who count: how many gave the best, a good or the worst answer."""

    n: int
    best: int
    positive: int
    problem: int


NOTHING = Score(n=0, best=0, positive=0, problem=0)


@dataclass(frozen=True)
class Repair:
    """Of ``n`` for whom something went wrong and who said how it ended: how many it was put right for."""

    n: int
    put_right: int


def score(item: Item, counts: Mapping[str, int], *, denominator: Denominator = Denominator.ANSWERED) -> Score:
    """Score of one item from its tally (value to number). Blank never counts; unknown values neither.

    ``Denominator.ANSWERED`` leaves "does not apply" and "don't know" out, ``ALL`` keeps them in as the
    Friends and Family Test does.
    """
    known = {option.value: option.standing for option in item.scale.options}
    total = dict.fromkeys(Standing, 0)
    for value, number in counts.items():
        if value != BLANK and value in known:
            total[known[value]] += number
    n = sum(total.values()) - (total[Standing.ASIDE] if denominator is Denominator.ANSWERED else 0)
    best = total[Standing.BEST]
    return Score(n=n, best=best, positive=best + total[Standing.GOOD], problem=total[Standing.PROBLEM])


def top_box(
    item: Item, counts: Mapping[str, int], *, denominator: Denominator = Denominator.ANSWERED
) -> tuple[int, int]:
    """How many gave the best answer, and of how many."""
    found = score(item, counts, denominator=denominator)
    return found.best, found.n


def problem_rate(
    item: Item, counts: Mapping[str, int], *, denominator: Denominator = Denominator.ANSWERED
) -> tuple[int, int]:
    """How many gave the worst answer, and of how many."""
    found = score(item, counts, denominator=denominator)
    return found.problem, found.n


def positive(
    item: Item, counts: Mapping[str, int], *, denominator: Denominator = Denominator.ANSWERED
) -> tuple[int, int]:
    """How many gave the best or a good answer, and of how many."""
    found = score(item, counts, denominator=denominator)
    return found.positive, found.n


def repair_rate(item: Item, counts: Mapping[str, int]) -> Repair | None:
    """How often what went wrong was put right; None for an item that does not ask about it."""
    ends = {option.value: option.repaired for option in item.scale.options if option.repaired is not None}
    if not ends:
        return None
    put_right = sum(counts.get(value, 0) for value, right in ends.items() if right)
    return Repair(n=sum(counts.get(value, 0) for value in ends), put_right=put_right)


def linear_score(values: Iterable[float | None], *, lowest: float, highest: float) -> float:
    """Mean on 0 to 100: 100 (mean - lowest) / (highest - lowest), the ends being those of the scale.

    None is an answer that was not given. A mean times 20 on a scale from 1 would make the worst 20.
    ValueError where nobody answered, or outside the scale.
    """
    found = [value for value in numbers_and_gaps(values) if value is not None]
    if not lowest < highest or any(not lowest <= value <= highest for value in found):
        raise ValueError(f"a value lies outside the scale from {lowest:g} to {highest:g}")
    if not found:
        raise ValueError("nobody answered, so there is no score")
    return 100 * (fmean(found) - lowest) / (highest - lowest)


def net_promoter(promoters: int, passives: int, detractors: int) -> float:
    """Net promoter score in points, -100 to 100. Its interval is ``intervals.nps``.

    ValueError without answers or with a negative number.
    """
    counts = numbers((promoters, passives, detractors), "count")
    if min(counts) < 0 or not sum(counts):
        raise ValueError("a net promoter score takes three counts, none negative and not all zero")
    return 100 * (counts[0] - counts[2]) / sum(counts)


def item_weights(n: Iterable[float], *, least: int = 20) -> tuple[float, ...]:
    """Weights of the items of a composite (CAHPS): min(n, 20) over their sum, equal from 20 answers each on.

    ValueError where no item has an answer.
    """
    sizes = numbers(n, "n")
    if not sizes or min(sizes) < 0 or not sum(sizes):
        raise ValueError("a composite takes the answers of its items: none negative, and not all 0")
    capped = [min(size, least) for size in sizes]
    return tuple(size / sum(capped) for size in capped)


def composite(
    means: Iterable[float | None],
    *,
    n: Iterable[float] | None = None,
    overall: Iterable[float] | None = None,
) -> float:
    """One score of several items: the equal-weight mean of their means, never of pooled answers.

    With ``n`` (answers of each item in this unit) and ``overall`` (its mean over all units) items with few
    answers count less, around the overall means: sum w (y - mu) + mean of mu (CAHPS, 2017). Without the
    centring a unit above average in everything could come out below. None is an item without answers.
    """
    given = numbers_and_gaps(means, "mean")
    found = [mean for mean in given if mean is not None]
    if not found:
        raise ValueError("nobody answered any item, so there is no score")
    if n is None or overall is None:
        return fmean(found)
    sizes, middles = numbers(n, "n"), numbers(overall, "mean")
    if not len(given) == len(sizes) == len(middles):
        raise ValueError("each item takes its mean, its number of answers and its mean over all units")
    weights = item_weights(0 if mean is None else size for mean, size in zip(given, sizes, strict=True))
    apart = (0.0 if mean is None else mean - mu for mean, mu in zip(given, middles, strict=True))
    return sum(w * d for w, d in zip(weights, apart, strict=True)) + fmean(middles)
