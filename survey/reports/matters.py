"""What people say matters most to them, beside how it is: only where the survey asks. Pure.

What somebody chose and how the same person rated it are never set side by side, for no such pairs are kept:
two shares of everybody stand beside each other. Must never be worded as a cause.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from markupsafe import Markup

from survey.insight.reading import Results
from survey.insight.rounding import RoundedShare, Shown, share
from survey.instruments.item import CHOSEN, NOT_CHOSEN, part_key
from survey.instruments.model import Item, Standing
from survey.reports import print_charts
from survey.reports.facts import Frame
from survey.reports.voice import Voice


@dataclass(frozen=True)
class MatterFact:
    """A touchpoint: how many named it, and the best answers of its first question."""

    touchpoint: str
    item: str
    named: Shown
    best: Shown


@dataclass(frozen=True)
class MatterLine:
    """The same in words. ``answer``: what the best answer is."""

    item: str
    name: str
    answer: str
    named: Shown
    named_text: str
    named_bar: Markup
    best: Shown
    best_text: str
    best_bar: Markup
    words: str


@dataclass(frozen=True)
class Matters:
    """What matters, most named first. ``lines`` are empty under 30 answers, and the sentence says so."""

    question: str
    sentence: str
    note: str
    n_text: str
    lines: tuple[MatterLine, ...]


def facts(frame: Frame, results: Results) -> tuple[MatterFact, ...]:
    """Of each touchpoint that can be named and is asked about; nothing where the survey does not ask."""
    asked = frame.instrument.importance
    found = []
    for option in () if asked is None else asked.scale.options:
        item = _about(frame.instrument.counted, option.touchpoint)
        if asked is None or item is None:
            continue
        counts = results.counts(part_key(asked.key, option.value), frame.window.months)
        named, n = counts.get(CHOSEN, 0), counts.get(CHOSEN, 0) + counts.get(NOT_CHOSEN, 0)
        best = frame.best(item, results, frame.window.months)
        found.append(MatterFact(item.touchpoint, item.key, share(named, n, least=frame.least), best))
    return tuple(found)


def _about(items: Sequence[Item], touchpoint: str | None) -> Item | None:
    return next((item for item in items if item.touchpoint == touchpoint), None)


def matters(found: Sequence[MatterFact], *, voice: Voice) -> Matters | None:
    """The words; None where the survey does not ask."""
    asked = voice.instrument.importance
    if asked is None or not found:
        return None
    _ = voice.translate
    enough = [one for one in found if _settled(one.named)]
    ordered = sorted(enough, key=lambda one: -_height(one.named))
    return Matters(
        question=voice.question(asked),
        sentence=_sentence(ordered, voice=voice),
        note=_(
            "Two shares of everybody, side by side: nobody’s choice is set against their own answers. It "
            "shows where to look first, not what would change if something were better."
        ),
        n_text=ordered[0].named.n_words(_) if ordered else "",
        lines=tuple(_line(one, voice=voice) for one in ordered),
    )


def _settled(shown: Shown) -> bool:
    return isinstance(shown, RoundedShare) and not shown.early


def _height(shown: Shown) -> int:
    return shown.centre if isinstance(shown, RoundedShare) else 0


def _line(one: MatterFact, *, voice: Voice) -> MatterLine:
    _ = voice.translate
    name, item = voice.name(one.touchpoint), voice.instrument.item(one.item)
    named, best = one.named.words(_), one.best.words(_)
    answer = voice.answers(item, Standing.BEST)
    return MatterLine(
        item=one.item,
        name=name,
        answer=answer,
        named=one.named,
        named_text=named,
        named_bar=print_charts.part_svg(one.named, title=_("{name}: {share}").format(name=name, share=named)),
        best=one.best,
        best_text=best,
        best_bar=print_charts.part_svg(one.best, title=_("{name}: {share}").format(name=name, share=best)),
        words=_("{name}: named by {named}; {best} said {answer}.").format(
            name=name, named=named, best=best, answer=answer
        ),
    )


def _sentence(ordered: Sequence[MatterFact], *, voice: Voice) -> str:
    """What is named more often than the middle one and is at its best less often than the middle one."""
    _ = voice.translate
    if not ordered:
        return _("Not enough answers yet: it takes at least 30 to say what matters most.")
    rated = [one for one in ordered if _settled(one.best)]
    middle = median(_height(one.named) for one in ordered)
    level = median(_height(one.best) for one in rated) if rated else 0
    first = [one for one in rated if _height(one.named) > middle and _height(one.best) < level]
    if not first:
        return _("Nothing that matters to many has fewer best answers than the rest.")
    names = "; ".join(voice.name(one.touchpoint) for one in first)
    return _("Matters to many, and has fewer best answers than the rest: {names}.").format(names=names)
