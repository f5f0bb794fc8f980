"""Publish an instrument for a practice; a published version is never changed."""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from datetime import date, timedelta
from functools import lru_cache

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from survey.clock import quarter_end, quarter_of
from survey.instruments.model import Instrument
from survey.instruments.revisions import reworded
from survey.practice.model import PublishedInstrument
from survey.practice.neutrality import reasons, telling

MONDAY = 0
#: Least time between two versions, so that enough people see each.
BETWEEN = timedelta(days=28)


class TellingTitle(Exception):
    """A title or short name of a survey would show too much; the text names both and says what to do."""


class AlreadyPublished(Exception):
    """This version number is taken by other content; give the changed instrument a new version."""


class TooSoon(Exception):
    """The day is no Monday, is over, or comes too soon after the last version; the text names one."""


class Rewording(Exception):
    """Questions were changed and kept their revision; the text names each and says what to do."""


def publish(
    db: Session,
    practice_id: int,
    instrument: Instrument,
    *,
    from_day: date,
    typos: Collection[str] = (),
    note: str = "",
) -> PublishedInstrument:
    """Make a version usable from a day on. Publishing the same content twice is harmless.

    Raises AlreadyPublished where the version exists with other content, TellingTitle where what stands in
    links and in the title of the page would tell what kind of care somebody gets, Rewording where a
    question has other words than were published under its revision. ``typos`` names questions, such as
    ``phone.1``, whose words the owner calls a typo put right; ``note`` says what was changed, for staff.
    """
    _require_neutral(instrument)
    body = instrument.to_json()
    digest = hashlib.sha256(body.encode("utf-8")).hexdigest()
    found = db.get(PublishedInstrument, (practice_id, instrument.label))
    if found is not None:
        if found.sha256 != digest:
            raise AlreadyPublished(f"{instrument.label} is published with other content; raise its version")
        return found
    _require_revisions(db, practice_id, instrument, typos)
    published = PublishedInstrument(
        practice_id=practice_id,
        label=instrument.label,
        instrument=instrument.id,
        version=instrument.version,
        body=body,
        sha256=digest,
        from_day=from_day,
        note=note,
    )
    db.add(published)
    db.flush()
    return published


def _require_revisions(db: Session, practice_id: int, instrument: Instrument, typos: Collection[str]) -> None:
    changed = reworded(instrument, versions(db, practice_id).values(), typos=typos)
    if changed:
        raise Rewording("\n".join(f"{instrument.label}: {each}" for each in changed))


def _require_neutral(instrument: Instrument) -> None:
    for text in (instrument.id.replace("_", " "), *instrument.title.values()):
        found = telling(text)
        if found:
            raise TellingTitle(
                f"{instrument.label}: {text!r} stands in links or in the title of the page, and "
                f"{reasons(found)}. Choose another, for example: About your visit"
            )


def first_day(db: Session, practice_id: int, instrument: str, *, today: date, wanted: date | None) -> date:
    """The day on which a new version of an instrument may take effect; a first one may at once.

    ``wanted`` None: the first day of the next quarter. Raises TooSoon for a day that is no Monday, is over,
    or comes less than 28 days after the last version: sooner, few of a batch would have been shown either.
    """
    newest = select(func.max(PublishedInstrument.from_day)).where(
        PublishedInstrument.practice_id == practice_id, PublishedInstrument.instrument == instrument
    )
    last = db.scalar(newest)
    if last is None:
        return today if wanted is None else max(wanted, today)
    if wanted is None:
        return quarter_end(quarter_of(max(today, last))) + timedelta(days=1)
    if wanted.weekday() != MONDAY or wanted < today or wanted < last + BETWEEN:
        earliest = max(today, last + BETWEEN)
        monday = earliest + timedelta(days=-earliest.weekday() % 7)
        raise TooSoon(f"A new version begins on a Monday, on {monday} at the earliest. Or leave the day out.")
    return wanted


def version_on(db: Session, practice_id: int, instrument: str, day: date) -> Instrument | None:
    """The version in force on a day: the newest one published for that day or earlier."""
    query = (
        select(PublishedInstrument.body)
        .where(
            PublishedInstrument.practice_id == practice_id,
            PublishedInstrument.instrument == instrument,
            PublishedInstrument.from_day <= day,
        )
        .order_by(PublishedInstrument.version.desc())
        .limit(1)
    )
    body = db.scalar(query)
    return None if body is None else _read(body)


def began_by(db: Session, practice_id: int, day: date) -> bool:
    """Whether the practice had any survey published on that day."""
    query = select(PublishedInstrument.label).where(
        PublishedInstrument.practice_id == practice_id, PublishedInstrument.from_day <= day
    )
    return db.execute(query.limit(1)).first() is not None


def version_by_label(db: Session, practice_id: int, label: str) -> Instrument | None:
    """One published version, by the name it has in links."""
    found = db.get(PublishedInstrument, (practice_id, label))
    return None if found is None else _read(found.body)


def versions(db: Session, practice_id: int) -> dict[str, Instrument]:
    """Every published version by label."""
    query = select(PublishedInstrument.label, PublishedInstrument.body).where(
        PublishedInstrument.practice_id == practice_id
    )
    return {row.label: _read(row.body) for row in db.execute(query)}


def history(db: Session, practice_id: int, instrument: str) -> list[PublishedInstrument]:
    """Every version of one survey, the newest first."""
    query = (
        select(PublishedInstrument)
        .where(PublishedInstrument.practice_id == practice_id, PublishedInstrument.instrument == instrument)
        .order_by(PublishedInstrument.version.desc())
    )
    return list(db.scalars(query))


@lru_cache(maxsize=512)
def _read(body: str) -> Instrument:
    """A published body never changes and neither does what it says, so each is read once per process."""
    return Instrument.from_json(body)
