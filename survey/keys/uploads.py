"""Uploads that wait sealed, and their keys: at most 24 hours, then nobody can open them any more.

The sealed files lie in ``settings.uploads``, the keys in a folder ``upload`` among the keys, never together
and never in a database. Where web processes have a key folder of their own, that one folder in it is theirs
to write: they make these keys and destroy them; a worker only sweeps (docs/decisions/0012 tells why).
"""

from __future__ import annotations

import os
import secrets
import stat
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from survey.keys.files import KeyFiles, KeyTrouble
from survey.keys.sealed_file import KEY, SealedFile, SealingStream
from survey.settings import Settings

KEPT: Final = timedelta(hours=24)
FOLDER: Final = "upload"
MOST_FILES: Final = 2


class _OwnKeys(KeyFiles):
    """Keys of uploads where one user does everything."""


class _SharedKeys(KeyFiles):
    """Keys of uploads that web processes make: one group writes them, so that a worker can sweep."""

    FOLDER_MODE = 0o2770
    FILE_MODE = 0o660
    FORBIDDEN = 0o007


class UploadGone(Exception):
    """The upload was taken, thrown away, or waited longer than it may."""


class Uploads:
    """All uploads of an installation. An id is 32 characters: the second of its beginning, then chance."""

    def __init__(self, settings: Settings) -> None:
        root = settings.web_keys or settings.keys
        self._keys = _SharedKeys(root) if settings.web_keys else _OwnKeys(root)
        self.folder = settings.uploads

    def prepare(self) -> None:
        """Make the folder of keys; for processes that may make keys."""
        place = self._keys.root / FOLDER
        place.mkdir(parents=True, exist_ok=True)
        if stat.S_IMODE(place.stat().st_mode) != self._keys.FOLDER_MODE:
            place.chmod(self._keys.FOLDER_MODE)

    def begin(self, *, now: datetime) -> str:
        """A new id and its key. Raises KeyTrouble where keys cannot be made."""
        upload = f"{int(now.timestamp()):010x}{secrets.token_hex(11)}"
        try:
            self._keys.create(_name(upload), secrets.token_bytes(KEY))
        except (FileNotFoundError, PermissionError):
            raise KeyTrouble(
                f"no key can be made in {self._keys.root / FOLDER}: start `afterword work` with the same "
                "keys_web, and put the web user into the group of that folder"
            ) from None
        return upload

    def receive(self, upload: str, number: int, *, most: int) -> SealingStream:
        """Where the bytes of one more file go; at most ``most`` of them are kept."""
        return SealingStream(self.folder / f"{upload}.new{number}", self._key(upload), most=most)

    def sealed(self, upload: str, path: Path) -> SealedFile:
        return SealedFile(path, self._key(upload))

    def keep(self, upload: str, files: Sequence[Path]) -> None:
        """These files of those received are the upload, in this order; any others go."""
        for number, path in enumerate(files, start=1):
            path.rename(self.folder / f"{upload}.{number}")
        for path in self.folder.glob(f"{upload}.new*"):
            path.unlink()

    def files(self, upload: str) -> tuple[SealedFile, ...]:
        """The files that wait. Raises UploadGone."""
        paths = (self.folder / f"{upload}.{number}" for number in range(1, MOST_FILES + 1))
        found = tuple(self.sealed(upload, path) for path in paths if path.exists())
        if not found:
            raise UploadGone
        return found

    def destroy(self, upload: str) -> None:
        """First the key, then what it sealed. Doing it twice is harmless."""
        try:
            self._keys.destroy(_name(upload))
        except PermissionError:  # made by a web process outside the group: not overwritten, but gone
            (self._keys.root / _name(upload)).unlink(missing_ok=True)
        for path in self.folder.glob(f"{upload}.*"):
            path.unlink(missing_ok=True)

    def sweep(self, *, now: datetime) -> int:
        """Destroy what has waited too long, and files whose key is gone; returns how many uploads went."""
        known = set(self._ids())
        lost = {path.name.partition(".")[0] for path in self.folder.iterdir()} - known
        over = {upload for upload in known if is_over(upload, now=now)}
        for upload in over | lost:
            self.destroy(upload)
        return len(over | lost)

    def _ids(self) -> Iterator[str]:
        place = self._keys.root / FOLDER
        if os.access(place, os.R_OK | os.X_OK):
            yield from (name.rpartition("/")[2] for name in self._keys.names(FOLDER))

    def _key(self, upload: str) -> bytes:
        name = _name(upload)
        if not self._keys.exists(name):
            raise UploadGone
        return self._keys.read(name, KEY)


def is_over(upload: str, *, now: datetime) -> bool:
    """Whether an upload has waited as long as it may; also one from a clock that ran ahead, or of no id."""
    try:
        begun = int(upload[:10], 16)
    except ValueError:
        return True
    return abs(now.timestamp() - begun) >= KEPT.total_seconds()


def _name(upload: str) -> str:
    if not upload.isalnum():
        raise UploadGone
    return f"{FOLDER}/{upload}"
