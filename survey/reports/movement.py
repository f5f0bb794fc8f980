"""What the sign beside a touchpoint says: better, worse, steady, or too early. Pure.

The sign is a shape and a word, never a colour alone, and never an arrow between two raw figures.
"""

from __future__ import annotations

from enum import StrEnum

from survey.insight.runs import Course
from survey.insight.verdict import Change, Reason
from survey.reports.facts import ItemFacts
from survey.reports.voice import Voice


class Movement(StrEnum):
    """Where a touchpoint is going."""

    BETTER = "better"
    WORSE = "worse"
    STEADY = "steady"
    EARLY = "early"


def movement(facts: ItemFacts) -> Movement:
    """From the finding alone: a clear change of quarters, or a control chart with which they agree."""
    if facts.reason is Reason.FEW or facts.change is Change.UNKNOWN:
        return Movement.EARLY
    if facts.change is Change.FELL or facts.course is Course.WORSE:
        return Movement.WORSE
    if facts.change is Change.ROSE or facts.course is Course.BETTER:
        return Movement.BETTER
    return Movement.STEADY


def words(found: Movement, *, voice: Voice) -> str:
    """The word beside the shape."""
    _ = voice.translate
    texts = {
        Movement.BETTER: _("Getting better"),
        Movement.WORSE: _("Getting worse"),
        Movement.STEADY: _("Steady, apart from chance"),
        Movement.EARLY: _("Too early to see a direction"),
    }
    return texts[found]
