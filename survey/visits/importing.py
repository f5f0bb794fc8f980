"""Bring visits into the database: the same file twice, in any order, adds nothing.

Addresses stay in memory: the database gets keyed tags, the practice's own visit number, clinician, place and
day. ``sort_out`` only reads, so that a dry run and the real run come to the same result.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from survey.db import insert_once
from survey.practice import declaring
from survey.practice.model import Location, Practice
from survey.visits import recognising
from survey.visits.blocks import in_blocks
from survey.visits.model import KEPT_DAYS, Visit, VisitBefore, VisitIdentity, VisitStatus
from survey.visits.recognising import STORED, ImportedVisit, Likeness, Stored
from survey.visits.visit_row import VisitRow


@dataclass(frozen=True)
class ImportOutcome:
    """Counts of visits; ``too_old`` ones lie before the 400 days that are kept and were not taken."""

    new: int = 0
    changed: int = 0
    unchanged: int = 0
    too_old: int = 0

    def __add__(self, other: ImportOutcome) -> ImportOutcome:
        return ImportOutcome(
            self.new + other.new,
            self.changed + other.changed,
            self.unchanged + other.unchanged,
            self.too_old + other.too_old,
        )


@dataclass(frozen=True)
class Changed:
    """A visit that is stored otherwise than it will be. ``own``: the line is of the program it came from."""

    visit: ImportedVisit
    own: bool
    before: Mapping[str, object]
    after: Mapping[str, object]


@dataclass(frozen=True)
class SortedVisits:
    """What importing a block will do, before anything is written.

    ``undecided`` are left for later, by their own tags: each may be a visit that another program brought.
    ``named`` are tags of lines and of the stored visits that they were found to be, to be remembered.
    """

    new: tuple[ImportedVisit, ...] = ()
    changed: tuple[Changed, ...] = ()
    unchanged: tuple[ImportedVisit, ...] = ()
    newly_attended: tuple[ImportedVisit, ...] = ()
    too_old: int = 0
    undecided: Mapping[bytes, tuple[ImportedVisit, Likeness]] | None = None
    named: tuple[tuple[bytes, ImportedVisit], ...] = ()

    @property
    def all(self) -> tuple[ImportedVisit, ...]:
        return self.new + tuple(change.visit for change in self.changed) + self.unchanged

    @property
    def outcome(self) -> ImportOutcome:
        return ImportOutcome(len(self.new), len(self.changed), len(self.unchanged), self.too_old)


def sort_out(
    db: Session,
    practice: Practice,
    visits: Sequence[ImportedVisit],
    *,
    today: date,
    joined: Mapping[bytes, bytes] | None = None,
) -> SortedVisits:
    """Compare a block of visits with what is known; writes nothing.

    Without ``joined`` visits that may be known under another tag are set aside as undecided.
    """
    kept = [visit for visit in visits if visit.day >= today - timedelta(days=KEPT_DAYS)]
    known = recognising.look_up(db, practice.id, kept, joined or {})
    undecided = {}
    if joined is None:
        strangers = [visit for visit in kept if visit.visit_tag not in known]
        found = recognising.likenesses(db, practice.id, strangers)
        undecided = {v.visit_tag: (v, found[v.visit_tag]) for v in strangers if v.visit_tag in found}
    here = [visit for visit in kept if visit.visit_tag not in undecided]
    names = declaring.clinician_ids(db, practice.id), _location_ids(db, practice.id)
    return replace(
        _compared(here, known, names, joined or {}),
        too_old=len(visits) - len(kept),
        undecided=undecided,
    )


Names = tuple[Mapping[str, int], Mapping[str, int]]


def _compared(
    visits: Sequence[ImportedVisit],
    known: Mapping[bytes, Stored],
    names: Names,
    joined: Mapping[bytes, bytes],
) -> SortedVisits:
    new, changed, unchanged, newly, named = [], [], [], [], []
    for read in visits:
        stored = known.get(read.visit_tag)
        visit = read if stored is None or stored.own else replace(read, visit_tag=stored.visit_tag)
        if stored is None:
            new.append(visit)
        else:
            after = _after(visit, stored, names)
            if stored.content == after:
                unchanged.append(visit)
            else:
                changed.append(Changed(visit, stored.own, stored.content, after))
            if read.visit_tag in joined:
                named.append((read.visit_tag, visit))
        if visit.row.status is VisitStatus.ATTENDED and not _was_attended(stored):
            newly.append(visit)
    return SortedVisits(tuple(new), tuple(changed), tuple(unchanged), tuple(newly), named=tuple(named))


def _was_attended(stored: Stored | None) -> bool:
    return stored is not None and stored.content["status"] == VisitStatus.ATTENDED


def _after(visit: ImportedVisit, stored: Stored, names: Names) -> Mapping[str, object]:
    """A second program says whether the visit took place; names and numbers stay those of the first."""
    if stored.own:
        return content(visit, *names)
    return {**stored.content, "status": visit.row.status.value}


def write(db: Session, practice: Practice, found: SortedVisits, *, number: int | None = None) -> None:
    """Write new and changed visits, declaring clinicians and places that are new.

    ``number`` is the import that can be taken back; None for what is not in the history.
    """
    own = [change.visit for change in found.changed if change.own]
    names = _declared(db, practice, [visit.row for visit in (*found.new, *own)])
    brought = {"practice_id": practice.id, "import_number": number}
    for block in in_blocks(found.new):
        rows = [brought | {"visit_tag": visit.visit_tag} | content(visit, *names) for visit in block]
        db.connection().execute(insert(Visit), rows)  # not through the session: it would look at each row
    if number is not None:
        _keep_before(db, practice.id, found.changed, number)
    for changes in in_blocks(found.changed):
        db.execute(update(Visit), list(_updates(practice.id, changes, names)))
    for tag, visit in found.named:
        insert_once(db, VisitIdentity, tag=tag, visit_tag=visit.visit_tag, scope=visit.scope, **brought)


def _updates(practice_id: int, changes: Sequence[Changed], names: Names) -> Iterator[dict[str, Any]]:
    for change in changes:
        key = {"practice_id": practice_id, "visit_tag": change.visit.visit_tag}
        yield key | (content(change.visit, *names) if change.own else dict(change.after))


def _keep_before(db: Session, practice_id: int, changes: Sequence[Changed], number: int) -> None:
    for change in changes:
        key = {"practice_id": practice_id, "import_number": number, "visit_tag": change.visit.visit_tag}
        insert_once(db, VisitBefore, **key, **change.before)


def _declared(db: Session, practice: Practice, rows: Sequence[VisitRow]) -> Names:
    people = {
        name: declaring.declare_clinician(db, practice, name).id
        for name in sorted({row.clinician for row in rows})
    }
    places = {
        name: declaring.declare_location(db, practice.id, name).id
        for name in sorted({row.location for row in rows if row.location})
    }
    return people, places


def content(visit: ImportedVisit, people: Mapping[str, int], places: Mapping[str, int]) -> dict[str, object]:
    """The stored columns by name; a clinician or place that is not declared yet is None and so differs."""
    row = visit.row
    values = (
        visit.client_tag,
        row.reference,
        people.get(row.clinician),
        places.get(row.location, -1) if row.location else None,
        row.visit_type,
        visit.day,
        row.number,
        row.status.value,
        visit.scope,
        visit.address_tag,
        visit.start_tag,
    )
    return dict(zip(STORED, values, strict=True))


def _location_ids(db: Session, practice_id: int) -> dict[str, int]:
    query = select(Location.name, Location.id).where(Location.practice_id == practice_id)
    return dict(db.execute(query).all())
