"""Facts become lines that can be shown: words in the reader's language, charts drawn. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from markupsafe import Markup

from survey.insight.reading import ReleasedComment
from survey.insight.response import Response
from survey.insight.rounding import Shown, Withheld
from survey.insight.verdict import Verdict
from survey.instruments.model import Item, Standing, wording
from survey.reports import distribution, funnel, print_charts, sentences
from survey.reports.control import Control, control
from survey.reports.facts import ClinicianFacts, ItemFacts, MonthFact, strongest_first
from survey.reports.lines import (
    CardsLine,
    ClinicianLine,
    CommentGroup,
    CommentMonth,
    Mark,
    RepairLine,
    ResponseLine,
    TouchpointLine,
    Trend,
    TrendPoint,
)
from survey.reports.movement import movement
from survey.reports.movement import words as movement_words
from survey.reports.voice import Voice

NO_MARKS: Mapping[str, Sequence[Mark]] = MappingProxyType({})


def touchpoint_line(
    facts: ItemFacts, *, voice: Voice, least: int, marks: Mapping[str, Sequence[Mark]] = NO_MARKS
) -> TouchpointLine:
    """One item, ready to show. ``marks``: what was done, by touchpoint."""
    _ = voice.translate
    item = voice.instrument.item(facts.item)
    sentence = sentences.finding(facts, item, voice=voice, least=least)
    name = voice.name(facts.touchpoint)
    change = sentences.change(facts, voice=voice)
    share_text = facts.share.words(_)
    return TouchpointLine(
        item=facts.item,
        touchpoint=facts.touchpoint,
        anchor=voice.anchor(item),
        name=name,
        question=voice.question(item),
        best_text=voice.answers(item, Standing.BEST),
        share=facts.share,
        share_text=share_text,
        n_text=facts.share.n_words(_),
        interval_text=sentences.probably(facts.share, voice=voice),
        problem=facts.problem,
        problem_text=sentences.problem(facts, item, voice=voice),
        middle=facts.middle,
        practice_text=_practice(facts.practice, voice=voice),
        before=facts.before,
        before_text=facts.before.words(_),
        verdict=facts.verdict,
        verdict_text=voice.verdict(facts.verdict),
        sentence=sentence,
        change_text=None if change == sentence else change,
        early_picture=facts.share.early,
        movement=movement(facts),
        movement_text=movement_words(movement(facts), voice=voice),
        parts=distribution.parts(facts, item, voice=voice),
        bar=_bar(name, facts.share, voice=voice, practice=facts.practice),
        trend=trend(facts, item, voice=voice, marks=marks.get(facts.touchpoint, ())),
    )


def groups(
    facts: Sequence[ItemFacts],
    *,
    voice: Voice,
    least: int,
    marks: Mapping[str, Sequence[Mark]] = NO_MARKS,
) -> dict[Verdict, tuple[TouchpointLine, ...]]:
    """All items in the three groups, the strongest evidence first."""
    return {
        verdict: tuple(
            touchpoint_line(fact, voice=voice, least=least, marks=marks)
            for fact in strongest_first(facts, verdict)
        )
        for verdict in Verdict
    }


def summary(groups: Mapping[Verdict, Sequence[TouchpointLine]], *, voice: Voice) -> str:
    """How many touchpoints stand in each group."""
    _ = voice.translate
    return _("Works well: {works}. Needs attention: {attention}. Too early to tell: {early}.").format(
        works=len(groups[Verdict.WORKS]),
        attention=len(groups[Verdict.ATTENTION]),
        early=len(groups[Verdict.EARLY]),
    )


def trend(facts: ItemFacts, item: Item, *, voice: Voice, marks: Sequence[Mark] = ()) -> Trend:
    """The share of the best answer over release months."""
    _ = voice.translate
    points = tuple(_point(month, voice=voice) for month in facts.months)
    sentence = sentences.trend_caption(facts, voice=voice)
    title = _("{name}: share of {answer} by month").format(
        name=voice.name(item.touchpoint), answer=voice.answers(item, Standing.BEST)
    )
    description = _describe(points, voice=voice)
    limits = control(tuple(point.share for point in points))
    told = (*marks, *(Mark(month, sentences.reworded(month, voice=voice), True) for month in facts.breaks))
    wide, narrow = (
        print_charts.trend_svg(
            points, title=title, description=description, marks=told, control=limits, frame=frame
        )
        for frame in (print_charts.WIDE, print_charts.NARROW)
    )
    return Trend(
        name=title,
        sentence=sentence,
        control=limits,
        control_text=sentences.control(limits, voice=voice),
        limits=_limits(limits, len(points), voice=voice),
        points=points,
        marks=told,
        chart=wide,
        chart_narrow=narrow,
    )


def _limits(found: Control | None, months: int, *, voice: Voice) -> tuple[str, ...]:
    _ = voice.translate
    each = (None,) * months if found is None else found.limits
    return tuple("" if one is None else _("{low}–{high}%").format(low=one[0], high=one[1]) for one in each)


def repair_line(share: Shown, *, voice: Voice) -> RepairLine:
    """How often what went wrong was put right."""
    _ = voice.translate
    return RepairLine(
        name=_("Put right"),
        share=share,
        share_text=share.words(_),
        n_text=_people(share, voice=voice),
        interval_text=sentences.probably(share, voice=voice),
        sentence=sentences.repair(share, voice=voice),
    )


def cards_line(share: Shown, *, voice: Voice) -> CardsLine:
    """What printed cards say, on a line of their own."""
    _ = voice.translate
    return CardsLine(
        name=_("From printed cards"),
        share=share,
        share_text=share.words(_),
        n_text=share.n_words(_),
        sentence=sentences.cards(share, voice=voice),
        note=sentences.cards_note(voice),
    )


def clinician_line(facts: ClinicianFacts, *, voice: Voice, least: int) -> ClinicianLine:
    """One clinician in the owner's alphabetical list."""
    _ = voice.translate
    share_text = facts.share.words(_)
    return ClinicianLine(
        clinician_id=facts.clinician_id,
        name=facts.name,
        share=facts.share,
        share_text=share_text,
        n_text=facts.share.n_words(_),
        interval_text=sentences.probably(facts.share, voice=voice),
        verdict=facts.verdict,
        verdict_text=voice.verdict(facts.verdict),
        sentence=sentences.clinician(
            facts.verdict, facts.reason, voice=voice, shown=facts.share.shown, least=least
        ),
        others_text=funnel.others(facts.flag, voice=voice),
        bar=_bar(facts.name, facts.share, voice=voice),
    )


def _bar(name: str, share: Shown, *, voice: Voice, practice: Shown | None = None) -> Markup:
    _ = voice.translate
    return print_charts.share_svg(
        share,
        title=_("{name}: {share}").format(name=name, share=share.words(_)),
        description=sentences.probably(share, voice=voice),
        practice=practice,
    )


def response_line(
    period: str, label: str, response: Response | None, *, voice: Voice, closed: bool = True
) -> ResponseLine:
    """How many of those who were asked were heard; None: too few were asked, or not ``closed`` yet."""
    _ = voice.translate
    if not closed:
        return ResponseLine(period, label, _("not yet known"), _("told once the quarter has closed"))
    if response is None:
        return ResponseLine(period, label, _("withheld"), _("fewer than 20 invitations"))
    sent = _("{band} invitations").format(band=response.sent.text)
    return ResponseLine(period, label, response.words(_), sent)


def comment_groups(comments: Sequence[ReleasedComment], *, voice: Voice) -> tuple[CommentGroup, ...]:
    """Comments by box in the instrument's order, then by month as they were read."""
    boxes = {box.id: box for box in voice.instrument.comments}
    names = [*boxes, *(each for each in dict.fromkeys(one.box for one in comments) if each not in boxes)]
    found = []
    for name in names:
        months: dict[str, list[str]] = {}
        for comment in comments:
            if comment.box == name:
                months.setdefault(comment.month, []).append(comment.text)
        if months:
            box = boxes.get(name)
            found.append(
                CommentGroup(
                    box=name,
                    name=name if box is None else wording(box.text, voice.language),
                    months=tuple(
                        CommentMonth(month, voice.month(month), tuple(texts))
                        for month, texts in months.items()
                    ),
                )
            )
    return tuple(found)


def comments_note(voice: Voice, *, least: int) -> str:
    """Why comments stand alone."""
    return voice.translate(
        "Comments appear once at least {number} people have answered in the same batch. They stand in "
        "random order, apart from all ratings, and nobody can answer them. A program takes out mail "
        "addresses, links, phone numbers, dates, times, ages, numbers of records, postcodes and names "
        "after a title; it can miss some, and it leaves other names."
    ).format(number=least)


def _point(fact: MonthFact, *, voice: Voice) -> TrendPoint:
    _ = voice.translate
    shown = fact.share.shown
    return TrendPoint(
        month=fact.month,
        label=voice.month(fact.month),
        share=fact.share,
        share_text=fact.share.words(_) if shown else _("too few answers"),
        n_text=fact.share.n_words(_) if shown else "",
        interval_text=sentences.probably(fact.share, voice=voice),
    )


def _describe(points: Sequence[TrendPoint], *, voice: Voice) -> str:
    told = [f"{point.label}: {point.share_text}" for point in points if point.share.shown]
    return "; ".join(told) if told else voice.translate("No month has enough answers to show.")


def _practice(share: Shown | None, *, voice: Voice) -> str | None:
    if share is None or not share.shown:
        return None
    _ = voice.translate
    return _("Whole practice: {share}").format(share=share.words(_))


def _people(share: Shown, *, voice: Voice) -> str:
    if isinstance(share, Withheld):
        return voice.translate("too few people")
    return voice.translate("{band} people told us of something that went wrong").format(band=share.n.text)
