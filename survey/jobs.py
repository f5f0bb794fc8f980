"""What happens by itself: visits taken in, the night's flush, the morning's mails, the end of old keys.

huey wakes us and nothing more; what is due is read from the database each time, so a lost wake-up loses
nothing. Every job may be cut anywhere and run again.
"""

from __future__ import annotations

import logging
import traceback
from collections.abc import Callable, Iterator, Mapping, Set
from datetime import date, datetime, timedelta
from functools import partial
from pathlib import Path
from zoneinfo import ZoneInfo

from sqlalchemy import delete
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from survey import (
    alerting,
    announcing,
    clock,
    clock_guard,
    due,
    feeding,
    informing,
    leaving,
    migrating,
    parting,
    readmitting,
    watching,
)
from survey.actions import measuring, telling
from survey.actions.telling import Line
from survey.backups import backing_up
from survey.backups.copying import CannotBackUp
from survey.db import UnsafeDatabase, as_owner, insert_once, reading, tidy_after_flush, transaction
from survey.due import Work
from survey.insight.words import Translate
from survey.invitations import contacting, destroying, postponing, reminding, sending
from survey.invitations.mailer import Mailer
from survey.keys import cards, halves, issue, matching
from survey.keys.uploads import Uploads
from survey.practice import mail_scheduling, publishing, recording
from survey.practice.declaring import practices
from survey.practice.model import JOB_RUN_DAYS, JobRun, Practice
from survey.releases import compacting, flushing
from survey.reports import freezing, tongues
from survey.responses import forgetting, standing
from survey.runtime import Runtime
from survey.visits import uploading

log = logging.getLogger(__name__)

#: Weeks whose public halves web processes find, this one included.
WEEKS_SHARED = 3
#: Mails to staff and owners, and to whoever takes patients' requests.
TO_STAFF: tuple[tuple[Work, Callable[..., object]], ...] = (
    (Work.PASSWORDS, readmitting.mail_links),
    (Work.REQUESTS, contacting.mail_requests),
    (Work.NEWS, announcing.announce),
    (Work.NEWS, informing.tell_clinicians),
    (Work.LEAVING, parting.tell_owners),
)


def run_due(runtime: Runtime, mailer: Mailer, *, news: bool = True) -> None:
    """Everything that is due at this moment, for every practice. One practice's trouble stops no other.

    ``news``: also what can wait for a quarter of an hour: mails to staff of results, and of what has stopped.
    Raises KeysDoNotMatch, ClockInDoubt or UnsafeDatabase before anything is touched.
    """
    now = runtime.clock.now()
    everyone = require_trust(runtime, now)
    share_halves(runtime, now)
    work = {each.id: _work_of(runtime, each, now) | ({Work.NEWS} if news else set()) for each in everyone}
    sweep_uploads(runtime, [each for each in everyone if Work.UPLOADS in work[each.id]], now)
    nights = [
        run_practice(runtime, mailer, practice, now, work=work[practice.id])
        for practice in _going_on(runtime, everyone)
    ]
    if any(nights):
        _tried("the end of the night", lambda: finish_night(runtime, everyone, now))
    if not runtime.ending.is_set():
        back_up(runtime, now)
    for practice in _having(Work.CALENDARS, work, runtime, everyone):  # late: no mail waits for their servers
        run_calendars(runtime, practice, now)
    for practice in _having(Work.NEWS, work, runtime, everyone):  # when everything overdue was made up for
        run_alerts(runtime, mailer, practice, now)
    for practice in _having(Work.LEAVING, work, runtime, everyone):  # last: nothing looks for who is gone
        part(runtime, practice, now)


def _going_on(runtime: Runtime, everyone: list[Practice]) -> Iterator[Practice]:
    """One after the other, until the process is told to end; the next start makes up for the rest."""
    return (practice for practice in everyone if not runtime.ending.is_set())


def _having(
    kind: Work, work: Mapping[int, Set[Work]], runtime: Runtime, everyone: list[Practice]
) -> Iterator[Practice]:
    return (practice for practice in _going_on(runtime, everyone) if kind in work[practice.id])


def _work_of(runtime: Runtime, practice: Practice, now: datetime) -> Set[Work]:
    """What there may be to do for a practice; everything where that cannot be asked."""
    found: list[Set[Work]] = []

    def look() -> None:
        with reading(runtime.engine, practice.id) as db:
            found.append(due.look(db, practice.id, today=clock.local_day(now, practice.time_zone)))

    return found[0] if _kept_apart(practice, look) else due.EVERYTHING


def require_trust(runtime: Runtime, now: datetime) -> list[Practice]:
    """All practices, if keys and clock can be believed and the schema is ours; else raises and leaves
    everything as it is."""
    migrating.require_current(runtime.engine)
    with reading(runtime.engine) as db:
        matching.check(db, runtime.files)
        everyone = practices(db)
    for practice in everyone:
        standing.require_same_day(runtime.engine, runtime.files, practice.id)
    clock_guard.require_belief(runtime, now)
    return everyone


def share_halves(runtime: Runtime, now: datetime) -> None:
    """Where web processes have a key folder of their own: this week's keys and the next ones', without the
    private halves, and the quarter's card key. A web process that takes in visits must find them there."""
    target = runtime.settings.web_keys
    if target is None:
        return
    today = clock.local_day(now, "UTC")
    for ahead in range(WEEKS_SHARED):
        issue.ensure_week(runtime.files, clock.week_number(today) + ahead, today=today)
    for day in (
        today,
        today + timedelta(days=1),
    ):  # where it is tomorrow already, another quarter may have begun
        cards.ensure_quarter(runtime.files, clock.quarter_of(day), today=today)
    halves.publish(runtime.files, target)


def sweep_uploads(runtime: Runtime, having: list[Practice], now: datetime) -> None:
    """Destroy keys and files of uploads that have waited a day, and forget their rows.

    ``having``: practices of which there may be such rows.
    """
    Uploads(runtime.settings).sweep(now=now)
    for practice in having:
        with reading(runtime.engine, practice.id) as db:
            old = uploading.has_old(db, practice.id, now=now)
        if old:
            with transaction(runtime.engine, practice.id) as db:
                uploading.forget_old(db, practice.id, now=now)


def run_practice(
    runtime: Runtime, mailer: Mailer, practice: Practice, now: datetime, *, work: Set[Work] = due.EVERYTHING
) -> bool:
    """What is due for one practice, of the work that there may be; True if its night was done just now."""
    local = now.astimezone(ZoneInfo(practice.time_zone))
    night = False
    begun = local.hour >= clock.NIGHT_HOUR and Work.NIGHT in work
    if begun and not _is_done(runtime, practice, "night", local.date()):
        night = _kept_apart(practice, lambda: run_night(runtime, practice, now))
    if Work.FOLDERS in work:
        _kept_apart(practice, lambda: watching.take_in(runtime, practice, now=now))
    # To the practice's own people, so a pause of the mails to patients does not hold it back.
    for kind, tell in TO_STAFF:
        if kind in work:
            _kept_apart(practice, partial(tell, runtime, practice.id, mailer, now=now))
    if (
        Work.MAIL in work
        and _may_send(runtime, practice, now)
        and _mail_waits(runtime, practice, local.date())
    ):
        _kept_apart(practice, lambda: _postpone(runtime, practice, local.date()))
        _kept_apart(practice, lambda: _mail(runtime, practice, mailer, now))
    return night


def run_calendars(runtime: Runtime, practice: Practice, now: datetime) -> None:
    """Read what is due of one practice's calendars."""
    _kept_apart(practice, lambda: feeding.take_in(runtime, practice, now=now))


def part(runtime: Runtime, practice: Practice, now: datetime) -> None:
    """Delete a practice that asked to leave and whose time is over."""
    _kept_apart(practice, lambda: parting.delete_due(runtime, practice, now=now))


def run_alerts(runtime: Runtime, mailer: Mailer, practice: Practice, now: datetime) -> None:
    """Tell one practice's owners what has stopped. Only after the work of the same waking."""
    sent = _may_send(runtime, practice, now)
    _kept_apart(practice, lambda: alerting.alert(runtime, practice, mailer, now=now, sent=sent))


def _may_send(runtime: Runtime, practice: Practice, now: datetime) -> bool:
    """Whether mail is on and this is one of the hours in which the practice sends."""
    with reading(runtime.engine, practice.id) as db:
        here = db.get_one(Practice, practice.id)
        return here.sending and mail_scheduling.schedule_of(db, here).is_time(now)


def _mail_waits(runtime: Runtime, practice: Practice, today: date) -> bool:
    with reading(runtime.engine, practice.id) as db:
        return due.mail_waits(db, practice.id, today=today)


def _mail(runtime: Runtime, practice: Practice, mailer: Mailer, now: datetime) -> None:
    """Invitations, then reminders, even where something was wrong with the invitations."""
    news = _news(runtime, practice)
    _kept_apart(practice, lambda: sending.send_due(runtime, practice.id, mailer, now=now, news=news))
    reminding.send_reminders(runtime, practice.id, mailer, now=now, news=news)


def _news(runtime: Runtime, practice: Practice) -> dict[str, str]:
    """ "You said, we did" in one line by language, as text: the left of the wall knows of no repair."""
    with reading(runtime.engine, practice.id) as db:
        lines = telling.newest_line(db, practice.id, languages=tongues.PRINTED)
    return {language: _line(line, tongues.translator(language)) for language, line in lines.items()}


def _line(line: Line, _: Translate) -> str:
    return _("You said: {said} We did: {did}").format(said=line.said, did=line.did)


def _postpone(runtime: Runtime, practice: Practice, today: date) -> None:
    with transaction(runtime.engine, practice.id) as db:
        postponing.postpone(db, practice, today=today)


def _kept_apart(practice: Practice, job: Callable[[], object]) -> bool:
    """Run a job so that its trouble stops no other; True if it went well."""
    return _tried(f"a job of {practice.slug}", job)


def _tried(what: str, job: Callable[[], object]) -> bool:
    try:
        job()
    except Exception as trouble:  # noqa: BLE001 — whatever it is, the next job must not wait for it
        # The kind of trouble and where, never its text: that could carry data.
        at = traceback.extract_tb(trouble.__traceback__)[-1]
        log.error("%s stopped: %s at %s:%s", what, type(trouble).__name__, at.name, at.lineno)
        return False
    return True


def run_night(runtime: Runtime, practice: Practice, now: datetime) -> None:
    """Flush, forget what is over, compact closed months, note that it is done."""
    today = clock.local_day(now, practice.time_zone)
    flushed = flushing.flush(runtime.engine, runtime.files, practice.id, today=today)
    with transaction(runtime.engine, practice.id) as db:
        destroying.destroy_weeks(db, practice.id, today=today)
        forgetting.forget_weeks(db, practice.id, today=today)
        forgetting.forget_cards(db, practice.id, today=today)
        compacting.compact(db, practice.id, before_month=clock.month_of(today))
        measuring.measure_due(db, practice, today=today)
        for part in flushed:
            if part.atoms:
                recording.record(
                    db, practice.id, actor="job", action="release", subject=part.kind.value, now=now
                )
        db.execute(
            delete(JobRun).where(
                JobRun.practice_id == practice.id, JobRun.day < today - timedelta(days=JOB_RUN_DAYS)
            )
        )
        _freeze_last_quarter(db, practice, today, own=runtime.settings.instance)
        insert_once(db, JobRun, practice_id=practice.id, job="night", day=today)


def _freeze_last_quarter(db: Session, practice: Practice, today: date, *, own: Path) -> None:
    """Write the closed quarter down once its three days of grace are over; later answers change nothing."""
    quarter = clock.quarter_before(clock.quarter_of(today))
    if today >= freezing.freezing_day(quarter) and publishing.began_by(
        db, practice.id, clock.quarter_end(quarter)
    ):
        freezing.freeze(db, practice, quarter, today=today, own=own)


def finish_night(runtime: Runtime, everyone: list[Practice], now: datetime) -> None:
    """After all practices: destroy keys of weeks and quarters that are over everywhere, give back deleted
    pages."""
    if everyone:
        earliest = min(clock.local_day(now, practice.time_zone) for practice in everyone)
        for week in issue.weeks_held(runtime.files):
            if earliest > issue.last_day(week):
                issue.destroy_week(runtime.files, week)
        for quarter in cards.quarters_held(runtime.files):
            if earliest > cards.last_day(quarter):
                cards.destroy_quarter(runtime.files, quarter)
        share_halves(runtime, now)  # what was destroyed goes there, too
    with as_owner(runtime.settings, runtime.engine) as owner:
        tidied = tidy_after_flush(owner)
    leaving.finish(runtime)
    if not tidied:
        log.warning("the database was busy; deleted pages are given back next night")


def back_up(runtime: Runtime, now: datetime) -> None:
    """The night's backup, if one is due; its trouble stops nothing else."""
    try:
        backing_up.back_up_tonight(runtime.engine, runtime.settings, now=now)
    except CannotBackUp as trouble:
        log.error("no backup was made: %s", trouble.message)  # names folders and practices only
    except DBAPIError as trouble:
        log.error("no backup was made: %s", type(trouble.orig).__name__)


def woken(
    runtime: Runtime,
    mailer: Mailer,
    watch: clock_guard.Watch,
    *,
    monotonic: float,
    rounds: due.Rounds | None = None,
) -> None:
    """One waking: look at the clock first, then do what is due; without ``rounds`` all of it."""
    now, rounds = runtime.clock.now(), rounds or due.Rounds()
    if watch.jumped(now, monotonic):
        clock_guard.doubt(runtime, now)
    try:
        run_due(runtime, mailer, news=rounds.is_next(now))
        rounds.done(now)
    except (clock_guard.ClockInDoubt, matching.KeysDoNotMatch, UnsafeDatabase) as trouble:
        log.error("nothing is done: %s", trouble)  # names days and folders only


def _is_done(runtime: Runtime, practice: Practice, job: str, day: date) -> bool:
    with reading(runtime.engine, practice.id) as db:
        return db.get(JobRun, (practice.id, job, day)) is not None
