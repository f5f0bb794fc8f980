"""What is held of one person, found by address, and how it is erased. Only the left side of the wall.

Answers cannot be looked up here or anywhere: nothing that is kept leads from an address to an answer.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from survey.db import lock_practice
from survey.invitations import knowing, opting_out
from survey.invitations.model import CapMark, Invitation, InvitationState, MailComplaint
from survey.keys import contact
from survey.runtime import Runtime
from survey.visits.addresses import normal_form
from survey.visits.blocks import in_blocks
from survey.visits.model import Visit


@dataclass(frozen=True)
class Holdings:
    """Days of visits, invitations as (day, state), the week of the last mail, and whether mail is stopped."""

    visit_days: tuple[date, ...]
    invitations: tuple[tuple[date, InvitationState], ...]
    asked_week: int | None
    stopped: bool
    contact_tag: bytes = field(repr=False)
    visit_tags: tuple[bytes, ...] = field(repr=False)

    @property
    def empty(self) -> bool:
        return not (self.visit_days or self.invitations or self.asked_week is not None or self.stopped)


def held(db: Session, runtime: Runtime, practice_id: int, address: str, *, client: str = "") -> Holdings:
    """Everything that leads from this address. Raises NoAddress.

    Visits that came with a client number are found through an invitation that still lives, or where
    ``client`` names that number; everybody who shares the address is found with it.
    """
    tag = opting_out.tag_of(runtime, practice_id, address)
    query = select(Invitation.visit_tag, Invitation.send_day, Invitation.state).where(
        Invitation.practice_id == practice_id, Invitation.contact_tag == tag
    )
    invited = db.execute(query.order_by(Invitation.send_day)).all()
    visits = _visits(
        db,
        practice_id,
        [row.visit_tag for row in invited],
        _client_tags(runtime, practice_id, address, client),
    )
    return Holdings(
        visit_days=tuple(sorted(visits.values())),
        invitations=tuple((row.send_day, InvitationState(row.state)) for row in invited),
        asked_week=knowing.asked_weeks(db, practice_id, [tag]).get(tag),
        stopped=bool(knowing.opted_out(db, practice_id, [tag])),
        contact_tag=tag,
        visit_tags=tuple(visits),
    )


def erase(
    db: Session, runtime: Runtime, practice_id: int, address: str, *, client: str = "", keep_stopped: bool
) -> Holdings:
    """Delete all of it; returns what it was. With ``keep_stopped`` an opt-out stays, so that no mail
    comes after a later import; without it nothing at all is left. Raises NoAddress.
    """
    lock_practice(db, practice_id)
    found = held(db, runtime, practice_id, address, client=client)
    mine = (Invitation.practice_id == practice_id, Invitation.contact_tag == found.contact_tag)
    ids = db.scalars(select(Invitation.id).where(*mine)).all()
    for block in in_blocks(ids):
        db.execute(
            delete(MailComplaint).where(
                MailComplaint.practice_id == practice_id, MailComplaint.invitation_id.in_(block)
            )
        )
    db.execute(delete(Invitation).where(*mine))
    for block in in_blocks(found.visit_tags):
        of_visits = (Invitation.practice_id == practice_id, Invitation.visit_tag.in_(block))
        db.execute(delete(Invitation).where(*of_visits))
        db.execute(delete(Visit).where(Visit.practice_id == practice_id, Visit.visit_tag.in_(block)))
    db.execute(
        delete(CapMark).where(CapMark.practice_id == practice_id, CapMark.contact_tag == found.contact_tag)
    )
    if not keep_stopped:
        opting_out.take_back(db, runtime, practice_id, found.contact_tag)
    return found


def _client_tags(runtime: Runtime, practice_id: int, address: str, client: str) -> list[bytes]:
    """As importing makes them."""
    names = [f"address|{normal_form(address)}", *([f"number|{client}"] if client else [])]
    return [contact.client_tag(runtime.files, practice_id, name) for name in names]


def _visits(
    db: Session, practice_id: int, visit_tags: Sequence[bytes], client_tags: Sequence[bytes]
) -> dict[bytes, date]:
    """Days by tag: these visits, and all others of their clients and of the named ones."""
    clients = set(client_tags)
    for block in in_blocks(visit_tags):
        tags = select(Visit.client_tag).where(Visit.practice_id == practice_id, Visit.visit_tag.in_(block))
        clients.update(db.scalars(tags))
    found: dict[bytes, date] = {}
    for block in in_blocks(sorted(clients)):
        query = select(Visit).where(Visit.practice_id == practice_id, Visit.client_tag.in_(block))
        found.update({visit.visit_tag: visit.day for visit in db.scalars(query)})
    return found
