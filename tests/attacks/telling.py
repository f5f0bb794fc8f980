"""What a reader was told, as statements about groups of people, and what each statement implies.

A statement (``Told``) names the people whose answers it sums, and the words that were shown. Nothing here
knows how the product is built: words are taken apart as a reader would, and checked against made-up worlds.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import lru_cache
from typing import NamedTuple

from survey.insight.baseline import course
from survey.insight.comparison import CLEAR_Q, cautious_p
from survey.insight.effect import Sides, outcomes
from survey.insight.response import Response, response_band, under_heard
from survey.insight.rounding import RoundedShare, Shown, n_band, share
from survey.insight.scoring import Score
from survey.insight.verdict import Change, judge
from survey.reports.control import control
from survey.reports.family import flags_of
from survey.reports.silence import bounds


class Counts(NamedTuple):
    """Of a group: who gave the best, the worst, another answer that counts; and how many people it has."""

    best: int
    problem: int
    rest: int
    size: int

    @property
    def n(self) -> int:
        return self.best + self.problem + self.rest


class Limit(NamedTuple):
    """best*b + problem*p + rest*r + size*s <= most, summed over the group."""

    best: int
    problem: int
    rest: int
    size: int
    most: int


@dataclass(frozen=True)
class Told:
    """Words shown about groups of people (their numbers in a ``Book``) and one item ('' for none)."""

    kind: str
    item: str
    groups: tuple[int, ...]
    said: str


#: With fewer answers on either side two quarters are not compared.
FEWEST_COMPARED = 30

Show = Callable[[Sequence[Counts]], str]
Imply = Callable[[str], Sequence[Limit]]


@dataclass
class Book:
    """Everything told so far; the same words about the same people are kept once, with their first place."""

    groups: dict[frozenset[int], int] = field(default_factory=dict)
    told: dict[Told, str] = field(default_factory=dict)

    def group(self, people: frozenset[int]) -> int:
        return self.groups.setdefault(people, len(self.groups))

    def tell(self, kind: str, item: str, people: Sequence[frozenset[int]], said: str, *, place: str) -> None:
        groups = tuple(self.group(each) for each in people)
        self.told.setdefault(Told(kind, item, groups, said), place)


PAIRS: Mapping[str, tuple[int, int]] = {
    "best": (0, 3),
    "problem": (1, 3),
    "middle": (2, 3),
    "repair": (2, 2),
}
"""Kind of share to (place of the numerator in ``Counts``, number of leading places below the line)."""


def numbers(kind: str, counts: Counts) -> tuple[int, int]:
    """Above and below the line: ``repair`` is those it was put right for among all with trouble."""
    below = counts.problem + counts.rest if kind == "repair" else counts.n
    return counts[PAIRS[kind][0]], below


@lru_cache(maxsize=200_000)
def share_words(x: int, n: int) -> str:
    """A share exactly as the product shows it, interval and band included."""
    return words_of(share(x, n))


def words_of(shown: object) -> str:
    """All that a shown share says. A withheld one says that it is withheld."""
    if not isinstance(shown, RoundedShare):
        return "withheld"
    return f"{shown.text}|{shown.n.text}|{shown.interval_text}|{shown.centre}"


@lru_cache(maxsize=100_000)
def _judged(scores: tuple[tuple[int, int, int], ...], cut: float) -> str:
    whole, recent, before, *months = (Score(n=n, best=b, positive=b, problem=p) for b, p, n in scores)
    change = changed((recent.best, recent.n), (before.best, before.n), cut=cut)
    found = judge(whole, recent=recent, before=before, change=change, signal=course(months))
    return f"{found.verdict}|{found.reason}|{found.change}|{found.course}"


def changed(recent: tuple[int, int], before: tuple[int, int], *, cut: float) -> Change:
    """A change by the cut of its family: Benjamini and Hochberg call all p up to K q / m, and no other."""
    if min(recent[1], before[1]) < FEWEST_COMPARED:
        return Change.UNKNOWN
    points = Fraction(*recent) - Fraction(*before)
    if cautious_p(*recent, *before) > cut or abs(points) < Fraction(1, 20):
        return Change.NOT_CLEAR
    return Change.FELL if points < 0 else Change.ROSE


def cut_of(pairs: Sequence[tuple[tuple[int, int], tuple[int, int]]]) -> float:
    """The largest p of a family of (x of n, x of n before) that still is a change. Taken for known."""
    compared = [pair for pair in pairs if min(pair[0][1], pair[1][1]) >= FEWEST_COMPARED]
    found = sorted(cautious_p(*recent, *before) for recent, before in compared)
    steps = [CLEAR_Q * (place + 1) / len(found) for place in range(len(found))]
    return max((step for p, step in zip(found, steps, strict=True) if p <= step), default=0.0)


def finding_words(cut: float) -> Show:
    """The verdict's words from exact counts: the whole, the quarter compared, the one before, the months."""

    def show(counts: Sequence[Counts]) -> str:
        return _judged(tuple((each.best, each.problem, each.n) for each in counts), cut)

    return show


def limits_words(counts: Sequence[Counts]) -> str:
    """Centre and limits of a control chart of these months, as the page shows them."""
    return words_of_limits([share(each.best, each.n) for each in counts])


def words_of_limits(months: Sequence[Shown]) -> str:
    """All that a control chart shows besides its months."""
    found = control(months)
    if found is None:
        return "none"
    told = " ".join("–" if one is None else f"{one[0]}–{one[1]}%" for one in found.limits)
    return f"{found.centre}%|{told}"


def effect_words(counts: Sequence[Counts]) -> str:
    """A repair's outcome from exact counts before and after. Its family is taken for one of its own."""
    before, after = (Score(n=one.n, best=one.best, positive=one.best, problem=one.problem) for one in counts)
    (found,) = outcomes([Sides(before, after)])
    if found.before is None or found.after is None:
        return str(found.effect)
    return "|".join([found.effect, *words_of_sides((found.before, found.after))])


def words_of_sides(sides: Sequence[Shown]) -> list[str]:
    """Both shares of an outcome, as the register keeps them: the mark and the band."""
    return [f"{one.centre} of {one.n.text}" for one in sides if isinstance(one, RoundedShare)]


def words_of_bounds(found: tuple[int, int] | None) -> str:
    """What those who did not answer leave open."""
    return "none" if found is None else f"{found[0]}% {found[1]}%"


def bounds_words(sent: int) -> Show:
    """The same from exact counts; how many were sent is taken as known."""

    def show(counts: Sequence[Counts]) -> str:
        (each,) = counts
        return words_of_bounds(bounds(share(each.best, each.n), response_band(each.size, sent)))

    return show


def response_words(sent: int) -> Show:
    """The response band; how many were sent is taken as known to whoever holds the outgoing mail."""

    def show(counts: Sequence[Counts]) -> str:
        return str(response_band(counts[0].size, sent))

    return show


def under_heard_words(given: str) -> Show:
    """Whether a clinician's line bears a caution; how many were sent and the practice's band are known."""
    sent, low = map(int, given.split(":"))

    def show(counts: Sequence[Counts]) -> str:
        return str(under_heard(counts[0].size, sent, Response(low, n_band(sent))))

    return show


def show_of(told: Told) -> Show:
    """How a world would be shown by the product: the very functions of the product."""
    if told.kind in PAIRS:
        return lambda counts: share_words(*numbers(told.kind, counts[0]))
    if told.kind == "limits":
        return limits_words
    if told.kind == "effect":
        return effect_words
    kind, _, given = told.kind.partition(":")
    if kind == "flag":
        return lambda counts: flags_of([(each.best, each.n) for each in counts])[int(given)]
    if kind == "silence":
        return bounds_words(int(given))
    if kind == "change":
        return lambda counts: changed(*((each.best, each.n) for each in counts), cut=float(given))
    if kind == "finding":
        return finding_words(float(given))
    if kind == "verdict":
        return lambda counts: "|".join(finding_words(float(given))(counts).split("|")[:2])
    if kind == "heard":
        return under_heard_words(given)
    if told.kind.startswith("response:"):
        return response_words(int(told.kind.partition(":")[2]))
    return BROKEN_SHOWS[told.kind]


#: How deliberately broken variants show things; filled by ``broken``.
BROKEN_SHOWS: dict[str, Show] = {}
BROKEN_LIMITS: dict[str, Imply] = {}

BAND = re.compile(r"(\d+)\+")
NEXT_BAND = {5: 10, 10: 15, 15: 20, 20: 30, 30: 50, 50: 100}


def band_limits(words: str) -> tuple[int, int | None]:
    """Fewest and most answers of a band such as ``20+``."""
    found = BAND.fullmatch(words)
    assert found is not None, words
    low = int(found.group(1))
    if low in NEXT_BAND:
        return low, NEXT_BAND[low] - 1
    first = int(str(low)[0])
    return low, low * {1: 2, 2: 5, 5: 10}[first] // {1: 1, 2: 2, 5: 5}[first] - 1


def share_limits(said: str) -> list[tuple[int, int, int]]:
    """What the words of a share imply: (a, b, most) with a*x + b*n <= most. Read from the words alone."""
    if said == "withheld":
        return [(0, 1, 4)]
    text, band, _, _ = said.split("|")
    low, high = band_limits(band)
    limits = [(0, -1, -low)] + ([] if high is None else [(0, 1, high)])
    percents = [int(number) for number in re.findall(r"\d+", text)]
    if low < 10:
        return limits + _fifth_limits(percents[0])
    steps = 10 if low < 30 else 20 if low < 100 else 100
    nearest = percents[0] * steps // 100
    if not text.endswith("less"):  # 2xs + n >= 2n * nearest
        limits.append((-2 * steps, 2 * nearest - 1, 0))
    if not text.endswith("more"):  # 2xs + n < 2n * (nearest + 1)
        limits.append((2 * steps, -2 * nearest - 1, -1))
    return limits


def _fifth_limits(low: int) -> list[tuple[int, int, int]]:
    """Edges belong to the band nearer the end: x = n/5 to the lowest, x = 4n/5 to the highest."""
    return {
        0: [(5, -1, 0)],
        20: [(-5, 1, -1), (5, -2, 0)],
        40: [(-5, 2, -1), (5, -3, -1)],
        60: [(-5, 3, 0), (5, -4, -1)],
        80: [(-5, 4, 0)],
    }[low]


def limits_of(told: Told) -> list[Limit]:
    """What a statement implies about sums over its first group; findings are checked and not implied."""
    if told.kind in PAIRS:
        return [_on_counts(told.kind, *found) for found in share_limits(told.said)]
    if told.kind.startswith("response:") and told.said != "None":
        sent = int(told.kind.partition(":")[2])
        low = int(re.findall(r"low=(\d+)", told.said)[0])
        least = [Limit(0, 0, 0, -100, -low * sent)]
        return least if low == 70 else [*least, Limit(0, 0, 0, 100, (low + 10) * sent - 1)]
    return list(BROKEN_LIMITS[told.kind](told.said)) if told.kind in BROKEN_LIMITS else []


def _on_counts(kind: str, above: int, below: int, most: int) -> Limit:
    weights = [below, below, below, 0]
    if kind == "repair":
        weights[0] = 0
    weights[PAIRS[kind][0]] += above
    return Limit(*weights, most)
