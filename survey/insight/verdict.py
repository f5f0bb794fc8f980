"""One rule that says what works well, what needs attention, and what it is too early to tell.

The rule, in plain words:

1. Under 30 answers: too early to tell.
2. Needs attention, where any of these is beyond reasonable doubt:
   - more than one in ten gave the worst answer, or fewer than the target, 50 % by default, the best one: so
     many or so few would come up once in 1,000 times if the share stood exactly at that limit (exact
     binomial tail);
   - it fell, 5 points or more, with at least 30 answers on each side. Where the caller has judged all changes
     of a report as one family, as every page does, its word counts (q at most 0.05, by the larger p of the
     N-1 chi-square and Fisher's exact test). Else the 99.6 % Newcombe
     interval of the difference lies wholly below zero;
   - the newest quarters, up to four of them, lie 5 points or more below the year before those four, which is
     frozen (``baseline``): a fall that its first quarter was too small to show adds up.
3. Works well: the 95 % interval of the top box lies wholly above the target, and no more than one in ten gave
   the worst answer.
4. Anything else: too early to tell; the answers do not settle it.
5. Where the newest months are clearly better than those before (the mirror image of "it fell"), they
   alone are judged: what was put right shall not look broken for the rest of the year.

Some ten questions are looked at side by side, and in one practice of twenty at most may any of them need
attention by mere chance. That error is shared out: 2 in 100 to the level (ten questions, two limits, 1 in
1,000 each), 2.5 to falls from one quarter to the next (half of what the family allows, which counts rises
too), at most 1 to the baseline. ``benchmarks/false_alarms.py`` counts what comes of it.

A verdict may rest on exact counts (it is a published number of its own); the figures shown beside it come
from ``rounding`` only, and so does the order in which findings stand. Pure: nothing is read here.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from survey.insight.comparison import QuarterChange, newcombe
from survey.insight.intervals import binomial_tails, wilson
from survey.insight.rounding import RoundedShare, Shown
from survey.insight.runs import Course
from survey.insight.scoring import Score


class Verdict(StrEnum):
    """What can be said."""

    WORKS = "works"
    ATTENTION = "attention"
    EARLY = "early"


class Reason(StrEnum):
    """Which part of the rule decided."""

    SOLID = "solid"
    RECOVERED = "recovered"
    PROBLEMS = "problems"
    LOW = "low"
    FELL = "fell"
    SIGNAL = "signal"
    FEW = "few"
    OPEN = "open"


class Change(StrEnum):
    """The newest months against those before."""

    ROSE = "rose"
    FELL = "fell"
    NOT_CLEAR = "not_clear"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Rule:
    """The numbers of the rule; shares from 0 to 1."""

    least: int = 30
    target: float = 0.50
    problem_limit: float = 0.10
    points: float = 0.05
    confidence: float = 0.95
    attention_tail: float = 0.001
    change_confidence: float = 0.996


@dataclass(frozen=True)
class Finding:
    """A verdict, why, and whether the newest months differ from those before.

    ``course``: where the newest quarters go against the frozen year before them.
    """

    verdict: Verdict
    reason: Reason
    change: Change
    course: Course = Course.STEADY


RULE = Rule()


def judge(
    whole: Score,
    *,
    recent: Score,
    before: Score,
    change: Change | None = None,
    signal: Course = Course.STEADY,
    rule: Rule = RULE,
) -> Finding:
    """Apply the rule. ``whole``: the period shown; ``recent`` and ``before``: the newest months and those
    before, which may be empty.

    ``change``: what the report's family of comparisons says of recent against before (see ``change_of``);
    None compares here. ``signal``: the course of the newest quarters against the frozen year before them.
    """
    found = compare(recent, before, rule=rule)
    if change is not None and found is not Change.UNKNOWN:
        found = change
    if whole.n < rule.least:
        return Finding(Verdict.EARLY, Reason.FEW, found)
    risen = found is Change.ROSE
    verdict, reason = _state(recent if risen else whole, rule=rule)
    if verdict is Verdict.WORKS and risen and _state(whole, rule=rule)[0] is not Verdict.WORKS:
        reason = Reason.RECOVERED
    if verdict is not Verdict.ATTENTION and found is Change.FELL:
        verdict, reason = Verdict.ATTENTION, Reason.FELL
    if verdict is not Verdict.ATTENTION and signal is Course.WORSE and not risen:
        verdict, reason = Verdict.ATTENTION, Reason.SIGNAL
    return Finding(verdict, reason, found, signal)


def change_of(change: QuarterChange | None) -> Change:
    """A change of ``comparison.quarter_changes`` as a word; UNKNOWN where that quarter was not compared."""
    if change is None:
        return Change.UNKNOWN
    if not change.clear:
        return Change.NOT_CLEAR
    return Change.FELL if change.difference < 0 else Change.ROSE


def _state(score: Score, *, rule: Rule) -> tuple[Verdict, Reason]:
    if binomial_tails(score.problem, score.n, rule.problem_limit)[1] < rule.attention_tail:
        return Verdict.ATTENTION, Reason.PROBLEMS
    if binomial_tails(score.best, score.n, rule.target)[0] < rule.attention_tail:
        return Verdict.ATTENTION, Reason.LOW
    best = wilson(score.best, score.n, rule.confidence)
    if best.lower > rule.target and score.problem <= rule.problem_limit * score.n:
        return Verdict.WORKS, Reason.SOLID
    return Verdict.EARLY, Reason.OPEN


def compare(recent: Score, before: Score, *, rule: Rule = RULE) -> Change:
    """Whether the top box rose or fell; UNKNOWN with fewer than 30 answers on either side."""
    if min(recent.n, before.n) < rule.least:
        return Change.UNKNOWN
    difference = recent.best / recent.n - before.best / before.n
    limits = newcombe(recent.best, recent.n, before.best, before.n, rule.change_confidence)
    if limits.upper < 0 and difference <= -rule.points:
        return Change.FELL
    if limits.lower > 0 and difference >= rule.points:
        return Change.ROSE
    return Change.NOT_CLEAR


@dataclass(frozen=True)
class Evidence:
    """A finding and the figures shown beside it: best and worst answer, newest months and before."""

    finding: Finding
    best: Shown
    problem: Shown
    recent: Shown
    before: Shown


def strength(evidence: Evidence, *, rule: Rule = RULE) -> float:
    """How far a finding lies beyond doubt, in standard errors, 0 for "too early to tell".

    Computed from what is shown and nothing else, so that the order of findings tells nothing that the figures
    do not. Of several reasons the strongest counts; a chart's signal is worth its three sigma.
    """
    if evidence.finding.verdict is Verdict.EARLY:
        return 0.0
    if evidence.finding.verdict is Verdict.WORKS:
        shown = evidence.recent if evidence.finding.reason is Reason.RECOVERED else evidence.best
        return max(0.0, _beyond(shown, rule.target))
    return max(
        0.0,
        _beyond(evidence.problem, rule.problem_limit),
        -_beyond(evidence.best, rule.target),
        _fall(evidence.recent, evidence.before),
        3.0 if evidence.finding.reason is Reason.SIGNAL else 0.0,
    )


def strongest_first(findings: Iterable[Evidence], *, rule: Rule = RULE) -> tuple[Evidence, ...]:
    """Needs attention, then works well, then too early; each by strength, ties in the order given."""
    rank = {Verdict.ATTENTION: 0, Verdict.WORKS: 1, Verdict.EARLY: 2}

    def place(one: Evidence) -> tuple[int, float]:
        return rank[one.finding.verdict], -round(strength(one, rule=rule), 9)

    return tuple(sorted(findings, key=place))


def _beyond(shown: Shown, limit: float) -> float:
    if not isinstance(shown, RoundedShare) or not 0 < limit < 1:
        return 0.0
    return (shown.centre / 100 - limit) / math.sqrt(limit * (1 - limit) / shown.n.low)


def _fall(recent: Shown, before: Shown) -> float:
    if not (isinstance(recent, RoundedShare) and isinstance(before, RoundedShare)):
        return 0.0
    now, then = recent.centre / 100, before.centre / 100
    middle = (now * recent.n.low + then * before.n.low) / (recent.n.low + before.n.low)
    return (then - now) / math.sqrt(middle * (1 - middle) * (1 / recent.n.low + 1 / before.n.low))
