"""Stop writing to a person: at once, for good, and without asking who it is.

Waiting mails are suppressed here; one that is just being handed over asks again. Doing it twice is harmless.
"""

from __future__ import annotations

from sqlalchemy.orm import Session

from survey.db import insert_once
from survey.invitations import outbox, stop_links
from survey.invitations.model import Invitation, InvitationState, OptOut
from survey.invitations.stop_links import BadStopLink
from survey.keys.files import KeyFiles
from survey.practice.model import Practice

__all__ = ["BadStopLink", "opt_out", "opt_out_contact"]


def opt_out(db: Session, files: KeyFiles, signed: str) -> Practice:
    """Carry out a "no more mails" link; returns its practice. Raises BadStopLink and then does nothing."""
    practice_id, contact_tag = stop_links.read(files, signed)
    practice = db.get(Practice, practice_id)
    if practice is None:
        raise BadStopLink("this link belongs to no practice here")
    opt_out_contact(db, practice_id, contact_tag)
    return practice


def opt_out_contact(db: Session, practice_id: int, contact_tag: bytes) -> None:
    """Keep the tag and suppress what waits for this person."""
    insert_once(db, OptOut, practice_id=practice_id, contact_tag=contact_tag)
    for before in (InvitationState.DUE, InvitationState.CLAIMED):
        statement = outbox.moving(practice_id, before, InvitationState.SUPPRESSED)
        outbox.move(db, statement.where(Invitation.contact_tag == contact_tag).values(lease_until=None))
