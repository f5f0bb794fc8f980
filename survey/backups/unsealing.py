"""A sealed backup, opened into a folder of its own inside the data folder for as long as it is needed.

Nobody sees any of it before the whole file has been found to be as it was written.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import click

from survey.backups.proving import Manifest, NotABackup
from survey.backups.shelving import SEALED
from survey.keys import backup_pair, sealed_backup
from survey.settings import Settings

SCRATCH = ".opening-"


class NoBackupKey(click.ClickException):
    """A key cannot be written or read; the text says why and what to do."""


@dataclass(frozen=True)
class Backup:
    """A file that can be read, and what a sealed one said it held."""

    path: Path
    manifest: Manifest | None


@contextmanager
def opened(settings: Settings, file: Path, key: Path | None) -> Iterator[Backup]:
    """The readable file: the given one where it is not sealed. Raises NotABackup, NoBackupKey."""
    try:
        with file.open("rb") as source:
            sealed = sealed_backup.is_sealed(source.read(len(sealed_backup.BEGINNING)))
    except OSError as trouble:
        raise NotABackup(f"{file} cannot be read: {trouble.strerror}.") from None
    if not sealed:
        yield Backup(file, None)
        return
    if key is None:
        raise NotABackup(f"{file} is sealed. Add --key and the file with the private backup key.")
    private = read_private(key)
    settings.data.mkdir(mode=0o700, parents=True, exist_ok=True)
    for left in settings.data.glob(f"{SCRATCH}*"):  # of a process that was killed
        shutil.rmtree(left)
    with tempfile.TemporaryDirectory(prefix=SCRATCH, dir=settings.data) as scratch:
        plain = Path(scratch) / file.name.removesuffix(SEALED)
        plain.touch(mode=0o600)
        manifest = _unseal(file, plain, private)
        try:
            yield Backup(plain, manifest)
        except NotABackup as trouble:
            raise NotABackup(trouble.reason.replace(str(plain), str(file))) from None


def _unseal(file: Path, plain: Path, private: bytes) -> Manifest:
    try:
        with file.open("rb") as source, plain.open("wb") as target:
            return Manifest.read(sealed_backup.unseal(source, target, private=private))
    except sealed_backup.AnotherKey:
        raise NotABackup(f"{file} was sealed for another key; look for the right one.") from None
    except (sealed_backup.Damaged, ValueError):
        raise NotABackup(f"{file} is damaged or was changed; take an older backup.") from None
    except OSError as trouble:
        raise NotABackup(f"{file} could not be opened in {plain.parent}: {trouble.strerror}.") from None


def read_private(file: Path) -> bytes:
    """The private half in a file, 32 bytes. Raises NoBackupKey."""
    try:
        with file.open(encoding="utf-8") as opened:
            lines = [line for line in opened.read(4096).splitlines() if not line.startswith("#")]
        return backup_pair.read("".join(lines), backup_pair.PRIVATE)
    except OSError as trouble:
        raise NoBackupKey(f"{file} cannot be read: {trouble.strerror}.") from None
    except (backup_pair.NotAHalf, UnicodeDecodeError):
        raise NoBackupKey(
            f"{file} holds no private backup key, or a digit of it is wrong; compare it with the print."
        ) from None
