"""What an owner does about colleagues' accounts: list them, change a role, shut out, let in again.

Never leaves a practice without an owner who can sign in, and never decides who may do this.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session

from survey.db import lock_practice
from survey.practice import admitting, enrolling, signing_in
from survey.practice.model import Clinician, Role, Staff, StaffSession
from survey.practice.second_factor_model import SecondFactor
from survey.practice.signing_in import LONGEST


class Standing(StrEnum):
    """How an account stands. ``WAITING``: no password chosen yet; a link to choose one may be on its way."""

    OPEN = "open"
    WAITING = "waiting"
    CLOSED = "closed"


class Obstacle(StrEnum):
    """Why nothing was changed."""

    LAST_OWNER = "last owner"
    ONESELF = "oneself"
    UNKNOWN = "unknown"
    STANDING = "standing"


class CannotChange(Exception):
    """A change that is not made; ``obstacle`` says why."""

    def __init__(self, obstacle: Obstacle) -> None:
        super().__init__(f"the account was not changed: {obstacle}")
        self.obstacle = obstacle


@dataclass(frozen=True)
class Colleague:
    """One account as the owner sees it; ``sign_ins`` counts those that may still be open."""

    staff_id: int
    name: str
    email: str
    role: Role
    clinician_id: int | None
    clinician: str
    standing: Standing
    second_factor: bool
    sign_ins: int


def colleagues(db: Session, practice_id: int, *, now: datetime) -> list[Colleague]:
    """Every account of a practice, in the order of names."""
    query = (
        select(Staff, Clinician.name.label("clinician"), _is_guarded().label("factor"))
        .outerjoin(
            Clinician, and_(Clinician.practice_id == Staff.practice_id, Clinician.id == Staff.clinician_id)
        )
        .outerjoin(
            SecondFactor,
            and_(SecondFactor.practice_id == Staff.practice_id, SecondFactor.staff_id == Staff.id),
        )
        .where(Staff.practice_id == practice_id)
    )
    counted = (
        select(StaffSession.staff_id, func.count())
        .where(StaffSession.practice_id == practice_id, StaffSession.opened_at > now - LONGEST)
        .group_by(StaffSession.staff_id)
    )
    opened: dict[int, int] = dict(db.execute(counted).all())
    found = [
        Colleague(
            staff_id=row.Staff.id,
            name=row.Staff.name,
            email=row.Staff.email,
            role=Role(row.Staff.role),
            clinician_id=row.Staff.clinician_id,
            clinician=row.clinician or "",
            standing=standing(row.Staff),
            second_factor=bool(row.factor),
            sign_ins=opened.get(row.Staff.id, 0),
        )
        for row in db.execute(query)
    ]
    return sorted(found, key=lambda each: (each.name.casefold(), each.email))


def _is_guarded() -> ColumnElement[bool]:
    """With an app or a passkey."""
    return or_(SecondFactor.sealed.is_not(None), signing_in.holds_passkey())


def owners(db: Session, practice_id: int) -> dict[int, str]:
    """The address of every owner who can sign in, by the account's number."""
    query = select(Staff.id, Staff.email).where(
        Staff.practice_id == practice_id,
        Staff.role == Role.OWNER,
        Staff.active.is_(True),
        Staff.password_hash != "",
    )
    return {row.id: row.email for row in db.execute(query.order_by(Staff.id))}


def standing(staff: Staff) -> Standing:
    if not staff.active:
        return Standing.CLOSED
    return Standing.OPEN if staff.password_hash else Standing.WAITING


def colleague(db: Session, practice_id: int, staff_id: int) -> Staff:
    """The account of this practice, held until the transaction ends. Raises CannotChange."""
    lock_practice(db, practice_id)  # two owners must not take each other's role at the same moment
    found = db.get(Staff, (practice_id, staff_id), populate_existing=True)
    if found is None:
        raise CannotChange(Obstacle.UNKNOWN)
    return found


def change_role(db: Session, staff: Staff, *, role: Role, clinician_id: int | None) -> None:
    """Another role; sign-ins of the old one end. Raises CannotChange and CannotAdmit."""
    admitting.require_fitting(db, staff.practice_id, role=role, clinician_id=clinician_id)
    if role is not Role.OWNER:
        _require_other_owner(db, staff)
    staff.role, staff.clinician_id = role, clinician_id
    admitting.end_sessions(db, staff)
    db.flush()


def shut_out(db: Session, staff: Staff) -> None:
    """Nobody signs in with it, its sign-ins and links end now. Raises CannotChange."""
    _require_other_owner(db, staff)
    staff.links += 1
    admitting.close_account(db, staff)


def let_in_again(db: Session, staff: Staff) -> None:
    """A closed account opens again, with the password it had. Raises CannotChange where it is open."""
    if staff.active:
        raise CannotChange(Obstacle.STANDING)
    staff.active = True
    db.flush()


def void_links(db: Session, staff: Staff) -> None:
    """Links to choose a password that were made before open nothing any more."""
    staff.links += 1
    db.flush()


def start_over(db: Session, staff: Staff, *, by: int, factor_too: bool) -> None:
    """Password, sign-ins and earlier links are void; a link that is made now chooses a new password.

    ``by`` is the number of whoever does it: one's own password is changed elsewhere. With ``factor_too`` the
    second factor ends as well. Raises CannotChange.
    """
    if staff.id == by:
        raise CannotChange(Obstacle.ONESELF)
    if not staff.active:
        raise CannotChange(Obstacle.STANDING)
    _require_other_owner(db, staff)
    admitting.void_password(db, staff)
    if factor_too:
        enrolling.switch_off(db, staff)
        admitting.forget_passkeys(db, staff)


def _require_other_owner(db: Session, staff: Staff) -> None:
    """Raises CannotChange for the last owner who can sign in."""
    if staff.role != Role.OWNER or standing(staff) is not Standing.OPEN:
        return
    if not owners(db, staff.practice_id).keys() - {staff.id}:
        raise CannotChange(Obstacle.LAST_OWNER)
