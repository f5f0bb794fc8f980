"""What a database that was put back from a backup needs before it may write to anybody.

It does not know what happened since: so nobody is asked twice, opt-outs come back from their journal, and no
link or card that is out can be used, because whether it was used before is not known any more.
"""

from __future__ import annotations

from sqlalchemy import update
from sqlalchemy.orm import Session

from survey import clock, leaving
from survey.db import lock_practice, reading, transaction
from survey.invitations import opting_out, outbox
from survey.invitations.model import CapMark, InvitationState
from survey.keys import cards, issue
from survey.practice import recording
from survey.practice.declaring import practices
from survey.practice.model import Practice
from survey.runtime import Runtime

EXPLANATION = (
    "This is for a database that was put back from a backup. With --yes it pauses all mail, marks waiting "
    "mails as not certain, brings opt-outs back from the journal, counts everybody who was ever asked as "
    "asked this week, ends all links and printed cards that are out, and deletes practices again that were "
    "deleted since. Nothing was changed."
)
WAITING = (InvitationState.DUE, InvitationState.CLAIMED, InvitationState.HANDING_OVER)


def delete_again(runtime: Runtime) -> list[str]:
    """Practices that were deleted since the backup do not come back; returns their short names."""
    with reading(runtime.engine) as db:
        here = {practice.id for practice in practices(db)}
    back = [each for each in leaving.departed(runtime) if each.practice_id in here]
    for each in back:
        leaving.delete(runtime, each)
    return sorted({each.slug for each in back})


def settle(runtime: Runtime, practice_id: int) -> int:
    """One practice in one transaction; returns how many opt-outs came back. Twice is harmless."""
    now = runtime.clock.now()
    with transaction(runtime.engine, practice_id) as db:
        lock_practice(db, practice_id)
        practice = db.get_one(Practice, practice_id)
        practice.sending = False
        returned = opting_out.reapply(db, runtime, practice_id)
        _mark(db, practice_id, week=clock.week_number(clock.local_day(now, practice.time_zone)))
        recording.record(
            db, practice_id, actor="command line", action="settle restored database", subject="", now=now
        )
    return returned


def _mark(db: Session, practice_id: int, *, week: int) -> None:
    for before in WAITING:
        unknown = outbox.moving(practice_id, before, InvitationState.UNKNOWN)
        outbox.move(db, unknown.values(lease_until=None))
    db.execute(update(CapMark).where(CapMark.practice_id == practice_id).values(week=week))


def end_links(runtime: Runtime) -> None:
    """Destroy the keys of all weeks and cards; a week that goes on gets new ones with its next invitation."""
    for week in issue.weeks_held(runtime.files):
        issue.destroy_week(runtime.files, week)
    for quarter in cards.quarters_held(runtime.files):
        cards.destroy_quarter(runtime.files, quarter)
