"""Mails of which nobody knows whether they arrived: show them to a person, who decides.

Shows the practice's own reference of the visit, never an address. Sending again uses the same Message-ID,
so a mailbox that has the first copy can drop the second.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from survey.invitations import outbox
from survey.invitations.model import Invitation, InvitationState
from survey.visits.model import Visit


class NothingToDecide(LookupError):
    """The mail is not, or no longer, among those of which nobody knows."""


class Decision(StrEnum):
    """What a person says of such a mail."""

    ARRIVED = "arrived"
    AGAIN = "again"
    LEAVE = "leave"


AFTER = {
    Decision.ARRIVED: InvitationState.SENT,
    Decision.AGAIN: InvitationState.DUE,
    Decision.LEAVE: InvitationState.CANCELLED,
}


@dataclass(frozen=True)
class UnknownMail:
    """One such mail, as far as the practice may know it."""

    id: str
    reference: str
    send_day: date


def unknown_mails(db: Session, practice_id: int) -> Sequence[UnknownMail]:
    """The mails that wait for a decision, oldest first."""
    query = (
        select(Invitation.id, Visit.reference, Invitation.send_day)
        .join(
            Visit,
            (Visit.practice_id == Invitation.practice_id) & (Visit.visit_tag == Invitation.visit_tag),
        )
        .where(Invitation.practice_id == practice_id, Invitation.state == InvitationState.UNKNOWN)
        .order_by(Invitation.send_day, Visit.reference)
    )
    return [UnknownMail(row.id.hex(), row.reference, row.send_day) for row in db.execute(query)]


def decide(db: Session, practice_id: int, mail_id: str, decision: Decision) -> None:
    """Carry out the decision. Raises NothingToDecide."""
    try:
        wanted = bytes.fromhex(mail_id)
    except ValueError:
        raise NothingToDecide("there is no such mail") from None
    statement = outbox.moving(practice_id, InvitationState.UNKNOWN, AFTER[decision])
    if not outbox.move(db, statement.where(Invitation.id == wanted).values(not_before=None)):
        raise NothingToDecide("somebody has decided about this mail already")
