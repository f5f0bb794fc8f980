"""One rule that says what works well, what needs attention, and what it is too early to tell.

The rule, in plain words:

1. Under 30 answers: too early to tell.
2. Needs attention, where any of these is beyond reasonable doubt:
   - more than one in ten gave the worst answer (95 % interval of the problem rate wholly above 10 %);
   - fewer than half gave the best answer (95 % interval of the top box wholly below 50 %);
   - it fell: the newest three release months against the four before, at least 30 answers on each side,
     5 points or more, and the 99 % Newcombe interval of the difference wholly below zero. 99 and not 95,
     because some ten questions are looked at side by side.
3. Works well: the 95 % interval of the top box lies wholly above 50 %, and no more than one in ten gave
   the worst answer.
4. Anything else: too early to tell; the answers do not settle it.
5. Where the newest three months are clearly better than the four before (the mirror image of "it fell"),
   they alone are judged: what was put right shall not look broken for the rest of the year.

A verdict may rest on exact counts (it is a published number of its own); the figures shown beside it come
from ``rounding`` only. Pure: nothing is read here.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from survey.insight.comparison import newcombe
from survey.insight.intervals import wilson
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
    change_confidence: float = 0.99


@dataclass(frozen=True)
class Finding:
    """A verdict, why, and whether the newest months differ from those before."""

    verdict: Verdict
    reason: Reason
    change: Change


RULE = Rule()


def judge(whole: Score, *, recent: Score, before: Score, rule: Rule = RULE) -> Finding:
    """Apply the rule. ``whole``: the period shown; ``recent`` and ``before``: the newest months and those
    before, which may be empty."""
    change = compare(recent, before, rule=rule)
    if whole.n < rule.least:
        return Finding(Verdict.EARLY, Reason.FEW, change)
    risen = change is Change.ROSE
    verdict, reason = _state(recent if risen else whole, rule=rule)
    if verdict is Verdict.WORKS and risen and _state(whole, rule=rule)[0] is not Verdict.WORKS:
        reason = Reason.RECOVERED
    if verdict is not Verdict.ATTENTION and change is Change.FELL:
        verdict, reason = Verdict.ATTENTION, Reason.FELL
    return Finding(verdict, reason, change)


def _state(score: Score, *, rule: Rule) -> tuple[Verdict, Reason]:
    best = wilson(score.best, score.n, rule.confidence)
    problem = wilson(score.problem, score.n, rule.confidence)
    if problem.lower > rule.problem_limit:
        return Verdict.ATTENTION, Reason.PROBLEMS
    if best.upper < rule.target:
        return Verdict.ATTENTION, Reason.LOW
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
