"""Who of a batch of visits is asked, with which survey, on which morning; or the one reason why not.

Only reads, so that a dry run and the real run come to the same. The order of the visits does not matter.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from sqlalchemy.orm import Session

from survey import clock
from survey.instruments.model import Instrument
from survey.invitations import knowing
from survey.invitations.eligibility import Cadence, Candidate, Reason, decide
from survey.invitations.knowing import Known
from survey.invitations.mornings import LATEST_DAYS, Wanted, allot, next_room
from survey.practice import publishing
from survey.practice.model import Practice
from survey.practice.schedule import Schedule
from survey.visits.recognising import ImportedVisit


class NoSurveyPublished(Exception):
    """There is no survey to ask with; the text says which and what to do."""


class PracticeClosed(NoSurveyPublished):
    """Nobody is asked any more, so nobody's address is taken in."""


@dataclass(frozen=True)
class Decision:
    """One newly attended visit: asked about on a morning with a survey, or the reason why not.

    ``visit_type`` is the visit's where it has a survey of its own, else empty.
    """

    visit: ImportedVisit
    reason: Reason | None
    morning: date | None = None
    instrument: Instrument | None = None
    visit_type: str = ""


@dataclass(frozen=True)
class Circumstances:
    """What holds for all visits of one file. ``flagged`` are people of whom any line says not to ask."""

    schedule: Schedule
    today: date
    flagged: Collection[bytes] = ()
    history: Mapping[bytes, Mapping[bytes, int]] = field(default_factory=dict)

    @property
    def first_morning(self) -> date:
        return self.schedule.days.after(self.today)


@dataclass
class Surveys:
    """The versions in force by day; each is read once. Raises NoSurveyPublished where there is none."""

    db: Session
    practice: Practice
    types: Mapping[str, str]
    read: dict[tuple[str, date], Instrument] = field(default_factory=dict)

    def name_for(self, visit_type: str) -> str:
        """The survey asked after visits of this type: its own, or the practice's; empty for none."""
        return self.types.get(visit_type, self.practice.instrument)

    def on(self, name: str, day: date) -> Instrument:
        if (name, day) not in self.read:
            found = publishing.version_on(self.db, self.practice.id, name, day)
            if found is None:
                raise NoSurveyPublished(
                    f"No version of the survey {name} is in force on {day.isoformat()}; "
                    "publish one first. Nothing was imported."
                )
            self.read[name, day] = found
        return self.read[name, day]


@dataclass
class Sitting:
    """The decisions about one batch, one after the other; remembers whom it has asked."""

    known: Known
    given: Circumstances
    surveys: Surveys
    asked: dict[bytes, bytes] = field(default_factory=dict)

    def decide(self, visit: ImportedVisit) -> Decision:
        name = self.surveys.name_for(visit.row.visit_type)
        cadence = Cadence(from_visit=1)
        if name:
            survey = self.surveys.on(name, self.given.first_morning)
            cadence = Cadence(survey.asked_from_visit, survey.asked_every or 1)
        reason = decide(self._candidate(visit, is_asked=bool(name)), today=self.given.today, cadence=cadence)
        if reason is None and visit.contact_tag is not None:
            self.asked[visit.contact_tag] = visit.client_tag
        return Decision(visit, reason)

    def _candidate(self, visit: ImportedVisit, *, is_asked: bool) -> Candidate:
        tag, known = visit.contact_tag, self.known
        here = self.asked.get(tag) if tag else None
        return Candidate(
            attended=True,
            day=visit.day,
            has_address=tag is not None,
            do_not_survey=visit.row.do_not_survey or (tag is not None and tag in self.given.flagged),
            minor=visit.row.minor,
            stopped=tag in known.opted_out,
            invited=visit.visit_tag in known.invited,
            is_asked=is_asked,
            left=visit.row.clinician in known.left,
            asked_week=self._asked_week(tag, here),
            asked_other=here is not None and here != visit.client_tag,
            number=visit.row.number or known.number_of(visit),
        )

    def _asked_week(self, tag: bytes | None, here: bytes | None) -> int | None:
        if tag is None:
            return None
        return clock.week_number(self.given.first_morning) if here else self.known.asked_weeks.get(tag)


def decide_all(
    db: Session, practice: Practice, visits: Sequence[ImportedVisit], given: Circumstances
) -> tuple[Decision, ...]:
    """Each visit once, with a morning for each that is asked about. Raises NoSurveyPublished."""
    surveys = Surveys(db, practice, given.schedule.types)
    decisions = _decided(db, practice, visits, given, surveys)
    asked = (Wanted(one.visit.visit_tag, one.visit.day) for one in decisions if one.reason is None)
    taken = knowing.planned(db, practice.id, given.first_morning)
    mornings = allot(asked, today=given.today, schedule=given.schedule, taken=taken)
    planned = [
        _planned(one, mornings[one.visit.visit_tag], surveys) if one.reason is None else one
        for one in decisions
    ]
    return tuple(sorted(planned, key=lambda decision: decision.visit.row.line))


def decide_again(
    db: Session,
    practice: Practice,
    visits: Sequence[ImportedVisit],
    given: Circumstances,
    *,
    mornings: Mapping[bytes, date],
) -> tuple[Decision, ...]:
    """Look once more at visits that were to be asked about, right before it is written down.

    Each keeps its morning, unless another import has filled it in between.
    """
    surveys = Surveys(db, practice, given.schedule.types)
    taken = Counter(knowing.planned(db, practice.id, given.first_morning))
    found = []
    for one in _decided(db, practice, visits, given, surveys):
        if one.reason is None:
            first = mornings[one.visit.visit_tag]
            last = max(first, one.visit.day + timedelta(days=LATEST_DAYS))
            morning = next_room(given.schedule, taken, first=first, last=last)
            taken.update([morning] if morning else [])
            found.append(_planned(one, morning, surveys))
        else:
            found.append(one)
    return tuple(found)


def _decided(
    db: Session,
    practice: Practice,
    visits: Sequence[ImportedVisit],
    given: Circumstances,
    surveys: Surveys,
) -> list[Decision]:
    known = knowing.about(db, practice.id, visits, given.history)
    sitting = Sitting(known, given, surveys)
    return [sitting.decide(visit) for visit in _newest_first(visits)]


def _newest_first(visits: Iterable[ImportedVisit]) -> list[ImportedVisit]:
    """The newest visit is the one a person remembers; the cap keeps the rest. Never the order of the file."""
    return sorted(visits, key=lambda visit: (visit.day, visit.row.start, visit.visit_tag), reverse=True)


def _planned(decision: Decision, morning: date | None, surveys: Surveys) -> Decision:
    if morning is None:
        return replace(decision, reason=Reason.NO_ROOM)
    visit_type = decision.visit.row.visit_type
    return replace(
        decision,
        morning=morning,
        instrument=surveys.on(surveys.name_for(visit_type), morning),
        visit_type=visit_type if visit_type in surveys.types else "",
    )
