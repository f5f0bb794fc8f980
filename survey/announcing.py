"""Tell owners by mail that a quarter's report is ready: where to sign in, never a figure and never a file.

Each owner is told once for each quarter. The note of it is written before the mail goes out, so that a cut
tells nobody twice; it is taken back only where the relay certainly has not taken the mail.
"""

from __future__ import annotations

import hashlib
from datetime import date, datetime, timedelta
from email.message import EmailMessage
from zoneinfo import ZoneInfo

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from survey.clock import quarter_before, quarter_of
from survey.db import insert_once, reading, transaction
from survey.invitations.house_mail import house_mail
from survey.invitations.mailer import FINAL, NOT_YET, Mailer
from survey.practice import staffing
from survey.practice.model import JobRun, Practice
from survey.practice.neutrality import is_unsafe_name
from survey.reports.model import Report
from survey.reports.quarter_facts import from_json
from survey.runtime import Runtime
from survey.settings import Settings
from survey.visits.addresses import is_address

#: From this hour on, in the practice's own time; tried once an hour where the relay cannot be reached.
MORNING = 7
#: So many days after freezing nobody is told any more.
DAYS = 14


def announce(runtime: Runtime, practice_id: int, mailer: Mailer, *, now: datetime) -> int:
    """Mail every owner who was not told of the newest frozen quarter; how many mails were handed over.

    A quarter without results is not announced.
    """
    with reading(runtime.engine, practice_id) as db:
        practice = db.get_one(Practice, practice_id)
        local = now.astimezone(ZoneInfo(practice.time_zone))
        report = db.get(Report, (practice_id, quarter_before(quarter_of(local.date()))))
        if report is None or local.hour < MORNING or local.date() - report.frozen_on > timedelta(days=DAYS):
            return 0
        if from_json(report.body).empty:
            return 0  # nothing was heard in it, perhaps before the practice asked anybody: no news
        quarter, frozen = report.quarter, report.frozen_on
        waiting = _untold(db, practice_id, quarter)
    if not waiting or not _first_this_hour(runtime, practice_id, local):
        return 0
    return sum(
        _tell(runtime, practice, mailer, mark=mark, to=email, quarter=quarter, day=frozen, now=now)
        for mark, email in waiting.items()
    )


def _untold(db: Session, practice_id: int, quarter: str) -> dict[str, str]:
    """Owners who can sign in and have no note of this quarter yet: the note's name to the address."""
    everyone = staffing.owners(db, practice_id)
    owners = {mark_of(quarter, staff_id): email for staff_id, email in everyone.items()}
    notes = select(JobRun.job).where(JobRun.practice_id == practice_id, JobRun.job.in_(owners))
    told = set(db.scalars(notes))
    return {mark: email for mark, email in owners.items() if mark not in told}


def mark_of(quarter: str, staff_id: int) -> str:
    """The name of the note that an owner was told; at most 20 characters, and it names nobody."""
    return f"told {quarter} {hashlib.sha256(str(staff_id).encode()).hexdigest()[:7]}"


def _first_this_hour(runtime: Runtime, practice_id: int, local: datetime) -> bool:
    with transaction(runtime.engine, practice_id) as db:
        hour = f"report {local.hour:02}"
        return insert_once(db, JobRun, practice_id=practice_id, job=hour, day=local.date())


def _tell(
    runtime: Runtime,
    practice: Practice,
    mailer: Mailer,
    *,
    mark: str,
    to: str,
    quarter: str,
    day: date,
    now: datetime,
) -> bool:
    with transaction(runtime.engine, practice.id) as db:
        if not insert_once(db, JobRun, practice_id=practice.id, job=mark, day=day):
            return False
    if not is_address(to) or is_unsafe_name(practice.neutral_name):
        return False
    letter = ready_letter(runtime.settings, practice, to=to, quarter=quarter, now=now)
    try:
        mailer.hand_over(letter.as_bytes(), to=to)
    except NOT_YET:
        with transaction(runtime.engine, practice.id) as db:
            db.execute(delete(JobRun).where(JobRun.practice_id == practice.id, JobRun.job == mark))
        return False
    except FINAL:
        return False
    return True


def ready_letter(
    settings: Settings, practice: Practice, *, to: str, quarter: str, now: datetime
) -> EmailMessage:
    """Neutral words and the address of the sign-in, in the language of the practice's letters."""
    year, number = quarter.split("-Q")
    link = f"{settings.base_url.rstrip('/')}/staff/{practice.slug}/sign-in"
    words: dict[str, object] = {"year": year, "number": number, "link": link}
    return house_mail(settings, practice, "report", words, to=to, now=now)
