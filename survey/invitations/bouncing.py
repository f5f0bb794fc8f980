"""Take in what mail servers write back: stop writing to addresses that do not work or that complain.

Which invitation a notice is about is worked out from its Message-ID while the week's key lives, and stored
nowhere. Of a reminder that came back only the address's tag is kept, as of one who asked for no more mail: a
row that said more would say who was reminded, and so who had not answered. Too many complaints pause mail.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from survey import clock
from survey.db import insert_once, lock_practice
from survey.invitations import mail_counting, opting_out, outbox
from survey.invitations.letters import Kind
from survey.invitations.model import Cause, Invitation, InvitationState, MailComplaint
from survey.invitations.notices import Happening, Notice
from survey.keys import issue
from survey.practice import recording
from survey.practice.model import Practice
from survey.runtime import Runtime

#: What the large mailbox providers ask of senders, in mails for one complaint.
MAILS_PER_COMPLAINT = 1000
#: One complaint in a small practice says nothing; two of few mails are far above the rate.
LEAST_COMPLAINTS = 2
S = InvitationState


@dataclass(frozen=True)
class Origin:
    """The mail that a notice is about."""

    invitation_id: bytes
    contact_tag: bytes
    kind: Kind


def take_notices(
    db: Session, runtime: Runtime, practice: Practice, notices: Sequence[Notice], *, now: datetime
) -> Counter[Happening]:
    """Act on the notices that are about this practice's mails; how many of each. A repeated one that says
    "failed" or "complaint" changes nothing more."""
    lock_practice(db, practice.id)
    ours = origins(db, runtime, practice.id)
    before = _complaints(db, practice.id)
    taken: Counter[Happening] = Counter()
    for notice in notices:
        origin = ours.get(notice.message_id)
        if origin is not None:
            taken[notice.happening] += 1
            _take(db, runtime, practice, notice.happening, origin, now=now)
    if _complaints(db, practice.id) > before:  # the same ones again do not overrule an owner who resumed
        _pause_if_unwelcome(db, practice, now=now)
    return taken


def origins(db: Session, runtime: Runtime, practice_id: int) -> Mapping[str, Origin]:
    """Message-ID to mail, of invitations and their reminders in the weeks whose keys live; in memory only."""
    query = select(Invitation.id, Invitation.issue_week, Invitation.contact_tag).where(
        Invitation.practice_id == practice_id,
        Invitation.state.in_([S.SENT, S.FAILED, S.UNKNOWN, S.HANDING_OVER]),
        Invitation.issue_week.in_(issue.weeks_held(runtime.files)),
    )
    found = {}
    names: dict[int, Callable[[bytes], str]] = {}
    for invitation_id, week, tag in db.execute(query):
        if week not in names:  # each key is read once
            names[week] = issue.message_id_maker(runtime.files, week)
        for kind in Kind:
            name = invitation_id if kind is Kind.INVITATION else invitation_id + kind.encode("ascii")
            found[names[week](name)] = Origin(invitation_id, tag, kind)
    return found


def _take(
    db: Session,
    runtime: Runtime,
    practice: Practice,
    happening: Happening,
    origin: Origin,
    *,
    now: datetime,
) -> None:
    day = clock.local_day(now, practice.time_zone)
    if happening is Happening.COMPLAINT:
        _complain(db, runtime, practice, origin, now=now)
    elif happening is Happening.DELAYED:
        mail_counting.count(db, practice.id, Cause.BOUNCED_FOR_NOW, day=day)
    else:
        failed = origin.kind is Kind.INVITATION and _fail(db, practice.id, origin.invitation_id)
        if happening is Happening.BAD_ADDRESS:
            tag = origin.contact_tag
            opting_out.stop_mail(db, runtime, practice, tag, cause=Cause.BOUNCED, now=now)
        elif failed:
            mail_counting.count(db, practice.id, Cause.BOUNCED, day=day)


def _fail(db: Session, practice_id: int, invitation_id: bytes) -> bool:
    """The mail came back: so it had been handed over, and did not arrive."""
    for before, after in ((S.HANDING_OVER, S.UNKNOWN), (S.UNKNOWN, S.SENT)):
        arrived = outbox.moving(practice_id, before, after).where(Invitation.id == invitation_id)
        outbox.move(db, arrived.values(lease_until=None))
    gone = outbox.moving(practice_id, S.SENT, S.FAILED).where(Invitation.id == invitation_id)
    return bool(outbox.move(db, gone))


def _complain(db: Session, runtime: Runtime, practice: Practice, origin: Origin, *, now: datetime) -> None:
    """Once for each invitation, whether they had pressed "no more mails" before or not."""
    if insert_once(db, MailComplaint, practice_id=practice.id, invitation_id=origin.invitation_id):
        known = (db, runtime, practice, origin.contact_tag)
        if not opting_out.stop_mail(*known, cause=Cause.COMPLAINED, now=now):
            day = clock.local_day(now, practice.time_zone)
            mail_counting.count(db, practice.id, Cause.COMPLAINED, day=day)


def is_unwelcome(db: Session, practice_id: int) -> bool:
    """Whether complaints about mails of the living weeks reach one in a thousand, and are at least two."""
    sent = outbox.states(db, practice_id)[S.SENT]
    return _complaints(db, practice_id) >= max(LEAST_COMPLAINTS, sent / MAILS_PER_COMPLAINT)


def _complaints(db: Session, practice_id: int) -> int:
    query = select(func.count()).select_from(MailComplaint).where(MailComplaint.practice_id == practice_id)
    return db.scalar(query) or 0


def _pause_if_unwelcome(db: Session, practice: Practice, *, now: datetime) -> None:
    here = db.get_one(Practice, practice.id)
    if here.sending and is_unwelcome(db, practice.id):
        here.sending = False
        recording.record(db, practice.id, actor="job", action="paused sending", subject="complaints", now=now)
