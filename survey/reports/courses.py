"""A quarter beside earlier ones, in words: each touchpoint's course, and what changed since. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from survey.insight.period import quarter_of_month
from survey.insight.rounding import EARLY_BELOW, Shown
from survey.insight.verdict import Change
from survey.insight.words import Translate
from survey.reports import print_charts, sentences
from survey.reports.earlier import Against, ItemAgainst, likely_difference
from survey.reports.facts import ItemFacts
from survey.reports.lines import AgainstLine, AgainstQuarter, CourseLine, Mark, TrendPoint
from survey.reports.voice import Voice


def course(facts: ItemFacts, *, voice: Voice) -> CourseLine:
    """An item over its quarters; a quarter with too few answers is a gap."""
    _ = voice.translate
    points = tuple(_point(each.quarter, each.share, voice=voice) for each in facts.quarters)
    name = _("{name}, by quarter").format(name=voice.name(facts.touchpoint))
    told = "; ".join(f"{point.label}: {point.share_text}" for point in points)
    reworded = tuple(sentences.reworded(month, voice=voice) for month in facts.breaks)
    marks = [
        Mark(quarter_of_month(month), text, True) for month, text in zip(facts.breaks, reworded, strict=True)
    ]
    chart = print_charts.trend_svg(
        points, title=name, description=told, marks=marks, frame=print_charts.QUARTERS
    )
    return CourseLine(facts.item, name, told, reworded, points, chart)


def _point(quarter: str, share: Shown, *, voice: Voice) -> TrendPoint:
    _ = voice.translate
    return TrendPoint(
        month=quarter,
        label=voice.quarter(quarter),
        share=share,
        share_text=share.words(_),
        n_text=share.n_words(_) if share.shown else "",
        interval_text=sentences.probably(share, voice=voice),
    )


def against(found: Against, facts: Mapping[str, ItemFacts], *, voice: Voice) -> AgainstQuarter:
    """All items beside an earlier quarter. ``facts``: those of the quarter reported, by item."""
    lines = tuple(_against(each, facts[each.item], voice=voice) for each in found.items)
    label = voice.quarter(found.quarter)
    return AgainstQuarter(found.quarter, label, _sentence(lines, label, voice=voice), lines)


def _against(then: ItemAgainst, now: ItemFacts, *, voice: Voice) -> AgainstLine:
    _ = voice.translate
    points = likely_difference(now.share, then.then)
    return AgainstLine(
        item=then.item,
        name=voice.name(now.touchpoint),
        now=now.share,
        now_text=now.share.words(_),
        then=then.then,
        then_text=then.then.words(_),
        then_n_text=then.then.n_words(_),
        change=then.change,
        change_text=change_word(then.change, voice=voice),
        difference=points,
        difference_text="" if points is None else difference_words(points, translate=_),
    )


def change_word(change: Change, *, voice: Voice) -> str:
    """A change in a word or two."""
    _ = voice.translate
    texts = {
        Change.ROSE: _("Higher"),
        Change.FELL: _("Lower"),
        Change.NOT_CLEAR: _("No clear change"),
        Change.UNKNOWN: _("Too few answers to compare"),
    }
    return texts[change]


def difference_words(points: tuple[int, int], *, translate: Translate) -> str:
    """``"probably between −5 and +10 points"``."""
    low, high = (f"+{each}" if each > 0 else str(each).replace("-", "−") for each in points)
    return translate("probably between {low} and {high} points").format(low=low, high=high)


def _sentence(lines: Sequence[AgainstLine], label: str, *, voice: Voice) -> str:
    _ = voice.translate
    told = []
    for change, text in (
        (Change.ROSE, _("Higher than in {quarter}: {names}.")),
        (Change.FELL, _("Lower than in {quarter}: {names}.")),
    ):
        names = [line.name for line in lines if line.change is change]
        if names:
            told.append(text.format(quarter=label, names="; ".join(names)))
    if told:
        return " ".join(told)
    if all(line.change is Change.UNKNOWN for line in lines):
        return _("There are too few answers to compare with {quarter}.").format(quarter=label)
    return _("Nothing changed clearly since {quarter}.").format(quarter=label)


def note(voice: Voice) -> str:
    """How the comparison is made."""
    return voice.translate(
        "Both quarters need at least {number} answers. All questions and clinicians of a comparison are "
        "judged together, so that chance does not pass for a change. The difference is worked out from the "
        "rounded figures (Newcombe, 95%) and rounded outward."
    ).format(number=EARLY_BELOW)
