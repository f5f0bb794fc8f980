"""What is wrong with an installation, in sentences with a remedy. Reads only; repairs nothing."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import timedelta

from sqlalchemy import Engine, func, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from survey import clock, clock_guard, database_fault, feeding, migrating, noticing, waking, watching
from survey.backups import noting
from survey.clock import SystemClock
from survey.db import UnsafeDatabase, as_owner, make_engine, reading
from survey.invitations import vetting
from survey.invitations.mail_report import Form
from survey.invitations.model import Invitation, InvitationState
from survey.keys import folder as key_folder
from survey.keys import hook, issue, matching
from survey.keys import pool as pool_keys
from survey.keys.files import KeyFiles, KeyTrouble
from survey.noticing import Part
from survey.practice import departing, recording
from survey.practice.declaring import practices
from survey.practice.model import Practice
from survey.releases.model import Unreleased
from survey.responses import standing
from survey.responses.model import PoolKey
from survey.runtime import key_files
from survey.settings import Settings, SettingsError

#: What PostgreSQL must say, lest its log holds times or values of answers.
POSTGRES = {
    "log_statement": "none",
    "log_min_duration_statement": "-1",
    "log_min_duration_sample": "-1",
    "log_transaction_sample_rate": "0",
    "log_duration": "off",
    "log_parameter_max_length_on_error": "0",
    "track_commit_timestamp": "off",
}

#: How long ago the night of the last backup may be.
OLDEST_BACKUP = timedelta(days=2)

Check = Callable[[Settings, Engine], Iterator[str]]


def examine(settings: Settings) -> list[str]:
    """Every complaint; an empty list means that all is well."""
    nothing_yet = [
        "The database is empty. Enter a practice: afterword practice create SLUG NAME --phone PHONE"
    ]
    if not settings.database_url and not settings.data.is_dir():
        return nothing_yet
    engine = make_engine(settings)
    try:
        if migrating.revision(engine) is None:
            return nothing_yet
        if wrong := migrating.complaint(engine):
            return [wrong]  # every other check would stumble over tables of another version
        with as_owner(settings, engine) as owner:
            return [complaint for check in CHECKS for complaint in check(settings, owner)]
    except UnsafeDatabase as trouble:
        return [str(trouble)]
    except DBAPIError as trouble:
        return [database_fault.sentence(trouble)]
    finally:
        engine.dispose()


def _queue(settings: Settings, _engine: Engine) -> Iterator[str]:
    if settings.role == "web":
        return  # the worker alone is woken
    try:
        waking.require_queue(settings)
    except SettingsError as trouble:
        yield str(trouble)


def _keys(settings: Settings, engine: Engine) -> Iterator[str]:
    yield from key_folder.copied_elsewhere(settings)
    try:
        files = key_files(settings)
        files.prepare()
        if wrong := list(key_folder.damaged(files)):
            yield from wrong
            return
        with reading(engine) as db:
            matching.check(db, files)
            known = practices(db)
        if settings.role != "web":
            for practice in known:
                standing.require_same_day(engine, files, practice.id)
                yield from _shut_answers(settings, engine, files, practice)
                yield from _lost_answers(engine, practice)
    except KeyTrouble as trouble:
        yield str(trouble)


def _shut_answers(settings: Settings, engine: Engine, files: KeyFiles, practice: Practice) -> Iterator[str]:
    with reading(engine, practice.id) as db:
        for pool in db.scalars(select(PoolKey).where(PoolKey.practice_id == practice.id)):
            if pool_keys.holds(files, practice.id, pool.kid):
                pool_keys.require_pair(files, practice.id, pool.kid, public=pool.public)
        found = standing.standing(db, files, practice.id)
    if found.shut:
        yield (
            f"{practice.name}: {found.shut} answers cannot be opened: {len(found.missing)} key files are "
            f"missing from {settings.keys}. They are kept; put the files back or give the answers up: "
            "afterword keys status says how."
        )


def _lost_answers(engine: Engine, practice: Practice) -> Iterator[str]:
    """Of this month and the last: what happened long ago cannot be helped any more."""
    today = clock.local_day(SystemClock().now(), practice.time_zone)
    months = {clock.month_of(today), clock.month_of(today.replace(day=1) - timedelta(days=1))}
    with reading(engine, practice.id) as db:
        query = select(func.sum(Unreleased.n)).where(
            Unreleased.practice_id == practice.id, Unreleased.cause == "lost", Unreleased.month.in_(months)
        )
        lost = db.scalar(query)
    if lost:
        yield f"{practice.name}: {lost} answers were lost: their key is gone. Who touched the key folder?"


def _clock(settings: Settings, engine: Engine) -> Iterator[str]:
    with reading(engine) as db:
        wrong = clock_guard.examine(db, settings, SystemClock().now())
    if wrong:
        yield wrong


def _memory_images(_settings: Settings, _engine: Engine) -> Iterator[str]:
    try:
        import resource
    except ImportError:  # not on this system
        return
    if resource.getrlimit(resource.RLIMIT_CORE)[0] != 0:
        yield (
            "Memory images (core dumps) are switched on: one would hold an answer that is just being sealed. "
            "Set LimitCORE=0 for the services, or: ulimit -c 0"
        )


def _database_settings(_settings: Settings, engine: Engine) -> Iterator[str]:
    if engine.dialect.name != "postgresql":
        yield from _wiping(engine)
        return
    with reading(engine) as db:
        for name, harmless in POSTGRES.items():
            value = db.scalar(text("SELECT current_setting(:name)"), {"name": name})
            if value != harmless:
                yield f"PostgreSQL has {name} = {value}: it writes down when answers come in. Set {harmless}."


def _wall(settings: Settings, engine: Engine) -> Iterator[str]:
    if engine.dialect.name != "postgresql" or settings.owner_database_url or settings.role == "web":
        return
    with reading(engine) as db:
        several = len(practices(db)) > 1
    if several:
        yield (
            "One PostgreSQL role does everything, so PostgreSQL itself does not keep the practices apart. "
            "Make a second role and set owner_database_url; docs/operations.md says how."
        )


def _wiping(engine: Engine) -> Iterator[str]:
    """On several connections at once: the setting belongs to the connection, not to the file."""
    with ExitStack() as stack:
        idle = engine.execution_options(writing=None)  # outside any transaction
        opened = [stack.enter_context(idle.connect()) for _ in range(3)]
        found = {each.exec_driver_sql("PRAGMA secure_delete").scalar() for each in opened}
    if found != {1}:
        yield "SQLite does not overwrite what it deletes (secure_delete): deleted answers stay in the file."


def _relay(settings: Settings, _engine: Engine) -> Iterator[str]:
    if settings.mail != "smtp":
        return
    try:
        socket.create_connection((settings.smtp_host, settings.smtp_port), timeout=5).close()
    except OSError:
        yield (
            f"The mail relay {settings.smtp_host}:{settings.smtp_port} does not answer. "
            "Check smtp_host and smtp_port, or ask your mail provider."
        )


def _practices(_settings: Settings, engine: Engine) -> Iterator[str]:
    with reading(engine) as db:
        known = practices(db)
    if not known:
        yield "No practice is entered yet: afterword practice create SLUG NAME --phone PHONE"
    for practice in known:
        yield from _practice(engine, practice)


def _each_practice(engine: Engine) -> Iterator[tuple[Session, Practice]]:
    """Every practice with a reading transaction of its own, which ends when the next one begins."""
    with reading(engine) as db:
        known = practices(db)
    for practice in known:
        with reading(engine, practice.id) as db:
            yield db, practice


def _envelope(settings: Settings, engine: Engine) -> Iterator[str]:
    yield from vetting.installation_complaints(settings)
    for db, practice in _each_practice(engine):
        yield from vetting.practice_complaints(db, practice)


def _folders(settings: Settings, engine: Engine) -> Iterator[str]:
    if settings.role == "web":
        return  # the worker looks at folders; they may be on its host alone
    for db, practice in _each_practice(engine):
        yield from watching.complaints(db, practice)


def _calendars(_settings: Settings, engine: Engine) -> Iterator[str]:
    for db, practice in _each_practice(engine):
        yield from feeding.complaints(db, practice, now=SystemClock().now())


def _backups(settings: Settings, engine: Engine) -> Iterator[str]:
    if settings.role == "web":
        return  # the worker makes them
    if not settings.backup_key:
        yield (
            "Backups are not sealed: whoever takes one can read it. Run afterword backup-key new FILE and "
            "follow what it says."
        )
    with reading(engine) as db:
        last = noting.last_backup(db)
    if last.trouble:
        yield f"The backup after the last night: {last.trouble}"
    elif last.night is None and not settings.backup_folder:
        yield "No backup was ever made. Set backup_folder, or run afterword backup FOLDER each night."
    elif last.night is not None and last.night < clock.local_day(SystemClock().now(), "UTC") - OLDEST_BACKUP:
        yield f"The last backup is of the night of {last.night}. Is afterword work running?"


def _hooks(settings: Settings, engine: Engine) -> Iterator[str]:
    if settings.web_keys is None or settings.role == "web":
        return  # a web process does not see the secrets
    files = key_files(settings)
    with reading(engine) as db:
        known = practices(db)
    for practice in known:
        for form in (each for each in Form if hook.is_open(files, practice.id, each)):
            yield (
                f"{practice.name}: a mail service may report over the web ({form}), but its reports are "
                "refused: with keys_web the web pages hold no key that finds a mail again. Let it send "
                f"notices by mail (afterword bounces read), then: afterword mail hook {form} --off"
            )


#: What the doctor says of a practice's part that has stopped.
STOPPED = {
    Part.NIGHT: "nothing was flushed since {since}. Is afterword work running?",
    Part.MAIL: "mails wait since {since}. Is afterword work running, and does the relay take mail?",
    Part.IMPORTS: "visits that should come in by themselves are missing since {since}.",
    Part.DESTRUCTION: "what was to be destroyed on {since} is still there. Is afterword work running?",
}


def _stopped(settings: Settings, engine: Engine) -> Iterator[str]:
    try:
        files = key_files(settings)
        issue.weeks_held(files)
    except (KeyTrouble, OSError):
        return  # said by the look at the keys
    with reading(engine) as db:
        known = practices(db)
    for practice in known:
        with reading(engine, practice.id) as db:
            for pulse in noticing.notice(db, files, practice, now=SystemClock().now()):
                if pulse.since is not None and pulse.part in STOPPED:
                    yield f"{practice.name}: {STOPPED[pulse.part].format(since=pulse.since)}"


def _leaving(_settings: Settings, engine: Engine) -> Iterator[str]:
    with reading(engine) as db:
        known = practices(db)
    for practice in known:
        today = clock.local_day(SystemClock().now(), practice.time_zone)
        with reading(engine, practice.id) as db:
            since = departing.untold_since(db, practice, today=today)
        if since is not None:
            yield (
                f"{practice.name}: its deletion waits since {since}: its owners' last mail cannot be sent. "
                "Is afterword work running, and does the relay take mail? If the owners know and want it: "
                f"afterword practice delete {practice.slug} --now"
            )


def _practice(engine: Engine, practice: Practice) -> Iterator[str]:
    with reading(engine, practice.id) as db:
        query = select(func.count()).select_from(Invitation)
        unknown = db.scalar(
            query.where(Invitation.practice_id == practice.id, Invitation.state == InvitationState.UNKNOWN)
        )
        if unknown:
            yield f"{practice.name}: {unknown} mails may or may not have arrived; decide at Mail."
        broken = recording.first_broken(db, practice.id)
        if broken is not None:
            yield f"{practice.name}: the audit log was changed at entry {broken}; find out by whom."


CHECKS: tuple[Check, ...] = (
    _queue,
    _keys,
    _clock,
    _database_settings,
    _wall,
    _memory_images,
    _relay,
    _envelope,
    _practices,
    _stopped,
    _leaving,
    _folders,
    _calendars,
    _hooks,
    _backups,
)
