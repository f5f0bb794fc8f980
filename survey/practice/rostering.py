"""What may change about a clinician: the name, whether they are still here, and that two records are one.

A change decides where new visits go and what a name says. Nothing here moves an answer, an invitation or a
result: what was published under a record stays there, so no figure shown before can be taken from one shown
after (docs/decisions/0019 argues it). A merge is one row, and taking that row away undoes it.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from survey.db import lock_practice
from survey.practice import declaring, staffing
from survey.practice.alias_model import ClinicianAlias, ClinicianMerge
from survey.practice.declaring import CannotDeclare
from survey.practice.model import Clinician, Role, Staff


class Obstacle(StrEnum):
    """Why a record stays as it is."""

    UNKNOWN = "unknown"
    NO_NAME = "no name"
    NAME_TAKEN = "name taken"
    STANDING = "standing"  #: it is no longer as the page showed it
    ONE_RECORD = "one record"  #: merging needs two


class CannotRoster(Exception):
    """A change that is not made; ``obstacle`` says why."""

    def __init__(self, obstacle: Obstacle) -> None:
        super().__init__(f"the clinician was not changed: {obstacle}")
        self.obstacle = obstacle


@dataclass(frozen=True)
class Listed:
    """A record as the owner sees it. ``accounts``: clinicians' accounts that see its results and are open."""

    id: int
    name: str
    former: tuple[str, ...]
    active: bool
    into: str  #: the name of the record it was merged into, or empty
    accounts: tuple[str, ...]


def listed(db: Session, practice_id: int) -> list[Listed]:
    """Every record of a practice, by name."""
    people, into = declaring.clinicians(db, practice_id), declaring.merges(db, practice_id)
    names = {one.id: one.name for one in people}
    former = select(ClinicianAlias).where(ClinicianAlias.practice_id == practice_id)
    aliases = list(db.scalars(former.order_by(ClinicianAlias.name)))
    accounts = _accounts(db, practice_id)
    return [
        Listed(
            id=one.id,
            name=one.name,
            former=tuple(each.name for each in aliases if each.clinician_id == one.id),
            active=one.active,
            into=names[into[one.id]] if one.id in into else "",
            accounts=tuple(each.email for each in accounts if each.clinician_id == one.id),
        )
        for one in people
    ]


def clinician(db: Session, practice_id: int, clinician_id: int) -> Clinician:
    """The record, held until the transaction ends. Raises CannotRoster."""
    lock_practice(db, practice_id)  # an import must not declare a name that is just being given
    found = db.get(Clinician, (practice_id, clinician_id), populate_existing=True)
    if found is None:
        raise CannotRoster(Obstacle.UNKNOWN)
    return found


def rename(db: Session, one: Clinician, name: str) -> None:
    """Another name, shown everywhere from now on; files may go on using the old one. Raises CannotRoster."""
    name = name.strip()
    try:
        declaring.require_name(name)
    except CannotDeclare:
        raise CannotRoster(Obstacle.NO_NAME) from None
    if name == one.name:
        raise CannotRoster(Obstacle.STANDING)
    alias = db.get(ClinicianAlias, (one.practice_id, name))
    if alias is not None and alias.clinician_id == one.id:
        db.delete(alias)  # its own earlier name comes back
    elif name in declaring.clinician_ids(db, one.practice_id):
        raise CannotRoster(Obstacle.NAME_TAKEN)
    db.add(ClinicianAlias(practice_id=one.practice_id, name=one.name, clinician_id=one.id))
    one.name = name
    db.flush()


def leave(db: Session, one: Clinician, *, close_accounts: bool) -> tuple[str, ...]:
    """No new invitation about their visits; results stay. Returns the addresses of accounts it closed.

    Raises CannotRoster where they have left already, or staffing.CannotChange.
    """
    if not one.active or one.id in declaring.merges(db, one.practice_id):
        raise CannotRoster(Obstacle.STANDING)
    one.active = False
    closed = []
    for staff in _accounts(db, one.practice_id) if close_accounts else ():
        if staff.clinician_id == one.id:
            staffing.shut_out(db, staff)
            closed.append(staff.email)
    db.flush()
    return tuple(closed)


def come_back(db: Session, one: Clinician) -> None:
    """Visits that come in from now on are asked about again. Raises CannotRoster."""
    if one.active or one.id in declaring.merges(db, one.practice_id):
        raise CannotRoster(Obstacle.STANDING)
    one.active = True
    db.flush()


def merge(db: Session, one: Clinician, *, into: Clinician) -> None:
    """Both are one person: visits that come in from now on go to ``into``, whichever name a file uses.

    Raises CannotRoster.
    """
    require_two(db, one, into=into)
    db.add(ClinicianMerge(practice_id=one.practice_id, clinician_id=one.id, into_id=into.id))
    db.flush()


def require_two(db: Session, one: Clinician, *, into: Clinician) -> None:
    """Raises CannotRoster unless these are two records, neither of them merged already."""
    merges = declaring.merges(db, one.practice_id)
    if one.id == into.id:
        raise CannotRoster(Obstacle.ONE_RECORD)
    if one.id in merges or into.id in merges:  # so nothing ever goes round in a circle
        raise CannotRoster(Obstacle.STANDING)


def part(db: Session, one: Clinician) -> None:
    """They are two people after all: each name means its own record again. Raises CannotRoster."""
    gone = delete(ClinicianMerge).where(
        ClinicianMerge.practice_id == one.practice_id, ClinicianMerge.clinician_id == one.id
    )
    if db.execute(gone.returning(ClinicianMerge.clinician_id)).one_or_none() is None:
        raise CannotRoster(Obstacle.STANDING)


def _accounts(db: Session, practice_id: int) -> list[Staff]:
    """Open accounts of clinicians, not of owners, who see more than one person's results."""
    query = select(Staff).where(
        Staff.practice_id == practice_id, Staff.role == Role.CLINICIAN, Staff.active.is_(True)
    )
    return list(db.scalars(query.order_by(Staff.email)))
