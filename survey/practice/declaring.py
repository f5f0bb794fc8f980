"""Declare practices, their places, people and cells. Cells are declared before anybody answers."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sqlalchemy import select
from sqlalchemy.orm import Session

from survey.db import enter_practice, random_number
from survey.practice import neutrality
from survey.practice.alias_model import ClinicianAlias, ClinicianMerge
from survey.practice.model import Cell, CellPractice, Clinician, Location, Practice

SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
#: Months in which a year of quarters can begin.
YEAR_BEGINS = (1, 4, 7, 10)
SLUG_MARKS = re.compile(r"[^a-z0-9]+")


class CannotDeclare(Exception):
    """A practice, place or person that cannot be entered; the text names field and remedy."""


def create_practice(db: Session, *, slug: str, name: str, time_zone: str, **more: object) -> Practice:
    """A new practice with its practice-level cell. Raises CannotDeclare, as for a name that tells much."""
    if not SLUG.fullmatch(slug) or len(slug) > 40:
        raise CannotDeclare(f"slug {slug!r}: use up to 40 small letters, digits and single hyphens")
    if db.scalar(select(Practice.id).where(Practice.slug == slug)) is not None:
        raise CannotDeclare(f"slug {slug!r} is taken; choose another")
    require_name(name)
    try:
        ZoneInfo(time_zone)
    except (ZoneInfoNotFoundError, ValueError):
        raise CannotDeclare(
            f"time zone {time_zone!r} is not known; write one like America/New_York"
        ) from None
    practice = Practice(id=random_number(), slug=slug, name=name, time_zone=time_zone, **more)
    _require_neutral_slug(slug)
    _require_neutral_name(practice, people=())
    db.add(practice)
    db.flush()
    enter_practice(db, practice.id)
    cell_for(db, practice.id, instrument=practice.instrument, clinician_id=None)
    return practice


def rename_practice(
    db: Session, practice: Practice, *, name: str | None = None, mail_name: str | None = None
) -> None:
    """Another name, or another name for mails (empty: the practice's own). Raises CannotDeclare.

    The slug stays: it stands in links that are on their way.
    """
    if name is not None:
        require_name(name)
        practice.name = name
    if mail_name is not None:
        practice.mail_name = mail_name
    _require_neutral_name(practice, people=[one.name for one in clinicians(db, practice.id)])
    db.flush()


def set_year(practice: Practice, begins: int) -> None:
    """In which month its first quarter begins: only the names of quarters change. Raises CannotDeclare."""
    if begins not in YEAR_BEGINS:
        raise CannotDeclare("year: it begins in January, April, July or October (1, 4, 7 or 10)")
    practice.year_begins = begins


def practice_by_slug(db: Session, slug: str) -> Practice | None:
    return db.scalar(select(Practice).where(Practice.slug == slug))


def practices(db: Session) -> list[Practice]:
    """All practices, by name."""
    return list(db.scalars(select(Practice).order_by(Practice.name, Practice.id)))


def location_names(db: Session, practice_id: int) -> tuple[str, ...]:
    """Places that visits have named, in the order of their names."""
    query = select(Location.name).where(Location.practice_id == practice_id).order_by(Location.name)
    return tuple(db.scalars(query))


def declare_location(db: Session, practice_id: int, name: str) -> Location:
    """The location of this name, made if it is new."""
    require_name(name)
    found = db.scalar(select(Location).where(Location.practice_id == practice_id, Location.name == name))
    if found is None:
        found = Location(practice_id=practice_id, id=random_number(), name=name)
        db.add(found)
        db.flush()
    return found


def declare_clinician(db: Session, practice: Practice, name: str) -> Clinician:
    """Whom this name means, former names too; made with a cell for the practice's instrument if new."""
    require_name(name)
    known = clinician_ids(db, practice.id).get(name)
    found = None if known is None else db.get_one(Clinician, (practice.id, known))
    if found is None:
        found = Clinician(practice_id=practice.id, id=random_number(), name=name)
        db.add(found)
        db.flush()
        cell_for(db, practice.id, instrument=practice.instrument, clinician_id=found.id)
    return found


def clinicians(db: Session, practice_id: int) -> list[Clinician]:
    """All clinicians of a practice, by name."""
    query = select(Clinician).where(Clinician.practice_id == practice_id).order_by(Clinician.name)
    return list(db.scalars(query))


def clinician_ids(db: Session, practice_id: int) -> dict[str, int]:
    """Whom each name means that stands, or stood, for a clinician: the record that takes new visits."""
    former = select(ClinicianAlias.name, ClinicianAlias.clinician_id)
    former = former.where(ClinicianAlias.practice_id == practice_id)
    today = select(Clinician.name, Clinician.id).where(Clinician.practice_id == practice_id)
    named = [*db.execute(former).all(), *db.execute(today).all()]
    into = merges(db, practice_id)
    return {name: kept(into, one) for name, one in named}


def merges(db: Session, practice_id: int) -> dict[int, int]:
    """Merged records by their number, each with the one that it was merged into."""
    query = select(ClinicianMerge.clinician_id, ClinicianMerge.into_id)
    return dict(db.execute(query.where(ClinicianMerge.practice_id == practice_id)).all())


def kept(into: Mapping[int, int], clinician_id: int) -> int:
    """The record that takes the new visits of this one: itself, unless it was merged."""
    while clinician_id in into:
        clinician_id = into[clinician_id]
    return clinician_id


def asked_about(db: Session, practice_id: int) -> list[Clinician]:
    """The clinicians whose new visits are asked about, by name."""
    into = merges(db, practice_id)
    return [one for one in clinicians(db, practice_id) if one.active and one.id not in into]


def require_name(name: str) -> None:
    """Raises CannotDeclare for what cannot be a name."""
    if not name.strip() or len(name) > 120 or any(ord(mark) < 32 or ord(mark) == 127 for mark in name):
        raise CannotDeclare("a name needs 1 to 120 characters and no line breaks")


def cell_for(
    db: Session, practice_id: int, *, instrument: str, clinician_id: int | None, visit_type: str = ""
) -> Cell:
    """The cell of an instrument and a clinician (None: the practice-level cell), declared if new.

    A visit type for which the practice named a survey has cells of its own.
    """
    wanted = select(Cell).where(
        Cell.practice_id == practice_id,
        Cell.instrument == instrument,
        Cell.visit_type == visit_type,
        Cell.clinician_id.is_(None) if clinician_id is None else Cell.clinician_id == clinician_id,
    )
    found = db.scalar(wanted)
    if found is None:
        found = Cell(
            practice_id=practice_id,
            id=random_number(),
            instrument=instrument,
            visit_type=visit_type,
            clinician_id=clinician_id,
        )
        db.add(found)
        db.add(CellPractice(cell_id=found.id, practice_id=practice_id))
        db.flush()
    return found


def _require_neutral_name(practice: Practice, *, people: Sequence[str]) -> None:
    if practice.mail_name:
        require_name(practice.mail_name)
    shown = practice.neutral_name
    found = neutrality.name_faults(shown, people=people)
    if found:
        example = neutrality.suggest_name(shown, people=people) or "the name of your street or building"
        raise CannotDeclare(
            f"name {shown!r}: it would stand on every mail, and {neutrality.reasons(found)}. "
            f"Choose a neutral name for mails with --mail-name, for example: {example}"
        )


def _require_neutral_slug(slug: str) -> None:
    found = neutrality.telling(slug)
    if found:
        example = SLUG_MARKS.sub("-", neutrality.folded(neutrality.suggest_name(slug.replace("-", " "))))
        raise CannotDeclare(
            f"slug {slug!r}: it would stand in every link, and {neutrality.reasons(found)}. "
            f"Choose another, for example: {example.strip('-') or 'the name of your street'}"
        )
