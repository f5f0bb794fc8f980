"""Take in what a mail service reports: the same as of notices that come by mail, and never more.

Of a report that names an address only the address's tag is looked at, among the mails whose keys live. Such
a bounce changes no invitation: it may be a reminder's, and would tell who was reminded.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from survey import clock
from survey.invitations import bouncing, mail_counting, opting_out
from survey.invitations.mail_report import Report
from survey.invitations.model import Cause, Invitation, InvitationState
from survey.invitations.notices import Happening, Notice
from survey.keys import issue
from survey.practice.model import Practice
from survey.runtime import Runtime


def take_reports(
    db: Session, runtime: Runtime, practice: Practice, reports: Sequence[Report], *, now: datetime
) -> None:
    """Act on the reports that are about this practice's mails; all others are passed over."""
    notices = [Notice(each.happening, each.message_id) for each in reports if each.message_id]
    for each in reports:
        if not each.message_id:
            notices += _by_address(db, runtime, practice, each, now=now)
    if notices:
        bouncing.take_notices(db, runtime, practice, notices, now=now)


def _by_address(
    db: Session, runtime: Runtime, practice: Practice, report: Report, *, now: datetime
) -> list[Notice]:
    """Do what the report asks for; a complaint becomes a notice about the last mail, to be counted once."""
    try:
        tag = opting_out.tag_of(runtime, practice.id, report.address)
    except opting_out.NoAddress:
        return []
    last = _last_mail(db, runtime, practice.id, tag)
    if last is None:
        return []
    if report.happening is Happening.COMPLAINT:
        return [Notice(report.happening, last)]
    if report.happening is Happening.BAD_ADDRESS:
        opting_out.stop_mail(db, runtime, practice, tag, cause=Cause.BOUNCED, now=now)
        return []
    delayed = report.happening is Happening.DELAYED
    cause = Cause.BOUNCED_FOR_NOW if delayed else Cause.BOUNCED
    mail_counting.count(db, practice.id, cause, day=clock.local_day(now, practice.time_zone))
    return []


def _last_mail(db: Session, runtime: Runtime, practice_id: int, tag: bytes) -> str | None:
    """The Message-ID of the newest mail that went to an address, while its week's key lives."""
    query = (
        select(Invitation.id, Invitation.issue_week)
        .where(
            Invitation.practice_id == practice_id,
            Invitation.contact_tag == tag,
            Invitation.state.in_([InvitationState.SENT, InvitationState.FAILED, InvitationState.UNKNOWN]),
            Invitation.issue_week.in_(issue.weeks_held(runtime.files)),
        )
        .order_by(Invitation.send_day.desc())
        .limit(1)
    )
    found = db.execute(query).one_or_none()
    return None if found is None else issue.message_id(runtime.files, found.issue_week, found.id)
