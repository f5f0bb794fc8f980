"""Touchpoints on the desk over comments: how many comments mention each, and which."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from survey.comments.hiding import DeskComment
from survey.comments.touching import touchpoints_of
from survey.reports.voice import Voice
from survey.web import comment_themes
from survey.web.comment_themes import Choice


def of_each(found: Sequence[DeskComment], *, voice: Voice) -> Mapping[bytes, frozenset[str]]:
    """Ids of the touchpoints that the words or the box of each comment name."""
    boxes = {box.id: box for box in voice.instrument.comments}
    return {each.id: touchpoints_of(each.text, boxes.get(each.box)) for each in found}


def choices(named: Mapping[bytes, frozenset[str]], *, voice: Voice) -> tuple[Choice, ...]:
    """Touchpoints that any comment mentions, in the order of the list."""
    numbers = Counter(touchpoint for touchpoints in named.values() for touchpoint in touchpoints)
    return comment_themes.choices({each: voice.name(each) for each in voice.touchpoints}, numbers)
