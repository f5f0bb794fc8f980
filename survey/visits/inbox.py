"""A watched folder on disk: files are claimed, and afterwards overwritten and removed, or set aside a day.

What is claimed moves into a folder closed to everybody else before it is looked at, so that nobody can put a
link or other content in its place. Never follows a link, never writes a name or content of a file to a log.
"""

from __future__ import annotations

import fcntl
import os
import secrets
import stat
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

#: A file that was written to less than so long ago may be half there.
SETTLED: Final = timedelta(minutes=1)
TAKEN: Final = ".taken"
REFUSED: Final = "refused"
#: With this begin the names of the texts; names of files that were claimed begin with random digits.
WHY: Final = "why-"
#: How long a refused file waits in clear; as long as an upload does.
KEPT: Final = timedelta(hours=24)
LOCK: Final = ".lock"
#: Ends of names under which programs write what is not whole yet.
UNFINISHED: Final = (".tmp", ".part", ".partial", ".filepart", ".crdownload", "~")
PIECE: Final = 1024 * 1024
REMOVED: Final = "The file was overwritten and removed: it may stand here for 24 hours. Export it again."
FOREVER: Final = datetime.max.replace(tzinfo=UTC)
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
    """Hold the folder for this process alone; False where another one has it. A dead process lets go.

    The lock is a file: network drives know no lock of a folder. Raises UnsafeFolder.
    """
    handle = os.open(_own(folder / TAKEN) / LOCK, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)
    try:
        yield _locked(handle)
    finally:
        os.close(handle)


def _locked(handle: int) -> bool:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def claim(folder: Path, *, now: datetime) -> tuple[Path, ...]:
    """Settled files, now in the closed folder; those of a run that was cut come along. Hold the folder."""
    taken = _own(folder / TAKEN)
    for path in sorted(folder.iterdir()):
        if _is_settled(path, now):
            path.rename(taken / f"{secrets.token_hex(4)}-{_short(path.name)}")
    return tuple(_files(taken))


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


def refuse(folder: Path, path: Path, reasons: Iterable[str], *, now: datetime) -> None:
    """Set a claimed file aside with a text that says why. Its day begins now."""
    target = _own(folder / REFUSED) / path.name
    _write(_text_of(target), reasons, os.O_TRUNC)
    os.utime(_text_of(target), (now.timestamp(), now.timestamp()))
    if is_plain(path):
        path.rename(target)
    else:
        path.unlink()


def forget_refused(folder: Path, *, before: datetime) -> None:
    """Overwrite and remove what was set aside by then. The text stays, says so, and loses its name."""
    aside = folder / REFUSED
    found = _files(_own(aside)) if aside.is_dir() else []
    for path in (each for each in found if not each.name.startswith(WHY)):
        text = _text_of(path)
        if (text if text.exists() else path).lstat().st_mtime <= before.timestamp():
            _write(text, [REMOVED], os.O_APPEND)
            shred(path)
            text.rename(aside / f"{WHY}removed-{secrets.token_hex(4)}.txt")


def let_go(folder: Path) -> None:
    """A folder is looked at no more: what was being read goes back, nothing refused stays in clear."""
    for path in _files(_own(folder / TAKEN)):
        path.rename(folder / path.name)
    forget_refused(folder, before=FOREVER)


def refused(folder: Path) -> int:
    """How many files stand aside with a text beside them."""
    aside = folder / REFUSED
    return sum(1 for path in aside.iterdir() if path.name.startswith(WHY)) if aside.is_dir() else 0


def _text_of(path: Path) -> Path:
    return path.with_name(f"{WHY}{path.name}.txt")


def _write(text: Path, lines: Iterable[str], mode: int) -> None:
    handle = os.open(text, os.O_WRONLY | os.O_CREAT | os.O_NOFOLLOW | mode, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as stream:
        stream.writelines(f"{line}\n" for line in lines)


def _files(folder: Path) -> list[Path]:
    """Files and links of a folder of ours, without the lock."""
    return sorted(
        path for path in folder.iterdir() if path.name != LOCK and not stat.S_ISDIR(path.lstat().st_mode)
    )


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
