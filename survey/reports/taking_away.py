"""Everything that an owner may take away, read at one moment: what the pages give, and nothing finer.

Counts nothing itself: each part comes from where its own page has it. Opt-outs, waiting answers, keys and
passwords are not among it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from sqlalchemy.orm import Session

from survey.actions import acting
from survey.clock import local_day
from survey.insight.words import Translate
from survey.instruments.model import Touchpoint
from survey.practice import auditing, declaring, publishing, staffing
from survey.practice.auditing import Line, Wanted
from survey.practice.model import Practice
from survey.practice.staffing import Colleague
from survey.reports import freezing, gathering, register
from survey.reports.gathering import Ground, NothingPublished
from survey.reports.lines import CommentGroup
from survey.reports.quarterly import QuarterlyReport, quarterly_report
from survey.reports.repair_table import Repair
from survey.reports.voice import Voice


@dataclass(frozen=True)
class Reader:
    """For whom it is made: the words of one language, and the installation's own model of themes."""

    language: str
    translate: Translate
    touchpoints: Mapping[str, Touchpoint]
    own: Path


@dataclass(frozen=True)
class Quarter:
    """A quarter's report, and its comments that nobody has hidden."""

    report: QuarterlyReport
    comments: tuple[CommentGroup, ...]


@dataclass(frozen=True)
class Everything:
    """All that may be taken away on the practice's own ``day``. ``released``: closed months with results."""

    practice: Practice
    day: date
    quarters: tuple[Quarter, ...]
    repairs: tuple[Repair, ...]
    people: tuple[Colleague, ...]
    log: tuple[Line, ...]
    released: tuple[str, ...]


def everything(db: Session, practice: Practice, reader: Reader, *, now: datetime) -> Everything:
    """Where no survey was ever published there are people and the log alone."""
    day = local_day(now, practice.time_zone)
    quarters: tuple[Quarter, ...] = ()
    repairs: tuple[Repair, ...] = ()
    try:
        ground = gathering.ground_for(db, practice, today=day)
    except NothingPublished:
        pass
    else:
        voice = gathering.voice_for(
            ground, reader.touchpoints, language=reader.language, translate=reader.translate
        )
        quarters, repairs = _quarters(db, ground, reader, voice), _repairs(db, ground, voice)
    return Everything(
        practice=practice,
        day=day,
        quarters=quarters,
        repairs=repairs,
        people=tuple(staffing.colleagues(db, practice.id, now=now)),
        log=tuple(auditing.lines(db, practice, Wanted())),
        released=tuple(auditing.release_months(db, practice, today=day)),
    )


def _quarters(db: Session, ground: Ground, reader: Reader, voice: Voice) -> tuple[Quarter, ...]:
    """Every quarter that has results, newest first; the running one as it is now."""
    found = []
    for line in freezing.quarter_lines(db, ground, voice=voice):
        report = quarterly_report(
            db,
            ground.practice,
            line.quarter,
            today=ground.today,
            touchpoints=reader.touchpoints,
            language=reader.language,
            translate=reader.translate,
            own=reader.own,
        )
        comments = gathering.comments_of_quarter(db, ground, line.quarter, voice=voice)
        found.append(Quarter(report, comments))
    return tuple(found)


def _repairs(db: Session, ground: Ground, voice: Voice) -> tuple[Repair, ...]:
    practice_id = ground.practice.id
    names = {one.id: one.name for one in declaring.clinicians(db, practice_id)}
    asked = {
        item.key: item
        for version in publishing.versions(db, practice_id).values()
        for item in version.counted
    }
    return tuple(
        Repair(
            register.card(action, voice=voice, names=names, asked=asked, today=ground.today),
            register.step_lines(acting.history(db, action), voice=voice),
        )
        for action in acting.all_actions(db, practice_id)
    )
