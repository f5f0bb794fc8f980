"""A practice leaves for good: its keys are destroyed, then its rows, then the space that they took is freed.

What is deleted is every row of every table that names a practice, as the database itself describes them, so
that a new table cannot be forgotten. A line outside the database says that the practice was deleted, so that
a backup put back later does not bring it back. A run that was cut off is repeated from that line. Never
deletes a practice that was not closed, and never touches a row or a key of another one.
"""

from __future__ import annotations

import hmac
import os
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final

from sqlalchemy import Engine, MetaData, Table, select, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from survey.db import LOCK_WAIT, as_owner, lock_practice, reading, tidy_after_flush, transaction
from survey.disk import sync
from survey.invitations import journal
from survey.keys import contact, feeds, hook
from survey.keys import pool as pool_keys
from survey.keys.uploads import Uploads
from survey.practice.departing import WAITING
from survey.practice.model import Practice
from survey.runtime import Runtime

ENDING: Final = ".left"
UNFINISHED: Final = ".leaving"
#: Where PostgreSQL keeps single values of each column, to plan with.
STATISTICS: Final = Table("pg_statistic", MetaData(), schema="pg_catalog")
DEAD: Final = text("SELECT pg_stat_get_dead_tuples(CAST(:name AS regclass))")


class CannotLeave(Exception):
    """A practice that may not be deleted or opened again; the text says why and what to do."""


@dataclass(frozen=True)
class Leaving:
    """A practice that is deleted or about to be. ``on`` is its own day on which that began."""

    practice_id: int
    slug: str
    on: date


def require_closed(practice: Practice, *, today: date, at_once: bool) -> Leaving:
    """Raises CannotLeave where the practice is open, or closed for less than ``WAITING``."""
    slug = practice.slug
    if practice.closed_on is None:
        raise CannotLeave(f"{slug} is not closed. Close it first: afterword practice close {slug}")
    first = practice.leaves_on or practice.closed_on + WAITING
    if today < first and not at_once:
        raise CannotLeave(
            f"{slug} was closed on {practice.closed_on}; it can be deleted from {first} on. "
            f"Where its owners want it sooner: afterword practice delete {slug} --now"
        )
    return Leaving(practice.id, slug, today)


def require_staying(runtime: Runtime, practice: Practice) -> None:
    """Raises CannotLeave where the deletion has begun: keys are gone that nobody can bring back."""
    if practice.id in {each.practice_id for each in departed(runtime)}:
        raise has_begun(practice.slug)


def has_begun(slug: str) -> CannotLeave:
    """Why a practice cannot be opened again."""
    return CannotLeave(f"The deletion of {slug} has begun. Finish it: afterword practice delete {slug}")


def departed(runtime: Runtime) -> tuple[Leaving, ...]:
    """Every practice whose deletion has begun, from the lines that we wrote; others are passed over."""
    found = (
        _parse(runtime, line)
        for path in sorted(runtime.settings.journal.glob(f"*{ENDING}"))
        for line in path.read_bytes().splitlines()
    )
    return tuple(dict.fromkeys(each for each in found if each is not None))


def delete(runtime: Runtime, leaving: Leaving) -> bool:
    """Delete a practice. Twice is harmless. False: all is deleted, but another transaction kept old bytes
    from being freed; ``finish`` does that later. Raises OSError where the line outside cannot be written."""
    _write_down(runtime, leaving)
    with as_owner(runtime.settings, runtime.engine) as owner:
        tables = _tables(owner)
        with transaction(owner, leaving.practice_id) as db:
            lock_practice(db, leaving.practice_id)
            _destroy_keys(runtime, db, tables, leaving.practice_id)
            _delete_rows(db, tables, leaving.practice_id)
    return finish(runtime)


def finish(runtime: Runtime) -> bool:
    """What comes after the rows of practices that left, and what an earlier run could not end: their lines of
    the journal, their files, the space that they took. Nothing where all of it is done. As ``delete``."""
    if not _unfinished(runtime).exists():
        return True
    with reading(runtime.engine) as db:
        here = {row.id: row.slug for row in db.execute(select(Practice.id, Practice.slug))}
    for each in departed(runtime):
        if each.practice_id not in here:
            _destroy_pool_keys(runtime, each.practice_id)  # one that a night was just making
            journal.forget_practice(runtime, each.practice_id)
            if each.slug not in here.values():  # another practice of this name may have reports by now
                _remove_reports(runtime, each.slug)
    with as_owner(runtime.settings, runtime.engine) as owner:
        freed = _free_space(owner, _tables(owner))
    if freed:
        _unfinished(runtime).unlink(missing_ok=True)
    return freed


def _unfinished(runtime: Runtime) -> Path:
    """An empty file beside the lines, from before the first key goes until all is done."""
    return runtime.settings.journal / f"{runtime.settings.role}{UNFINISHED}"


def _remove_reports(runtime: Runtime, slug: str) -> None:
    for path in runtime.settings.reports.glob(f"{slug}-[0-9][0-9][0-9][0-9]-Q[1-4].*"):
        path.unlink(missing_ok=True)


def _tables(owner: Engine) -> tuple[Table, ...]:
    """The practice's own row and every table that names a practice; one comes after those it refers to."""
    found = MetaData()
    found.reflect(owner)
    return tuple(each for each in found.sorted_tables if each.name == "practice" or "practice_id" in each.c)


def _destroy_keys(runtime: Runtime, db: Session, tables: tuple[Table, ...], practice_id: int) -> None:
    """Before any row goes: rows name some of the keys, and a copy of the rows is worth less without them."""
    named = {each.name: each for each in tables}
    _destroy_pool_keys(runtime, practice_id)
    calendar, upload = named["calendar_feed"], named["upload"]
    for secret in db.scalars(select(calendar.c.secret).where(calendar.c.practice_id == practice_id)).all():
        feeds.forget(runtime.files, secret)
    for waiting in db.scalars(select(upload.c.id).where(upload.c.practice_id == practice_id)).all():
        Uploads(runtime.settings).destroy(waiting)
    hook.forget_all(runtime.files, practice_id)


def _destroy_pool_keys(runtime: Runtime, practice_id: int) -> None:
    for kid in sorted(pool_keys.ids_held(runtime.files, practice_id)):
        pool_keys.destroy_key(runtime.files, practice_id, kid)


def _delete_rows(db: Session, tables: tuple[Table, ...], practice_id: int) -> None:
    # Whoever is about to add a row must wait for the practice's own, and then finds it gone.
    db.execute(select(Practice.id).where(Practice.id == practice_id).with_for_update())
    for table in reversed(tables):
        whose = table.c["id" if table.name == "practice" else "practice_id"]
        db.execute(table.delete().where(whose == practice_id))


def _free_space(owner: Engine, tables: tuple[Table, ...]) -> bool:
    """No old bytes stay in the database's files. PostgreSQL writes each table anew, as far as it gets its
    lock; like each night, it tries twice. Its statistics quote single values, so they are made anew, too.

    False also where deleted rows went along: VACUUM FULL keeps them for as long as anybody's older
    transaction could want to see them.
    """
    done = tidy_after_flush(owner)
    if owner.dialect.name != "postgresql":
        return done
    rewritten = [_rewritten(owner, each) or _rewritten(owner, each) for each in (*tables, STATISTICS)]
    return all(rewritten) and done


def _rewritten(owner: Engine, table: Table) -> bool:
    quoted = owner.dialect.identifier_preparer.format_table(table)
    with owner.connect().execution_options(isolation_level="AUTOCOMMIT", writing=None) as connection:
        connection.exec_driver_sql(f"SET lock_timeout = '{LOCK_WAIT}'")
        try:
            # First the deleted rows go, or are counted where older looks of others keep them. VACUUM FULL
            # would take those along, and they could be gone before anybody counts them.
            connection.exec_driver_sql(f"VACUUM {quoted}")
            kept = connection.execute(DEAD, {"name": quoted}).scalar_one()
            connection.exec_driver_sql(f"VACUUM FULL {quoted}")
            if table is STATISTICS:
                return True
            connection.exec_driver_sql(f"ANALYZE {quoted}")
        except OperationalError:
            return False
        finally:
            connection.exec_driver_sql("RESET lock_timeout")
    return not kept


def _write_down(runtime: Runtime, leaving: Leaving) -> None:
    """One line beside the opt-out journal, safe on the disk before anything is destroyed; no person in it."""
    folder = runtime.settings.journal
    folder.mkdir(mode=0o750, parents=True, exist_ok=True)
    _unfinished(runtime).touch(0o640)
    if leaving in departed(runtime):
        return
    path = folder / f"{runtime.settings.role}{ENDING}"
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o640)
    with os.fdopen(handle, "ab") as stream:
        stream.write(b"\n" + _line(runtime, leaving) + b"\n")  # apart from what a power cut left of a line
        stream.flush()
        os.fsync(stream.fileno())
    sync(folder)


def _line(runtime: Runtime, leaving: Leaving) -> bytes:
    said = f"{leaving.practice_id} {leaving.slug} {leaving.on.isoformat()}"
    return f"{said} {contact.leaving_proof(runtime.files, leaving.practice_id, said).hex()}".encode()


def _parse(runtime: Runtime, line: bytes) -> Leaving | None:
    try:
        number, slug, day, _proof = line.decode("ascii").split(" ")
        found = Leaving(int(number), slug, date.fromisoformat(day))
    except ValueError:
        return None
    return found if hmac.compare_digest(line, _line(runtime, found)) else None
