"""``afterword backup``: one dated copy of the database, and of nothing else.

Keys and database must never lie together in a copy. So this module opens no key file, knows no function that
could, and refuses a folder in which its copy would lie beside the keys. It copies what the night has left:
boxes whose key is gone, counts, comments that are published. With the public half of a backup key the copy is
sealed, and nobody here can read it any more.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from pathlib import Path

from sqlalchemy import Engine, func, select

from survey import clock, migrating
from survey.backups import copying, noting, proving, shelving
from survey.backups.copying import CannotBackUp
from survey.backups.proving import Manifest, Proof
from survey.db import as_owner, reading, transaction
from survey.keys import backup_pair, sealed_backup
from survey.practice.model import JobRun, Practice
from survey.settings import Settings

#: Where an open copy waits to be sealed.
SCRATCH = ".backing-up-"
#: How long the worker waits after a try that failed.
AGAIN = timedelta(hours=1)


class MadeAlready(CannotBackUp):
    """The backup after this night is there."""

    def __init__(self, message: str, night: date) -> None:
        super().__init__(message)
        self.night = night


def back_up(engine: Engine, settings: Settings, folder: Path, *, now: datetime) -> Path:
    """Copy the database into a file named after its last night, mode 0600; returns its path.

    The file is there whole and was read to its end, or it is not there. Raises CannotBackUp.
    """
    folder = folder.resolve()
    _refuse_place(settings, folder)
    with alone(settings), as_owner(settings, engine) as owner:  # nobody else sees every practice's rows
        night = _night(owner, now)
        target = folder / shelving.name(night, engine.dialect.name, sealed=bool(settings.backup_key))
        if target.exists():
            raise MadeAlready(f"{target} is there already; it is left as it is.", night)
        try:
            with shelving.written_whole(target) as unfinished:
                _write(owner, settings, unfinished)
        except OSError as trouble:
            raise CannotBackUp(f"{target} could not be written: {trouble.strerror}.") from None
        with transaction(owner) as db:
            noting.note_good(db, night)
    return target


def back_up_tonight(engine: Engine, settings: Settings, *, now: datetime) -> None:
    """The worker's own backup, once after each night, where a folder is set; tried again every hour until it
    is made. What is wrong is noted before it begins, so that a killed try is one, too. Raises CannotBackUp.
    """
    if not settings.backup_folder:
        return
    folder = Path(settings.backup_folder)
    with reading(engine) as db:
        last = noting.last_backup(db)
        night = db.scalar(select(func.max(JobRun.day)).where(JobRun.job == "night"))
    just_tried = last.trouble and last.tried is not None and now - last.tried < AGAIN
    if night is None or just_tried or (last.night is not None and last.night >= night):
        return
    _note_trouble(engine, "It was begun and did not come to its end.", now=now)
    try:
        try:
            back_up(engine, settings, folder, now=now)
        except MadeAlready as made:  # by somebody who was killed before it was noted
            with transaction(engine) as db:
                noting.note_good(db, made.night)
        remove_old(folder, now=now, days=settings.backup_days)
    except CannotBackUp as trouble:
        _note_trouble(engine, trouble.message, now=now)
        raise


def _note_trouble(engine: Engine, trouble: str, *, now: datetime) -> None:
    with transaction(engine) as db:
        noting.note_trouble(db, trouble, now=now)


def remove_old(folder: Path, *, now: datetime, days: int) -> int:
    """After a good backup: remove those of more than ``days`` days ago, never the newest; returns how many.
    Raises CannotBackUp."""
    try:
        return shelving.remove_old(folder, today=clock.local_day(now, "UTC"), days=days)
    except OSError as trouble:
        raise CannotBackUp(
            f"The backup is made, but old ones in {folder} could not be removed: {trouble.strerror}."
        ) from None


@contextmanager
def alone(settings: Settings) -> Iterator[None]:
    """One backup or drill at a time, so that whatever another left unfinished is nobody's. Raises
    CannotBackUp."""
    settings.data.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle = os.open(settings.data, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    except BlockingIOError:
        raise CannotBackUp("Another backup or drill is running. Wait for it, then look again.") from None
    finally:
        os.close(handle)


def _write(owner: Engine, settings: Settings, unfinished: Path) -> None:
    """A copy that can be read. With a key: the open copy lies in the data folder, which holds nothing else
    than it does, and only meanwhile; one that a killed process left there goes first."""
    if not settings.backup_key:
        copying.copy(owner, unfinished)
        _require_whole(unfinished)
        return
    public = backup_pair.read(settings.backup_key, backup_pair.PUBLIC)
    for left in settings.data.glob(f"{SCRATCH}*"):
        shutil.rmtree(left)
    with tempfile.TemporaryDirectory(prefix=SCRATCH, dir=settings.data) as scratch:
        whole = Path(scratch) / "copy"
        whole.touch(mode=0o600)
        copying.copy(owner, whole)
        note = Manifest(rows=_require_whole(whole).rows).written()
        with whole.open("rb") as source, unfinished.open("wb") as target:
            sealed_backup.seal(source, target, public=public, note=note)


def _require_whole(copy: Path) -> Proof:
    """Read what was written to its end."""
    try:
        return proving.read(copy)
    except proving.NotABackup:
        raise CannotBackUp(
            "The copy that was written cannot be read back, so no backup was made. Look at the disk, then "
            "run: afterword doctor"
        ) from None


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


def _night(engine: Engine, now: datetime) -> date:
    """The night that this backup follows: the latest of all practices'. Before its flush the database holds
    answers whose key is still there; then this raises CannotBackUp."""
    if migrating.revision(engine) is None:
        raise CannotBackUp("The database is empty; there is nothing to copy.")
    nights = [clock.local_day(now, "UTC")]
    with reading(engine) as db:
        everyone = db.execute(select(Practice.id, Practice.slug, Practice.time_zone)).all()
        if everyone:
            nights = [clock.last_night(now, practice.time_zone) for practice in everyone]
        for practice, night in zip(everyone, nights, strict=False):
            done = (JobRun.practice_id == practice.id, JobRun.job == "night", JobRun.day >= night)
            if db.scalar(select(JobRun.day).where(*done).limit(1)) is None:
                raise CannotBackUp(
                    f"The night's work of {practice.slug} is not done yet. Let the worker do it, or run: "
                    f"afterword flush --practice {practice.slug}   Then run this again."
                )
    return max(nights)
