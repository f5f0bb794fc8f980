"""How answers spread over best, worst and all others: each part rounded on its own. Pure.

Must never show a part under 30 answers, nor more parts than these: the figures of one question would else
tell how single answers fell.
"""

from __future__ import annotations

from survey.insight.rounding import Shown
from survey.instruments.model import Item, Standing
from survey.reports import print_charts
from survey.reports.facts import ItemFacts
from survey.reports.lines import Part
from survey.reports.voice import Voice


def parts(facts: ItemFacts, item: Item, *, voice: Voice) -> tuple[Part, ...]:
    """The parts of an item's answers, best first; none under 30 answers. They need not add up to 100."""
    if not facts.middle.shown:
        return ()
    _ = voice.translate
    others = [name for name in (Standing.GOOD, Standing.MIDDLE) if voice.answers(item, name)]
    found = [_part(_("Best answer"), voice.answers(item, Standing.BEST), facts.share, voice=voice)]
    if others:
        answers = _(" or ").join(voice.answers(item, name) for name in others)
        found.append(_part(_("In between"), answers, facts.middle, voice=voice))
    found.append(_part(_("Worst answer"), voice.answers(item, Standing.PROBLEM), facts.problem, voice=voice))
    return tuple(found)


def _part(name: str, answers: str, share: Shown, *, voice: Voice) -> Part:
    _ = voice.translate
    text = share.words(_)
    title = _("{name}: {share}").format(name=name, share=text)
    return Part(name, answers, share, text, print_charts.part_svg(share, title=title))
