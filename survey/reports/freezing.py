"""Freeze closed quarters: written once, three days after the quarter's end, and never again.

What is frozen are facts (rounded figures and verdicts, no words), as canonical JSON with its SHA-256, so
that the same quarter can be read in any language and can never change silently.
"""

from __future__ import annotations

import hashlib
from datetime import date, timedelta
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from survey.actions import acting
from survey.clock import quarter_end, quarter_months, quarter_of
from survey.comments import hiding, sorting
from survey.insight import reading
from survey.insight.period import one_quarter, quarter_of_month
from survey.practice import declaring
from survey.practice.model import Practice
from survey.reports import earlier, family, gathering, matters, outcomes, theme_counts
from survey.reports.facts import ActionFacts, all_item_facts, repair_facts, window_for
from survey.reports.gathering import Ground
from survey.reports.lines import QuarterLine
from survey.reports.model import DAYS_AFTER_END, Report
from survey.reports.quarter_facts import QuarterFacts, from_json, to_json
from survey.reports.voice import Voice

QUARTER_TREND_MONTHS = 12


class TooEarlyToFreeze(Exception):
    """The quarter may still change; the text names the first day on which it can be frozen."""


def freeze(db: Session, practice: Practice, quarter: str, *, today: date, own: Path | None = None) -> Report:
    """The frozen report of a quarter, written now if it was not yet.

    ``own``: folder of the installation's own model of themes. Raises TooEarlyToFreeze before the third day
    after the quarter's end, NothingPublished, and ValueError for text that is no quarter.
    """
    found = db.get(Report, (practice.id, quarter))
    if found is not None:
        return found
    first = freezing_day(quarter)
    if today < first:
        raise TooEarlyToFreeze(f"{quarter} can be frozen from {first.isoformat()} on.")
    body = to_json(gather_quarter(db, practice, quarter, today=today, own=own))
    report = Report(
        practice_id=practice.id,
        quarter=quarter,
        body=body,
        sha256=hashlib.sha256(body.encode("utf-8")).hexdigest(),
        frozen_on=today,
    )
    db.add(report)
    db.flush()
    return report


def freezing_day(quarter: str) -> date:
    """The first day on which a quarter can be frozen."""
    return quarter_end(quarter) + timedelta(days=DAYS_AFTER_END)


def facts_of_quarter(
    db: Session, practice: Practice, quarter: str, *, today: date, own: Path | None = None
) -> tuple[QuarterFacts, Report | None]:
    """The frozen facts of a quarter with their row, or today's facts and None."""
    found = db.get(Report, (practice.id, quarter))
    if found is not None:
        return from_json(found.body), found
    return gather_quarter(db, practice, quarter, today=today, own=own), None


def gather_quarter(
    db: Session, practice: Practice, quarter: str, *, today: date, own: Path | None = None
) -> QuarterFacts:
    """Today's facts of a quarter. Raises NothingPublished, and ValueError for text that is no quarter."""
    period = one_quarter(quarter, today=today)
    ground = gathering.ground_for(db, practice, today=min(today, quarter_end(quarter)))
    now = Ground(practice=practice, instrument=ground.instrument, today=today)
    released = reading.months_with_results(db, practice.id, instrument=ground.instrument.id)
    newest = gathering.newest_month(released, period, today=today)
    window = window_for(period, newest=newest, trend_months=QUARTER_TREND_MONTHS, today=today)
    frame = gathering.frame_for(ground, window)
    months = tuple(sorted({*window.all_months(), *(each for each in released if each <= period.months[-1])}))
    results = ground.results(db, months)
    clinicians = gathering.results_of_clinicians(db, ground, frame, months=months)
    units = family.units(frame, results, clinicians)
    findings = family.findings(frame, units)
    return QuarterFacts(
        practice=practice.name,
        slug=practice.slug,
        country=practice.country,
        quarter=quarter,
        part=today < freezing_day(quarter),
        label=ground.instrument.label,
        least=frame.least,
        empty=results.n(period.months) == 0,
        items=earlier.with_quarters(
            all_item_facts(frame, results, findings=findings, practice=None), frame, results, quarter=quarter
        ),
        repair=repair_facts(frame, results),
        clinicians=family.clinicians_facts(frame, clinicians, found=findings),
        response=gathering.response_of(db, now, (quarter,)),
        open_repairs=gathering.open_repairs(db, practice.id),
        finished_repairs=_finished_by(db, practice.id, quarter_end(quarter)),
        cards=gathering.cards_of(db, ground, frame),
        matters=matters.facts(frame, results),
        against=earlier.against_all(frame, units, quarter=quarter, results=results, today=today),
        outcomes=_outcomes(db, practice.id, quarter),
        themes=_themes(db, ground, quarter, own=own),
    )


def _finished_by(db: Session, practice_id: int, day: date) -> tuple[ActionFacts, ...]:
    found = gathering.finished_repairs(db, practice_id)
    return tuple(one for one in found if one.done_on is not None and one.done_on <= day)


def _outcomes(db: Session, practice_id: int, quarter: str) -> tuple[outcomes.OutcomeFacts, ...]:
    names = {one.id: one.name for one in declaring.clinicians(db, practice_id)}
    return outcomes.facts(acting.finished_actions(db, practice_id), quarter=quarter, names=names)


def _themes(db: Session, ground: Ground, quarter: str, *, own: Path | None) -> theme_counts.ThemeFacts:
    """Of the comments of the quarter's months that nobody has hidden so far."""
    found = hiding.on_the_desk(
        db, ground.practice.id, instrument=ground.instrument.id, months=quarter_months(quarter)
    )
    shown = [each for each in found if not each.hidden]
    each_sorted = sorting.with_themes(db, ground.practice.id, shown, own=own)
    return theme_counts.facts((each.themes for each in each_sorted), least=ground.practice.k_ratings)


def quarter_lines(db: Session, ground: Ground, *, voice: Voice) -> tuple[QuarterLine, ...]:
    """Quarters that have results, newest first."""
    _ = voice.translate
    practice_id = ground.practice.id
    released = reading.months_with_results(db, practice_id, instrument=ground.instrument.id)
    query = select(Report.quarter, Report.frozen_on).where(Report.practice_id == practice_id)
    frozen = {row.quarter: row.frozen_on for row in db.execute(query)}
    lines = []
    for quarter in sorted({quarter_of_month(month) for month in released} | set(frozen), reverse=True):
        if quarter in frozen:
            state = _("Frozen on {day}").format(day=voice.day(frozen[quarter]))
        elif quarter >= quarter_of(ground.today):
            state = _("Still running: figures will change")
        else:
            state = _("Closed, not yet frozen")
        lines.append(
            QuarterLine(quarter, voice.quarter(quarter), part=quarter not in frozen, state_text=state)
        )
    return tuple(lines)
