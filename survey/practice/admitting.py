"""Accounts of staff: add them, invite them, set their password, close them.

Never decides what a page shows, and never stores a password in clear.
"""

from __future__ import annotations

import hmac
import re
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from survey.db import lock_practice, random_number
from survey.practice import passwords, recording
from survey.practice.invites import INVITATION, BadInvite, Kind, binding, read_invite
from survey.practice.model import Clinician, Role, Staff, StaffSession
from survey.practice.passkey_model import Passkey
from survey.practice.second_factor_model import PendingSignIn
from survey.practice.sso_model import SsoBinding

ADDRESS = re.compile(r"[^@\s\x00-\x1f\x7f]+@[^@\s\x00-\x1f\x7f]+")


class CannotAdmit(Exception):
    """An account that cannot be made; the text names field and remedy."""

    @property
    def field(self) -> str:
        return str(self).partition(":")[0]


def add_staff(
    db: Session, practice_id: int, *, email: str, name: str, role: Role, clinician_id: int | None = None
) -> Staff:
    """A new account without a password: nobody can sign in with it yet. Raises CannotAdmit."""
    email = email_key(email)
    if not ADDRESS.fullmatch(email) or len(email) > 254:
        raise CannotAdmit("email: write one address, such as olu@example.org")
    if not name.strip() or len(name) > 120 or not name.isprintable():
        raise CannotAdmit("name: 1 to 120 characters, no line breaks")
    require_fitting(db, practice_id, role=role, clinician_id=clinician_id)
    if staff_by_email(db, practice_id, email) is not None:
        raise CannotAdmit("email: this address has an account already")
    staff = Staff(
        practice_id=practice_id,
        id=random_number(),
        email=email,
        name=name.strip(),
        role=role,
        clinician_id=clinician_id,
        password_hash="",
        active=True,
    )
    db.add(staff)
    db.flush()
    return staff


def require_fitting(db: Session, practice_id: int, *, role: Role, clinician_id: int | None) -> None:
    """Raises CannotAdmit where a role and the clinician whose results are shown do not go together."""
    if role is Role.CLINICIAN and clinician_id is None:
        raise CannotAdmit("clinician: a clinician's account needs the clinician whose results it shows")
    if role is Role.FRONT_DESK and clinician_id is not None:
        raise CannotAdmit("clinician: the front desk sees no results; leave it out")
    if role is Role.AUDITOR and clinician_id is not None:
        raise CannotAdmit("clinician: an auditor sees no results; leave it out")
    if clinician_id is not None and db.get(Clinician, (practice_id, clinician_id)) is None:
        raise CannotAdmit("clinician: not known in this practice")


def email_key(email: str) -> str:
    """The one spelling under which an address is kept and looked up."""
    return email.strip().casefold()


def staff_by_email(db: Session, practice_id: int, email: str) -> Staff | None:
    query = select(Staff).where(Staff.practice_id == practice_id, Staff.email == email_key(email))
    return db.scalar(query)


def clinicians_accounts(db: Session, practice_id: int) -> list[Staff]:
    """Open accounts that show somebody's own results, in the order of names."""
    query = select(Staff).where(
        Staff.practice_id == practice_id, Staff.active.is_(True), Staff.clinician_id.is_not(None)
    )
    return list(db.scalars(query.order_by(Staff.name, Staff.id)))


def set_password(db: Session, staff: Staff, password: str) -> None:
    """A new password; every sign-in of this account ends. Raises PasswordRefused."""
    passwords.check_new(password, email=staff.email)
    staff.password_hash = passwords.hash_new(password)
    db.add(staff)
    end_sessions(db, staff)
    db.flush()


def void_password(db: Session, staff: Staff) -> None:
    """Nobody signs in with it until a password is chosen by a link made after this; sign-ins and tie end."""
    staff.password_hash = ""
    staff.links += 1  # the first invitation would open the account again
    db.add(staff)
    this = (SsoBinding.practice_id == staff.practice_id, SsoBinding.staff_id == staff.id)
    db.execute(delete(SsoBinding).where(*this))  # who got in wrongly may have tied it to themselves
    end_sessions(db, staff)
    db.flush()


def close_account(db: Session, staff: Staff) -> None:
    """Nobody signs in with it again; its sign-ins end now. The audit log keeps its name."""
    staff.active = False
    db.add(staff)
    end_sessions(db, staff)
    forget_passkeys(db, staff)
    db.flush()


def forget_passkeys(db: Session, staff: Staff) -> None:
    """The passkeys of an account open nothing any more, and are gone."""
    db.execute(delete(Passkey).where(Passkey.practice_id == staff.practice_id, Passkey.staff_id == staff.id))


def end_sessions(db: Session, staff: Staff) -> None:
    """End every sign-in of one account, those that wait for a code too."""
    for table in (StaffSession, PendingSignIn):
        db.execute(delete(table).where(table.practice_id == staff.practice_id, table.staff_id == staff.id))


def invited_staff(
    db: Session, secret_key: str, signed: str, *, now: datetime, kind: Kind = INVITATION
) -> Staff:
    """The account a link was made for. Raises BadInvite, also for a link that was used before."""
    invite = read_invite(secret_key, signed, now=now, kind=kind)
    staff = db.get(Staff, (invite.practice_id, invite.staff_id), populate_existing=True)
    if staff is None or not staff.active or not hmac.compare_digest(binding(staff), invite.binding):
        raise BadInvite
    return staff


def accept_invite(
    db: Session, secret_key: str, signed: str, *, password: str, now: datetime, kind: Kind = INVITATION
) -> Staff:
    """Set a password with a link. Raises BadInvite or PasswordRefused; then nothing is changed."""
    practice_id = read_invite(secret_key, signed, now=now, kind=kind).practice_id
    lock_practice(db, practice_id)  # of two uses at the same moment the second must find the first's password
    staff = invited_staff(db, secret_key, signed, now=now, kind=kind)
    set_password(db, staff, password)
    action, subject = kind.noted
    recording.record(db, staff.practice_id, actor=staff.email, action=action, subject=subject, now=now)
    return staff
