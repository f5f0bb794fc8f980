"""The folder in which backups lie: their names, which is the newest, which are old. Opens none of them."""

from __future__ import annotations

import os
import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from survey.disk import sync

#: Ending of a copy, by kind of database.
ENDINGS = {"sqlite": "sqlite3", "postgresql": "dump"}
#: What a sealed copy is called after that.
SEALED = ".sealed"
OURS = re.compile(rf"afterword-(\d{{4}}-\d\d-\d\d)\.({'|'.join(ENDINGS.values())})({re.escape(SEALED)})?")
UNFINISHED = (".afterword-", ".unfinished")


@dataclass(frozen=True, order=True)
class Made:
    """A backup by the day in its name (UTC)."""

    day: date
    path: Path


def name(day: date, dialect: str, *, sealed: bool) -> str:
    """What the backup of a day is called."""
    return f"afterword-{day}.{ENDINGS[dialect]}{SEALED if sealed else ''}"


def made(folder: Path) -> list[Made]:
    """The backups in a folder, the newest last; other files do not count. Raises OSError."""
    found = ((OURS.fullmatch(path.name), path) for path in folder.iterdir())
    return sorted(Made(date.fromisoformat(ours[1]), path) for ours, path in found if ours and path.is_file())


def remove_old(folder: Path, *, today: date, days: int) -> int:
    """Remove backups of more than ``days`` days ago, but never the newest; returns how many. Only for right
    after a good one. Raises OSError."""
    old = [each for each in made(folder)[:-1] if each.day < today - timedelta(days=days)]
    for each in old:
        each.path.unlink(missing_ok=True)
    return len(old)


@contextmanager
def written_whole(target: Path) -> Iterator[Path]:
    """An empty file to write to, mode 0600; at the end it is safe on the disk and gets its name.

    What a killed run left unfinished goes first, so nobody else may be writing here. Raises OSError.
    """
    start, end = UNFINISHED
    for left in target.parent.glob(f"{start}*{end}"):
        left.unlink(missing_ok=True)
    handle, scratch = tempfile.mkstemp(prefix=start, suffix=end, dir=target.parent)
    try:
        os.close(handle)
        yield Path(scratch)
        sync(Path(scratch))
        Path(scratch).rename(target)
        sync(target.parent)
    finally:
        Path(scratch).unlink(missing_ok=True)
