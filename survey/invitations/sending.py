"""Send what is due, each invitation at most once.

Three commits guard a mail: claimed (with a lease and a fence number), handing over (before the relay gets the
text), and how it ended. A worker that dies in between leaves a row that says so: a claimed one is taken
again, one that was being handed over becomes ``unknown`` and waits for a person.

One commit covers a group of mails, as many as keep the disk from being slower than the relay: one mail at a
slow relay, at most ``pace.GROUP`` at a fast one. A worker that dies leaves its group as unknown, also those
mails of it that it had not begun; one that is told to end gives these back. Opt-outs and the pause switch are
asked again for each group; how its mails ended is written with the beginning of the next one.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from survey import clock
from survey.db import claim, reading, transaction
from survey.invitations import knowing, outbox, relaying
from survey.invitations.backoff import FIRST_WAITS, wait_after
from survey.invitations.composing import COLUMNS, NO_NEWS, Composer, Letter, Letters, Mail, make_composer
from survey.invitations.letters import UnsafeEnvelope
from survey.invitations.mailer import (
    CLOSING,
    Ahead,
    HandoverUnknown,
    Mailer,
    PermanentRefusal,
    RelayUnreachable,
    TemporaryRefusal,
)
from survey.invitations.model import Invitation, InvitationState
from survey.invitations.pace import Pace
from survey.invitations.relaying import Way
from survey.keys import matching
from survey.keys.files import KeyTrouble
from survey.practice.model import Practice
from survey.runtime import Runtime

LEASE = timedelta(seconds=120)
#: How old a lease may be before the next mail is begun.
HEARTBEAT = timedelta(seconds=30)
#: So often in a row may the relay end the line; then it counts as down.
MOST_GOODBYES = 2
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


def send_due(
    runtime: Runtime,
    practice_id: int,
    mailer: Mailer,
    *,
    now: datetime,
    news: Mapping[str, str] = NO_NEWS,
) -> SendSummary:
    """Send everything that is due for a practice. Opens its own short transactions.

    ``news``: by language, a line that the letter may carry.

    Raises KeysDoNotMatch before anything is touched where opt-outs could not be honoured.
    """
    with reading(runtime.engine, practice_id) as db:
        matching.check(db, runtime.files)
        practice = db.get(Practice, practice_id)
        if practice is None or not practice.sending:
            return SendSummary()
        composer = make_composer(db, runtime, practice, news=news)
    shift = Shift(runtime, practice, mailer, composer, now)
    shift.tidy()
    shift.work()
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
        self._held = self._renewed = now
        self._rng = random.SystemRandom()
        self._endings: list[Ending] = []
        self._goodbyes = 0
        self._relay = relaying.relay_name(runtime.settings)
        self.pace = Pace()
        self.counts: Counter[InvitationState] = Counter()
        self.relay_down = False

    def now(self) -> datetime:
        """The instant, moving on while the run goes on: leases must not start in the past."""
        now, began = self._began
        return now + timedelta(seconds=clock.monotonic() - began)

    @property
    def _is_over(self) -> bool:
        """Whether no more mail is to be begun: the relay is down, or the process was told to end."""
        return self.relay_down or self._runtime.ending.is_set()

    def work(self) -> None:
        """Send all that is due, unless the relay is resting; after a rest a single mail is tried first."""
        with self._transaction() as db:
            way = relaying.way(db, self._practice.id, self._relay, now=self.now())
        if way is Way.CLOSED:
            return
        if way is Way.TRIAL:
            self.send(self.take(1))
            if self.relay_down or not self._endings:
                return
            with self._transaction() as db:
                relaying.answered(db, self._practice.id, self._relay)
        while not self._is_over and (mails := self.take()):
            self.send(mails)

    def tidy(self) -> None:
        """Take up what dead workers left, and cancel what is too late to send."""
        now = self.now()
        today = clock.local_day(now, self._practice.time_zone)
        oldest_week = clock.week_number(today - timedelta(days=LATE_DAYS))
        with self._transaction() as db:
            lost = Invitation.lease_until < now
            self._move_all(db, S.CLAIMED, S.DUE, lost)
            self.counts[S.UNKNOWN] += self._move_all(db, S.HANDING_OVER, S.UNKNOWN, lost)
            late = Invitation.issue_week < oldest_week
            self.counts[S.CANCELLED] += self._move_all(db, S.DUE, S.CANCELLED, late)

    def take(self, limit: int | None = None) -> list[Mail]:
        """Claim the next few mails, in one statement; the endings so far are written with it.

        ``limit`` is how many at most; without it what the pace allows, so that other workers find some.
        """
        now = self._held = self.now()
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
            .limit(limit or self.pace.claim)
        )
        marked = outbox.moving(self._practice.id, S.DUE, S.CLAIMED).values(
            lease_until=now + LEASE, fence=Invitation.fence + 1
        )
        with self._transaction() as db:
            self._record(db)
            if not db.scalar(select(Practice.sending).where(Practice.id == self._practice.id)):
                return []
            return [Mail.of(row) for row in claim(db, marked, key=key, picked=picked, result=COLUMNS)]

    def send(self, mails: Sequence[Mail]) -> None:
        """Hand over claimed mails, a group for each commit; once this is over the rest is given back.

        The endings of the last group are written by the next ``take``.
        """
        letters = Letters(self._composer, mails, now=self.now())
        while letters.left and not self._is_over:
            group = self._written(letters)
            started = clock.monotonic()
            with self._transaction() as db:
                self._record(db)
                begun = self._begin(db, group)
                if self.now() - self._held > HEARTBEAT:
                    self._held = self.now()
                    self._renew(db, letters.left)
            began = clock.monotonic()
            self._hand_over_all(begun, meanwhile=letters.write_ahead)
            self.pace.heard(len(begun), clock.monotonic() - began, commit=began - started)
        if self._is_over:
            self._give_back(letters.left)

    def _written(self, letters: Letters) -> list[tuple[Mail, Letter | None]]:
        """The next group. Where a letter cannot be written, how the mails before it ended is not lost."""
        try:
            return letters.take(self.pace.group)
        except (KeyTrouble, UnsafeEnvelope):
            with self._transaction() as db:
                self._record(db)
            raise

    def _give_back(self, mails: Sequence[Mail]) -> None:
        with self._transaction() as db:
            self._record(db)
            self._move(db, mails, S.CLAIMED, S.DUE, lease_until=None)
            if self.relay_down:
                relaying.went_down(db, self._practice.id, self._relay, now=self.now())

    def _begin(self, db: Session, group: Sequence[tuple[Mail, Letter | None]]) -> list[tuple[Mail, Letter]]:
        """Commit that the relay is about to get these; those that it must not get are left out."""
        broken = [mail for mail, letter in group if letter is None]  # its address cannot be read any more
        self.counts[S.FAILED] += len(self._move(db, broken, S.CLAIMED, S.FAILED, lease_until=None))
        tags = {mail.contact_tag for mail, _ in group}
        opted_out = knowing.opted_out(db, self._practice.id, sorted(tags))
        stopped = [mail for mail, letter in group if letter is not None and mail.contact_tag in opted_out]
        self.counts[S.SUPPRESSED] += len(self._move(db, stopped, S.CLAIMED, S.SUPPRESSED, lease_until=None))
        rest = [mail for mail, letter in group if letter is not None and mail.contact_tag not in opted_out]
        self._renewed = self.now()
        begun = self._move(db, rest, S.CLAIMED, S.HANDING_OVER, lease_until=self._renewed + LEASE)
        return [(mail, letter) for mail, letter in group if letter is not None and mail.id in begun]

    def _hand_over_all(self, begun: Sequence[tuple[Mail, Letter]], *, meanwhile: Callable[[], None]) -> None:
        """One after the other, with a fresh lease: who was asleep asks first what is still its own.

        ``meanwhile`` is done while the relay decides about a mail.
        """
        ours = frozenset(mail.id for mail, _ in begun)
        for number, (mail, letter) in enumerate(begun):
            if self._is_over:
                self._endings.append(Ending(mail, S.DUE, tried=False))  # not begun
                continue
            if self.now() - self._renewed > HEARTBEAT:
                with self._transaction() as db:
                    self._record(db)
                    ours = self._renew(db, [one for one, _ in begun[number:]])
            if mail.id in ours:
                then = begun[number + 1][1].to if number + 1 < len(begun) else ""
                self._endings.append(self._hand_over(mail, letter, Ahead(then, meanwhile)))

    def _renew(self, db: Session, mails: Sequence[Mail]) -> frozenset[bytes]:
        """Say that we still work on these; which of them are still ours."""
        now = self.now()
        self._renewed = now
        statement = outbox.renewing(self._practice.id, now + LEASE)
        return outbox.move_mine(db, statement, {mail.id: mail.fence for mail in mails})

    def _hand_over(self, mail: Mail, letter: Letter, ahead: Ahead) -> Ending:
        try:
            self._mailer.hand_over(letter.content, to=letter.to, ahead=ahead)
        except TemporaryRefusal as refusal:
            self._goodbyes = self._goodbyes + 1 if refusal.code == CLOSING else 0
            self.relay_down = self._goodbyes >= MOST_GOODBYES
            wait = wait_after(mail.attempts + 1, rng=self._rng)
            return Ending(mail, S.FAILED if wait is None else S.DUE, code=refusal.code, wait=wait)
        except PermanentRefusal as refusal:
            self._goodbyes = 0
            return Ending(mail, S.FAILED, code=refusal.code)
        except HandoverUnknown:
            return Ending(mail, S.UNKNOWN)
        except RelayUnreachable:
            self.relay_down = True
            return Ending(mail, S.DUE, wait=FIRST_WAITS[0], tried=False)
        self._goodbyes = 0
        return Ending(mail, S.SENT)

    def _record(self, db: Session) -> None:
        """Write down how the last mails ended; those that went well in one statement."""
        endings, self._endings = self._endings, []
        sent = [ending.mail for ending in endings if ending.after is S.SENT]
        done = {"lease_until": None, "reply_code": None, "not_before": None}
        moved = self._move(db, sent, S.HANDING_OVER, S.SENT, attempts=Invitation.attempts + 1, **done)
        late = [mail for mail in sent if mail.id not in moved]  # slower than our lease, but now we know
        moved |= self._move(db, late, S.UNKNOWN, S.SENT, attempts=Invitation.attempts + 1, **done)
        self.counts[S.SENT] += len(moved)
        for ending in endings:
            if ending.after is not S.SENT:
                self._record_other(db, ending)

    def _record_other(self, db: Session, ending: Ending) -> None:
        values: dict[str, Any] = {
            "lease_until": None,
            "reply_code": ending.code,
            "not_before": None if ending.wait is None else self.now() + ending.wait,
            "attempts": Invitation.attempts + int(ending.tried),
        }
        moved = self._move(db, [ending.mail], S.HANDING_OVER, ending.after, **values)
        if ending.after is not S.DUE or ending.wait is not None:
            self.counts[ending.after] += len(moved)

    def _move(
        self,
        db: Session,
        mails: Sequence[Mail],
        before: InvitationState,
        after: InvitationState,
        **values: Any,
    ) -> frozenset[bytes]:
        """Move those mails of which our claim still holds; their ids."""
        if not mails:
            return frozenset()
        statement = outbox.moving(self._practice.id, before, after).values(**values)
        return outbox.move_mine(db, statement, {mail.id: mail.fence for mail in mails})

    def _move_all(
        self,
        db: Session,
        before: InvitationState,
        after: InvitationState,
        which: ColumnElement[bool],
    ) -> int:
        statement = outbox.moving(self._practice.id, before, after).where(which)
        return outbox.move(db, statement.values(lease_until=None))

    def _transaction(self) -> AbstractContextManager[Session]:
        return transaction(self._runtime.engine, self._practice.id)
