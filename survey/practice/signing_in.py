"""Sign staff in and out; find out who a cookie belongs to.

Only the hash of a cookie's secret is kept. Refusals say and cost the same whether the account exists or
not. Reading who is signed in never writes: the idle limit travels in the signed cookie, the row decides
whether the sign-in still stands and when it is too old.
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, delete, exists, select, update
from sqlalchemy.orm import Session

from survey.practice import passwords, recording
from survey.practice.admitting import staff_by_email
from survey.practice.model import Practice, Role, Staff, StaffSession
from survey.practice.passkey_model import Passkey
from survey.practice.second_factor_model import PendingSignIn, SecondFactor

IDLE = timedelta(minutes=15)
LONGEST = timedelta(hours=12)


class SignInRefused(Exception):
    """Address and password do not belong together, or the account is closed. One text for all of these."""

    def __init__(self) -> None:
        super().__init__("address and password do not match an account here")


class CodeNeeded(Exception):
    """The password was right; a code must follow. ``secret`` names what waits and opens nothing."""

    def __init__(self, secret: str) -> None:
        super().__init__("a code of the authenticator app must follow")
        self.secret = secret


class PasskeyNeeded(Exception):
    """The password was right, but the practice asks for a second factor, and this account's is a passkey."""


@dataclass(frozen=True)
class Proof:
    """The outcome of a password check: which account, and the hash it was checked against.

    ``staff_id`` is None where the check failed, ``named`` is the address of an account that exists.
    """

    practice_id: int | None
    staff_id: int | None
    password_hash: str
    named: str | None


@dataclass(frozen=True)
class StaffMember:
    """Somebody who is signed in, and therefore which practice and whose results they may see."""

    practice_id: int
    staff_id: int
    email: str
    name: str
    role: Role
    clinician_id: int | None
    #: When the sign-in ends, whatever is done until then.
    ends: datetime
    #: The practice asks for a second factor and this account has none yet: nothing else may be done.
    must_enrol: bool = False


def prove(db: Session, practice_id: int | None, *, email: str, password: str) -> Proof:
    """Check a password; reads only, because it takes long and must not hold up patients' answers.

    ``practice_id`` None stands for a practice that does not exist; the work is the same.
    """
    staff = None if practice_id is None else staff_by_email(db, practice_id, email)
    held = passwords.holds("" if staff is None else staff.password_hash, password)
    fine = held and staff is not None and staff.active
    return Proof(
        practice_id=practice_id,
        staff_id=staff.id if fine and staff is not None else None,
        password_hash="" if staff is None else staff.password_hash,
        named=None if staff is None else staff.email,
    )


def sign_in(db: Session, proof: Proof, *, now: datetime) -> str:
    """A new secret for the cookie. Raises SignInRefused after noting the refusal in the audit log,
    CodeNeeded where the account has a second factor, PasskeyNeeded where it must have one and has only those.

    The caller catches them inside its transaction, or what was written is lost.
    """
    if proof.practice_id is None:
        raise SignInRefused
    staff = None if proof.staff_id is None else db.get(Staff, (proof.practice_id, proof.staff_id))
    if staff is None or not staff.active or staff.password_hash != proof.password_hash:
        who = proof.named or "unknown account"
        recording.record(db, proof.practice_id, actor=who, action="sign-in refused", subject="", now=now)
        raise SignInRefused
    return go_on(db, staff, now=now)


def go_on(db: Session, staff: Staff, *, now: datetime) -> str:
    """After the password, or what stands for it: a new secret. Raises CodeNeeded."""
    _forget_old(db, staff.practice_id, now=now)
    factor = db.get(SecondFactor, (staff.practice_id, staff.id))
    if factor is not None and factor.sealed is not None:
        raise CodeNeeded(_begin_pending(db, staff, now=now))
    if _needs_passkey(db, staff):
        action = "password without passkey"
        recording.record(db, staff.practice_id, actor=staff.email, action=action, subject="", now=now)
        raise PasskeyNeeded
    return open_session(db, staff, now=now)


def _begin_pending(db: Session, staff: Staff, *, now: datetime) -> str:
    secret = secrets.token_urlsafe(32)
    key = {"practice_id": staff.practice_id, "secret_hash": hash_of(secret)}
    db.add(PendingSignIn(**key, staff_id=staff.id, begun_at=now, tries=0))
    db.flush()
    return secret


def open_session(db: Session, staff: Staff, *, now: datetime) -> str:
    """A new sign-in, after everything that is asked for was right; returns the secret for the cookie."""
    secret = secrets.token_urlsafe(32)
    key = {"practice_id": staff.practice_id, "secret_hash": hash_of(secret)}
    db.add(StaffSession(**key, staff_id=staff.id, opened_at=now, seen_at=now))
    recording.record(db, staff.practice_id, actor=staff.email, action="signed in", subject="", now=now)
    return secret


def staff_of(
    db: Session, practice_id: int, secret: str, *, seen: datetime, now: datetime
) -> StaffMember | None:
    """Who this cookie belongs to, or None where the sign-in has ended. Never writes.

    ``seen`` is the signed time of the cookie's last request; idle ends after 15 minutes, all after 12 hours.
    """
    query = (
        select(
            Staff,
            StaffSession.opened_at,
            StaffSession.seen_at,
            (Practice.second_factor & SecondFactor.sealed.is_(None) & ~holds_passkey()).label("must_enrol"),
        )
        .join(StaffSession, _of_staff(StaffSession))
        .join(Practice, Practice.id == Staff.practice_id)
        .outerjoin(SecondFactor, _of_staff(SecondFactor))
        .where(
            StaffSession.practice_id == practice_id,
            StaffSession.secret_hash == hash_of(secret),
            Staff.active.is_(True),
        )
    )
    row = db.execute(query).one_or_none()
    if row is None or now - row.opened_at >= LONGEST or now - max(seen, row.seen_at) >= IDLE:
        return None
    staff = row.Staff
    return StaffMember(
        practice_id=staff.practice_id,
        staff_id=staff.id,
        email=staff.email,
        name=staff.name,
        role=Role(staff.role),
        clinician_id=staff.clinician_id,
        ends=row.opened_at + LONGEST,
        must_enrol=row.must_enrol,
    )


def note_activity(db: Session, practice_id: int, secret: str, *, now: datetime) -> None:
    """Move the row's last-seen time; called with requests that write anyway."""
    db.execute(update(StaffSession).where(_is_row(practice_id, secret)).values(seen_at=now))


def sign_out(db: Session, practice_id: int, secret: str, *, now: datetime) -> None:
    """End this sign-in; a copy of its cookie is worth nothing afterwards. Repeating it is harmless."""
    query = (
        select(Staff.email).join(StaffSession, _of_staff(StaffSession)).where(_is_row(practice_id, secret))
    )
    email = db.scalar(query)
    if email is not None:
        db.execute(delete(StaffSession).where(_is_row(practice_id, secret)))
        recording.record(db, practice_id, actor=email, action="signed out", subject="", now=now)


def _forget_old(db: Session, practice_id: int, *, now: datetime) -> None:
    old = now - LONGEST
    for table, begun in ((StaffSession, StaffSession.opened_at), (PendingSignIn, PendingSignIn.begun_at)):
        db.execute(delete(table).where(table.practice_id == practice_id, begun <= old))


def _needs_passkey(db: Session, staff: Staff) -> bool:
    query = select(Practice.second_factor & holds_passkey()).join(Staff, Staff.practice_id == Practice.id)
    return bool(db.scalar(query.where(Staff.practice_id == staff.practice_id, Staff.id == staff.id)))


def holds_passkey() -> ColumnElement[bool]:
    """In a query about staff: whether the account has a passkey."""
    mine = Passkey.practice_id == Staff.practice_id, Passkey.staff_id == Staff.id
    return exists().where(*mine).correlate(Staff)


def _of_staff(table: type[StaffSession] | type[SecondFactor]) -> ColumnElement[bool]:
    return and_(table.practice_id == Staff.practice_id, table.staff_id == Staff.id)


def _is_row(practice_id: int, secret: str) -> ColumnElement[bool]:
    return and_(StaffSession.practice_id == practice_id, StaffSession.secret_hash == hash_of(secret))


def hash_of(secret: str) -> bytes:
    """The secret is 256 random bits, so a plain hash cannot be searched."""
    return hashlib.sha256(secret.encode("utf-8")).digest()
