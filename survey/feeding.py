"""Calendars that are fetched by themselves: each hour, and taken in as a file of the same content would be.

A calendar that has not changed says something new all the same: an appointment is a visit once it is over. So
each is read whole once a day, and only in between the server is asked whether it has changed. What comes is
never written to disk. Never says an address, or what stands in a calendar, in a log or an exception.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, delete, func, select, update
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from survey import clock
from survey.db import claim, lock_practice, reading, transaction
from survey.invitations import taking
from survey.invitations.planning import Intake
from survey.invitations.scheduling import NoSurveyPublished
from survey.keys import contact, feeds
from survey.keys.files import KeyFiles, KeyTrouble
from survey.practice import reaching, recording
from survey.practice.model import Practice
from survey.runtime import Runtime
from survey.visits import history
from survey.visits.feed import REASONS, CannotFetch, Fetched, Fetcher, Trouble
from survey.visits.feed_address import BadAddress, Place, place_of
from survey.visits.match import FileKind
from survey.visits.model import CalendarFeed
from survey.visits.part import kind_of
from survey.visits.presets import shipped_preset
from survey.visits.visit_file import Match, Part, UnreadableFile, load_presets, open_source

log = logging.getLogger(__name__)

EVERY: Final = timedelta(hours=1)
#: Trouble that often passes by itself is told once it has lasted so long.
PATIENCE: Final = timedelta(hours=6)
PASSING: Final = frozenset({Trouble.UNREACHABLE, Trouble.FAILING})
MOST: Final = 50
LONGEST_NAME: Final = 120
PRESET: Final = "ics"
#: Some servers write the hour of asking into every entry.
STAMP: Final = re.compile(rb"^DTSTAMP[:;].*$", re.MULTILINE)
IN_SERVICE: Final = Fetcher()


class CannotFeed(Exception):
    """A calendar that cannot be added or removed; the text says why and what to do."""


@dataclass(frozen=True)
class Failing:
    """A calendar of which nothing can be read, since when, and why."""

    name: str
    since: date
    trouble: Trouble


def add(
    db: Session, files: KeyFiles, practice_id: int, address: str, *, clinician: str = "", now: datetime
) -> CalendarFeed:
    """Fetch a calendar from now on; of one clinician where ``clinician`` is given. Raises CannotFeed."""
    try:
        place = place_of(address)
    except BadAddress as trouble:
        raise CannotFeed(str(trouble)) from None
    named = clinician.strip()
    if len(named) > LONGEST_NAME or not named.isprintable():
        raise CannotFeed(f"The clinician's name has more than {LONGEST_NAME} letters, or unusual ones.")
    lock_practice(db, practice_id)
    known = added(db, practice_id)
    _refuse_another(files, known, place)
    row = CalendarFeed(
        practice_id=practice_id,
        number=max((feed.number for feed in known), default=0) + 1,
        secret=feeds.keep(files, address.strip()),
        clinician=named,
        next_look=now,
    )
    db.add(row)
    db.flush()
    return row


def _refuse_another(files: KeyFiles, known: tuple[CalendarFeed, ...], place: Place) -> None:
    if len(known) >= MOST:
        raise CannotFeed(f"There are {MOST} calendars already. Remove one first.")
    for feed in known:
        if place_at(files, feed) == place:
            raise CannotFeed(f"This is calendar {feed.number} already.")


def remove(db: Session, files: KeyFiles, practice_id: int, number: int) -> None:
    """Fetch a calendar no more, and destroy its address; visits stay. Raises CannotFeed."""
    this = (CalendarFeed.practice_id == practice_id, CalendarFeed.number == number)
    secret = db.scalar(select(CalendarFeed.secret).where(*this))
    if secret is None:
        raise CannotFeed(f"There is no calendar {number}. List them: afterword visits feed list")
    db.execute(delete(CalendarFeed).where(*this))
    feeds.forget(files, secret)


def added(db: Session, practice_id: int) -> tuple[CalendarFeed, ...]:
    """The calendars of a practice, in the order in which they were added."""
    query = select(CalendarFeed).where(CalendarFeed.practice_id == practice_id)
    return tuple(db.scalars(query.order_by(CalendarFeed.number)))


def place_at(files: KeyFiles, feed: CalendarFeed) -> Place | None:
    """Where a calendar is; None where its address is not among the keys."""
    try:
        return place_of(feeds.address_of(files, feed.secret))
    except (KeyTrouble, BadAddress):
        return None


def failing(db: Session, practice: Practice, *, now: datetime) -> tuple[Failing, ...]:
    """Calendars that somebody should look at. An hour without an answer is none of anybody's business, and
    nothing is while the practice is closed and none is read."""
    if practice.closed_on is not None:
        return ()
    return tuple(
        Failing(feed.name, clock.local_day(feed.failing_since, practice.time_zone), Trouble(feed.trouble))
        for feed in added(db, practice.id)
        if feed.failing_since is not None
        and (feed.trouble not in PASSING or now - feed.failing_since >= PATIENCE)
    )


def complaints(db: Session, practice: Practice, *, now: datetime) -> Iterator[str]:
    """The same in sentences."""
    for each in failing(db, practice, now=now):
        yield (
            f"{practice.name}: the calendar {each.name} could not be read since {each.since:%A}, "
            f"{each.since}: {REASONS[each.trouble]}"
        )


def take_in(runtime: Runtime, practice: Practice, *, now: datetime, fetcher: Fetcher = IN_SERVICE) -> None:
    """Read the calendars of a practice that are due. Trouble with one keeps no other from being read.

    None while the practice is closed; once it is open again all are due at once.
    """
    with reading(runtime.engine, practice.id) as db:
        if reaching.is_closed(db, practice.id):
            return
        due = db.scalar(select(func.count()).select_from(CalendarFeed).where(*_due(practice.id, now)))
    for _turn in range(due or 0):
        feed = _claimed(runtime, practice.id, now)
        if feed is not None:
            _note(runtime, feed, _read(runtime, practice, feed, now, fetcher), now)


def _due(practice_id: int, now: datetime) -> tuple[Any, ...]:
    return CalendarFeed.practice_id == practice_id, CalendarFeed.next_look <= now


def _claimed(runtime: Runtime, practice_id: int, now: datetime) -> CalendarFeed | None:
    """One that is due, for this worker alone; if it is cut now, the next hour makes up for it."""
    key: list[ColumnElement[Any]] = [CalendarFeed.practice_id.expression, CalendarFeed.number.expression]
    picked: Select[Any] = select(*key).where(*_due(practice_id, now)).order_by(*key).limit(1)
    put_off = update(CalendarFeed).values(next_look=now + EVERY)
    with transaction(runtime.engine, practice_id) as db:
        taken = claim(db, put_off, key=key, picked=picked, result=key)
        return db.get(CalendarFeed, tuple(taken[0])) if taken else None


def _read(
    runtime: Runtime, practice: Practice, feed: CalendarFeed, now: datetime, fetcher: Fetcher
) -> dict[str, Any]:
    """Fetch a calendar and take it in; returns what is to be noted."""
    today = clock.local_day(now, practice.time_zone)
    whole = feed.read_day != today
    try:
        address = feeds.address_of(runtime.files, feed.secret)
    except KeyTrouble:
        return {"trouble": Trouble.LOST}
    try:
        marks = {} if whole else {"etag": feed.etag, "modified": feed.modified}
        got = fetcher.fetch(address, **marks)
        if got.data is None:
            return {"trouble": ""}
        mark = contact.request_tag(runtime.files, practice.id, b"calendar|" + STAMP.sub(b"", got.data))
        if whole or mark != feed.mark:
            _import(runtime, practice, feed, got.data, now)
    except CannotFetch as situation:
        return {"trouble": situation.trouble}
    return _read_now(got, mark, today)


def _read_now(got: Fetched, mark: bytes, today: date) -> dict[str, Any]:
    return {
        "trouble": "",
        "etag": got.etag,
        "modified": got.modified,
        "mark": mark,
        "read_day": today,
    }


def _note(runtime: Runtime, feed: CalendarFeed, found: dict[str, Any], now: datetime) -> None:
    since = (feed.failing_since or now) if found["trouble"] else None
    this = (CalendarFeed.practice_id == feed.practice_id, CalendarFeed.number == feed.number)
    with transaction(runtime.engine, feed.practice_id) as db:
        db.execute(update(CalendarFeed).where(*this).values(failing_since=since, **found))


def _import(runtime: Runtime, practice: Practice, feed: CalendarFeed, data: bytes, now: datetime) -> None:
    """Take the visits in. Raises CannotFetch; trouble of the database or the disk is not the calendar's."""
    actor = f"Calendar {feed.name}"
    try:
        intake = _taken(runtime, practice, feed, Part("calendar.ics", data), actor, now)
    except NoSurveyPublished:
        raise CannotFetch(Trouble.NO_SURVEY) from None
    except (CannotFetch, SQLAlchemyError, OSError, KeyTrouble):
        raise
    except Exception as trouble:  # noqa: BLE001  a calendar that breaks a reader must not hold up the others
        if not isinstance(trouble, UnreadableFile):
            log.warning("a calendar of %s cannot be read: %s", practice.slug, type(trouble).__name__)
        raise CannotFetch(Trouble.NO_CALENDAR) from None
    if intake.file.refused and not intake.file.rows:
        raise CannotFetch(Trouble.NO_VISITS)
    done = intake.outcome
    if done.new or done.changed:
        with transaction(runtime.engine, practice.id) as db:
            subject = f"{done.new + done.changed} visits"
            recording.record(db, practice.id, actor=actor, action="import visits", subject=subject, now=now)


def _taken(
    runtime: Runtime, practice: Practice, feed: CalendarFeed, part: Part, actor: str, now: datetime
) -> Intake:
    """A day of a calendar is one line of the history."""
    if kind_of(part) is not FileKind.ICS:
        raise CannotFetch(Trouble.NO_CALENDAR)
    match = _match(runtime, practice, feed)
    source = open_source([part], match, now=now)
    return taking.take(
        runtime, practice, source, actor=actor, name=match.source, now=now, begin=history.resume
    )


def _match(runtime: Runtime, practice: Practice, feed: CalendarFeed) -> Match:
    """How calendars are read; with the one clinician whose it is, if that was said."""
    presets = load_presets(runtime.settings.surveys_config)
    preset = next((each for each in presets if each.id == PRESET), shipped_preset(PRESET))
    match = preset.match(time_zone=practice.time_zone)
    if not feed.clinician:
        return match
    columns = {meaning: name for meaning, name in match.columns.items() if meaning != "clinician"}
    return replace(match, columns=columns, fixed={**match.fixed, "clinician": feed.clinician})
