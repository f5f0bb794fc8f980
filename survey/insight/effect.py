"""What a repair changed: the share of the best answer before and after it, by a comparison fixed beforehand.

Pure. The month in which it was done and the two release months after it are left out: answers given before
may be released in them. Both sides have the same number of whole release months, and it is looked at once,
when the last of them is over; looked at again and again, chance alone would show a change sooner or later.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from survey.clock import month_of
from survey.insight.comparison import (
    CLEAR_DIFFERENCE,
    CLEAR_Q,
    benjamini_hochberg,
    cautious_p,
    newcombe,
)
from survey.insight.period import months_back
from survey.insight.rounding import EARLY_BELOW, LEAST, RoundedShare, Shown, share
from survey.insight.scoring import Score

#: Release months left out after the month of the repair itself.
SETTLING = 2
#: The spans that may be chosen, in months on each side.
SPANS = (3, 6)
#: The likely difference is shown outward to this many points.
GRID = 5


class Effect(StrEnum):
    """What may be said of a repair once its months are over."""

    BETTER = "better"
    WORSE = "worse"
    NOT_CLEAR = "not_clear"
    FEW = "few"


@dataclass(frozen=True)
class Months:
    """The release months that are compared, oldest first, and those left out between them."""

    before: tuple[str, ...]
    left_out: tuple[str, ...]
    after: tuple[str, ...]


@dataclass(frozen=True)
class Sides:
    """Exact scores before and after; they stay inside."""

    before: Score
    after: Score

    def enough(self, least: int) -> bool:
        return min(self.before.n, self.after.n) >= max(least, EARLY_BELOW)


@dataclass(frozen=True)
class Outcome:
    """A verdict and the two shares as they may be shown; without shares where there are too few answers."""

    effect: Effect
    before: Shown | None = None
    after: Shown | None = None


def months_of(done_on: date, span: int) -> Months:
    """The months compared for a repair done on that day."""
    done = month_of(done_on)
    gap = months_after(done, 1 + SETTLING)
    return Months(
        before=months_back(done, span + 1)[:-1],
        left_out=gap,
        after=months_after(done, 1 + SETTLING + span)[1 + SETTLING :],
    )


def months_after(month: str, count: int) -> tuple[str, ...]:
    """``count`` months that begin with this one, oldest first."""
    first = 12 * int(month[:4]) + int(month[5:7]) - 1
    return tuple(f"{each // 12}-{each % 12 + 1:02d}" for each in range(first, first + count))


def tells_from(done_on: date, span: int) -> str:
    """The month from which on there is an outcome."""
    return months_after(months_of(done_on, span).after[-1], 2)[1]


def is_over(done_on: date, span: int, *, today: date) -> bool:
    """Whether all months compared are over, so that no answer joins them any more."""
    return month_of(today) >= tells_from(done_on, span)


def outcomes(family: Sequence[Sides], *, least: int = LEAST) -> tuple[Outcome, ...]:
    """All comparisons of a practice, judged as one family (Benjamini and Hochberg), in the order given.

    A change is called one where q is at most 0.05 by ``cautious_p``, Newcombe's 95 % interval of the
    difference leaves out zero, and it is 5 points or more. Fewer than 30 answers on a side, or than
    ``least``, are not compared.
    """
    tests = [
        cautious_p(each.after.best, each.after.n, each.before.best, each.before.n)
        if each.enough(least)
        else None
        for each in family
    ]
    return tuple(_outcome(each, q) for each, q in zip(family, benjamini_hochberg(tests), strict=True))


def _outcome(sides: Sides, q: float | None) -> Outcome:
    if q is None:
        return Outcome(Effect.FEW)
    before, after = sides.before, sides.after
    difference = after.best / after.n - before.best / before.n
    limits = newcombe(after.best, after.n, before.best, before.n)
    clear = q <= CLEAR_Q and round(abs(difference), 9) >= CLEAR_DIFFERENCE
    effect = Effect.NOT_CLEAR
    if clear and limits.lower > 0:
        effect = Effect.BETTER
    elif clear and limits.upper < 0:
        effect = Effect.WORSE
    return Outcome(effect, share(before.best, before.n), share(after.best, after.n))


def likely_difference(before: RoundedShare, after: RoundedShare) -> tuple[int, int]:
    """Newcombe's 95 % interval of the difference in points, from the rounded shares and bands alone, rounded
    outward."""
    n1, n2 = after.n.low, before.n.low
    limits = newcombe(after.centre / 100 * n1, n1, before.centre / 100 * n2, n2)
    return (
        GRID * math.floor(round(100 * limits.lower / GRID, 9)),
        GRID * math.ceil(round(100 * limits.upper / GRID, 9)),
    )
