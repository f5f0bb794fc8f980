"""The one reminder, on day 4: the door through which the left asks whether a link was used.

The answer is used once, in memory, and never written: not on the invitation, not in a count, not in a log.
A random fifth of those who have not answered is held back, so that getting no reminder proves nothing. The
run is written down before its first mail, so a crash loses reminders and never doubles one.
"""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from datetime import date, datetime

from sqlalchemy import select, update

from survey import clock
from survey.db import insert_once, reading, transaction
from survey.invitations import knowing, relaying
from survey.invitations.composing import COLUMNS, NO_NEWS, Composer, Mail, make_composer
from survey.invitations.letters import Kind
from survey.invitations.mailer import FINAL, Mailer, RelayUnreachable, TemporaryRefusal
from survey.invitations.model import Invitation, InvitationState, MailRun
from survey.invitations.mornings import reminded_on
from survey.keys import issue, matching
from survey.practice import mail_scheduling
from survey.practice.model import Practice, Reminders
from survey.responses.model import Spent
from survey.runtime import Runtime
from survey.visits.blocks import in_blocks

HELD_BACK = 0.2


def send_reminders(
    runtime: Runtime,
    practice_id: int,
    mailer: Mailer,
    *,
    now: datetime,
    rng: random.Random | None = None,
    news: Mapping[str, str] = NO_NEWS,
) -> bool:
    """Remind of the invitations sent four days ago; True if this call did the day's run to its end.

    Where that day is no business day, the next one is. Opens its own transactions. A second call on the same
    day does nothing. ``news``: as of ``sending.send_due``.
    """
    with reading(runtime.engine, practice_id) as db:
        matching.check(db, runtime.files)
        practice = db.get(Practice, practice_id)
        if practice is None or not practice.sending or practice.reminders == Reminders.OFF:
            return False
        if relaying.rest(db, practice_id, relaying.relay_name(runtime.settings)) is not None:
            return False  # a run that is begun is not begun again; wait until the relay answers
        today = clock.local_day(now, practice.time_zone)
        sent_on = reminded_on(today, mail_scheduling.schedule_of(db, practice).days)
        if not sent_on or db.get(MailRun, (practice_id, today, Kind.REMINDER.value)) is not None:
            return False
        composer = make_composer(db, runtime, practice, news=news)
    with transaction(runtime.engine, practice_id) as db:
        if not insert_once(db, MailRun, practice_id=practice_id, day=today, kind=Kind.REMINDER):
            return False
    mails = _to_remind(runtime, practice, sent_on, rng or random.SystemRandom())
    if not _send_all(runtime, composer, mailer, mails, now=now):
        return False
    with transaction(runtime.engine, practice_id) as db:
        db.execute(
            update(MailRun)
            .where(MailRun.practice_id == practice_id, MailRun.day == today, MailRun.kind == Kind.REMINDER)
            .values(finished=True)
        )
    return True


def _to_remind(
    runtime: Runtime, practice: Practice, sent_on: Sequence[date], rng: random.Random
) -> list[Mail]:
    """Whom to write to, shuffled. With ``everyone`` nobody's answer is looked up."""
    query = select(*COLUMNS).where(
        Invitation.practice_id == practice.id,
        Invitation.state == InvitationState.SENT,
        Invitation.send_day.in_(sent_on),
    )
    with reading(runtime.engine, practice.id) as db:
        mails = [Mail.of(row) for row in db.execute(query)]
    if practice.reminders != Reminders.EVERYONE:
        mails = [mail for mail in _unspent(runtime, practice.id, mails) if rng.random() >= HELD_BACK]
    rng.shuffle(mails)
    return mails


def _unspent(runtime: Runtime, practice_id: int, mails: Sequence[Mail]) -> list[Mail]:
    tagged = {_tag(runtime, mail): mail for mail in mails}
    with reading(runtime.engine, practice_id) as db:
        for block in in_blocks(list(tagged)):
            query = select(Spent.tag).where(Spent.practice_id == practice_id, Spent.tag.in_(block))
            for tag in db.scalars(query):
                del tagged[tag]
    return list(tagged.values())


def _tag(runtime: Runtime, mail: Mail) -> bytes:
    nonce = issue.nonce(runtime.files, mail.issue_week, mail.id)
    return issue.spent_tag(runtime.files, mail.issue_week, nonce)


def _send_all(
    runtime: Runtime, composer: Composer, mailer: Mailer, mails: Sequence[Mail], *, now: datetime
) -> bool:
    """One attempt each; False where the relay went away, or the process was told to end, in between."""
    for mail in mails:
        if runtime.ending.is_set():
            return False
        with reading(runtime.engine, composer.practice.id) as db:
            stopped = knowing.opted_out(db, composer.practice.id, [mail.contact_tag])
        letter = None if stopped else composer.letter(mail, now=now, kind=Kind.REMINDER)
        if letter is None:
            continue
        try:
            mailer.hand_over(letter.content, to=letter.to)
        except (TemporaryRefusal, *FINAL):
            continue  # a lost reminder costs one answer; a second one costs trust
        except RelayUnreachable:
            return False
    return True
