"""Tell owners by mail that something has stopped, and that it works again: never a figure, never a person.

Comes last in a waking, when everything overdue was just made up for: so a restart alarms nobody, and where
the clock is in doubt nothing of this is reached. Each mail is noted before it goes out, so that a cut sends
none twice; the note is taken back only where the relay certainly took no mail.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from email.message import EmailMessage
from zoneinfo import ZoneInfo

from babel.dates import format_date
from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from survey.alarm_words import alarm
from survey.db import insert_once, lock_practice, reading, transaction
from survey.invitations.house_mail import house_mail
from survey.invitations.letters import UnsafeEnvelope
from survey.invitations.mailer import NOT_YET, HandoverUnknown, Mailer, PermanentRefusal
from survey.noticing import Part, Pulse, notice, remember
from survey.practice import staffing
from survey.practice.model import JobRun, Practice
from survey.reports.tongues import translator
from survey.runtime import Runtime
from survey.settings import Settings

#: From this hour on, in the practice's own time; tried once an hour where the relay cannot be reached.
MORNING = 8
#: After so many days a trouble that lasts is told again.
AGAIN = timedelta(days=7)


@dataclass(frozen=True)
class News:
    """What is to be told of a part; ``since`` is None where it works again, ``told`` the last time."""

    part: Part
    since: date | None
    told: date | None


def alert(runtime: Runtime, practice: Practice, mailer: Mailer, *, now: datetime, sent: bool) -> int:
    """Mail every owner what has stopped or works again; how many mails were taken.

    ``sent``: mail to patients was sent in this waking; else nothing is said of it.
    """
    local = now.astimezone(ZoneInfo(practice.time_zone))
    with transaction(runtime.engine, practice.id) as db:
        remember(db, practice, now=now, sent=sent)
    with reading(runtime.engine, practice.id) as db:
        practice = db.get_one(Practice, practice.id)
        pulses = notice(db, runtime.files, practice, now=now)
        heard = [each for each in pulses if sent or each.part is not Part.MAIL]
        news = _news(db, practice.id, heard, local.date())
        owners = list(staffing.owners(db, practice.id).values())
    if local.hour < MORNING or not news or not owners or not _first_this_hour(runtime, practice.id, local):
        return 0
    return sum(_tell(runtime, practice, mailer, each, owners=owners, now=now) for each in news)


def _news(db: Session, practice_id: int, pulses: list[Pulse], today: date) -> list[News]:
    """What the owners do not know yet, or were told a week ago."""
    found = []
    for pulse in pulses:
        told = _told(db, practice_id, pulse.part)
        due = told is None or told <= today - AGAIN
        if (pulse.since is None and told is not None) or (pulse.since is not None and due):
            found.append(News(pulse.part, pulse.since, told))
    return found


def _first_this_hour(runtime: Runtime, practice_id: int, local: datetime) -> bool:
    with transaction(runtime.engine, practice_id) as db:
        hour = f"alerts {local.hour:02}"
        return insert_once(db, JobRun, practice_id=practice_id, job=hour, day=local.date())


def _tell(
    runtime: Runtime, practice: Practice, mailer: Mailer, news: News, *, owners: list[str], now: datetime
) -> int:
    today = now.astimezone(ZoneInfo(practice.time_zone)).date()
    told = today if news.since else None
    if not _move(runtime, practice.id, news.part, old=news.told, new=told):
        return 0  # another worker tells it
    taken = 0
    possible = False
    for owner in owners:
        try:
            letter = alarm_letter(runtime.settings, practice, news.part, since=news.since, to=owner, now=now)
            mailer.hand_over(letter.as_bytes(), to=owner)
            taken += 1
        except (PermanentRefusal, UnsafeEnvelope):
            continue
        except HandoverUnknown:
            possible = True
        except NOT_YET:
            break
    else:
        return taken
    if not taken and not possible:
        _move(runtime, practice.id, news.part, old=told, new=news.told)
    return taken


def _told(db: Session, practice_id: int, part: Part) -> date | None:
    """The day on which the owners were last told that a part has stopped."""
    this = (JobRun.practice_id == practice_id, JobRun.job == _name(part))
    return db.scalar(select(func.max(JobRun.day)).where(*this))


def _move(runtime: Runtime, practice_id: int, part: Part, *, old: date | None, new: date | None) -> bool:
    """Change the note of what was told, unless another worker has changed it."""
    with transaction(runtime.engine, practice_id) as db:
        lock_practice(db, practice_id)
        if _told(db, practice_id, part) != old:
            return False
        db.execute(delete(JobRun).where(JobRun.practice_id == practice_id, JobRun.job == _name(part)))
        if new is not None:
            db.add(JobRun(practice_id=practice_id, job=_name(part), day=new))
        return True


def _name(part: Part) -> str:
    return f"alarm {part}"


def alarm_letter(
    settings: Settings, practice: Practice, part: Part, *, since: date | None, to: str, now: datetime
) -> EmailMessage:
    """What has stopped since when, what it means and what to do; without ``since``, that it works again."""
    language = practice.mail_language or "en"
    said = alarm(part, translator(language))
    words: dict[str, object] = {
        "title": said.title if since else said.again,
        "meaning": said.meaning,
        "remedy": said.remedy,
        "since": format_date(since, "full", locale=language) if since else "",
        "days": AGAIN.days,
        "link": f"{settings.base_url.rstrip('/')}/staff/status",
    }
    return house_mail(settings, practice, "stopped" if since else "works-again", words, to=to, now=now)
