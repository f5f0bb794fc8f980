"""What goes into a formula: counts and measurements, checked and turned into plain numbers. Pure.

Lists and NumPy arrays come out alike. What cannot be is refused with its place, never mended. Must never
repeat a value in a message: it may be somebody's answer.
"""

from __future__ import annotations

import math
from collections.abc import Iterable

#: A month without answers may be written as None or as 0 of 0; both are a gap.
Counts = Iterable[float | None]


def numbers(values: Iterable[float | None], what: str = "value") -> list[float]:
    """Finite numbers as floats. ValueError names the place of one that is none, counted from 1."""
    found: list[float] = []
    for place, value in enumerate(values, start=1):
        if value is None or not math.isfinite(value):
            raise ValueError(f"{what} {place} is not a number; leave it out, or write a number")
        found.append(float(value))
    return found


def numbers_and_gaps(values: Iterable[float | None], what: str = "value") -> list[float | None]:
    """The same where None stands for a gap, such as a month without answers."""
    kept = list(values)
    found = iter(numbers((value for value in kept if value is not None), what))
    return [None if value is None else next(found) for value in kept]


def pairs(x: Counts, n: Counts) -> list[tuple[float, float]]:
    """Pairs "x of n", one a unit or month; a gap is (0.0, 0.0).

    ValueError where the two differ in length, or a pair is not 0 <= x <= n in finite numbers.
    """
    first, second = list(x), list(n)
    if len(first) != len(second):
        raise ValueError(f"{len(first)} counts stand against {len(second)} totals; each needs its own")
    return [_pair(a, b, place) for place, (a, b) in enumerate(zip(first, second, strict=True), start=1)]


def _pair(x: float | None, n: float | None, place: int) -> tuple[float, float]:
    if n is None and x is None:
        return 0.0, 0.0
    if x is None or n is None or not (math.isfinite(n) and 0 <= x <= n):
        raise ValueError(f"pair {place} is no count out of a total; it takes 0 <= x <= n")
    return float(x), float(n)


def whole(pair: tuple[float, float], place: int) -> tuple[int, int]:
    """A pair of whole numbers, as exact tests need them. ValueError where there is a fraction."""
    if not (pair[0].is_integer() and pair[1].is_integer()):
        raise ValueError(f"pair {place} is not made of whole numbers; an exact test needs counts of people")
    return int(pair[0]), int(pair[1])


def pooled(counts: list[tuple[float, float]]) -> float:
    """The share of all together. ValueError where there is no answer at all."""
    total = sum(n for _, n in counts)
    if not total:
        raise ValueError("no answers, so there is no share of them")
    return sum(x for x, _ in counts) / total
