"""What every chart over time is made of: points with limits, in phases. Pure.

A month without an answer is a gap. It has no point, and nothing may ever be computed across it but the order
of what is left.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import chain, pairwise
from typing import NamedTuple

#: With fewer points behind them, limits are called trial limits.
TRIAL_BELOW = 12
#: A moving range of neighbours estimates 1.128 standard deviations (d2 of two values).
D2 = 1.128


@dataclass(frozen=True)
class Point:
    """``place`` counts from 0 in what was given. ``excluded``: drawn, but not judged."""

    place: int
    value: float
    lower: float
    upper: float
    excluded: bool = False

    @property
    def side_out(self) -> int:
        """1 above the upper limit, -1 below the lower one, else 0; excluded points are never out."""
        if self.excluded:
            return 0
        # A hair's breadth: a value computed in another order is not out.
        return (self.value > self.upper + 1e-12) - (self.value < self.lower - 1e-12)


@dataclass(frozen=True)
class Phase:
    """A stretch with one centre line. ``spread``: sigma_z of a p' chart (1 of a p chart), mean range of an
    XmR.

    ``based_on`` points made centre and limits.
    """

    centre: float
    spread: float
    based_on: int
    points: tuple[Point, ...]

    @property
    def trial(self) -> bool:
        """Whether the limits rest on fewer than 12 points and may move."""
        return self.based_on < TRIAL_BELOW


@dataclass(frozen=True)
class Chart:
    """Phases in order; a phase of gaps only is left out."""

    phases: tuple[Phase, ...]

    @property
    def points(self) -> tuple[Point, ...]:
        """All points, oldest first."""
        return tuple(chain.from_iterable(phase.points for phase in self.phases))

    @property
    def trial(self) -> bool:
        """Whether the newest limits are trial limits."""
        return self.phases[-1].trial


class Given(NamedTuple):
    """One point before it has limits: x of n, or a single value as x with n = 1."""

    place: int
    x: float
    n: float
    excluded: bool

    @property
    def value(self) -> float:
        return self.x / self.n


#: What a kind of chart makes of a phase: the points that set the limits, and all its points.
Drawing = Callable[[Sequence[Given], Sequence[Given]], Phase]


def draw(
    pairs: Sequence[tuple[float, float]],
    drawing: Drawing,
    *,
    phases: Iterable[int],
    excluded: Iterable[int],
    frozen: int,
) -> Chart:
    """Cut a series into phases and draw each.

    ``phases``: places at which a new phase starts, such as a change of how people are asked. ``excluded``:
    places that set no limits and are not judged. ``frozen``: only the first so many points of each phase set
    its limits; 0 takes all. ValueError for a place that is not there, or where nothing is left to set limits.
    """
    left_out, starts = set(excluded), sorted({0, *phases})
    if any(not 0 <= place < len(pairs) for place in (left_out | set(starts)) - {0}) or frozen < 0:
        raise ValueError("a phase or an excluded point lies outside the series, or the baseline is negative")
    given = [Given(place, x, n, place in left_out) for place, (x, n) in enumerate(pairs) if n]
    if not given:
        raise ValueError("no answers in any month, so there is no chart")
    ends = [*starts[1:], len(pairs)]
    parts = [
        [one for one in given if start <= one.place < end] for start, end in zip(starts, ends, strict=True)
    ]
    return Chart(tuple(_phase(part, drawing, frozen=frozen) for part in parts if part))


def _phase(part: Sequence[Given], drawing: Drawing, *, frozen: int) -> Phase:
    setting = [one for one in part if not one.excluded][: frozen or None]
    if not setting:
        raise ValueError("every point of a phase is excluded, so nothing sets its limits")
    return drawing(setting, part)


def neighbours(setting: Sequence[Given]) -> list[tuple[Given, Given]]:
    """Pairs of points next to each other in time: none across a gap or an excluded point."""
    return [(a, b) for a, b in pairwise(setting) if b.place == a.place + 1]
