"""The halves of the keys that a web process may hold: a folder of its own, filled by the worker.

Token checks, tags and public keys are in it; what opens addresses and answers, or tells who got which link,
never is. So a web process that is broken into has nothing to open the database with.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import NoReturn

from survey.keys import contact, second_factor
from survey.keys.files import KeyFiles, KeyTrouble
from survey.keys.matching import GENERATION

#: Endings of the files that a web process must not be able to read.
PRIVATE = (".sk", ".nonce", ".url")
PUBLIC = (".pk", ".web")  # in this order: the second one's presence means that the week is whole
#: Folders with halves for web processes.
SHARED = ("issue", "cards")


class PrivateKeyInReach(KeyTrouble):
    """A web process could read, or was asked to use, what only the worker may."""


class SharedHalves(KeyFiles):
    """The folder as the worker fills it: readable for one group, writable for nobody else."""

    FOLDER_MODE = 0o750
    FILE_MODE = 0o640
    FORBIDDEN = 0o027


class WebHalves(SharedHalves):
    """The folder as a web process sees it: nothing is made, nothing destroyed, nothing private opened."""

    def prepare(self) -> None:
        """Check that the folder is there and closed to others. Raises KeyTrouble."""
        for folder in (self.root, *(self.root / each for each in SHARED)):
            if not folder.is_dir():
                raise KeyTrouble(f"{folder} is missing; start `afterword work` with the same keys_web first")
            self._refuse_open(folder, folder.stat().st_mode, self.FOLDER_MODE)

    def create(self, name: str, content: bytes) -> NoReturn:
        raise KeyTrouble(f"the key file {name} is made by the worker only; is `afterword work` running?")

    def destroy(self, name: str) -> NoReturn:
        raise PrivateKeyInReach(f"a web process destroys no keys ({name})")

    def read(self, name: str, size: int) -> bytes:
        self._refuse_private(name)
        return super().read(name, size)

    def exists(self, name: str) -> bool:
        self._refuse_private(name)
        return super().exists(name)

    def names(self, folder: str) -> Iterator[str]:
        self._refuse_private(folder + "/")
        return super().names(folder)

    def _refuse_private(self, name: str) -> None:
        if name.startswith(("pool/", "feeds/")) or name.endswith(PRIVATE):
            raise PrivateKeyInReach(f"a web process holds no private keys and was asked for {name}")


def refuse_private(*roots: Path) -> None:
    """Raises PrivateKeyInReach if this process is able to read a private key in one of the folders."""
    for root in roots:
        for folder in (root, root / "issue", root / "pool", root / "feeds"):
            if not os.access(folder, os.R_OK | os.X_OK):
                continue
            for path in folder.iterdir():
                if path.suffix in PRIVATE and os.access(path, os.R_OK):
                    raise PrivateKeyInReach(
                        f"This is a web process (role web), but it can read private keys in {folder}. Run it "
                        "as another user than the worker, and point keys_web at the folder of public halves."
                    )


def publish(files: KeyFiles, root: Path) -> None:
    """Bring the folder for web processes in line: add what is new, destroy what is gone from ``files``."""
    shared = SharedHalves(root)
    shared.prepare()
    wanted = [name for name in (contact.NAME, GENERATION, second_factor.NAME) if files.exists(name)]
    for ending in PUBLIC:
        wanted += [name for each in SHARED for name in files.names(each) if name.endswith(ending)]
    for name in wanted:
        content = (files.root / name).read_bytes()
        if shared.exists(name) and shared.read(name, len(content)) != content:
            shared.destroy(name)
        shared.create(name, content)
    for name in [name for each in SHARED for name in shared.names(each)]:
        if name not in wanted:
            shared.destroy(name)
