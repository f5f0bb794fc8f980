"""Bring visits into the database: the same file twice, in any order, adds nothing.

Addresses stay in memory: the database gets keyed tags, the practice's own visit number, clinician, place and
day. ``sort_out`` only reads, so that a dry run and the real run come to the same result.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from survey import clock
from survey.db import lock_practice
from survey.keys import contact
from survey.keys.files import KeyFiles
from survey.practice import declaring
from survey.practice.model import Clinician, Location, Practice
from survey.visits.addresses import normal_form
from survey.visits.blocks import in_blocks
from survey.visits.model import KEPT_DAYS, Visit, VisitStatus
from survey.visits.visit_row import VisitRow

STORED = (
    "client_tag",
    "reference",
    "clinician_id",
    "location_id",
    "visit_type",
    "day",
    "number",
    "status",
)


@dataclass(frozen=True)
class ImportedVisit:
    """A visit with its tags. ``day`` is the day in the practice's time zone; no tag of a missing address."""

    row: VisitRow
    day: date
    visit_tag: bytes
    client_tag: bytes
    contact_tag: bytes | None


@dataclass(frozen=True)
class ImportOutcome:
    """Counts of visits; ``too_old`` ones lie before the 400 days that are kept and were not taken."""

    new: int
    changed: int
    unchanged: int
    newly_attended: tuple[ImportedVisit, ...]
    too_old: int = 0


@dataclass(frozen=True)
class SortedVisits:
    """What an import will do, before anything is written."""

    new: tuple[ImportedVisit, ...]
    changed: tuple[ImportedVisit, ...]
    unchanged: tuple[ImportedVisit, ...]
    newly_attended: tuple[ImportedVisit, ...]
    too_old: int

    @property
    def all(self) -> tuple[ImportedVisit, ...]:
        return self.new + self.changed + self.unchanged

    @property
    def outcome(self) -> ImportOutcome:
        return ImportOutcome(
            new=len(self.new),
            changed=len(self.changed),
            unchanged=len(self.unchanged),
            newly_attended=self.newly_attended,
            too_old=self.too_old,
        )


def import_visits(
    db: Session, files: KeyFiles, practice: Practice, rows: Sequence[VisitRow], *, today: date
) -> ImportOutcome:
    """Add new visits, update changed ones. ``newly_attended`` were not known as attended before."""
    lock_practice(db, practice.id)  # two imports of one file must not both find a visit new
    found = sort_out(db, files, practice, rows, today=today)
    write(db, practice, found)
    return found.outcome


def sort_out(
    db: Session, files: KeyFiles, practice: Practice, rows: Sequence[VisitRow], *, today: date
) -> SortedVisits:
    """Compare the rows with what is known; writes nothing."""
    visits = [recognise(files, practice, row) for row in rows]
    kept = [visit for visit in visits if visit.day >= today - timedelta(days=KEPT_DAYS)]
    known = _known(db, practice.id, [visit.visit_tag for visit in kept])
    people, places = _clinician_ids(db, practice.id), _location_ids(db, practice.id)
    new, changed, unchanged, newly = [], [], [], []
    for visit in kept:
        before = known.get(visit.visit_tag)
        content = _content(visit, people, places)
        if before is None:
            new.append(visit)
        elif before != content:
            changed.append(visit)
        else:
            unchanged.append(visit)
        attended = visit.row.status is VisitStatus.ATTENDED
        if attended and (before is None or before["status"] != VisitStatus.ATTENDED):
            newly.append(visit)
    too_old = len(visits) - len(kept)
    return SortedVisits(tuple(new), tuple(changed), tuple(unchanged), tuple(newly), too_old)


def recognise(files: KeyFiles, practice: Practice, row: VisitRow) -> ImportedVisit:
    """The row with the tags by which visit, client and address are known again."""
    address = normal_form(row.address)
    day = row.day if row.instant is None else clock.local_day(row.instant, practice.time_zone)
    client = f"number|{row.client}" if row.client else f"address|{address}" if address else row.identity.text
    return ImportedVisit(
        row=row,
        day=day,
        visit_tag=contact.visit_tag(files, practice.id, row.identity.text),
        client_tag=contact.client_tag(files, practice.id, client),
        contact_tag=contact.contact_tag(files, practice.id, address) if address else None,
    )


def write(db: Session, practice: Practice, found: SortedVisits) -> None:
    """Write new and changed visits, declaring clinicians and places that are new."""
    touched = found.new + found.changed
    people = {
        name: declaring.declare_clinician(db, practice, name).id
        for name in sorted({visit.row.clinician for visit in touched})
    }
    places = {
        name: declaring.declare_location(db, practice.id, name).id
        for name in sorted({visit.row.location for visit in touched if visit.row.location})
    }
    for block in in_blocks(found.new):
        db.execute(insert(Visit), list(_rows(practice.id, block, people, places)))
    for block in in_blocks(found.changed):
        db.execute(update(Visit), list(_rows(practice.id, block, people, places)))


def _rows(
    practice_id: int, visits: Sequence[ImportedVisit], people: Mapping[str, int], places: Mapping[str, int]
) -> Iterator[dict[str, Any]]:
    for visit in visits:
        key = {"practice_id": practice_id, "visit_tag": visit.visit_tag}
        yield key | _content(visit, people, places)


def _content(visit: ImportedVisit, people: Mapping[str, int], places: Mapping[str, int]) -> dict[str, object]:
    """The stored columns by name; a clinician or place that is not declared yet is None and so differs."""
    row = visit.row
    return {
        "client_tag": visit.client_tag,
        "reference": row.reference,
        "clinician_id": people.get(row.clinician),
        "location_id": places.get(row.location, -1) if row.location else None,
        "visit_type": row.visit_type,
        "day": visit.day,
        "number": row.number,
        "status": row.status.value,
    }


def _known(db: Session, practice_id: int, tags: Sequence[bytes]) -> dict[bytes, dict[str, object]]:
    """Stored content by visit tag."""
    columns = [getattr(Visit, name) for name in STORED]
    found: dict[bytes, dict[str, object]] = {}
    for block in in_blocks(tags):
        query = select(Visit.visit_tag, *columns).where(
            Visit.practice_id == practice_id, Visit.visit_tag.in_(block)
        )
        for tag, *values in db.execute(query):
            found[tag] = dict(zip(STORED, values, strict=True))
    return found


def _clinician_ids(db: Session, practice_id: int) -> dict[str, int]:
    query = select(Clinician.name, Clinician.id).where(Clinician.practice_id == practice_id)
    return dict(db.execute(query).all())


def _location_ids(db: Session, practice_id: int) -> dict[str, int]:
    query = select(Location.name, Location.id).where(Location.practice_id == practice_id)
    return dict(db.execute(query).all())
