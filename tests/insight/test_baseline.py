"""The newest quarters against a frozen year: what adds up, what has been put right, what is too little."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from survey.insight.baseline import course, total
from survey.insight.comparison import two_proportions_p
from survey.insight.runs import Course
from survey.insight.scoring import NOTHING, Score


def months(quarters: Sequence[tuple[int, int]]) -> list[Score]:
    """Eight quarters, each as (best, n) of its first month; its other months are gaps."""
    found = []
    for best, n in quarters:
        found += [Score(n=n, best=best, positive=best, problem=0), NOTHING, NOTHING]
    return found


YEAR = [(34, 40)] * 4


def test_a_drop_that_one_quarter_cannot_show_is_found_as_it_goes_on() -> None:
    """85 to 67.5 % of 40: no quarter alone is beyond 1 in 2,000, two of them are not, four are."""
    for quarters, said in ((1, Course.STEADY), (2, Course.STEADY), (4, Course.WORSE)):
        fallen = [(27, 40)] * quarters
        assert course(months([*YEAR, *YEAR[quarters:], *fallen])) is said
    assert course(months([*[(27, 40)] * 4, *YEAR])) is Course.BETTER


def test_a_baseline_that_moved_along_would_swallow_it() -> None:
    """The broken way: the newest quarter against all that came before it."""
    series = months([*YEAR, *[(27, 40)] * 4])
    newest, before = total(series[-3:]), total(series[:-3])
    assert course(series) is Course.WORSE
    assert two_proportions_p(newest.best, newest.n, before.best, before.n)[0] > 0.05


def test_what_has_been_put_right_is_not_held_against_anybody() -> None:
    assert course(months([*YEAR, (20, 40), (20, 40), (20, 40), (34, 40)])) is Course.STEADY
    assert course(months([*YEAR, (20, 40), (20, 40), (20, 40), (22, 40)])) is Course.WORSE


def test_small_differences_and_few_answers_say_nothing() -> None:
    assert course(months([(9000, 10000)] * 4 + [(8600, 10000)] * 4)) is Course.STEADY
    assert course(months([(9000, 10000)] * 4 + [(8500, 10000)] * 4)) is Course.WORSE
    assert course(months([(29, 29), (0, 0), (0, 0), (0, 0)] + [(0, 100)] * 4)) is Course.STEADY
    assert course(months([(400, 400)] * 4 + [(0, 29), (0, 0), (0, 0), (0, 0)])) is Course.STEADY


def test_gaps_and_nothing_are_steady() -> None:
    assert course([]) is Course.STEADY
    assert course([NOTHING] * 24) is Course.STEADY
    assert course(months([*YEAR, (10, 40), (10, 40), (0, 0), (0, 0)])) is Course.WORSE
    assert course(months([(40, 40)] * 8)) is Course.STEADY
    assert course(months([(0, 40)] * 8)) is Course.STEADY


@pytest.mark.parametrize("length", [1, 3, 7, 23])
def test_half_a_quarter_is_refused(length: int) -> None:
    with pytest.raises(ValueError, match="whole quarters"):
        course([NOTHING] * length)
