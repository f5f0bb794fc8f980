"""The newest closed quarters against a year frozen before them: what one quarter misses, the next ones add
up. Pure.

Must never take the months it judges into its baseline: a baseline that moves along with a drop swallows it.
Exact counts go in and a word comes out.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from survey.insight.comparison import two_proportions_p
from survey.insight.runs import Course
from survey.insight.scoring import Score

#: Both sides of a comparison need so many answers.
LEAST = 30
#: A smaller difference of shares is none.
POINTS = 0.05
#: Of one question and one span, both directions. Four spans of ten questions see a fall by chance in at most
#: one practice of a hundred; the newest quarter is part of all four, so it is less.
MOST_P = 0.0005
QUARTER = 3


def course(months: Iterable[Score]) -> Course:
    """Of whole quarters of months, oldest first: the newer half against the older half, which is frozen.

    The newest quarter, the newest two and so on are each set against the whole older half by a test of two
    shares (N-1 chi-square); the newest quarter by itself must point the same way, so that what has been put
    right is not held against anybody. STEADY where there is too little. ValueError for half a quarter.
    """
    found = tuple(months)
    half, rest = divmod(len(found), 2)
    if rest or half % QUARTER:
        raise ValueError("a course takes an even number of whole quarters, month by month")
    baseline = total(found[:half])
    newest = total(found[-QUARTER:])
    for span in range(QUARTER, half + 1, QUARTER):
        moved = _moved(total(found[-span:]), baseline)
        if moved is not Course.STEADY and _side(newest, baseline) in {moved, None}:
            return moved
    return Course.STEADY


def total(scores: Sequence[Score]) -> Score:
    """Several months as one."""
    return Score(
        n=sum(one.n for one in scores),
        best=sum(one.best for one in scores),
        positive=sum(one.positive for one in scores),
        problem=sum(one.problem for one in scores),
    )


def _moved(since: Score, baseline: Score) -> Course:
    if min(since.n, baseline.n) < LEAST:
        return Course.STEADY
    side = _side(since, baseline)
    if side is None or side is Course.STEADY:
        return Course.STEADY
    p, _test = two_proportions_p(since.best, since.n, baseline.best, baseline.n)
    return side if p < MOST_P else Course.STEADY


def _side(newer: Score, older: Score) -> Course | None:
    """Which way the shares differ, by 5 points at least; None where either is missing."""
    if not (newer.n and older.n):
        return None
    # Nine digits: 0.95 - 0.9 must not fall short of 5 points.
    difference = round(newer.best / newer.n - older.best / older.n, 9)
    if abs(difference) < POINTS:
        return Course.STEADY
    return Course.WORSE if difference < 0 else Course.BETTER
