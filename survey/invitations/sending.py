"""Send what is due, each invitation at most once.

Three commits guard a mail: claimed (with a lease and a fence number), handing over (before the relay gets the
text), and how it ended. A worker that dies in between leaves a row that says so: a claimed one is taken
again, one that was being handed over becomes ``unknown`` and waits for a person. The result of one mail is
committed together with the beginning of the next. Opt-outs and the pause switch are asked again each time.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from survey import clock
from survey.db import claim, reading, transaction
from survey.invitations import knowing, outbox
from survey.invitations.backoff import FIRST_WAITS, wait_after
from survey.invitations.composing import COLUMNS, Composer, Letter, Mail, make_composer
from survey.invitations.mailer import (
    HandoverUnknown,
    Mailer,
    PermanentRefusal,
    RelayUnreachable,
    TemporaryRefusal,
)
from survey.invitations.model import Invitation, InvitationState
from survey.keys import matching
from survey.practice.model import Practice
from survey.runtime import Runtime

LEASE = timedelta(seconds=120)
BATCH = 10
LATE_DAYS = 3
S = InvitationState


@dataclass(frozen=True)
class SendSummary:
    """How many mails ended how in one run. ``retried`` ones were refused for now and will be tried again."""

    sent: int = 0
    failed: int = 0
    unknown: int = 0
    suppressed: int = 0
    cancelled: int = 0
    retried: int = 0


@dataclass(frozen=True)
class Ending:
    """How one hand-over ended. ``tried``: whether it counts as one of the attempts there are."""

    mail: Mail
    after: InvitationState
    code: int | None = None
    wait: timedelta | None = None
    tried: bool = True


def send_due(runtime: Runtime, practice_id: int, mailer: Mailer, *, now: datetime) -> SendSummary:
    """Send everything that is due for a practice. Opens its own short transactions.

    Raises KeysDoNotMatch before anything is touched where opt-outs could not be honoured.
    """
    with reading(runtime.engine, practice_id) as db:
        matching.check(db, runtime.files)
        practice = db.get(Practice, practice_id)
        if practice is None or not practice.sending:
            return SendSummary()
        composer = make_composer(db, runtime, practice)
    shift = Shift(runtime, practice, mailer, composer, now)
    shift.tidy()
    while not shift.relay_down and (mails := shift.take()):
        shift.send(mails)
    counts = shift.counts
    return SendSummary(
        sent=counts[S.SENT],
        failed=counts[S.FAILED],
        unknown=counts[S.UNKNOWN],
        suppressed=counts[S.SUPPRESSED],
        cancelled=counts[S.CANCELLED],
        retried=counts[S.DUE],
    )


class Shift:
    """One run of one worker for one practice."""

    def __init__(
        self, runtime: Runtime, practice: Practice, mailer: Mailer, composer: Composer, now: datetime
    ) -> None:
        self._runtime = runtime
        self._practice = practice
        self._mailer = mailer
        self._composer = composer
        self._began = (now, clock.monotonic())
        self._rng = random.SystemRandom()
        self.counts: Counter[InvitationState] = Counter()
        self.relay_down = False

    def now(self) -> datetime:
        """The instant, moving on while the run goes on: leases must not start in the past."""
        now, began = self._began
        return now + timedelta(seconds=clock.monotonic() - began)

    def tidy(self) -> None:
        """Take up what dead workers left, and cancel what is too late to send."""
        now = self.now()
        today = clock.local_day(now, self._practice.time_zone)
        oldest_week = clock.week_number(today - timedelta(days=LATE_DAYS))
        with transaction(self._runtime.engine, self._practice.id) as db:
            lost = Invitation.lease_until < now
            self._move_all(db, S.CLAIMED, S.DUE, lost)
            self.counts[S.UNKNOWN] += self._move_all(db, S.HANDING_OVER, S.UNKNOWN, lost)
            late = Invitation.issue_week < oldest_week
            self.counts[S.CANCELLED] += self._move_all(db, S.DUE, S.CANCELLED, late)

    def take(self) -> list[Mail]:
        """Claim the next few mails, in one statement."""
        now = self.now()
        today = clock.local_day(now, self._practice.time_zone)
        key: list[Any] = [Invitation.practice_id, Invitation.id]
        picked: Any = (
            select(*key)
            .where(
                Invitation.practice_id == self._practice.id,
                Invitation.state == S.DUE,
                Invitation.send_day <= today,
                or_(Invitation.not_before.is_(None), Invitation.not_before <= now),
            )
            .order_by(Invitation.send_day, Invitation.id)
            .limit(BATCH)
        )
        marked = outbox.moving(self._practice.id, S.DUE, S.CLAIMED).values(
            lease_until=now + LEASE, fence=Invitation.fence + 1
        )
        with transaction(self._runtime.engine, self._practice.id) as db:
            if not db.scalar(select(Practice.sending).where(Practice.id == self._practice.id)):
                return []
            return [Mail.of(row) for row in claim(db, marked, key=key, picked=picked, result=COLUMNS)]

    def send(self, mails: Sequence[Mail]) -> None:
        """Hand over claimed mails one by one; once the relay is down the others are given back."""
        letters = [self._composer.letter(mail, now=self.now()) for mail in mails]
        ending: Ending | None = None
        for mail, letter in zip(mails, letters, strict=True):
            with transaction(self._runtime.engine, self._practice.id) as db:
                self._record(db, ending)
                if self.relay_down:
                    self._move(db, mail, S.CLAIMED, S.DUE, lease_until=None)
                begun = not self.relay_down and self._begin(db, mail, letter)
            ending = self._hand_over(mail, letter) if begun and letter is not None else None
        with transaction(self._runtime.engine, self._practice.id) as db:
            self._record(db, ending)

    def _begin(self, db: Session, mail: Mail, letter: Letter | None) -> bool:
        """Commit that the relay is about to get the text; False where it must not."""
        if letter is None:  # its address cannot be read any more
            self.counts[S.FAILED] += self._move(db, mail, S.CLAIMED, S.FAILED, lease_until=None)
            return False
        if knowing.opted_out(db, self._practice.id, [mail.contact_tag]):
            self.counts[S.SUPPRESSED] += self._move(db, mail, S.CLAIMED, S.SUPPRESSED, lease_until=None)
            return False
        return bool(self._move(db, mail, S.CLAIMED, S.HANDING_OVER, lease_until=self.now() + LEASE))

    def _hand_over(self, mail: Mail, letter: Letter) -> Ending:
        try:
            self._mailer.hand_over(letter.message, to=letter.to)
        except TemporaryRefusal as refusal:
            wait = wait_after(mail.attempts + 1, rng=self._rng)
            return Ending(mail, S.FAILED if wait is None else S.DUE, code=refusal.code, wait=wait)
        except PermanentRefusal as refusal:
            return Ending(mail, S.FAILED, code=refusal.code)
        except HandoverUnknown:
            return Ending(mail, S.UNKNOWN)
        except RelayUnreachable:
            self.relay_down = True
            return Ending(mail, S.DUE, wait=FIRST_WAITS[0], tried=False)
        return Ending(mail, S.SENT)

    def _record(self, db: Session, ending: Ending | None) -> None:
        if ending is None:
            return
        values: dict[str, Any] = {
            "lease_until": None,
            "reply_code": ending.code,
            "not_before": None if ending.wait is None else self.now() + ending.wait,
            "attempts": ending.mail.attempts + int(ending.tried),
        }
        moved = self._move(db, ending.mail, S.HANDING_OVER, ending.after, **values)
        if not moved and ending.after is S.SENT:  # slower than our lease, but now we know
            moved = self._move(db, ending.mail, S.UNKNOWN, S.SENT, **values)
        self.counts[ending.after] += moved

    def _move(
        self, db: Session, mail: Mail, before: InvitationState, after: InvitationState, **values: Any
    ) -> int:
        """Move one mail if our claim of it still holds."""
        statement = outbox.moving(self._practice.id, before, after).where(
            Invitation.id == mail.id, Invitation.fence == mail.fence
        )
        return outbox.move(db, statement.values(**values))

    def _move_all(
        self,
        db: Session,
        before: InvitationState,
        after: InvitationState,
        which: ColumnElement[bool],
    ) -> int:
        statement = outbox.moving(self._practice.id, before, after).where(which)
        return outbox.move(db, statement.values(lease_until=None))
