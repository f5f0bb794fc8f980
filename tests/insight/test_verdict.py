"""The rule, part by part."""

from __future__ import annotations

import pytest

from survey.insight.scoring import NOTHING, Score
from survey.insight.verdict import Change, Reason, Verdict, compare, judge


def of(n: int, best: int, problem: int) -> Score:
    return Score(n=n, best=best, positive=best, problem=problem)


@pytest.mark.parametrize(
    ("whole", "verdict", "reason"),
    [
        (of(29, 29, 0), Verdict.EARLY, Reason.FEW),
        (of(0, 0, 0), Verdict.EARLY, Reason.FEW),
        (of(30, 30, 0), Verdict.WORKS, Reason.SOLID),
        (of(100, 70, 10), Verdict.WORKS, Reason.SOLID),
        (of(100, 70, 11), Verdict.EARLY, Reason.OPEN),
        (of(100, 70, 20), Verdict.ATTENTION, Reason.PROBLEMS),
        (of(100, 35, 5), Verdict.ATTENTION, Reason.LOW),
        (of(100, 55, 5), Verdict.EARLY, Reason.OPEN),
    ],
)
def test_one_period_is_judged_by_its_limits(whole: Score, verdict: Verdict, reason: Reason) -> None:
    finding = judge(whole, recent=NOTHING, before=NOTHING)
    assert (finding.verdict, finding.reason, finding.change) == (verdict, reason, Change.UNKNOWN)


def test_a_clear_fall_needs_attention_even_where_the_level_is_good() -> None:
    finding = judge(of(200, 150, 5), recent=of(80, 48, 3), before=of(120, 102, 2))
    assert (finding.verdict, finding.reason) == (Verdict.ATTENTION, Reason.FELL)


def test_a_small_fall_is_no_finding() -> None:
    assert compare(of(4000, 3600, 0), of(4000, 3760, 0)) is Change.NOT_CLEAR
    assert compare(of(40, 30, 0), of(40, 34, 0)) is Change.NOT_CLEAR


def test_fewer_than_thirty_on_one_side_are_not_compared() -> None:
    assert compare(of(29, 0, 0), of(500, 500, 0)) is Change.UNKNOWN


def test_what_was_put_right_is_judged_by_its_newest_months() -> None:
    finding = judge(of(300, 180, 60), recent=of(90, 80, 2), before=of(120, 40, 50))
    assert finding == (finding.__class__)(Verdict.WORKS, Reason.RECOVERED, Change.ROSE)


def test_what_rose_and_is_still_poor_needs_attention() -> None:
    finding = judge(of(300, 90, 120), recent=of(90, 45, 30), before=of(120, 10, 80))
    assert (finding.verdict, finding.reason) == (Verdict.ATTENTION, Reason.PROBLEMS)
