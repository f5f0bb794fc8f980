"""From a visits file to invitations: read, import, decide, write down who is to be asked.

One plan is made from reading alone. The real run carries it out, the dry run shows it; so they cannot differ.
Addresses leave this module only as boxes sealed for the week in which the mail is to go.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import insert, update
from sqlalchemy.orm import Session

from survey import clock
from survey.db import lock_practice, random_id
from survey.instruments.model import Instrument
from survey.invitations import knowing, outbox
from survey.invitations.eligibility import Candidate, Reason, decide
from survey.invitations.model import CapMark, Invitation, InvitationState
from survey.invitations.send_days import next_send_day
from survey.keys import issue
from survey.keys.files import KeyFiles
from survey.practice import declaring, publishing
from survey.practice.model import Practice
from survey.visits import importing
from survey.visits.blocks import in_blocks
from survey.visits.importing import ImportedVisit, ImportOutcome, SortedVisits
from survey.visits.model import VisitStatus
from survey.visits.visit_file import VisitFile, read_visits


class NoSurveyPublished(Exception):
    """There is no survey to ask with; the text says which and what to do."""


@dataclass(frozen=True)
class Decision:
    """One newly attended visit: asked about, or the reason why not."""

    visit: ImportedVisit
    reason: Reason | None


@dataclass(frozen=True)
class Intake:
    """What a file led to, or in a dry run would lead to.

    ``withdrawn`` counts waiting invitations that were taken back because the file now says that the visit did
    not take place, or that the person is not to be asked.
    """

    file: VisitFile
    outcome: ImportOutcome
    invited: int
    skipped: Mapping[Reason, int]
    withdrawn: int = 0
    decisions: tuple[Decision, ...] = ()


@dataclass(frozen=True)
class Plan:
    """Everything decided, nothing written."""

    file: VisitFile
    visits: SortedVisits
    decisions: tuple[Decision, ...]
    withdrawn: tuple[bytes, ...]
    instrument: Instrument
    send_day: date

    @property
    def invited(self) -> tuple[ImportedVisit, ...]:
        return tuple(decision.visit for decision in self.decisions if decision.reason is None)

    @property
    def intake(self) -> Intake:
        reasons = Counter(decision.reason for decision in self.decisions if decision.reason)
        return Intake(
            file=self.file,
            outcome=self.visits.outcome,
            invited=len(self.invited),
            skipped={reason: reasons[reason] for reason in Reason if reasons[reason]},
            withdrawn=len(self.withdrawn),
            decisions=self.decisions,
        )


def take_visits(db: Session, files: KeyFiles, practice: Practice, data: bytes, *, now: datetime) -> Intake:
    """Import a file and schedule its invitations. The same file again changes nothing.

    Raises UnreadableFile or NoSurveyPublished; faulty lines are left out whole and listed.
    """
    lock_practice(db, practice.id)
    made = plan(db, files, practice, data, now=now)
    importing.write(db, practice, made.visits)
    _withdraw(db, practice.id, made.withdrawn)
    _invite(db, files, practice, made, today=clock.local_day(now, practice.time_zone))
    return made.intake


def dry_run(db: Session, files: KeyFiles, practice: Practice, data: bytes, *, now: datetime) -> Intake:
    """What ``take_visits`` would do at this moment; writes nothing."""
    return plan(db, files, practice, data, now=now).intake


def plan(db: Session, files: KeyFiles, practice: Practice, data: bytes, *, now: datetime) -> Plan:
    """Read, compare, decide. Raises UnreadableFile or NoSurveyPublished."""
    today = clock.local_day(now, practice.time_zone)
    send_day = next_send_day(today)
    instrument = publishing.version_on(db, practice.id, practice.instrument, send_day)
    if instrument is None:
        raise NoSurveyPublished(
            f"No version of the survey {practice.instrument} is in force on {send_day.isoformat()}; "
            "publish one first. Nothing was imported."
        )
    file = read_visits(data, time_zone=practice.time_zone)
    visits = importing.sort_out(db, files, practice, file.rows, today=today)
    decisions = _decide_all(db, practice, visits, instrument, today=today, week=clock.week_number(send_day))
    withdrawn = knowing.waiting(db, practice.id, [v.visit_tag for v in visits.all if not _may_be_asked(v)])
    return Plan(file, visits, decisions, withdrawn, instrument, send_day)


def _may_be_asked(visit: ImportedVisit) -> bool:
    return visit.row.status is VisitStatus.ATTENDED and not visit.row.do_not_survey


def _decide_all(
    db: Session,
    practice: Practice,
    visits: SortedVisits,
    instrument: Instrument,
    *,
    today: date,
    week: int,
) -> tuple[Decision, ...]:
    """The newest visit of a person comes first: it is the one they remember, and the cap keeps the rest."""
    newest_first = sorted(visits.newly_attended, key=lambda visit: (-visit.day.toordinal(), visit.row.line))
    known = knowing.about(db, practice.id, newest_first)
    flagged = {visit.contact_tag for visit in visits.all if visit.row.do_not_survey}
    marks = dict(known.asked_weeks)
    decisions = []
    for visit in newest_first:
        candidate = Candidate(
            attended=True,
            day=visit.day,
            has_address=visit.contact_tag is not None,
            do_not_survey=visit.row.do_not_survey or visit.contact_tag in flagged,
            opted_out=visit.contact_tag in known.opted_out,
            invited=visit.visit_tag in known.invited,
            asked_week=marks.get(visit.contact_tag) if visit.contact_tag else None,
            number=visit.row.number or known.number_of(visit),
        )
        reason = decide(candidate, today=today, asked_from_visit=instrument.asked_from_visit)
        if reason is None and visit.contact_tag is not None:
            marks[visit.contact_tag] = week
        decisions.append(Decision(visit, reason))
    return tuple(sorted(decisions, key=lambda decision: decision.visit.row.line))


def _withdraw(db: Session, practice_id: int, invitation_ids: Sequence[bytes]) -> None:
    for block in in_blocks(invitation_ids):
        taken_back = outbox.moving(practice_id, InvitationState.DUE, InvitationState.CANCELLED)
        outbox.move(db, taken_back.where(Invitation.id.in_(block)))


def _invite(db: Session, files: KeyFiles, practice: Practice, made: Plan, *, today: date) -> None:
    if not made.invited:
        return
    week = clock.week_number(made.send_day)
    issue.ensure_week(files, week, today=today)
    rows = list(_rows(db, files, practice, made, week=week))
    for block in in_blocks(sorted(rows, key=lambda row: bytes(row["id"]))):  # not in the order of the file
        db.execute(insert(Invitation), list(block))
    _mark_asked(db, practice.id, [visit.contact_tag for visit in made.invited if visit.contact_tag], week)


def _rows(
    db: Session, files: KeyFiles, practice: Practice, made: Plan, *, week: int
) -> Iterator[dict[str, Any]]:
    people = {person.name: person.id for person in declaring.clinicians(db, practice.id)}
    cells = {
        name: declaring.cell_for(db, practice.id, instrument=made.instrument.id, clinician_id=people[name]).id
        for name in sorted({visit.row.clinician for visit in made.invited})
    }
    for visit in made.invited:
        wanted = visit.row.language or practice.mail_language
        yield {
            "practice_id": practice.id,
            "id": random_id(),
            "cell_id": cells[visit.row.clinician],
            "visit_tag": visit.visit_tag,
            "contact_tag": visit.contact_tag,
            "label": made.instrument.label,
            "language": choose_language(wanted, made.instrument.languages),
            "issue_week": week,
            "send_day": made.send_day,
            "state": InvitationState.DUE,
            "address_sealed": issue.seal_address(files, week, visit.row.address),
        }


def choose_language(wanted: str, offered: Sequence[str]) -> str:
    """The patient's language if the survey speaks it, else the survey's first."""
    matching = [language for language in offered if wanted and language.split("-")[0] == wanted]
    return matching[0] if matching else offered[0]


def _mark_asked(db: Session, practice_id: int, contact_tags: Sequence[bytes], week: int) -> None:
    known = knowing.asked_weeks(db, practice_id, contact_tags)
    rows = [{"practice_id": practice_id, "contact_tag": tag, "week": week} for tag in contact_tags]
    new = [row for row in rows if row["contact_tag"] not in known]
    old = [row for row in rows if row["contact_tag"] in known]
    if new:
        db.execute(insert(CapMark), new)
    if old:
        db.execute(update(CapMark), old)
