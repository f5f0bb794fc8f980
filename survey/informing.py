"""Tell clinicians once a month that new feedback is ready: no figure, no word of a patient, only that.

The mail goes out in the first days of a month, for results released in the month before: so it tells no day
of release, and everybody hears on the same morning. Each mail is claimed in the database before it is handed
over; where nobody knows whether it arrived it is not sent again.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import select, update
from sqlalchemy.engine import CursorResult
from sqlalchemy.orm import Session

from survey.clock import month_of
from survey.db import insert_once, reading, transaction
from survey.insight.period import months_back
from survey.insight.reading import clinicians_of_month
from survey.invitations.house_mail import house_mail
from survey.invitations.mailer import FINAL, NOT_YET, Mailer, RelayUnreachable
from survey.practice.model import JobRun, Practice, Staff
from survey.runtime import Runtime

log = logging.getLogger(__name__)

#: From this hour on, in the practice's own time; tried once an hour.
MORNING = 8
#: Up to this day of a month the month before is news.
LAST_DAY = 7


@dataclass(frozen=True)
class Reader:
    """An account whose clinician has new results; ``told`` is the month it last heard of."""

    staff_id: int
    told: str
    address: str = field(repr=False)


def tell_clinicians(runtime: Runtime, practice_id: int, mailer: Mailer, *, now: datetime) -> int:
    """Mail everybody who is due and has not been told of the last month yet; how many mails were taken.

    Raises RelayUnreachable; whoever was not told then is tried an hour later.
    """
    with reading(runtime.engine, practice_id) as db:
        practice = db.get_one(Practice, practice_id)
        local = now.astimezone(ZoneInfo(practice.time_zone))
        month = months_back(month_of(local.date()), 2)[0]
        early = local.hour < MORNING or local.day > LAST_DAY
        readers = [] if early else list(_due(db, practice, month))
    if not readers:
        return 0
    with transaction(runtime.engine, practice_id) as db:
        if not insert_once(
            db, JobRun, practice_id=practice_id, job=f"news {local.hour:02}", day=local.date()
        ):
            return 0
    return sum(_tell(runtime, practice, mailer, reader, month=month, now=now) for reader in readers)


def _due(db: Session, practice: Practice, month: str) -> Iterator[Reader]:
    """Accounts that can be signed in with, want the mail, and whose clinician has results of the month."""
    query = select(Staff).where(
        Staff.practice_id == practice.id,
        Staff.active.is_(True),
        Staff.news.is_(True),
        Staff.password_hash != "",
        Staff.clinician_id.is_not(None),
        Staff.news_month < month,
    )
    wanting = db.scalars(query.order_by(Staff.id)).all()
    if not wanting:  # asked every minute: the results are read only where somebody wants to hear of them
        return
    having = clinicians_of_month(db, practice.id, instrument=practice.instrument, month=month)
    for staff in wanting:
        if staff.clinician_id in having:
            yield Reader(staff.id, staff.news_month, staff.email)


def _tell(
    runtime: Runtime, practice: Practice, mailer: Mailer, reader: Reader, *, month: str, now: datetime
) -> bool:
    """Claim, then hand over. What was certainly not taken is given back for the next hour."""
    base = runtime.settings.base_url
    words: dict[str, object] = {"page": f"{base}/staff/clinician", "stop": f"{base}/staff/news"}
    letter = house_mail(runtime.settings, practice, "news", words, to=reader.address, now=now)
    if not _move(runtime, practice.id, reader, old=reader.told, new=month):
        return False  # another worker has it, or the mail was declined just now
    try:
        mailer.hand_over(letter.as_bytes(), to=reader.address)
    except NOT_YET as trouble:
        _move(runtime, practice.id, reader, old=month, new=reader.told)
        if isinstance(trouble, RelayUnreachable):
            raise
        return False
    except FINAL:
        log.warning("a monthly mail to a clinician of %s may not have arrived", practice.slug)
        return False
    return True


def _move(runtime: Runtime, practice_id: int, reader: Reader, *, old: str, new: str) -> bool:
    with transaction(runtime.engine, practice_id) as db:
        statement = (
            update(Staff)
            .where(
                Staff.practice_id == practice_id,
                Staff.id == reader.staff_id,
                Staff.news_month == old,
                Staff.news.is_(True),
            )
            .values(news_month=new)
        )
        result = db.execute(statement, execution_options={"synchronize_session": False})
        assert isinstance(result, CursorResult)
        return bool(result.rowcount)
