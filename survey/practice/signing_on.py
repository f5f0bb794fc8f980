"""Single sign-on: which account somebody has whom the provider vouches for.

Never makes an account and never gives a role. At first an account is found by an address that the provider
has verified; from then on only the provider's own name for the person counts. Never keeps that name, only its
hash, and never writes it or the provider's address for the person into the audit log.
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from survey.db import lock_practice
from survey.practice import recording, signing_in
from survey.practice.admitting import staff_by_email
from survey.practice.model import Staff
from survey.practice.signing_in import SignInRefused, hash_of
from survey.practice.sso_model import SsoAttempt, SsoBinding

LIFE = timedelta(minutes=10)


@dataclass(frozen=True)
class Identity:
    """Whom the provider vouches for; ``verified_email`` is empty where it verified none."""

    issuer: str
    subject: str = field(repr=False)
    verified_email: str = field(repr=False)

    @property
    def hashed(self) -> bytes:
        return hashlib.sha256(f"{self.issuer}\n{self.subject}".encode("utf-8", "replace")).digest()


def begin(db: Session, practice_id: int, *, now: datetime) -> str:
    """A new state, good once and for ten minutes; older ones are forgotten."""
    row = SsoAttempt
    db.execute(delete(row).where(row.practice_id == practice_id, row.begun_at <= now - LIFE))
    state = secrets.token_urlsafe(32)
    db.add(SsoAttempt(practice_id=practice_id, state_hash=hash_of(state), begun_at=now))
    return state


def use_up(db: Session, practice_id: int, state: str, *, now: datetime) -> bool:
    """Whether this state was still good; it is not afterwards. Of two at the same moment one is told so."""
    row = SsoAttempt
    this = (row.practice_id == practice_id, row.state_hash == hash_of(state))
    statement = delete(row).where(*this).returning(row.begun_at)
    begun = db.scalar(statement, execution_options={"synchronize_session": False})
    return begun is not None and timedelta() <= now - begun < LIFE


def sign_on(
    db: Session, practice_id: int, identity: Identity, *, second_factor: bool, now: datetime
) -> tuple[int, str]:
    """Number of the account, and a new secret for the cookie. ``second_factor``: the provider asked for one.

    Raises CodeNeeded where ours is to be asked for, and SignInRefused after noting it in the audit log; the
    caller catches both inside its transaction.
    """
    lock_practice(db, practice_id)  # two first sign-ins at the same moment must not tie one account twice
    staff = _bound(db, practice_id, identity) or _bind(db, practice_id, identity, now=now)
    if staff is None or not _is_open(staff):
        refuse(db, practice_id, now=now)
        raise SignInRefused
    _note(db, staff, "single sign-on accepted", now)
    if second_factor:
        return staff.id, signing_in.open_session(db, staff, now=now)
    return staff.id, signing_in.go_on(db, staff, now=now)


def refuse(db: Session, practice_id: int, *, now: datetime) -> None:
    """Note that somebody was not let in; who it was stays unsaid."""
    action = "single sign-on refused"
    recording.record(db, practice_id, actor="not signed in", action=action, subject="", now=now)


def bound_since(db: Session, staff: Staff) -> date | None:
    """Since when an account is tied to somebody at the provider; None where it is not."""
    row = db.get(SsoBinding, (staff.practice_id, staff.id))
    return None if row is None else row.since


def unbind(db: Session, staff: Staff) -> bool:
    """Untie an account; the next single sign-on looks for the address again. False where it was not tied."""
    row = SsoBinding
    this = (row.practice_id == staff.practice_id, row.staff_id == staff.id)
    return db.scalar(delete(row).where(*this).returning(row.staff_id)) is not None


def _bound(db: Session, practice_id: int, identity: Identity) -> Staff | None:
    query = select(SsoBinding.staff_id).where(
        SsoBinding.practice_id == practice_id, SsoBinding.subject_hash == identity.hashed
    )
    staff_id = db.scalar(query)
    return None if staff_id is None else db.get_one(Staff, (practice_id, staff_id))


def _bind(db: Session, practice_id: int, identity: Identity, *, now: datetime) -> Staff | None:
    """The open account with the verified address, which is tied to nobody yet."""
    if not identity.verified_email:
        return None
    staff = staff_by_email(db, practice_id, identity.verified_email)
    if staff is None or not _is_open(staff) or bound_since(db, staff) is not None:
        return None
    key = {"practice_id": practice_id, "staff_id": staff.id}
    db.add(SsoBinding(**key, subject_hash=identity.hashed, since=now.date()))
    db.flush()
    _note(db, staff, "bound to single sign-on", now)
    return staff


def _is_open(staff: Staff) -> bool:
    """An account without a password was never opened, or the owner made it void: only a link opens it."""
    return staff.active and staff.password_hash != ""


def _note(db: Session, staff: Staff, action: str, now: datetime) -> None:
    recording.record(db, staff.practice_id, actor=staff.email, action=action, subject="", now=now)
