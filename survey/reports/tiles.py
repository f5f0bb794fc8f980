"""The four headline figures of overview and quarterly report. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from survey.insight.rounding import Shown
from survey.insight.verdict import Verdict
from survey.instruments.model import Standing
from survey.reports import sentences
from survey.reports.facts import ItemFacts, overall_item
from survey.reports.lines import ResponseLine, Tile
from survey.reports.voice import Voice


def tiles(
    facts: Sequence[ItemFacts], repair: Shown | None, response: Sequence[ResponseLine], *, voice: Voice
) -> tuple[Tile, ...]:
    """Overall, needs attention, put right, heard."""
    found = [_overall(facts, voice=voice), _attention(facts, voice=voice)]
    if repair is not None:
        found.append(_repair(repair, voice=voice))
    found.append(_heard(response, voice=voice))
    return tuple(found)


def _overall(facts: Sequence[ItemFacts], *, voice: Voice) -> Tile:
    _ = voice.translate
    item = overall_item(voice.instrument)
    fact = next(each for each in facts if each.item == item.key)
    note = sentences.probably(fact.share, voice=voice)
    answer = voice.answers(item, Standing.BEST)
    return Tile(
        label=_("Overall, said {answer}").format(answer=answer),
        value=fact.share.words(_),
        note=f"{fact.share.n_words(_)}, {note}" if note else fact.share.n_words(_),
    )


def _attention(facts: Sequence[ItemFacts], *, voice: Voice) -> Tile:
    _ = voice.translate
    names = [voice.name(fact.touchpoint) for fact in facts if fact.verdict is Verdict.ATTENTION]
    return Tile(
        label=_("Needs attention"),
        value=_("{number} of {total}").format(number=len(names), total=len(facts)),
        note="; ".join(names) if names else _("Nothing stands out"),
    )


def _repair(repair: Shown, *, voice: Voice) -> Tile:
    _ = voice.translate
    note = _("of what went wrong") if repair.shown else _("Too few people told us that something went wrong")
    return Tile(label=_("Put right"), value=repair.words(_), note=note)


def _heard(response: Sequence[ResponseLine], *, voice: Voice) -> Tile:
    _ = voice.translate
    newest = next((line for line in response if line.single), None)
    if newest is None:
        return Tile(label=_("Answered"), value=_("not yet known"), note=_("Told once a quarter has closed"))
    return Tile(
        label=_("Answered"),
        value=newest.text,
        note=_("{sent}, {period}").format(sent=newest.sent_text, period=newest.label),
    )
