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
    """From the finding alone: a clear change of quarters counts first, else the year before."""
    if facts.reason is Reason.FEW or facts.change is Change.UNKNOWN:
        return Movement.EARLY
    by_change = {Change.FELL: Movement.WORSE, Change.ROSE: Movement.BETTER}
    by_course = {Course.WORSE: Movement.WORSE, Course.BETTER: Movement.BETTER}
    return by_change.get(facts.change) or by_course.get(facts.course, Movement.STEADY)


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
