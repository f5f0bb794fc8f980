"""An export that is killed anywhere (row 5): a file of its name is whole, or there is none."""

from __future__ import annotations

import shutil
import zipfile
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path

import pytest

from survey import exporting
from survey.runtime import Runtime
from tests import builders
from tests.faults import tracing
from tests.jobs.towns import answer

#: strace counts each of them for itself.
CALLS = ("openat", "write", "fsync", "rename", "close")

pytestmark = tracing.NEEDS_FORK


@pytest.fixture
def packed(sqlite_runtime: Runtime) -> bytes:
    """Everything that a practice may take away."""
    practice = builders.make_practice(sqlite_runtime)
    answer(sqlite_runtime, practice, times=1)
    return exporting.take_everything(sqlite_runtime, practice, actor="olu")[1]


def cut(write: Callable[[Path, bytes], None], folder: Path, packed: bytes) -> Iterator[list[str]]:
    """Kill the writing at each call of each kind in turn; what is wrong afterwards."""
    for name in CALLS:
        for call in count(1):
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir()
            file = folder / "all.zip"
            if not tracing.killed_at(lambda: write(file, packed), call, calls=name, follow=False):  # noqa: B023
                break
            yield harm(file, packed)


def harm(file: Path, packed: bytes) -> list[str]:
    """A file that was cut off; what a second try does not mend, or leaves beside it."""
    wrong = ["cut off"] if file.exists() and file.read_bytes() != packed else []
    wrong += ["others may read it" for each in file.parent.iterdir() if each.stat().st_mode & 0o077]
    exporting._write(file, packed)
    with zipfile.ZipFile(file) as found:
        wrong += [] if found.testzip() is None else ["damaged after a second try"]
    return wrong + [each.name for each in file.parent.iterdir() if each != file]


def test_an_export_that_is_killed_leaves_none_or_a_whole_one(packed: bytes, tmp_path: Path) -> None:
    tracing.require()
    seen = list(cut(exporting._write, tmp_path / "there", packed))
    assert len(seen) > 3
    assert [each for each in seen if each] == []


def test_one_written_under_its_own_name_would_be_noticed(packed: bytes, tmp_path: Path) -> None:
    """The broken variant."""
    tracing.require()
    assert ["cut off"] in [each[:1] for each in cut(_at_once, tmp_path / "there", packed)]


def _at_once(file: Path, packed: bytes) -> None:
    file.write_bytes(packed)
