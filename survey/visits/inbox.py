"""A watched folder on disk: files are claimed, and afterwards overwritten and removed, or set aside.

What is claimed moves into a folder closed to everybody else before it is looked at, so that nobody can put a
link or other content in its place. Never follows a link, never writes a name or content of a file to a log.
"""

from __future__ import annotations

import fcntl
import os
import secrets
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

#: A file that was written to less than so long ago may be half there.
SETTLED: Final = timedelta(minutes=1)
TAKEN: Final = ".taken"
REFUSED: Final = "refused"
#: Ends of names under which programs write what is not whole yet.
UNFINISHED: Final = (".tmp", ".part", ".partial", ".filepart", ".crdownload", "~")
PIECE: Final = 1024 * 1024
#: So much of a name is kept, that endings can be added to it.
NAME_BYTES: Final = 180


class UnsafeFolder(Exception):
    """A folder that cannot be watched; the text says why and what to do."""


def require_safe(folder: Path) -> Path:
    """The folder's full path. Raises UnsafeFolder where it is absent, shared with everybody or not ours."""
    found = folder.resolve()
    if not found.is_dir():
        raise UnsafeFolder(f"{found} is not a folder. Make it first, then watch it.")
    if found.stat().st_mode & stat.S_IWOTH:
        raise UnsafeFolder(f"Everybody can write to {found}; run: chmod o-w {found}")
    if not os.access(found, os.R_OK | os.W_OK | os.X_OK):
        raise UnsafeFolder(f"This user cannot read and write in {found}; check its owner.")
    return found


@contextmanager
def held(folder: Path) -> Iterator[bool]:
    """Hold the folder for this process alone; False where another one has it. A dead process lets go."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(handle)
        yield False
        return
    try:
        yield True
    finally:
        os.close(handle)


def claim(folder: Path, *, now: datetime) -> tuple[Path, ...]:
    """Settled files, now in the closed folder; those of a run that was cut come along. Hold the folder."""
    taken = _own(folder / TAKEN)
    for path in sorted(folder.iterdir()):
        if _is_settled(path, now):
            path.rename(taken / f"{secrets.token_hex(4)}-{_short(path.name)}")
    return tuple(sorted(taken.iterdir()))


def is_plain(path: Path) -> bool:
    """Whether a claimed file is one: no link, no second name of a file that stands elsewhere, no pipe."""
    found = path.lstat()
    return stat.S_ISREG(found.st_mode) and found.st_nlink == 1


def shred(path: Path) -> None:
    """Overwrite, sync, remove. What is not a plain file is only removed."""
    if is_plain(path):
        handle = os.open(path, os.O_WRONLY | os.O_NOFOLLOW)
        try:
            left = os.fstat(handle).st_size
            while left > 0:
                left -= os.write(handle, secrets.token_bytes(min(PIECE, left)))
            os.fsync(handle)
        finally:
            os.close(handle)
    path.unlink()


def refuse(folder: Path, path: Path, reasons: Iterator[str]) -> int:
    """Set a claimed file aside with a text that says why; returns how many reasons there were."""
    aside = _own(folder / REFUSED)
    target = aside / path.name
    number = 0
    handle = os.open(f"{target}.txt", os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as stream:
        for number, reason in enumerate(reasons, start=1):  # noqa: B007  the last one is the count
            stream.write(reason + "\n")
    if is_plain(path):
        path.rename(target)
    else:
        path.unlink()
    return number


def refused(folder: Path) -> int:
    """How many files stand aside with a text beside them."""
    aside = folder / REFUSED
    return sum(1 for path in aside.iterdir() if path.name.endswith(".txt")) if aside.is_dir() else 0


def _is_settled(path: Path, now: datetime) -> bool:
    """Folders stay where they are; links are claimed, so that they are refused and named."""
    name = path.name
    found = path.lstat()
    if name.startswith(".") or name.lower().endswith(UNFINISHED) or stat.S_ISDIR(found.st_mode):
        return False
    return now.timestamp() - found.st_mtime >= SETTLED.total_seconds()


def _own(folder: Path) -> Path:
    """A folder of ours, closed to everybody else. Raises UnsafeFolder where something else is there."""
    folder.mkdir(mode=0o700, exist_ok=True)
    found = folder.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.geteuid() or found.st_mode & 0o077:
        raise UnsafeFolder(f"{folder} is not a folder of this user alone; remove it.")
    return folder


def _short(name: str) -> str:
    return os.fsencode(name)[-NAME_BYTES:].decode("utf-8", "replace").replace("\ufffd", "_")
