"""Stop writing to a person: at once, for good, and without asking who it is.

Waiting mails are suppressed here; one that is just being handed over asks again. Doing it twice is harmless.
Why nobody writes to an address is not kept with it: asked, not meant for this person, or not deliverable.
Only how often that happened on a day is counted.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete
from sqlalchemy.orm import Session

from survey import clock
from survey.db import insert_once
from survey.invitations import journal, mail_counting, outbox, stop_links
from survey.invitations.model import Cause, Invitation, InvitationState, OptOut
from survey.invitations.stop_links import BadStopLink
from survey.keys import contact
from survey.practice.model import Practice
from survey.runtime import Runtime
from survey.visits.addresses import is_address, normal_form

__all__ = ["BadStopLink", "NoAddress", "opt_out", "opt_out_address", "opt_out_contact", "stop_mail"]


class NoAddress(Exception):
    """What was entered is not one plain mail address; the text does not repeat it."""


def opt_out(
    db: Session, runtime: Runtime, signed: str, *, now: datetime, cause: Cause = Cause.ASKED
) -> Practice:
    """Carry out a "no more mails" link; returns its practice. Raises BadStopLink and then does nothing."""
    practice_id, contact_tag = stop_links.read(runtime.files, signed)
    practice = db.get(Practice, practice_id)
    if practice is None:
        raise BadStopLink("this link belongs to no practice here")
    stop_mail(db, runtime, practice, contact_tag, cause=cause, now=now)
    return practice


def opt_out_address(
    db: Session, runtime: Runtime, practice: Practice, address: str, *, now: datetime
) -> None:
    """What staff enter for somebody who called. Says nothing of what was known before. Raises NoAddress."""
    stop_mail(db, runtime, practice, tag_of(runtime, practice.id, address), cause=Cause.STAFF, now=now)


def stop_mail(
    db: Session, runtime: Runtime, practice: Practice, contact_tag: bytes, *, cause: Cause, now: datetime
) -> bool:
    """No mail to this address any more; True if that is new. The journal knows before the database does."""
    journal.append(runtime, practice.id, contact_tag)
    new = opt_out_contact(db, practice.id, contact_tag)
    if new:
        mail_counting.count(db, practice.id, cause, day=clock.local_day(now, practice.time_zone))
    return new


def opt_out_contact(db: Session, practice_id: int, contact_tag: bytes) -> bool:
    """Keep the tag and suppress what waits for this person; True if the tag was not known."""
    new = insert_once(db, OptOut, practice_id=practice_id, contact_tag=contact_tag)
    for before in (InvitationState.DUE, InvitationState.CLAIMED):
        statement = outbox.moving(practice_id, before, InvitationState.SUPPRESSED)
        outbox.move(db, statement.where(Invitation.contact_tag == contact_tag).values(lease_until=None))
    return new


def reapply(db: Session, runtime: Runtime, practice_id: int) -> int:
    """Bring what the journal knows back into the database; returns how many opt-outs were missing there."""
    known = journal.entries(runtime)
    return sum(opt_out_contact(db, each, tag) for each, tag in sorted(known) if each == practice_id)


def take_back(db: Session, runtime: Runtime, practice_id: int, contact_tag: bytes) -> None:
    """Forget that this person asked for no more mail, in both places."""
    db.execute(delete(OptOut).where(OptOut.practice_id == practice_id, OptOut.contact_tag == contact_tag))
    journal.forget(runtime, practice_id, contact_tag)


def tag_of(runtime: Runtime, practice_id: int, address: str) -> bytes:
    """The tag of an address somebody typed. Raises NoAddress."""
    normal = normal_form(address)
    if not is_address(normal):
        raise NoAddress("This is not one complete mail address, such as name@example.org.")
    return contact.contact_tag(runtime.files, practice_id, normal)
