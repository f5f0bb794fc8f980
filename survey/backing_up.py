"""``afterword backup``: one dated copy of the database, and of nothing else.

Keys and database must never lie together in a copy. So this module opens no key file, knows no function that
could, and refuses a folder in which its copy would lie beside the keys. It copies what the night has left:
boxes whose key is gone, counts, comments that are published. With the public half of a backup key the copy is
sealed, and nobody here can read it any more.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import click
from sqlalchemy import Engine, select

from survey import clock, copying, migrating
from survey.copying import CannotBackUp
from survey.db import as_owner, make_engine, reading
from survey.jobs import NIGHT_HOUR
from survey.keys import backup_pair, sealed_backup
from survey.practice.model import JobRun, Practice
from survey.settings import Settings, load_settings

#: What a sealed copy is called after the ending of its kind.
SEALED = ".sealed"
SCRATCH = ".backing-up-"


@click.command("backup")
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
def backup(folder: Path) -> None:
    """Write a dated copy of the database into FOLDER; never a key. Run it after the night's work."""
    settings = load_settings()
    if not settings.database_url and not (settings.data / "afterword.sqlite3").exists():
        raise CannotBackUp(f"There is no database in {settings.data}; there is nothing to copy.")
    engine = make_engine(settings)
    try:
        made = back_up(engine, settings, folder, now=clock.SystemClock().now())
    finally:
        engine.dispose()
    click.echo(str(made))


def back_up(engine: Engine, settings: Settings, folder: Path, *, now: datetime) -> Path:
    """Copy the database into a file of today's date (UTC), mode 0600; returns its path.

    The file is there whole or not at all. Raises CannotBackUp.
    """
    folder = folder.resolve()
    _refuse_place(settings, folder)
    ending = copying.ENDINGS[engine.dialect.name] + (SEALED if settings.backup_key else "")
    target = folder / f"afterword-{clock.local_day(now, 'UTC')}.{ending}"
    if target.exists():
        raise CannotBackUp(f"{target} is there already; it is left as it is.")
    with as_owner(settings, engine) as owner:  # nobody else sees every practice's rows
        _refuse_before_night(owner, now)
        with _written_whole(target) as unfinished:
            if settings.backup_key:
                _copy_sealed(owner, settings, unfinished)
            else:
                copying.copy(owner, unfinished)
    return target


def _copy_sealed(owner: Engine, settings: Settings, unfinished: Path) -> None:
    """The open copy lies in the data folder, which holds nothing else than it does, and only meanwhile; one
    that a killed process left there goes first."""
    public = backup_pair.read(settings.backup_key, backup_pair.PUBLIC)
    settings.data.mkdir(mode=0o700, parents=True, exist_ok=True)
    for left in settings.data.glob(f"{SCRATCH}*"):
        shutil.rmtree(left)
    with tempfile.TemporaryDirectory(prefix=SCRATCH, dir=settings.data) as scratch:
        whole = Path(scratch) / "copy"
        whole.touch(mode=0o600)
        copying.copy(owner, whole)
        with whole.open("rb") as source, unfinished.open("wb") as target:
            sealed_backup.seal(source, target, public=public, note=b"")


def _refuse_place(settings: Settings, folder: Path) -> None:
    """Not beside the keys, not inside the data: one snapshot would take both."""
    if not folder.is_dir():
        raise CannotBackUp(f"The folder {folder} is not there. Is the disk for backups mounted?")
    keys = [settings.keys, *([settings.web_keys] if settings.web_keys else [])]
    for place in keys:
        if _within(folder, place) or _within(place, folder):
            raise CannotBackUp(
                f"{folder} would hold keys and a backup together, and whoever takes both can read waiting "
                "answers. Choose a folder apart from the key folder."
            )
    if _within(folder, settings.data):
        raise CannotBackUp(f"{folder} lies inside the data folder and would be lost with it. Choose another.")


def _within(path: Path, folder: Path) -> bool:
    return path.resolve().is_relative_to(folder.resolve())


def _refuse_before_night(engine: Engine, now: datetime) -> None:
    """Before its flush the database holds answers whose key is still there."""
    if migrating.revision(engine) is None:
        raise CannotBackUp("The database is empty; there is nothing to copy.")
    with reading(engine) as db:
        everyone = db.execute(select(Practice.id, Practice.slug, Practice.time_zone)).all()
        for practice in everyone:
            night = last_night(now, practice.time_zone)
            done = (JobRun.practice_id == practice.id, JobRun.job == "night", JobRun.day >= night)
            if db.scalar(select(JobRun.day).where(*done).limit(1)) is None:
                raise CannotBackUp(
                    f"The night's work of {practice.slug} is not done yet. Let the worker do it, or run: "
                    f"afterword flush --practice {practice.slug}   Then run this again."
                )


def last_night(now: datetime, time_zone: str) -> date:
    """The day whose night should be done by now at a place."""
    local = now.astimezone(ZoneInfo(time_zone))
    return local.date() - timedelta(days=local.hour < NIGHT_HOUR)


@contextmanager
def _written_whole(target: Path) -> Iterator[Path]:
    """An empty file to write to, mode 0600; at the end it is safe on the disk and gets its name."""
    handle, name = tempfile.mkstemp(prefix=".afterword-", suffix=".unfinished", dir=target.parent)
    try:
        os.close(handle)
        yield Path(name)
        _sync(Path(name))
        Path(name).rename(target)
        _sync(target.parent)
    except OSError as trouble:
        raise CannotBackUp(f"{target} could not be written: {trouble.strerror}.") from None
    finally:
        Path(name).unlink(missing_ok=True)


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
