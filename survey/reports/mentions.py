"""Released comments by the touchpoints they mention, for the dashboards. Pure.

A comment stands under every touchpoint that its box or its words name, and under "something else" where they
name none. It tells nothing that the same comments in one list do not tell.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from survey.comments.touching import touchpoints_of
from survey.insight.reading import ReleasedComment
from survey.instruments.model import wording
from survey.reports.lines import Mentions, MentionsMonth, Quote
from survey.reports.voice import Voice

#: The anchor of what names no touchpoint.
ELSE = "else"
#: So many months of comments stand on a dashboard, the newest; all are one step away.
MONTHS = 3
#: So many comments are looked at for a dashboard, the newest.
READ = 200
#: So many of a month stand under a touchpoint.
MOST = 8


def by_touchpoint(
    comments: Sequence[ReleasedComment], *, voice: Voice, first: Iterable[str]
) -> tuple[Mentions, ...]:
    """Groups that have comments, in the order ``first``, then as the touchpoints are listed, the rest last.

    Inside a group by month, in the order in which the comments were read, of each month ``MOST`` at most.
    ``first``: ids of touchpoints.
    """
    boxes = {box.id: box for box in voice.instrument.comments}
    found: dict[str, dict[str, list[Quote]]] = {}
    for comment in comments:
        box = boxes.get(comment.box)
        quote = Quote(comment.text, comment.box if box is None else wording(box.text, voice.language))
        for touchpoint in (touchpoints_of(comment.text, box) & voice.touchpoints.keys()) or {ELSE}:
            found.setdefault(touchpoint, {}).setdefault(comment.month, []).append(quote)
    order = dict.fromkeys((*first, *voice.touchpoints, *found.keys() - {ELSE}, ELSE))
    return tuple(
        _group(name, found[name], voice, cut=len(comments) >= READ) for name in order if name in found
    )


def _group(name: str, months: dict[str, list[Quote]], voice: Voice, *, cut: bool) -> Mentions:
    return Mentions(
        anchor=name,
        name=voice.translate("About something else") if name == ELSE else voice.name(name),
        months=tuple(
            MentionsMonth(month, voice.month(month), tuple(quotes[:MOST])) for month, quotes in months.items()
        ),
        more=cut or any(len(quotes) > MOST for quotes in months.values()),
    )
