"""Precision follows evidence: the one place where a count becomes something that may be shown.

Screens, chart data, CSV, XLSX, PDF and API all go through ``share`` and ``n_band``. Below 100 answers
nothing that leaves this module depends on more than the rounded share and the band of n, so that no exact
count can be worked back from a figure, an interval or the width of a bar. Below ``least`` answers there
is no figure at all. Never round anywhere else.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from survey.insight.intervals import wilson
from survey.insight.words import Translate, plain

#: Fewest answers behind any figure; a practice may raise it.
LEAST = 5
#: From here on whole percents from exact shares.
EXACT_FROM = 100
#: Below this a figure is an early picture and gets no verdict.
EARLY_BELOW = 30
#: Where the bands of a number of answers begin.
_SMALL = (5, 10, 15, 20, 30, 50)


@dataclass(frozen=True, order=True)
class Band:
    """A number of answers, known only as "at least ``low``"; 0 stands for too few to say."""

    low: int

    @property
    def text(self) -> str:
        return f"{self.low}+"

    @property
    def high(self) -> int:
        """The most answers that this band can stand for."""
        if self.low < EXACT_FROM:
            return next(low for low in (*_SMALL, EXACT_FROM) if low > self.low) - 1
        first = int(str(self.low)[0])
        return self.low // first * {1: 2, 2: 5, 5: 10}[first] - 1


@dataclass(frozen=True)
class RoundedShare:
    """A share as it may be shown; all numbers are whole percents.

    ``low`` and ``high``: what the text says (equal for a point). ``centre``: where a mark is drawn.
    ``lower`` and ``upper``: 95 % Wilson interval, rounded outward to the same grid of ``step`` percent.
    """

    low: int
    high: int
    centre: int
    lower: int
    upper: int
    step: int
    n: Band

    @property
    def shown(self) -> bool:
        return True

    @property
    def early(self) -> bool:
        """Whether this is an early picture: fewer than 30 answers."""
        return self.n.low < EARLY_BELOW

    @property
    def text(self) -> str:
        return self.words(plain)

    @property
    def interval_text(self) -> str:
        return self.interval_words(plain)

    def words(self, _: Translate) -> str:
        """``"60–80%"``, ``"40%"``, ``"10% or less"`` or ``"90% or more"``."""
        if self.low == self.high:
            return _("{percent}%").format(percent=self.centre)
        if self.step == 20:
            return _("{low}–{high}%").format(low=self.low, high=self.high)
        if self.low == 0:
            return _("{percent}% or less").format(percent=self.high)
        return _("{percent}% or more").format(percent=self.low)

    def interval_words(self, _: Translate) -> str:
        """``"60–90%"``: where the share among all such visits probably lies."""
        return _("{low}–{high}%").format(low=self.lower, high=self.upper)

    def n_words(self, _: Translate) -> str:
        """``"30+ answers"``."""
        return _("{band} answers").format(band=self.n.text)


@dataclass(frozen=True)
class Withheld:
    """In place of a share: too few answers. Says so in words and holds no number."""

    @property
    def shown(self) -> bool:
        return False

    @property
    def early(self) -> bool:
        return True

    @property
    def text(self) -> str:
        return self.words(plain)

    @property
    def interval_text(self) -> str:
        return ""

    def words(self, _: Translate) -> str:
        return _("withheld")

    def interval_words(self, _: Translate) -> str:
        return ""

    def n_words(self, _: Translate) -> str:
        return _("too few answers")


Shown = RoundedShare | Withheld
WITHHELD = Withheld()


def n_band(n: int) -> Band:
    """The band of a number of answers: 5+, 10+, 15+, 20+, 30+, 50+, 100+, 200+, 500+, 1000+, …

    Under 5 it is band 0, which has no text of its own anywhere.
    """
    if n < 0:
        raise ValueError(f"{n!r} is no number of answers")
    if n < LEAST:
        return Band(0)
    if n < EXACT_FROM:
        return Band(max(low for low in _SMALL if low <= n))
    power = 10 ** (len(str(n)) - 1)
    return Band(power * max(first for first in (1, 2, 5) if first * power <= n))


def share(x: int, n: int, *, least: int = LEAST) -> Shown:
    """The share x/n as it may be shown; ``Withheld`` under ``least`` (never less than 5) answers.

    ValueError unless 0 <= x <= n.
    """
    if not 0 <= x <= n:
        raise ValueError(f"no share of {x!r} in {n!r}")
    if n < max(least, LEAST):
        return WITHHELD
    if n < 10:
        return _fifth(x, n)
    if n < EARLY_BELOW:
        return _stepped(x, n, step=10)
    return _stepped(x, n, step=5 if n < EXACT_FROM else 1)


def recalled(centre: int, low: int) -> RoundedShare:
    """A share of 30 or more answers as it was shown before, from its mark and the lower end of its band.

    Its interval is made of these two alone. ValueError for what this module never shows.
    """
    step, band = 5 if low < EXACT_FROM else 1, n_band(low)
    if low < EARLY_BELOW or band.low != low or not 0 < centre < 100 or centre % step:
        raise ValueError("no share of 30 or more answers is shown like this")
    start, end = 0 if centre == step else centre, 100 if centre == 100 - step else centre
    return _with_interval(low=start, high=end, centre=centre, step=step, band=band)


def _fifth(x: int, n: int) -> RoundedShare:
    """One of five bands. An edge belongs to the band nearer its end: 20 % to 0–20, 80 % to 80–100."""
    edges = (5 * x > n, 5 * x > 2 * n, 5 * x >= 3 * n, 5 * x >= 4 * n)
    low = 20 * sum(edges)
    return _with_interval(low=low, high=low + 20, centre=low + 10, step=20, band=n_band(n))


def _stepped(x: int, n: int, *, step: int) -> RoundedShare:
    """The nearest step, half up, with both ends capped at one step from 0 and from 100."""
    steps = 100 // step
    nearest = (2 * x * steps + n) // (2 * n)
    centre = step * min(max(nearest, 1), steps - 1)
    low = 0 if centre == step else centre
    high = 100 if centre == 100 - step else centre
    if n < EXACT_FROM:
        return _with_interval(low=low, high=high, centre=centre, step=step, band=n_band(n))
    # From 100 the exact share is used, but all and nearly all must look alike here too.
    capped = min(max(x / n, 0.01), 0.99)
    lower, upper = _outward(capped, n, step=step)
    return RoundedShare(low, high, centre, lower, upper, step, n_band(n))


def _with_interval(*, low: int, high: int, centre: int, step: int, band: Band) -> RoundedShare:
    lower, upper = _outward(centre / 100, band.low, step=step)
    return RoundedShare(low, high, centre, lower, upper, step, band)


def _outward(portion: float, n: int, *, step: int) -> tuple[int, int]:
    limits = wilson(portion * n, n)
    # Nine digits: 0.30000000000000004 must not become the next step.
    lower = step * math.floor(round(100 * limits.lower / step, 9))
    upper = step * math.ceil(round(100 * limits.upper / step, 9))
    return lower, upper
