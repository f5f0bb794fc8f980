"""The rule, part by part."""

from __future__ import annotations

import pytest

from survey.insight.comparison import QuarterChange
from survey.insight.intervals import Interval
from survey.insight.rounding import WITHHELD, share
from survey.insight.runs import Course
from survey.insight.scoring import NOTHING, Score
from survey.insight.verdict import (
    Change,
    Evidence,
    Finding,
    Reason,
    Rule,
    Verdict,
    change_of,
    compare,
    judge,
    strength,
    strongest_first,
)


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
        (of(100, 70, 21), Verdict.ATTENTION, Reason.PROBLEMS),
        (of(100, 34, 5), Verdict.ATTENTION, Reason.LOW),
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


def test_what_the_report_says_of_a_change_counts_more_than_a_comparison_by_itself() -> None:
    sides = {"recent": of(80, 48, 3), "before": of(120, 102, 2)}
    finding = judge(of(200, 150, 5), **sides, change=Change.NOT_CLEAR)
    assert finding == Finding(Verdict.WORKS, Reason.SOLID, Change.NOT_CLEAR)
    small = {"recent": of(80, 60, 3), "before": of(120, 102, 2)}
    assert judge(of(200, 162, 5), **small).reason is Reason.SOLID
    assert judge(of(200, 162, 5), **small, change=Change.FELL).reason is Reason.FELL


def test_a_change_among_few_answers_is_none_whoever_says_it() -> None:
    finding = judge(of(200, 162, 5), recent=of(29, 2, 0), before=of(120, 102, 2), change=Change.FELL)
    assert (finding.reason, finding.change) == (Reason.SOLID, Change.UNKNOWN)


@pytest.mark.parametrize(
    ("difference", "q", "word"),
    [
        (-0.2, 0.01, Change.FELL),
        (0.2, 0.01, Change.ROSE),
        (-0.2, 0.06, Change.NOT_CLEAR),
        (-0.04, 0.01, Change.NOT_CLEAR),
    ],
)
def test_a_change_of_a_report_becomes_a_word(difference: float, q: float, word: Change) -> None:
    found = QuarterChange(
        "phone", "2026-Q1", difference, Interval(-1, 1), p=q, test="n-1 chi2", q=q, cautious_q=q
    )
    assert change_of(found) is word
    assert change_of(None) is Change.UNKNOWN


ALIKE = {"recent": of(100, 84, 3), "before": of(130, 112, 3)}


def test_a_course_below_the_year_before_needs_attention() -> None:
    whole = of(400, 340, 10)
    assert judge(whole, **ALIKE, signal=Course.WORSE).reason is Reason.SIGNAL
    assert judge(whole, **ALIKE).reason is Reason.SOLID
    assert judge(whole, **ALIKE, signal=Course.BETTER).reason is Reason.SOLID


def test_a_course_says_nothing_of_too_few_answers_or_of_what_has_just_risen() -> None:
    assert judge(of(29, 2, 9), **ALIKE, signal=Course.WORSE).verdict is Verdict.EARLY
    risen = {"recent": of(90, 80, 2), "before": of(120, 40, 50)}
    assert judge(of(300, 180, 60), **risen, signal=Course.WORSE).reason is Reason.RECOVERED


def test_a_level_is_judged_by_exact_tails() -> None:
    """P(X >= 21) of 100 at one in ten is 0.0008, P(X >= 20) is 0.002; P(X <= 34) at a half is 0.0009."""
    assert judge(of(100, 70, 21), recent=NOTHING, before=NOTHING).reason is Reason.PROBLEMS
    assert judge(of(100, 70, 20), recent=NOTHING, before=NOTHING).reason is Reason.OPEN
    assert judge(of(100, 34, 5), recent=NOTHING, before=NOTHING).reason is Reason.LOW
    assert judge(of(100, 35, 5), recent=NOTHING, before=NOTHING).reason is Reason.OPEN


def test_a_practice_may_have_a_target_of_its_own() -> None:
    whole = of(200, 140, 5)
    assert judge(whole, recent=NOTHING, before=NOTHING).reason is Reason.SOLID
    strict = judge(whole, recent=NOTHING, before=NOTHING, rule=Rule(target=0.85))
    assert strict.reason is Reason.LOW


def evidence(n: int, best: int, problem: int, *, recent: int = 0, before: int = 0) -> Evidence:
    found = judge(of(n, best, problem), recent=of(recent, recent // 2, 0), before=of(before, before, 0))
    return Evidence(
        found,
        best=share(best, n),
        problem=share(problem, n),
        recent=share(recent // 2, recent),
        before=share(before, before),
    )


def test_what_needs_attention_comes_first_and_the_strongest_of_it_before_the_rest() -> None:
    poor, poorest = evidence(120, 70, 30), evidence(120, 70, 60)
    good, best = evidence(120, 80, 2), evidence(120, 115, 2)
    fell = evidence(200, 170, 4, recent=60, before=60)
    early, open_ = evidence(12, 6, 2), evidence(120, 62, 8)
    assert fell.finding.reason is Reason.FELL
    found = strongest_first([early, good, poor, open_, best, fell, poorest])
    assert found == (poorest, fell, poor, best, good, early, open_)


def test_the_order_tells_nothing_that_the_figures_do_not() -> None:
    """59 and 60 of 90 are shown alike; by their exact counts one would stand before the other."""
    first, second = evidence(90, 59, 2), evidence(90, 60, 2)
    assert (first.best, first.problem) == (second.best, second.problem)
    assert strength(first) == strength(second)
    assert strongest_first([first, second]) == (first, second)
    assert strongest_first([second, first]) == (second, first)


def test_a_finding_without_figures_has_no_strength() -> None:
    for verdict in Verdict:
        finding = Finding(verdict, Reason.OPEN, Change.UNKNOWN)
        assert strength(Evidence(finding, WITHHELD, WITHHELD, WITHHELD, WITHHELD)) == 0


def test_a_signal_is_worth_its_three_sigma() -> None:
    finding = Finding(Verdict.ATTENTION, Reason.SIGNAL, Change.NOT_CLEAR)
    assert strength(Evidence(finding, share(90, 100), share(1, 100), WITHHELD, WITHHELD)) == 3
    recovered = Finding(Verdict.WORKS, Reason.RECOVERED, Change.ROSE)
    shown = Evidence(recovered, share(10, 100), share(1, 100), share(90, 100), share(5, 100))
    assert strength(shown) == pytest.approx(8)
