"""Repairs that are done, each with the comparison fixed beforehand and what it found. Pure.

Holds only what the register shows: two rounded shares, two bands, one word. A quarter tells of the repairs
done in it and in the three quarters before it, because the longest comparison is over by then.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from survey.actions.model import Action
from survey.clock import quarter_months, quarter_of
from survey.insight import effect
from survey.insight.period import quarters_back
from survey.insight.rounding import RoundedShare
from survey.instruments.model import Item
from survey.reports.effects import Compared, compared, effect_line, likely_words
from survey.reports.voice import Voice

#: Quarters whose repairs are told, the one reported included.
QUARTERS = 4


@dataclass(frozen=True)
class OutcomeFacts:
    """A repair that is done. ``whose``: the clinician whose answers are compared; empty: the practice's."""

    touchpoint: str
    heard: str
    promise: str
    whose: str
    compared: Compared


@dataclass(frozen=True)
class OutcomeLine:
    """The same in words. ``kind`` chooses the shape beside ``word``; ``measure`` is an item's key or empty.

    ``before`` and ``after`` are None, and their texts empty, where nothing was compared.
    """

    name: str
    promise: str
    done_text: str
    whose: str
    measure: str
    question: str
    kind: str
    word: str
    sentence: str
    how: str
    before: RoundedShare | None
    after: RoundedShare | None
    before_text: str
    before_n_text: str
    after_text: str
    after_n_text: str
    likely_text: str


def facts(done: Iterable[Action], *, quarter: str, names: Mapping[int, str]) -> tuple[OutcomeFacts, ...]:
    """Of repairs done in the quarter and the three before it, in the order given.

    An outcome that rests on months after the quarter is left out: a quarter frozen late says what it would
    have said in time. ``names``: clinicians by id.
    """
    kept = quarters_back(quarter, QUARTERS)
    return tuple(
        OutcomeFacts(
            touchpoint=one.touchpoint,
            heard=one.heard,
            promise=one.promise,
            whose="" if one.clinician_id is None else names.get(one.clinician_id, ""),
            compared=compared(one, told=_told(one, quarter)),
        )
        for one in done
        if one.done_on is not None and quarter_of(one.done_on) in kept
    )


def _told(action: Action, quarter: str) -> bool:
    """Whether all months compared lie in the quarter or before it."""
    if action.done_on is None or action.span is None:
        return False
    return effect.months_of(action.done_on, action.span).after[-1] <= quarter_months(quarter)[-1]


def outcomes(found: Iterable[OutcomeFacts], *, voice: Voice) -> tuple[OutcomeLine, ...]:
    """In words, in the order given."""
    asked = {item.key: item for item in voice.instrument.counted}
    return tuple(_line(one, asked.get(one.compared.measure), voice=voice) for one in found)


def _line(one: OutcomeFacts, item: Item | None, *, voice: Voice) -> OutcomeLine:
    _ = voice.translate
    line = effect_line(one.compared, item, voice=voice)
    before, after, done = one.compared.before, one.compared.after, one.compared.done_on
    return OutcomeLine(
        name=voice.name(one.touchpoint),
        promise=one.promise,
        done_text="" if done is None else _("Done on {day}").format(day=voice.day(done)),
        whose=one.whose or _("Whole practice"),
        measure=one.compared.measure,
        question="" if item is None else voice.question(item),
        kind=line.kind,
        word=line.word,
        sentence=line.sentence,
        how=line.how,
        before=before,
        after=after,
        before_text="" if before is None else before.words(_),
        before_n_text="" if before is None else before.n_words(_),
        after_text="" if after is None else after.words(_),
        after_n_text="" if after is None else after.n_words(_),
        likely_text=likely_words(before, after, voice=voice),
    )


def note(found: tuple[OutcomeFacts, ...] | None, *, voice: Voice) -> str:
    """What the list holds, or why there is none."""
    _ = voice.translate
    if found is None:
        return _("This report was frozen before it told what repairs changed; the page of repairs says it.")
    if not found:
        return _("No repair was done in this quarter or in the three before it.")
    return _(
        "Repairs done in this quarter and in the three before it, newest first. What is compared was fixed "
        "with each promise, before anything was done. A change after a repair need not come from it."
    )
