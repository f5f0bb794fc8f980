"""Keep what a practice says of its mails: days, hours, daily limit, and what is asked after which visits."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from survey.db import insert_once
from survey.instruments.model import Instrument
from survey.practice import publishing
from survey.practice.declaring import CannotDeclare
from survey.practice.mail_schedule_model import MailSchedule, OwnDay
from survey.practice.model import CARDS, Practice, Reminders, VisitType
from survey.practice.public_holidays import countries
from survey.practice.schedule import BusinessDays, Schedule


def schedule_of(db: Session, practice: Practice) -> Schedule:
    """What holds for a practice, the defaults where it has said nothing."""
    days = dict(db.execute(select(OwnDay.day, OwnDay.is_open).where(OwnDay.practice_id == practice.id)).all())
    business = BusinessDays(
        practice.country,
        closed=frozenset(day for day, is_open in days.items() if not is_open),
        opened=frozenset(day for day, is_open in days.items() if is_open),
    )
    types = select(VisitType.name, VisitType.instrument).where(VisitType.practice_id == practice.id)
    said = db.get(MailSchedule, practice.id)
    chosen: dict[str, Any] = {}
    if said is not None:
        names = ("from_hour", "until_hour", "most_per_day")
        chosen = {name: getattr(said, name) for name in names} | {"began": said.tested_on}
    return Schedule(practice.time_zone, business, types=dict(db.execute(types).all()), **chosen)


def set_hours(db: Session, practice_id: int, *, from_hour: int, until_hour: int) -> None:
    """Send between these hours only. Raises CannotDeclare."""
    if not 6 <= from_hour < until_hour <= 21:
        raise CannotDeclare("mail goes out between 6 and 21 o'clock; the first hour comes before the last")
    _change(db, practice_id, from_hour=from_hour, until_hour=until_hour)


def set_limit(db: Session, practice_id: int, most_per_day: int) -> None:
    """Send at most so many mails a day. Raises CannotDeclare."""
    if not 1 <= most_per_day <= 100_000:
        raise CannotDeclare("the daily limit is a number from 1 to 100000")
    _change(db, practice_id, most_per_day=most_per_day)


def trust_sender(db: Session, practice_id: int, *, sender: str, today: date) -> None:
    """Note that a mail from this address has arrived; its daily number begins small and grows."""
    _change(db, practice_id, sender=sender, tested_on=today)


def is_trusted(db: Session, practice_id: int, *, sender: str) -> bool:
    """Whether a test mail from this address has arrived."""
    said = db.get(MailSchedule, practice_id)
    return said is not None and said.tested_on is not None and said.sender == sender


def set_day(db: Session, practice_id: int, day: date, *, is_open: bool) -> None:
    """Send, or do not send, on a day whatever the calendar says."""
    insert_once(db, OwnDay, practice_id=practice_id, day=day, is_open=is_open)
    db.execute(
        update(OwnDay).where(OwnDay.practice_id == practice_id, OwnDay.day == day).values(is_open=is_open)
    )


def forget_day(db: Session, practice_id: int, day: date) -> None:
    """Let the calendar decide about a day again."""
    db.execute(delete(OwnDay).where(OwnDay.practice_id == practice_id, OwnDay.day == day))


def set_country(practice: Practice, country: str) -> None:
    """Rest on this country's holidays. Raises CannotDeclare where they are not known."""
    if country not in countries():
        raise CannotDeclare(f"the holidays of {country!r} are not known; there are: {', '.join(countries())}")
    practice.country = country


def set_visit_type(db: Session, practice_id: int, name: str, instrument: str) -> None:
    """Ask with this instrument after visits of a type; ``""`` asks nothing after them.

    Raises CannotDeclare.
    """
    if not name.strip() or len(name) > 40:
        raise CannotDeclare("a visit type needs 1 to 40 characters, as it stands in the visits file")
    if name == CARDS:
        raise CannotDeclare(f"{CARDS!r} names the cards of the waiting room; choose another visit type")
    insert_once(db, VisitType, practice_id=practice_id, name=name, instrument=instrument)
    this = (VisitType.practice_id == practice_id, VisitType.name == name)
    db.execute(update(VisitType).where(*this).values(instrument=instrument))


def forget_visit_type(db: Session, practice_id: int, name: str) -> None:
    """Ask with the practice's own survey after visits of this type again."""
    db.execute(delete(VisitType).where(VisitType.practice_id == practice_id, VisitType.name == name))


def ask_after(
    db: Session, practice_id: int, name: str, instrument: Instrument | None, *, today: date
) -> None:
    """As ``set_visit_type``; a survey that is not published yet is published. Raises TellingTitle, too."""
    if instrument is not None and publishing.version_on(db, practice_id, instrument.id, date.max) is None:
        publishing.publish(db, practice_id, instrument, from_day=today)
    set_visit_type(db, practice_id, name, "" if instrument is None else instrument.id)


def set_reminders(practice: Practice, wanted: str) -> None:
    """Who gets the one reminder. Raises CannotDeclare for a word that is none of ``Reminders``."""
    if wanted not in set(Reminders):
        raise CannotDeclare(f"reminders: write one of {', '.join(Reminders)}")
    practice.reminders = wanted


def _change(db: Session, practice_id: int, **values: object) -> None:
    insert_once(db, MailSchedule, practice_id=practice_id, **NOTHING_SAID)
    db.execute(update(MailSchedule).where(MailSchedule.practice_id == practice_id).values(**values))
    db.flush()


NOTHING_SAID: dict[str, Any] = {
    "from_hour": Schedule.from_hour,
    "until_hour": Schedule.until_hour,
    "most_per_day": Schedule.most_per_day,
    "sender": "",
    "tested_on": None,
}
