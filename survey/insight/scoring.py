"""Counts of answers become scores: best answer, worst answer, positive, put right. Pure.

Scores hold exact counts and must pass through ``rounding`` before anybody sees them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

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
