"""Which stored visit a line of a file is about: by its own number, else by who and when.

Only reads. A visit is known by the tag of its strongest identity; a second program's name for it is added as
another tag once client and hour (or client and day) leave no doubt. In doubt there are two visits: the cap
keeps a person from being asked twice, while a wrongly joined visit would be lost.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any, Final

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from survey import clock
from survey.keys.contact import Tags
from survey.practice.model import Practice
from survey.visits.addresses import normal_form
from survey.visits.blocks import in_blocks
from survey.visits.model import Visit, VisitIdentity
from survey.visits.visit_row import VisitRow, start_of

STORED = (
    *("client_tag", "reference", "clinician_id", "location_id", "visit_type", "day", "number", "status"),
    *("scope", "address_tag", "start_tag"),
)
REMEMBERED: Final = 1 << 14
#: Who and when, as two tags, or a tag and a day: what two programs may both say of one visit.
Moment = tuple[bytes, bytes | date]


@dataclass(frozen=True, slots=True)
class ImportedVisit:
    """A line with its tags. ``day`` is the day in the practice's time zone; no tag of what is missing.

    ``visit_tag`` is the line's own until the visit is found under another one.
    """

    row: VisitRow
    day: date
    visit_tag: bytes
    client_tag: bytes
    contact_tag: bytes | None
    address_tag: bytes | None = None
    start_tag: bytes | None = None
    scope: str = ""

    @property
    def people(self) -> tuple[bytes, ...]:
        return (self.client_tag,) if self.address_tag is None else (self.client_tag, self.address_tag)


@dataclass(frozen=True, slots=True)
class Stored:
    """A visit as it stands in the database. ``own``: found under the tag it was first stored with."""

    visit_tag: bytes
    own: bool
    content: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Likeness:
    """A stored visit that a line may be about, and the moments by which it was found."""

    visit_tag: bytes
    moments: frozenset[Moment]


class Recogniser:
    """Gives lines the tags by which visit, client and address are known again; for one pass over a file."""

    def __init__(self, tags: Tags, practice: Practice) -> None:
        self._tags, self._zone = tags, practice.time_zone
        self._when = lru_cache(REMEMBERED)(self._day_and_tag)

    def recognise(self, row: VisitRow) -> ImportedVisit:
        """The row with its tags."""
        tags, identity = self._tags, row.identity
        address, write_to = normal_form(row.address), normal_form(row.write_to)
        by_address = f"address|{address}" if address else ""
        by_client = f"number|{row.source}|{row.client}" if row.client else ""
        day, start_tag = (row.day, None) if row.instant is None else self._when(row.instant)
        return ImportedVisit(
            row=row,
            day=day,
            visit_tag=tags.visit(identity.text),
            client_tag=tags.client(by_client or by_address or identity.text),
            contact_tag=tags.contact(write_to) if write_to else None,
            address_tag=tags.client(by_address) if by_client and by_address else None,
            start_tag=start_tag,
            scope=identity.scope,
        )

    def _day_and_tag(self, instant: datetime) -> tuple[date, bytes]:
        """The day in the practice's time zone, and the tag of the minute; few differ in many lines."""
        return clock.local_day(instant, self._zone), self._tags.visit(f"moment|{start_of(instant)}")


def look_up(
    db: Session, practice_id: int, visits: Sequence[ImportedVisit], joined: Mapping[bytes, bytes]
) -> dict[bytes, Stored]:
    """What is stored of the visits, by the lines' own tags. ``joined`` is what ``settle`` came to."""
    own = [visit.visit_tag for visit in visits]
    found = _aliases(db, practice_id, own) | {tag: joined[tag] for tag in own if tag in joined}
    contents = _contents(db, practice_id, sorted({found.get(tag, tag) for tag in own}))
    named = {tag: found.get(tag, tag) for tag in own}
    return {
        tag: Stored(target, target == tag, contents[target])
        for tag, target in named.items()
        if target in contents
    }


def likenesses(db: Session, practice_id: int, visits: Sequence[ImportedVisit]) -> dict[bytes, Likeness]:
    """Of visits that are not stored under their own tag: the one stored visit each may be, by that tag."""
    if not visits:
        return {}
    stored = _by_person(db, practice_id, visits)
    names = _other_scopes(
        db, practice_id, sorted({row.visit_tag for rows in stored.values() for row in rows})
    )
    found = {}
    for visit in visits:
        likeness = _likeness(visit, stored, names)
        if likeness is not None:
            found[visit.visit_tag] = likeness
    return found


def settle(visits: Iterable[ImportedVisit], wanted: Mapping[bytes, Likeness]) -> dict[bytes, bytes]:
    """Tags of lines to tags of stored visits, where no other line of the file has the same moment.

    ``visits`` is all of the file once more.
    """
    looked_for = {moment for likeness in wanted.values() for moment in likeness.moments}
    owners: dict[Moment, set[bytes]] = defaultdict(set)
    for visit in visits:
        for moment in _moments(visit):
            if moment in looked_for:
                owners[moment].add(visit.visit_tag)
    claims = Counter(likeness.visit_tag for likeness in wanted.values())
    return {
        tag: likeness.visit_tag
        for tag, likeness in wanted.items()
        if claims[likeness.visit_tag] == 1 and all(len(owners[moment]) == 1 for moment in likeness.moments)
    }


def _likeness(
    visit: ImportedVisit, stored: Mapping[Moment, Sequence[Row[Any]]], names: Mapping[bytes, set[str]]
) -> Likeness | None:
    """The one stored visit of this person with the same hour; else the only one of that day."""
    by_day = {row.visit_tag: row for who in visit.people for row in stored.get((who, visit.day), ())}
    same_hour = [row for row in by_day.values() if visit.start_tag and row.start_tag == visit.start_tag]
    alike = same_hour or list(by_day.values())
    if len(alike) != 1:
        return None
    (one,) = alike
    two_hours = not same_hour and visit.start_tag is not None and one.start_tag is not None
    named_already = visit.scope in {one.scope, *names.get(one.visit_tag, ())}
    if two_hours or named_already:
        return None
    when = visit.start_tag if same_hour and visit.start_tag else visit.day
    shared = {who for who in visit.people if who in (one.client_tag, one.address_tag)}
    return Likeness(one.visit_tag, frozenset((who, when) for who in shared))


def _moments(visit: ImportedVisit) -> Iterator[Moment]:
    for who in visit.people:
        yield who, visit.day
        if visit.start_tag is not None:
            yield who, visit.start_tag


def _by_person(
    db: Session, practice_id: int, visits: Sequence[ImportedVisit]
) -> Mapping[Moment, Sequence[Row[Any]]]:
    """Stored visits by person and day, of the people and between the first and last day of ``visits``."""
    days = [visit.day for visit in visits]
    found: dict[Moment, list[Any]] = defaultdict(list)
    columns = (Visit.visit_tag, Visit.client_tag, Visit.address_tag, Visit.day, Visit.start_tag, Visit.scope)
    for block in in_blocks(sorted({who for visit in visits for who in visit.people})):
        for person in (Visit.client_tag, Visit.address_tag):
            query = select(*columns, person.label("person")).where(
                Visit.practice_id == practice_id, person.in_(block), Visit.day.between(min(days), max(days))
            )
            for row in db.execute(query):
                found[row.person, row.day].append(row)
    return found


def _other_scopes(db: Session, practice_id: int, visit_tags: Sequence[bytes]) -> dict[bytes, set[str]]:
    found: dict[bytes, set[str]] = defaultdict(set)
    for block in in_blocks(visit_tags):
        query = select(VisitIdentity.visit_tag, VisitIdentity.scope).where(
            VisitIdentity.practice_id == practice_id, VisitIdentity.visit_tag.in_(block)
        )
        for tag, scope in db.execute(query):
            found[tag].add(scope)
    return found


def _aliases(db: Session, practice_id: int, tags: Sequence[bytes]) -> dict[bytes, bytes]:
    found: dict[bytes, bytes] = {}
    any_at_all = select(VisitIdentity.tag).where(VisitIdentity.practice_id == practice_id).limit(1)
    if db.scalar(any_at_all) is None:  # most practices have one program
        return found
    for block in in_blocks(tags):
        query = select(VisitIdentity.tag, VisitIdentity.visit_tag).where(
            VisitIdentity.practice_id == practice_id, VisitIdentity.tag.in_(block)
        )
        found.update(db.execute(query).all())
    return found


def _contents(db: Session, practice_id: int, tags: Sequence[bytes]) -> dict[bytes, dict[str, object]]:
    columns = [getattr(Visit, name) for name in STORED]
    found: dict[bytes, dict[str, object]] = {}
    for block in in_blocks(tags):
        query = select(Visit.visit_tag, *columns).where(
            Visit.practice_id == practice_id, Visit.visit_tag.in_(block)
        )
        for tag, *values in db.execute(query):
            found[tag] = dict(zip(STORED, values, strict=True))
    return found
