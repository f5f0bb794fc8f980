"""The quarterly report as one object in one language; PDF and CSV are made from it and from nothing else.

A frozen quarter is read from its frozen facts, so every download of it says the same.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from sqlalchemy.orm import Session

from survey.clock import parse_quarter, quarter_end, quarter_months, quarter_of
from survey.insight.verdict import Verdict
from survey.insight.words import Translate, plain
from survey.instruments.model import Touchpoint
from survey.practice import publishing
from survey.practice.model import Practice
from survey.reports import (
    courses,
    funnel,
    matters,
    outcomes,
    repairs,
    sentences,
    silence,
    theme_counts,
    tiles,
    wording,
)
from survey.reports.facts import ActionFacts, ItemFacts, overall_item, strongest_first
from survey.reports.freezing import facts_of_quarter, freeze
from survey.reports.lines import (
    ActionLine,
    AgainstQuarter,
    CardsLine,
    ClinicianLine,
    CourseLine,
    Funnel,
    RepairLine,
    ResponseLine,
    Tile,
    TouchpointLine,
    Trend,
)
from survey.reports.matters import Matters
from survey.reports.model import Report
from survey.reports.outcomes import OutcomeLine
from survey.reports.paper import SIZES, size_for
from survey.reports.quarter_facts import QuarterFacts
from survey.reports.theme_counts import Themes
from survey.reports.voice import Voice

__all__ = ["QuarterNotBegun", "QuarterlyReport", "freeze", "quarterly_report"]


class QuarterNotBegun(Exception):
    """The quarter lies in the future; choose one that has begun."""


@dataclass(frozen=True)
class QuarterlyReport:
    """A quarter, ready to print. ``digest`` is empty until the quarter is frozen; ``as_of`` is the day its
    figures stand for, ``label`` the survey's. Items stand in three groups; ``items`` and ``courses`` hold
    them in the order of the survey. ``against``: the quarter beside each earlier one, newest first."""

    title: str
    label: str
    practice_name: str
    slug: str
    quarter: str
    quarter_label: str
    period: str
    language: str
    paper: str
    part: bool
    state_text: str
    digest: str
    as_of: date
    empty: bool
    empty_text: str
    tiles: tuple[Tile, ...]
    sentences: tuple[str, ...]
    trend: Trend
    items: tuple[TouchpointLine, ...]
    attention: tuple[TouchpointLine, ...]
    works: tuple[TouchpointLine, ...]
    early: tuple[TouchpointLine, ...]
    repair: RepairLine | None
    clinicians: tuple[ClinicianLine, ...]
    clinicians_note: str
    response: ResponseLine
    open_repairs: tuple[ActionLine, ...]
    finished_repairs: tuple[ActionLine, ...]
    method: tuple[str, ...]
    cards: CardsLine | None = None
    courses: tuple[CourseLine, ...] = ()
    against: tuple[AgainstQuarter, ...] = ()
    against_note: str = ""
    funnel: Funnel | None = None
    funnel_text: str = ""
    silence: tuple[str, ...] = ()
    silence_bounds: tuple[int, int] | None = None
    matters: Matters | None = None
    outcomes: tuple[OutcomeLine, ...] = ()
    outcomes_note: str = ""
    themes: Themes | None = None
    themes_missing: str = ""

    @property
    def overall(self) -> TouchpointLine:
        """The item that stands for the whole."""
        return next((line for line in self.items if line.touchpoint == "overall"), self.items[0])


def quarterly_report(
    db: Session,
    practice: Practice,
    quarter: str,
    *,
    today: date,
    touchpoints: Mapping[str, Touchpoint],
    language: str = "en",
    translate: Translate = plain,
    own: Path | None = None,
) -> QuarterlyReport:
    """The report of a quarter such as ``"2026-Q3"``: frozen where it was frozen, else a labelled part.

    ``own``: folder of the installation's own model of themes.
    Raises QuarterNotBegun, NothingPublished, and ValueError for text that is no quarter.
    """
    parse_quarter(quarter)
    if quarter > quarter_of(today):
        raise QuarterNotBegun(f"{quarter} has not begun yet.")
    facts, frozen = facts_of_quarter(db, practice, quarter, today=today, own=own)
    instrument = publishing.version_by_label(db, practice.id, facts.label)
    assert instrument is not None  # facts name a published version, and those are never deleted
    voice = Voice(
        instrument=instrument,
        touchpoints=touchpoints,
        language=language,
        translate=translate,
        year_begins=practice.year_begins,
    )
    return worded(facts, voice=voice, frozen=frozen, today=today)


def worded(facts: QuarterFacts, *, voice: Voice, frozen: Report | None, today: date) -> QuarterlyReport:
    """Facts of a quarter in words. Pure."""
    _ = voice.translate
    as_of = today if frozen is None else frozen.frozen_on
    lines = {fact.item: wording.touchpoint_line(fact, voice=voice, least=facts.least) for fact in facts.items}
    response = _response(facts, voice=voice, as_of=as_of)
    report = QuarterlyReport(
        title=_("What patients say"),
        label=facts.label,
        practice_name=facts.practice,
        slug=facts.slug,
        quarter=facts.quarter,
        quarter_label=voice.quarter(facts.quarter),
        period=voice.months(quarter_months(facts.quarter)),
        language=voice.language,
        paper=SIZES[size_for(facts.country)],
        part=frozen is None,
        state_text=_state(frozen, voice=voice, today=today),
        digest="" if frozen is None else frozen.sha256,
        as_of=as_of,
        empty=facts.empty,
        empty_text=_("No results were released in this quarter, so there is nothing to report."),
        tiles=tiles.tiles(facts.items, facts.repair, (response,), voice=voice),
        sentences=_three(facts, voice=voice),
        trend=_trend(facts, voice=voice),
        items=tuple(lines.values()),
        attention=_group(facts, lines, Verdict.ATTENTION),
        works=_group(facts, lines, Verdict.WORKS),
        early=_group(facts, lines, Verdict.EARLY),
        repair=None if facts.repair is None else wording.repair_line(facts.repair, voice=voice),
        clinicians=tuple(
            wording.clinician_line(one, voice=voice, least=facts.least) for one in facts.clinicians
        ),
        clinicians_note=sentences.clinicians_note(voice),
        response=response,
        open_repairs=_repairs(facts.open_repairs, voice=voice, as_of=as_of),
        finished_repairs=_repairs(_finished_in(facts), voice=voice, as_of=as_of),
        method=sentences.method(voice, least=facts.least),
    )
    return _beside_others(report, facts, voice=voice)


def _beside_others(report: QuarterlyReport, facts: QuarterFacts, *, voice: Voice) -> QuarterlyReport:
    """The report with what is set against something else: quarters, clinicians, those who did not answer."""
    items = {fact.item: fact for fact in facts.items}
    whole, found = _whole(facts, voice=voice).share, funnel.funnel(facts.clinicians, voice=voice)
    return replace(
        report,
        courses=tuple(courses.course(fact, voice=voice) for fact in facts.items),
        against=tuple(courses.against(each, items, voice=voice) for each in facts.against),
        against_note=courses.note(voice),
        cards=None if facts.cards is None else wording.cards_line(facts.cards, voice=voice),
        funnel=found,
        funnel_text=funnel.too_few(voice) if found is None else found.sentence,
        silence=silence.of_quarter(whole, facts.response, voice=voice),
        silence_bounds=silence.bounds(whole, facts.response),
        matters=matters.matters(facts.matters, voice=voice),
        outcomes=outcomes.outcomes(facts.outcomes or (), voice=voice),
        outcomes_note=outcomes.note(facts.outcomes, voice=voice),
        themes=theme_counts.themes(facts.themes, voice=voice, least=facts.least),
        themes_missing="" if facts.themes is not None else theme_counts.missing(voice),
    )


def _whole(facts: QuarterFacts, *, voice: Voice) -> ItemFacts:
    item = overall_item(voice.instrument)
    return next(each for each in facts.items if each.item == item.key)


def _response(facts: QuarterFacts, *, voice: Voice, as_of: date) -> ResponseLine:
    label, closed = voice.quarter(facts.quarter), quarter_end(facts.quarter) < as_of
    return wording.response_line(facts.quarter, label, facts.response, voice=voice, closed=closed)


def _finished_in(facts: QuarterFacts) -> tuple[ActionFacts, ...]:
    """Repairs done in the quarter itself; earlier ones only mark the time axis."""
    return tuple(
        one
        for one in facts.finished_repairs
        if one.done_on is not None and quarter_of(one.done_on) == facts.quarter
    )


def _repairs(found: tuple[ActionFacts, ...], *, voice: Voice, as_of: date) -> tuple[ActionLine, ...]:
    return tuple(repairs.action_line(one, voice=voice, today=as_of) for one in found)


def _state(frozen: Report | None, *, voice: Voice, today: date) -> str:
    _ = voice.translate
    if frozen is None:
        return _("A part, as of {day}: figures will change until the quarter is frozen.").format(
            day=voice.day(today)
        )
    return _("Closed and frozen on {day}.").format(day=voice.day(frozen.frozen_on))


def _three(facts: QuarterFacts, *, voice: Voice) -> tuple[str, ...]:
    """What changed, what works, what to try."""
    ordered = strongest_first(facts.items, Verdict.ATTENTION)
    return (
        sentences.changed(facts.items, voice=voice, part=facts.part),
        sentences.steady(facts.items, voice=voice),
        sentences.to_try(ordered, facts.open_repairs, voice=voice),
    )


def _trend(facts: QuarterFacts, *, voice: Voice) -> Trend:
    item = overall_item(voice.instrument)
    fact = _whole(facts, voice=voice)
    marks = repairs.marks(facts.finished_repairs, voice=voice)
    return wording.trend(fact, item, voice=voice, marks=marks)


def _group(
    facts: QuarterFacts, lines: Mapping[str, TouchpointLine], verdict: Verdict
) -> tuple[TouchpointLine, ...]:
    found: tuple[ItemFacts, ...] = strongest_first(facts.items, verdict)
    return tuple(lines[fact.item] for fact in found)
