"""The power fails: what was written and not synced is gone, and every answer that was thanked for is there.

A process takes answers under strace, which notes each write, sync and change of a file. The disk is then
built again as it stood after each of these steps, once with everything that was written and once with only
what had been synced, and opened as after a restart. Not modelled: torn sectors, and disks that say "synced"
and are not.
"""

from __future__ import annotations

import os
import re
import shutil
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from survey import db as database
from survey.app import make_app
from survey.practice.model import Practice
from survey.runtime import Runtime
from tests import builders
from tests.faults import tracing
from tests.web.patients import send

pytestmark = tracing.NEEDS_FORK

ANSWERS = 3
CALLS = "openat,close,pwrite64,fsync,fdatasync,ftruncate,unlink"
CALL = re.compile(r"(?:\d+ +)?(\w+)\((.*)\) += (-?\d+)")
PIECE = re.compile(r'"((?:\\x[0-9a-f]{2})*)"')
THANKED = "thanked"


@dataclass
class File:
    """What was written to a file, and what of it a power cut leaves."""

    written: bytearray = field(default_factory=bytearray)
    synced: bytes = b""

    def write(self, content: bytes, at: int) -> None:
        if len(self.written) < at:
            self.written.extend(bytes(at - len(self.written)))
        self.written[at : at + len(content)] = content


@dataclass
class Disk:
    """The folder of the database as the noted calls left it, and how many answers were thanked for."""

    folder: Path
    files: dict[str, File]
    opened: dict[int, str] = field(default_factory=dict)
    thanked: int = 0

    def apply(self, call: str, given: str, result: int) -> bool:
        """One call; False where it changed nothing."""
        if call == "openat":
            path = _text(given)
            if path.startswith(str(self.folder)):
                self.opened[result] = Path(path).name
                if "O_TRUNC" in given:
                    self.files[Path(path).name] = File()
            return False
        if call == "unlink":
            return self.files.pop(Path(_text(given)).name, None) is not None
        handle, _, rest = given.partition(", ")
        name = self.opened.get(int(handle))
        if call == "close":
            self.opened.pop(int(handle), None)
        if name is None or call == "close" or name.endswith("-shm"):
            return False
        if name == THANKED:
            self.thanked += call == "pwrite64"
            return False
        return self._changed(self.files.setdefault(name, File()), call, rest)

    def _changed(self, file: File, call: str, rest: str) -> bool:
        if call == "pwrite64":
            file.write(_bytes(rest), int(rest.rsplit(", ", 1)[1]))
        elif call == "ftruncate":
            size = int(rest)
            file.written[:] = file.written[:size].ljust(size, b"\0")
        else:
            file.synced = bytes(file.written)
        return True

    def put(self, folder: Path, *, only_synced: bool) -> None:
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        for name, file in self.files.items():
            (folder / name).write_bytes(file.synced if only_synced else bytes(file.written))


def _bytes(text: str) -> bytes:
    found = PIECE.search(text)
    assert found is not None, text[:80]
    return bytes.fromhex(found[1].replace("\\x", ""))


def _text(text: str) -> str:
    return _bytes(text).decode()


@pytest.fixture
def practice(sqlite_runtime: Runtime) -> Practice:
    tracing.require()
    return builders.make_practice(sqlite_runtime)


def recorded(runtime: Runtime, practice: Practice, log: Path) -> Iterator[Disk]:
    """The disk after each step of a process that takes answers, the one before the first included."""
    clinician = builders.make_clinician(runtime, practice)
    tokens = [builders.make_token(runtime, practice, clinician) for _ in range(ANSWERS)]
    data = runtime.settings.data
    runtime.engine.dispose()  # the last connection leaves no log behind
    held = {
        path.name: File(bytearray(path.read_bytes()), path.read_bytes()) for path in data.glob("*.sqlite3*")
    }
    disk = Disk(data, held)

    def take() -> None:
        client = make_app(runtime).test_client()
        note = os.open(data / THANKED, os.O_WRONLY | os.O_CREAT)
        for number, token in enumerate(tokens):
            assert send(client, token).status_code == 200
            os.pwrite(note, b"x", number)

    assert tracing.traced(take, "-xx", "-s", "1000000", "-e", f"trace={CALLS}", log=log) == 0
    yield disk
    for line in log.read_text("ascii").splitlines():
        found = CALL.fullmatch(line.strip())
        if found is not None and int(found[3]) >= 0 and disk.apply(found[1], found[2], int(found[3])):
            yield disk


def lost(disk: Disk, folder: Path) -> list[str]:
    """What a restart would not find."""
    wrong = []
    for only_synced in (False, True):
        disk.put(folder, only_synced=only_synced)
        opened = sqlite3.connect(folder / "afterword.sqlite3")
        try:
            sound = opened.execute("PRAGMA integrity_check").fetchone()[0]
            spent = opened.execute("SELECT count(*) FROM spent").fetchone()[0]
            boxes = opened.execute("SELECT count(*) FROM pool").fetchone()[0]
        finally:
            opened.close()
        if sound != "ok":
            wrong.append(f"damaged: {sound}")
        if boxes != 2 * spent:
            wrong.append(f"{spent} links spent, {boxes} boxes")
        if spent < disk.thanked:
            wrong.append(f"{disk.thanked} thanked, {spent} there")
    return wrong


def losses(runtime: Runtime, practice: Practice, folder: Path) -> tuple[int, list[list[str]]]:
    """How many states of the disk were tried, and what was wrong with each that was not sound."""
    found = [lost(disk, folder / "disk") for disk in recorded(runtime, practice, folder / "calls")]
    return len(found), [each for each in found if each]


def test_whenever_the_power_fails_every_answer_that_was_thanked_for_is_there(
    sqlite_runtime: Runtime, practice: Practice, tmp_path: Path
) -> None:
    states, wrong = losses(sqlite_runtime, practice, tmp_path)
    assert states > 5 * ANSWERS
    assert wrong == []


def test_without_a_sync_at_each_commit_the_loss_would_be_noticed(
    sqlite_runtime: Runtime, practice: Practice, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The planted fault: the setting that most programs ship with."""
    monkeypatch.setitem(database.PRAGMAS, "synchronous", ("NORMAL", 1))
    _, wrong = losses(sqlite_runtime, practice, tmp_path)
    assert any("thanked" in each for found in wrong for each in found)
