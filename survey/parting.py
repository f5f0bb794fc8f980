"""A practice that asked to leave: its owners are told, told once more before the end, and then it is deleted.

Each owner hears of each thing once: the note of it is written before the mail goes out, and taken back only
where the relay certainly has not taken it. Must never run where the clock is in doubt (``jobs.require_trust``
comes first), and never deletes a practice whose owners were not warned or that took it back.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from zoneinfo import ZoneInfo

from babel.dates import format_date
from sqlalchemy import delete, select
from sqlalchemy.engine import CursorResult
from sqlalchemy.orm import Session

from survey import leaving
from survey.clock import local_day
from survey.db import insert_once, reading, transaction
from survey.invitations.house_mail import house_mail
from survey.invitations.letters import UnsafeEnvelope
from survey.invitations.mailer import FINAL, NOT_YET, Mailer
from survey.leaving import Leaving
from survey.practice import departing, staffing
from survey.practice.departing import LAST, NOTICE, TOLD
from survey.practice.model import JobRun, Practice
from survey.reports.tongues import PRINTED
from survey.runtime import Runtime

log = logging.getLogger(__name__)

#: From this hour on, in the practice's own time, the last mail goes out.
MORNING = 7


@dataclass(frozen=True)
class News:
    """One mail to one owner: its template, and the note by which it goes out once. ``undoes``: the note was
    made by an earlier mail and is taken away by this one."""

    template: str
    note: str
    day: date
    undoes: bool = False
    address: str = field(default="", repr=False)


def tell_owners(runtime: Runtime, practice_id: int, mailer: Mailer, *, now: datetime) -> int:
    """Mail what owners have not heard yet; how many mails were handed over."""
    with reading(runtime.engine, practice_id) as db:
        practice = db.get_one(Practice, practice_id)
        local = now.astimezone(ZoneInfo(practice.time_zone))
        due = list(_due(db, practice, local))
        last = practice.leaves_on is not None and _is_last_call(practice.leaves_on, local)
        unnoted = last and not departing.is_warned(db, practice)
    now_or_later = _first_this_hour(runtime, practice, due, local)
    sent = sum(_tell(runtime, practice, mailer, news, now=now) for news in now_or_later)
    if unnoted:
        _note_warned(runtime, practice_id, local)
    return sent


def delete_due(runtime: Runtime, practice: Practice, *, now: datetime) -> bool:
    """Delete a practice whose time is over, or whose deletion was cut off; True if it is gone now."""
    today = local_day(now, practice.time_zone)
    with reading(runtime.engine, practice.id) as db:
        here = db.get(Practice, practice.id)
        if here is None or not (departing.has_begun(db, here.id) or departing.is_due(db, here, today=today)):
            return False
    with transaction(runtime.engine, practice.id) as db:
        begun = departing.begin(db, practice.id, today=today)
    if begun is None:
        return False  # somebody took it back at this moment
    if not leaving.delete(runtime, Leaving(practice.id, practice.slug, begun)):
        log.warning(
            "%s left; the database was busy, and old bytes in its files are freed next night", practice.slug
        )
    return True


def _due(db: Session, practice: Practice, local: datetime) -> Iterator[News]:
    """What each owner who can sign in has not heard of."""
    mine = JobRun.practice_id == practice.id, JobRun.job.startswith(departing.WARNED)
    notes = {(row.job, row.day) for row in db.execute(select(JobRun.job, JobRun.day).where(*mine))}
    day = practice.leaves_on
    for staff_id, email in staffing.owners(db, practice.id).items():
        told, last = f"{TOLD} {_mark(staff_id)}", f"{LAST} {_mark(staff_id)}"
        if day is None:
            earlier = [made for job, made in notes if job == told]
            yield from (News("staying", told, made, undoes=True, address=email) for made in earlier)
            continue
        if (told, day) not in notes:
            yield News("leaving", told, day, address=email)
        if _is_last_call(day, local) and (last, day) not in notes:
            yield News("leaving_soon", last, day, address=email)


def _is_last_call(leaves_on: date, local: datetime) -> bool:
    return local.date() >= leaves_on - NOTICE and local.hour >= MORNING


def _mark(staff_id: int) -> str:
    """Seven characters that name nobody."""
    return hashlib.sha256(str(staff_id).encode()).hexdigest()[:7]


def _first_this_hour(runtime: Runtime, practice: Practice, due: list[News], local: datetime) -> list[News]:
    """A mail that the relay did not take is tried again an hour later."""
    tried = {}
    for template in {news.template for news in due}:
        with transaction(runtime.engine, practice.id) as db:
            hour = f"{template} {local.hour:02}"
            tried[template] = insert_once(db, JobRun, practice_id=practice.id, job=hour, day=local.date())
    return [news for news in due if tried[news.template]]


def _tell(runtime: Runtime, practice: Practice, mailer: Mailer, news: News, *, now: datetime) -> bool:
    with transaction(runtime.engine, practice.id) as db:
        if not _turn(db, practice.id, news, on=not news.undoes):
            return False
    try:
        words = _words(runtime, practice, news, now)
        letter = house_mail(runtime.settings, practice, news.template, words, to=news.address, now=now)
        mailer.hand_over(letter.as_bytes(), to=news.address)
    except NOT_YET:
        with transaction(runtime.engine, practice.id) as db:
            _turn(db, practice.id, news, on=news.undoes)
        return False
    except (UnsafeEnvelope, *FINAL):
        return False
    return True


def _turn(db: Session, practice_id: int, news: News, *, on: bool) -> bool:
    """Write the note of a mail, or take it away; False where somebody has done it."""
    if on:
        return insert_once(db, JobRun, practice_id=practice_id, job=news.note, day=news.day)
    mine = JobRun.practice_id == practice_id, JobRun.job == news.note, JobRun.day == news.day
    result = db.execute(delete(JobRun).where(*mine))
    assert isinstance(result, CursorResult)
    return bool(result.rowcount)


def _words(runtime: Runtime, practice: Practice, news: News, now: datetime) -> dict[str, object]:
    base = runtime.settings.base_url.rstrip("/")
    language = practice.mail_language if practice.mail_language in PRINTED else PRINTED[0]
    # Where the service stood still over the last days, the end comes later than was asked for.
    first = local_day(now, practice.time_zone) + NOTICE if news.template == "leaving_soon" else news.day
    return {
        "day": format_date(max(first, news.day), "long", locale=language),
        "link": f"{base}/staff/{practice.slug}/sign-in",
        "page": f"{base}/staff/leaving",
        "notice": NOTICE.days,
    }


def _note_warned(runtime: Runtime, practice_id: int, local: datetime) -> None:
    with transaction(runtime.engine, practice_id) as db:
        here = db.get_one(Practice, practice_id)
        if here.leaves_on is not None and not list(_due(db, here, local)):
            departing.note_warned(db, here, today=local.date())
