"""Key files on their own volume: written and synced before use, overwritten before they go.

Keys never enter a database or its backups, because deleted rows survive there. Overwriting is best effort
on flash storage; the operations guide asks for disk encryption.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from pathlib import Path

from survey.disk import sync

FOLDERS = ("issue", "pool", "cards", "feeds")


class KeyTrouble(Exception):
    """A key file that is missing, damaged or open to others; the text says which and what to do."""


class KeyFiles:
    """The folder of key files. Names are relative paths such as ``issue/2026-W48.web``."""

    FOLDER_MODE = 0o700
    FILE_MODE = 0o600
    #: Permissions that nobody may have on a folder or file here.
    FORBIDDEN = 0o077

    def __init__(self, root: Path) -> None:
        self.root = root

    def prepare(self) -> None:
        """Make the folder tree, closed to everybody else. Raises KeyTrouble if it is open."""
        for folder in (self.root, *(self.root / each for each in FOLDERS)):
            folder.mkdir(mode=self.FOLDER_MODE, parents=True, exist_ok=True)
            self._refuse_open(folder, folder.stat().st_mode, self.FOLDER_MODE)

    def create(self, name: str, content: bytes) -> None:
        """Write a new key so that it survives a power cut before anybody uses it. An existing one stays."""
        path = self.root / name
        scratch = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
        handle = os.open(scratch, os.O_WRONLY | os.O_CREAT | os.O_EXCL, self.FILE_MODE)
        try:
            os.fchmod(handle, self.FILE_MODE)  # whatever the process's mask takes away or leaves
            os.write(handle, content)
            os.fsync(handle)
        finally:
            os.close(handle)
        try:
            os.link(scratch, path)  # fails if another process was first: its key is the one
        except FileExistsError:
            pass
        finally:
            scratch.unlink()
        sync(path.parent)

    def read(self, name: str, size: int) -> bytes:
        """The key's bytes. Raises KeyTrouble if it is missing, of the wrong size, or readable by others."""
        path = self.root / name
        try:
            handle = os.open(path, os.O_RDONLY)
            try:
                self._refuse_open(path, os.fstat(handle).st_mode, self.FILE_MODE)
                content = os.read(handle, size + 1)
            finally:
                os.close(handle)
        except FileNotFoundError:
            raise KeyTrouble(f"the key file {name} is missing") from None
        except PermissionError:
            raise KeyTrouble(f"{path} cannot be read by this user; check its owner") from None
        if len(content) != size:
            raise KeyTrouble(f"the key file {name} is damaged: {size} bytes expected")
        return content

    def exists(self, name: str) -> bool:
        return (self.root / name).exists()

    def names(self, folder: str) -> Iterator[str]:
        """Names of the keys in one of ``FOLDERS``, without unfinished ones."""
        for path in sorted((self.root / folder).iterdir()):
            if not path.name.startswith("."):
                yield f"{folder}/{path.name}"

    def _refuse_open(self, path: Path, mode: int, wanted: int) -> None:
        if mode & self.FORBIDDEN:
            raise KeyTrouble(f"{path} can be read by others; run: chmod {wanted:o} {path}")

    def destroy(self, name: str) -> None:
        """Overwrite, sync, remove, sync. Doing it twice is harmless."""
        path = self.root / name
        try:
            size = path.stat().st_size
            handle = os.open(path, os.O_WRONLY)
        except FileNotFoundError:
            return
        try:
            os.write(handle, secrets.token_bytes(size))
            os.fsync(handle)
        finally:
            os.close(handle)
        path.unlink(missing_ok=True)
        sync(path.parent)
