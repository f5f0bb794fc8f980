"""What every report starts from: the survey in force, results of the right months, names, response.

Reads through ``insight`` and never touches atoms itself. A clinician's reading never holds another's.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from survey.actions import acting
from survey.clock import quarter_before, quarter_months, quarter_of
from survey.insight import reading, response
from survey.insight.period import Period, last_month, quarters_back
from survey.insight.reading import Results
from survey.insight.response import Response
from survey.insight.rounding import Shown, share
from survey.insight.scoring import score
from survey.insight.words import Translate
from survey.instruments.model import Instrument, Touchpoint
from survey.invitations import counting
from survey.practice import declaring, publishing
from survey.practice.model import Practice
from survey.reports.facts import (
    LEAST_CLINICIANS,
    ActionFacts,
    ClinicianResults,
    Frame,
    Window,
    cards_facts,
    overall_item,
)
from survey.reports.lines import CommentGroup, ResponseLine
from survey.reports.repairs import facts_of
from survey.reports.voice import Voice
from survey.reports.wording import comment_groups, response_line


@dataclass(frozen=True)
class Ground:
    """A practice on a day, and the survey that is in force for it."""

    practice: Practice
    instrument: Instrument
    today: date

    def results(
        self,
        db: Session,
        months: tuple[str, ...] | None,
        *,
        clinician_id: int | None = None,
        items: tuple[str, ...] | None = None,
    ) -> Results:
        """Results of one clinician, or of the whole practice; of all items, or of some."""
        return reading.read_results(
            db,
            self.practice.id,
            instrument=self.instrument.id,
            clinician_id=clinician_id,
            months=months,
            items=items,
        )


class NothingPublished(Exception):
    """The practice has no survey in force; publish one first."""


def ground_for(db: Session, practice: Practice, *, today: date) -> Ground:
    """Raises NothingPublished."""
    instrument = publishing.version_on(db, practice.id, practice.instrument, today)
    if instrument is None:
        raise NothingPublished(f"No survey is published for {practice.name}; publish one first.")
    return Ground(practice=practice, instrument=instrument, today=today)


def frame_for(ground: Ground, window: Window) -> Frame:
    """How the practice's items are counted."""
    return Frame(instrument=ground.instrument, window=window, least=ground.practice.k_ratings)


def voice_for(
    ground: Ground, touchpoints: Mapping[str, Touchpoint], *, language: str, translate: Translate
) -> Voice:
    """The words for a reader."""
    return Voice(
        instrument=ground.instrument,
        touchpoints=touchpoints,
        language=language,
        translate=translate,
        year_begins=ground.practice.year_begins,
    )


def cards_of(db: Session, ground: Ground, frame: Frame) -> Shown | None:
    """What printed cards say of the whole; None where none were released."""
    months = frame.window.months
    found = reading.read_cards(db, ground.practice.id, instrument=ground.instrument.id, months=months)
    return cards_facts(frame, found)


def practice_may_stand_beside(db: Session, ground: Ground, months: tuple[str, ...]) -> bool:
    """Whether at least three clinicians have results, so that none can be worked out."""
    found = reading.clinicians_with_results(
        db, ground.practice.id, instrument=ground.instrument.id, months=months
    )
    return found >= LEAST_CLINICIANS


def results_of_clinicians(
    db: Session, ground: Ground, frame: Frame, *, months: tuple[str, ...] | None = None
) -> tuple[ClinicianResults, ...]:
    """The overall item of each clinician who is active or has results, in the order of their names.

    ``months``: which are read; None: those of the frame's window.
    """
    item = overall_item(ground.instrument)
    found = reading.read_by_clinician(
        db,
        ground.practice.id,
        instrument=ground.instrument.id,
        months=frame.window.all_months() if months is None else months,
        items=[item.key],
    )
    asked = {one.id for one in declaring.asked_about(db, ground.practice.id)}
    return tuple(
        ClinicianResults(one.id, one.name, found.get(one.id, Results()))
        for one in declaring.clinicians(db, ground.practice.id)
        if one.id in asked or one.id in found
    )


def responses_of(db: Session, ground: Ground, *, voice: Voice) -> tuple[ResponseLine, ...]:
    """Response of the last four closed quarters together, then of each one, newest first.

    Quarters with too few invitations are left out, but for the newest.
    """
    closed = _closed(ground)
    spans = [(f"{closed[0]}/{closed[-1]}", voice.translate("Last four closed quarters"), closed)]
    spans += [(quarter, voice.quarter(quarter), (quarter,)) for quarter in reversed(closed)]
    lines, totals = [], counting.sent_by_month(db, ground.practice.id)
    heard = _heard(db, ground, closed)
    for key, label, quarters in spans:
        found = response_of(db, ground, quarters, totals=totals, heard=heard)
        if found is not None or key == closed[-1]:
            lines.append(response_line(key, label, found, voice=voice))
    return tuple(lines)


def heard_in_closed(db: Session, ground: Ground) -> tuple[Shown, Response | None]:
    """The overall item over the last four closed quarters, and the response in them."""
    quarters = _closed(ground)
    months = tuple(month for quarter in quarters for month in quarter_months(quarter))
    item = overall_item(ground.instrument)
    found = score(
        item,
        ground.results(db, months, items=(item.key,)).counts(item.key),
        denominator=ground.instrument.denominator,
    )
    shown = share(found.best, found.n, least=ground.practice.k_ratings)
    return shown, response_of(db, ground, quarters)


def response_of(
    db: Session,
    ground: Ground,
    quarters: tuple[str, ...],
    *,
    totals: Mapping[tuple[int, str], int] | None = None,
    heard: response.Heard | None = None,
) -> Response | None:
    """Response over quarters; None while one is running or under 20 invitations."""
    return response.read_response(
        db,
        ground.practice.id,
        instrument=ground.instrument.id,
        quarters=quarters,
        today=ground.today,
        totals=totals,
        heard=heard,
    )


def _heard(db: Session, ground: Ground, quarters: tuple[str, ...]) -> response.Heard:
    months = {month for quarter in quarters for month in quarter_months(quarter)}
    return response.read_heard(db, ground.practice.id, instrument=ground.instrument.id, months=months)


def under_heard(db: Session, ground: Ground) -> tuple[str, ...]:
    """Names of clinicians whose patients were heard far less often than the practice's, over four closed
    quarters."""
    quarters, totals = _closed(ground), counting.sent_by_month(db, ground.practice.id)
    found = response.read_under_heard(
        db,
        ground.practice.id,
        instrument=ground.instrument.id,
        quarters=quarters,
        practice=response_of(db, ground, quarters, totals=totals),
        totals=totals,
    )
    return tuple(one.name for one in declaring.clinicians(db, ground.practice.id) if one.id in found)


def _closed(ground: Ground) -> tuple[str, ...]:
    """The last four closed quarters."""
    return quarters_back(quarter_before(quarter_of(ground.today)), 4)


def open_repairs(db: Session, practice_id: int) -> tuple[ActionFacts, ...]:
    """Repairs that are not done, the earliest due first."""
    return tuple(facts_of(action) for action in acting.open_actions(db, practice_id))


def finished_repairs(db: Session, practice_id: int) -> tuple[ActionFacts, ...]:
    """Repairs that are done, newest first."""
    return tuple(facts_of(action) for action in acting.finished_actions(db, practice_id))


def comments_of_quarter(
    db: Session, ground: Ground, quarter: str, *, voice: Voice
) -> tuple[CommentGroup, ...]:
    """All released words of a quarter that nobody has hidden, by box and month; for the owner."""
    found = reading.read_comments(
        db,
        ground.practice.id,
        instrument=ground.instrument.id,
        clinician_id=None,
        months=quarter_months(quarter),
        management=True,
    )
    return comment_groups(found, voice=voice)


def newest_month(released: tuple[str, ...], period: Period, *, today: date) -> str:
    """The month a period is looked at from: its newest with results, else its newest that has begun.

    ``released``: the practice's months with results, so that all trends of a report end together.
    """
    last = last_month(period, today=today)
    return max((month for month in released if period.months[0] <= month <= last), default=last)
