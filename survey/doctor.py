"""What is wrong with an installation, in sentences with a remedy. Reads only; repairs nothing."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from datetime import timedelta

from sqlalchemy import Engine, func, select, text
from sqlalchemy.exc import SQLAlchemyError

from survey import clock, migrating
from survey.clock import SystemClock
from survey.db import UnsafeDatabase, make_engine, reading
from survey.invitations.model import Invitation, InvitationState
from survey.keys import matching
from survey.keys.files import KeyFiles, KeyTrouble
from survey.practice import recording
from survey.practice.declaring import practices
from survey.practice.model import JobRun, Practice
from survey.settings import Settings

Check = Callable[[Settings, Engine], Iterator[str]]


def examine(settings: Settings) -> list[str]:
    """Every complaint; an empty list means that all is well."""
    nothing_yet = [
        "The database is empty. Enter a practice: afterword practice create SLUG NAME --phone PHONE"
    ]
    if not settings.database_url and not settings.data.is_dir():
        return nothing_yet
    try:
        engine = make_engine(settings)
        if migrating.revision(engine) is None:
            return nothing_yet
    except (SQLAlchemyError, UnsafeDatabase) as trouble:
        reason = str(trouble) if isinstance(trouble, UnsafeDatabase) else "it does not answer"
        return [f"The database cannot be used: {reason}. Check database_url."]
    complaints = [complaint for check in CHECKS for complaint in check(settings, engine)]
    engine.dispose()
    return complaints


def _schema(_settings: Settings, engine: Engine) -> Iterator[str]:
    if not migrating.is_current(engine):
        yield "The database has another schema than this version of Afterword; start the service once."


def _keys(settings: Settings, engine: Engine) -> Iterator[str]:
    try:
        files = KeyFiles(settings.keys)
        files.prepare()
        with reading(engine) as db:
            matching.check(db, files)
    except KeyTrouble as trouble:
        yield str(trouble)


def _database_settings(_settings: Settings, engine: Engine) -> Iterator[str]:
    if engine.dialect.name != "postgresql":
        return
    with reading(engine) as db:
        for name in ("log_statement", "track_commit_timestamp"):
            value = db.scalar(text("SELECT current_setting(:name)"), {"name": name})
            if value not in {"none", "off"}:
                yield f"PostgreSQL has {name} = {value}: it writes down when answers come in. Switch it off."


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


def _practice(engine: Engine, practice: Practice) -> Iterator[str]:
    today = clock.local_day(SystemClock().now(), practice.time_zone)
    with reading(engine, practice.id) as db:
        last = db.scalar(
            select(func.max(JobRun.day)).where(JobRun.practice_id == practice.id, JobRun.job == "night")
        )
        if last is not None and last < today - timedelta(days=1):
            yield f"{practice.name}: the last nightly flush was on {last}. Is afterword work running?"
        query = select(func.count()).select_from(Invitation)
        unknown = db.scalar(
            query.where(Invitation.practice_id == practice.id, Invitation.state == InvitationState.UNKNOWN)
        )
        if unknown:
            yield f"{practice.name}: {unknown} mails may or may not have arrived; decide under Visits and mail."
        broken = recording.first_broken(db, practice.id)
        if broken is not None:
            yield f"{practice.name}: the audit log was changed at entry {broken}; find out by whom."


CHECKS: tuple[Check, ...] = (_schema, _keys, _database_settings, _relay, _practices)
