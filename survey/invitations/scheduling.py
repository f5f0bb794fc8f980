"""From a visits file to invitations: plan, import, write down who is to be asked.

One plan is made from reading alone. The real run carries it out, the dry run shows it; so they cannot differ.
Addresses leave this module only as boxes sealed for the week in which the mail is to go.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import insert, update
from sqlalchemy.orm import Session

from survey import clock
from survey.db import lock_practice, random_id
from survey.invitations import asking, knowing, outbox
from survey.invitations.asking import Circumstances, Decision, NoSurveyPublished
from survey.invitations.model import CapMark, Invitation, InvitationState
from survey.invitations.planning import (
    TOGETHER,
    Counted,
    Intake,
    Plan,
    plan,
    to_withdraw,
)
from survey.keys import issue
from survey.keys.contact import Tags
from survey.keys.files import KeyFiles
from survey.practice import declaring
from survey.practice.model import Practice
from survey.visits import importing
from survey.visits.blocks import as_they_come, in_blocks
from survey.visits.importing import ImportOutcome
from survey.visits.recognising import ImportedVisit
from survey.visits.visit_file import Part, VisitSource, generic_match, open_source

__all__ = ["Decision", "Intake", "NoSurveyPublished", "carry_out", "dry_run", "plan", "take_visits"]


@dataclass(frozen=True)
class Done:
    """What one block led to."""

    outcome: ImportOutcome
    invited: int


def take_visits(
    db: Session, files: KeyFiles, practice: Practice, visits: VisitSource | bytes, *, now: datetime
) -> Intake:
    """Import visits and schedule their invitations, all in this transaction. The same again changes nothing.

    For what is small: a large file is taken by ``taking.take``. Bytes are a CSV file in the plain form.
    Raises UnreadableFile or NoSurveyPublished; faulty lines are left out whole and listed.
    """
    lock_practice(db, practice.id)
    source = _source(visits, practice, now)
    made = plan(lambda: nullcontext(db), files, practice, source, now=now)
    for block in blocks(files, practice, source, made):
        carry_out(db, files, practice, made, block)
    return made.intake


def dry_run(
    db: Session, files: KeyFiles, practice: Practice, visits: VisitSource | bytes, *, now: datetime
) -> Intake:
    """What taking the visits would do at this moment; writes nothing."""
    source = _source(visits, practice, now)
    return plan(lambda: nullcontext(db), files, practice, source, now=now).intake


def _source(visits: VisitSource | bytes, practice: Practice, now: datetime) -> VisitSource:
    if not isinstance(visits, bytes):
        return visits
    match = generic_match(time_zone=practice.time_zone)
    return open_source([Part("visits.csv", visits)], match, now=now)


def blocks(
    files: KeyFiles, practice: Practice, source: VisitSource, made: Plan
) -> Iterator[list[ImportedVisit]]:
    """The visits of a file, as many together as are written in one short transaction."""
    visits = Counted(source, Tags(files, practice.id), practice, today=made.given.today)
    return as_they_come(visits, TOGETHER)


def carry_out(
    db: Session,
    files: KeyFiles,
    practice: Practice,
    made: Plan,
    visits: Sequence[ImportedVisit],
    *,
    number: int | None = None,
) -> Done:
    """Write a block of visits together with the invitations it leads to; safe to run again.

    Whom the plan would ask is looked at once more: an opt-out or another import may have come in between.
    """
    lock_practice(db, practice.id)  # two imports of one file must not both find a visit new
    found = importing.sort_out(db, practice, visits, today=made.given.today, joined=made.joined)
    importing.write(db, practice, found, number=number)
    _withdraw(db, practice.id, to_withdraw(db, practice.id, found))
    wanted = [visit for visit in found.newly_attended if visit.visit_tag in made.wanted]
    decisions = asking.decide_again(db, practice, wanted, made.given, mornings=made.wanted)
    invited = [decision for decision in decisions if decision.reason is None]
    _invite(db, files, practice, made.given, invited)
    return Done(found.outcome, len(invited))


def _withdraw(db: Session, practice_id: int, invitation_ids: Sequence[bytes]) -> None:
    for block in in_blocks(invitation_ids):
        taken_back = outbox.moving(practice_id, InvitationState.DUE, InvitationState.CANCELLED)
        outbox.move(db, taken_back.where(Invitation.id.in_(block)))


def _invite(
    db: Session, files: KeyFiles, practice: Practice, given: Circumstances, invited: Sequence[Decision]
) -> None:
    """The weeks' keys first: an address is sealed for the week in which its mail goes out."""
    for week in {clock.week_number(one.morning) for one in invited if one.morning}:
        issue.ensure_week(files, week, today=given.today)
    rows = list(_rows(db, files, practice, invited))
    for block in in_blocks(sorted(rows, key=lambda row: bytes(row["id"]))):  # not in the order of the file
        db.execute(insert(Invitation), list(block))
    _mark_asked(db, practice.id, {row["contact_tag"]: row["issue_week"] for row in rows})


def _rows(
    db: Session, files: KeyFiles, practice: Practice, invited: Sequence[Decision]
) -> Iterator[dict[str, Any]]:
    seen_by = knowing.clinicians(db, practice.id, [one.visit.visit_tag for one in invited])
    cells: dict[tuple[str, int, str], int] = {}
    for one in sorted(invited, key=lambda one: seen_by[one.visit.visit_tag]):
        visit, instrument, morning = one.visit, one.instrument, one.morning
        assert instrument is not None
        assert morning is not None
        group = (instrument.id, seen_by[visit.visit_tag], one.visit_type)
        if group not in cells:
            cells[group] = declaring.cell_for(
                db, practice.id, instrument=group[0], clinician_id=group[1], visit_type=group[2]
            ).id
        week = clock.week_number(morning)
        yield {
            "practice_id": practice.id,
            "id": random_id(),
            "cell_id": cells[group],
            "visit_tag": visit.visit_tag,
            "contact_tag": visit.contact_tag,
            "label": instrument.label,
            "language": choose_language(visit.row.language or practice.mail_language, instrument.languages),
            "issue_week": week,
            "send_day": morning,
            "state": InvitationState.DUE,
            "address_sealed": issue.seal_address(files, week, visit.row.write_to),
        }


def choose_language(wanted: str, offered: Sequence[str]) -> str:
    """The patient's language if the survey speaks it, else the survey's first."""
    matching = [language for language in offered if wanted and language.split("-")[0] == wanted]
    return matching[0] if matching else offered[0]


def _mark_asked(db: Session, practice_id: int, weeks: Mapping[bytes, int]) -> None:
    known = knowing.asked_weeks(db, practice_id, list(weeks))
    rows = [{"practice_id": practice_id, "contact_tag": tag, "week": week} for tag, week in weeks.items()]
    new = [row for row in rows if row["contact_tag"] not in known]
    old = [row for row in rows if row["contact_tag"] in known]
    if new:
        db.execute(insert(CapMark), new)
    if old:
        db.execute(update(CapMark), old)
