"""One ready object for each first screen: a clinician's own results, an owner's overview.

Reads whole atoms through ``insight.reading`` only. A clinician's object never holds a colleague's figure
and never what was joined at practice level; the practice's line stands in it only where at least three
clinicians have results.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy.orm import Session

from survey.insight import reading, response
from survey.insight.period import LAST_FOUR, TREND_MONTHS, Period, named
from survey.insight.reading import Results
from survey.insight.rounding import Shown
from survey.insight.verdict import Verdict
from survey.insight.words import Translate, plain
from survey.instruments.model import Touchpoint
from survey.practice import declaring
from survey.practice.model import Practice
from survey.releases import giving_up
from survey.reports import (
    family,
    freezing,
    funnel,
    gathering,
    matters,
    mentions,
    never_shown,
    places,
    remembering,
    repairs,
    sentences,
    silence,
    tiles,
    windows,
    wording,
)
from survey.reports.facts import (
    ActionFacts,
    ClinicianFacts,
    Frame,
    ItemFacts,
    all_item_facts,
    overall_item,
    repair_facts,
    window_for,
)
from survey.reports.gathering import Ground
from survey.reports.lines import (
    ActionLine,
    CardsLine,
    ClinicianLine,
    Mentions,
    NeverShownLine,
    RepairLine,
    ResponseLine,
    TouchpointLine,
    Trend,
)
from survey.reports.screens import Dashboard, Grouped, Overview
from survey.reports.voice import Voice

__all__ = ["Dashboard", "Overview", "clinician_dashboard", "owner_overview"]

#: Ready pages without comments; see ``remembering``.
_OWN: remembering.Memory[Dashboard] = remembering.Memory()
_WHOLE: remembering.Memory[Overview] = remembering.Memory()


class NoSuchClinician(LookupError):
    """This practice has no clinician with this key."""


@dataclass(frozen=True)
class _Screen:
    """What both screens are built from."""

    ground: Ground
    voice: Voice
    period: Period
    frame: Frame
    results: Results
    facts: tuple[ItemFacts, ...]
    clinicians: tuple[ClinicianFacts, ...]
    repair: Shown | None
    response: tuple[ResponseLine, ...]
    finished: tuple[ActionFacts, ...]

    @property
    def least(self) -> int:
        return self.frame.least

    @property
    def ready(self) -> bool:
        return self.results.n(self.period.months) > 0


def clinician_dashboard(
    db: Session,
    practice: Practice,
    clinician_id: int,
    *,
    today: date,
    touchpoints: Mapping[str, Touchpoint],
    language: str = "en",
    translate: Translate = plain,
    period: str = LAST_FOUR,
    words: bool = True,
) -> Dashboard:
    """A clinician's own results over one of the offered periods. ``words``: with the comments.
    Raises NoSuchClinician, NoSuchPeriod, and NothingPublished where the practice has no survey in force.
    """
    name = _name_of(db, practice.id, clinician_id)
    ground = gathering.ground_for(db, practice, today=today)
    voice = gathering.voice_for(ground, touchpoints, language=language, translate=translate)
    finished = gathering.finished_repairs(db, practice.id)
    found = _OWN.get(
        remembering.mark(
            db, ground, voice, clinician_id=clinician_id, period=period, besides=(name, finished)
        ),
        lambda: _dashboard(
            db,
            _screen(db, ground, voice, clinician_id=clinician_id, period=period),
            clinician_id=clinician_id,
            name=name,
        ),
    )
    said = _comments(db, ground, voice, period, found, clinician_id=clinician_id) if words else ()
    return replace(found, comments=said)


def _dashboard(db: Session, screen: _Screen, *, clinician_id: int, name: str) -> Dashboard:
    practice, voice, groups = screen.ground.practice, screen.voice, _groups(screen)
    return Dashboard(
        title=voice.translate("What your patients say"),
        practice_name=practice.name,
        clinician_name=name,
        period=windows.name(screen.period, voice=voice),
        periods=windows.links(screen.period, voice=voice, today=screen.ground.today),
        newest=_newest(screen),
        ready=screen.ready,
        waiting_title=windows.waiting_title(screen.period, voice=voice),
        waiting_text=_waiting(db, screen, clinician_id=clinician_id),
        summary=wording.summary(groups, voice=voice),
        works=groups[Verdict.WORKS],
        attention=groups[Verdict.ATTENTION],
        early=groups[Verdict.EARLY],
        repair=_repair(screen),
        comments=(),
        comments_note=wording.comments_note(voice, least=practice.k_comments),
        response=screen.response,
        method=sentences.method(voice, least=screen.least),
    )


def owner_overview(
    db: Session,
    practice: Practice,
    *,
    today: date,
    touchpoints: Mapping[str, Touchpoint],
    language: str = "en",
    translate: Translate = plain,
    period: str = LAST_FOUR,
    words: bool = True,
) -> Overview:
    """The whole practice over one of the offered periods.

    ``words``: with comments, repairs, places, and all else that may change between two releases.
    Raises NoSuchPeriod, and NothingPublished without a survey in force.
    """
    ground = gathering.ground_for(db, practice, today=today)
    voice = gathering.voice_for(ground, touchpoints, language=language, translate=translate)
    finished = gathering.finished_repairs(db, practice.id)
    found = _WHOLE.get(
        remembering.mark(db, ground, voice, clinician_id=None, period=period, besides=finished),
        lambda: _overview(db, _screen(db, ground, voice, clinician_id=None, period=period)),
    )
    if not words:
        return found
    during = named(period, today=today)
    return replace(
        found,
        actions=_actions(db, ground, voice),
        places=places.note(declaring.location_names(db, practice.id), voice=voice),
        comments=_comments(db, ground, voice, period, found, clinician_id=None),
        never_shown=_never_shown(db, ground, voice, during),
        quarters=freezing.quarter_lines(db, ground, voice=voice),
    )


def _overview(db: Session, screen: _Screen) -> Overview:
    ground, voice, groups = screen.ground, screen.voice, _groups(screen)
    return Overview(
        title=voice.translate("What patients say"),
        practice_name=ground.practice.name,
        period=windows.name(screen.period, voice=voice),
        periods=windows.links(screen.period, voice=voice, today=screen.ground.today),
        newest=_newest(screen),
        ready=screen.ready,
        waiting_title=windows.waiting_title(screen.period, voice=voice),
        waiting_text=_waiting(db, screen, clinician_id=None),
        summary=wording.summary(groups, voice=voice),
        tiles=tiles.tiles(screen.facts, screen.repair, screen.response, voice=voice) if screen.ready else (),
        trend=_trend(screen),
        works=groups[Verdict.WORKS],
        attention=groups[Verdict.ATTENTION],
        early=groups[Verdict.EARLY],
        repair=_repair(screen),
        matters=matters.matters(matters.facts(screen.frame, screen.results), voice=voice),
        clinicians=_clinicians(screen),
        clinicians_note=sentences.clinicians_note(voice),
        funnel=funnel.funnel(screen.clinicians, voice=voice),
        funnel_missing=funnel.too_few(voice),
        actions=(),
        comments=(),
        comments_note=wording.comments_note(voice, least=ground.practice.k_comments),
        response=screen.response,
        silence=(
            *silence.under_heard(gathering.under_heard(db, ground), voice=voice),
            *silence.sentences(*gathering.heard_in_closed(db, ground), voice=voice),
        ),
        places=(),
        cards=_cards(db, screen),
        never_shown=(),
        quarters=(),
        method=sentences.method(voice, least=screen.least),
    )


def _screen(
    db: Session, ground: Ground, voice: Voice, *, clinician_id: int | None, period: str = LAST_FOUR
) -> _Screen:
    looked_at = named(period, today=ground.today)
    released = reading.months_with_results(db, ground.practice.id, instrument=ground.instrument.id)
    newest = gathering.newest_month(released, looked_at, today=ground.today)
    window = window_for(looked_at, newest=newest, trend_months=TREND_MONTHS, today=ground.today)
    frame = gathering.frame_for(ground, window)
    results = ground.results(db, window.all_months(), clinician_id=clinician_id)
    practice = None
    if clinician_id is not None and gathering.practice_may_stand_beside(db, ground, looked_at.months):
        practice = ground.results(db, looked_at.months)
    listed = () if clinician_id is not None else gathering.results_of_clinicians(db, ground, frame)
    findings = family.findings(frame, family.units(frame, results, listed))
    return _Screen(
        ground=ground,
        voice=voice,
        period=looked_at,
        frame=frame,
        results=results,
        facts=all_item_facts(frame, results, findings=findings, practice=practice),
        clinicians=family.clinicians_facts(frame, listed, found=findings),
        repair=repair_facts(frame, results),
        response=gathering.responses_of(db, ground, voice=voice),
        finished=gathering.finished_repairs(db, ground.practice.id),
    )


def _groups(screen: _Screen) -> dict[Verdict, tuple[TouchpointLine, ...]]:
    if not screen.ready:
        return dict.fromkeys(Verdict, ())
    marks = repairs.marks_by_touchpoint(screen.finished, voice=screen.voice)
    return wording.groups(screen.facts, voice=screen.voice, least=screen.least, marks=marks)


def _comments(
    db: Session, ground: Ground, voice: Voice, period: str, page: Grouped, *, clinician_id: int | None
) -> tuple[Mentions, ...]:
    found = reading.read_comments(
        db,
        ground.practice.id,
        instrument=ground.instrument.id,
        clinician_id=clinician_id,
        months=named(period, today=ground.today).months,
        management=clinician_id is None,
        newest=mentions.MONTHS,
        most=mentions.READ,
    )
    return mentions.by_touchpoint(found, voice=voice, first=page.touchpoints)


def _clinicians(screen: _Screen) -> tuple[ClinicianLine, ...]:
    return tuple(
        wording.clinician_line(facts, voice=screen.voice, least=screen.least) for facts in screen.clinicians
    )


def _actions(db: Session, ground: Ground, voice: Voice) -> tuple[ActionLine, ...]:
    found = repairs.unresolved_first(gathering.open_repairs(db, ground.practice.id))
    return tuple(repairs.action_line(facts, voice=voice, today=ground.today) for facts in found)


def _never_shown(db: Session, ground: Ground, voice: Voice, period: Period) -> tuple[NeverShownLine, ...]:
    found = giving_up.never_shown(db, ground.practice.id, months=period.months)
    return never_shown.lines(found, voice=voice, least=ground.practice.k_ratings)


def _trend(screen: _Screen) -> Trend | None:
    if not screen.ready:
        return None
    item = overall_item(screen.ground.instrument)
    facts = next(each for each in screen.facts if each.item == item.key)
    marks = repairs.marks(screen.finished, voice=screen.voice)
    return wording.trend(facts, item, voice=screen.voice, marks=marks)


def _repair(screen: _Screen) -> RepairLine | None:
    if screen.repair is None or not screen.ready:
        return None
    return wording.repair_line(screen.repair, voice=screen.voice)


def _cards(db: Session, screen: _Screen) -> CardsLine | None:
    found = gathering.cards_of(db, screen.ground, screen.frame)
    return None if found is None else wording.cards_line(found, voice=screen.voice)


def _newest(screen: _Screen) -> str:
    newest = screen.results.newest
    if newest is None:
        return ""
    _ = screen.voice.translate
    return _("Newest answers: released in {month}").format(month=screen.voice.month(newest))


def _waiting(db: Session, screen: _Screen, *, clinician_id: int | None) -> str:
    """Why there is nothing yet, and by when there may be; only where nothing is shown."""
    if screen.ready or not screen.period.part:
        return windows.waiting(None, screen.period, voice=screen.voice, least=screen.least)
    month = response.read_likely_month(
        db,
        screen.ground.practice.id,
        instrument=screen.ground.instrument.id,
        clinician_id=clinician_id,
        least=screen.least,
        today=screen.ground.today,
    )
    return windows.waiting(month, screen.period, voice=screen.voice, least=screen.least)


def _name_of(db: Session, practice_id: int, clinician_id: int) -> str:
    for one in declaring.clinicians(db, practice_id):
        if one.id == clinician_id:
            return one.name
    raise NoSuchClinician("this practice has no clinician with this key")
