"""Take the last import back, as long as none of its mails has gone out.

Visits it brought are deleted, those it changed are as before, its waiting mails and their cap marks are gone.
Mails that it withdrew stay withdrawn: nobody is asked because of a mistake.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from survey.db import lock_practice
from survey.invitations.model import CapMark, Invitation, InvitationState
from survey.visits import history
from survey.visits.blocks import in_blocks
from survey.visits.history import PastImport
from survey.visits.model import ImportState, Visit, VisitBefore, VisitIdentity, VisitImport, VisitStatus
from survey.visits.recognising import STORED


class CannotUndo(Exception):
    """The last import cannot be taken back any more; the text says why."""


def undo_last(db: Session, practice_id: int, *, now: datetime) -> PastImport:
    """Take back the last import that was not taken back yet. Raises CannotUndo and changes nothing."""
    lock_practice(db, practice_id)
    last = next((each for each in history.past(db, practice_id, now=now) if each.can_be_undone), None)
    if last is None:
        raise CannotUndo("There is no import that can be taken back.")
    _take_back_mails(db, practice_id, _newly_attended(db, practice_id, last.number))
    _restore(db, practice_id, last.number)
    for table in (VisitIdentity, Visit):
        brought = (table.practice_id == practice_id, table.import_number == last.number)
        db.execute(delete(table).where(*brought))
    this = (VisitImport.practice_id == practice_id, VisitImport.number == last.number)
    db.execute(update(VisitImport).where(*this).values(state=ImportState.UNDONE))
    return last


def _newly_attended(db: Session, practice_id: int, number: int) -> list[bytes]:
    """Visits that this import may have planned a mail for: those it brought, or found to have taken place."""
    brought = select(Visit.visit_tag).where(Visit.practice_id == practice_id, Visit.import_number == number)
    changed = select(VisitBefore.visit_tag).where(
        VisitBefore.practice_id == practice_id,
        VisitBefore.import_number == number,
        VisitBefore.status != VisitStatus.ATTENDED,
    )
    return [*db.scalars(brought), *db.scalars(changed)]


def _take_back_mails(db: Session, practice_id: int, visit_tags: Sequence[bytes]) -> None:
    """Delete the waiting mails about these visits, and their cap marks. Raises CannotUndo if one has gone."""
    for block in in_blocks(visit_tags):
        about = (Invitation.practice_id == practice_id, Invitation.visit_tag.in_(block))
        columns = (Invitation.state, Invitation.contact_tag, Invitation.issue_week)
        found = db.execute(select(*columns).where(*about)).all()
        if any(row.state not in (InvitationState.DUE, InvitationState.CANCELLED) for row in found):
            raise CannotUndo("Mails of this import have gone out or are going out; it cannot be taken back.")
        waiting = [row for row in found if row.state == InvitationState.DUE]
        db.execute(delete(Invitation).where(*about, Invitation.state == InvitationState.DUE))
        for row in waiting:
            mark = (CapMark.practice_id == practice_id, CapMark.contact_tag == row.contact_tag)
            db.execute(delete(CapMark).where(*mark, CapMark.week == row.issue_week))


def _restore(db: Session, practice_id: int, number: int) -> None:
    """Visits that the import changed, as they were before."""
    kept = (VisitBefore.practice_id == practice_id, VisitBefore.import_number == number)
    columns = [VisitBefore.visit_tag, *(getattr(VisitBefore, name) for name in STORED)]
    rows = [{"practice_id": practice_id, **row._mapping} for row in db.execute(select(*columns).where(*kept))]
    for block in in_blocks(rows):
        db.execute(update(Visit), list(block))
    db.execute(delete(VisitBefore).where(*kept))
