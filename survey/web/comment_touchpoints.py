"""Touchpoints on the desk over comments: how many comments mention each, and the list of one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from survey.comments.hiding import DeskComment
from survey.comments.touching import mentioned
from survey.insight.rounding import n_band
from survey.instruments.item import CommentBox
from survey.reports.voice import Voice


@dataclass(frozen=True)
class Mentioned:
    """A touchpoint to choose, and the band of how many comments mention it: empty for fewer than five."""

    id: str
    name: str
    band: str


def of_each(found: Sequence[DeskComment], *, voice: Voice) -> Mapping[bytes, frozenset[str]]:
    """Ids of the touchpoints that the words or the box of each comment name."""
    boxes: Mapping[str, CommentBox] = {box.id: box for box in voice.instrument.comments}
    return {each.id: mentioned(each.text) | _declared(boxes.get(each.box)) for each in found}


def choices(named: Mapping[bytes, frozenset[str]], *, voice: Voice) -> tuple[Mentioned, ...]:
    """Touchpoints that any comment mentions, in the order of the list."""
    numbers = Counter(touchpoint for touchpoints in named.values() for touchpoint in touchpoints)
    bands = {touchpoint: n_band(number) for touchpoint, number in numbers.items()}
    return tuple(
        Mentioned(touchpoint, voice.name(touchpoint), bands[touchpoint].text if bands[touchpoint].low else "")
        for touchpoint in voice.touchpoints
        if touchpoint in bands
    )


def _declared(box: CommentBox | None) -> frozenset[str]:
    return frozenset({box.touchpoint} if box is not None and box.touchpoint else ())
