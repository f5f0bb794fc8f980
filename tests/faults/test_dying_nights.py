"""Wherever the night's work is cut, nothing is lost, nothing is doubled, and no key is left over."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, delete, select

from survey.db import lock_practice, transaction
from survey.keys import pool as pool_keys
from survey.keys.files import KeyFiles
from survey.migrations.tables import METADATA
from survey.releases import flushing
from survey.responses.model import Kind, PoolKey
from survey.runtime import Runtime, open_runtime
from survey.settings import environment_for
from tests.faults.dying import NIGHT, Scene, die_at, harm, live, prepare
from tests.services import FULL, miss

ROOT = Path(__file__).resolve().parents[2]
MOST = 400

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="needs a system with fork")


@pytest.fixture
def scene(sqlite_runtime: Runtime) -> Scene:
    return prepare(sqlite_runtime)


def harmed_steps(scene: Scene, folder: Path, *, stride: int = 1) -> Iterator[tuple[int, list[str]]]:
    """Die at each step in turn, each time on a fresh copy; ends with the first night that lives."""
    for step in range(1, MOST, stride):
        copy = scene.moved(folder)
        if not die_at(copy, step):
            return
        yield step, harm(copy)
    pytest.fail("the night never came to its end")


def test_a_night_that_is_not_cut_does_no_harm(scene: Scene) -> None:
    live(scene, NIGHT)
    assert harm(scene) == []


def test_wherever_a_night_dies_nothing_is_lost_or_doubled(scene: Scene, tmp_path: Path) -> None:
    """Every statement, commit, key write, sync, link and removal (every third without the full run)."""
    seen = list(harmed_steps(scene, tmp_path / "copy", stride=1 if FULL else 3))
    assert len(seen) > (40 if FULL else 13)
    assert [each for each in seen if each[1]] == []


def key_first(engine: Engine, files: KeyFiles, practice_id: int, kind: Kind, today: date) -> Any:
    """The broken variant: the old key is destroyed before the commit and not after it."""
    with transaction(engine, practice_id) as db:
        lock_practice(db, practice_id)
        key = db.scalars(
            select(PoolKey).where(PoolKey.practice_id == practice_id, PoolKey.kind == kind)
        ).one()
        used = flushing._keys_at_hand(db, files, key)
        flushed = flushing._replace_pool(db, files, key, used, today)
        for kid in used - {key.kid}:
            pool_keys.destroy_key(files, practice_id, kid)
    return flushed


def test_a_key_destroyed_before_the_commit_would_be_noticed(
    scene: Scene, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(flushing, "_flush_kind", key_first)
    found: list[str] = []
    for step in range(1, MOST):
        copy = scene.moved(tmp_path / "copy")
        if not die_at(copy, step):
            break
        try:
            found += harm(copy)
        except Exception as trouble:  # noqa: BLE001 — a key folder that does not fit stops the night
            found.append(type(trouble).__name__)
        if found:
            return
    pytest.fail("the broken order of steps was not noticed")


def test_a_flush_without_a_sweep_would_be_noticed(
    scene: Scene, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(flushing, "_sweep", lambda *_: None)
    for _, wrong in harmed_steps(scene, tmp_path / "copy"):
        if any("keys on disk" in each for each in wrong):
            return
    pytest.fail("a key that was left over was not noticed")


@pytest.mark.parametrize(
    "settings", ["postgres"], indirect=True
)  # the other one is done above, at every step
def test_on_postgresql_too(runtime: Runtime, tmp_path: Path) -> None:
    """A sample of steps; each on a practice of its own making."""
    folder = tmp_path / "keys"
    for step in range(2, MOST, 5 if FULL else 17):
        with transaction(runtime.engine) as db:
            for table in reversed(METADATA.sorted_tables):
                db.execute(delete(table))
        shutil.rmtree(folder)
        fresh = open_runtime(runtime.settings, runtime.clock)
        scene = prepare(fresh)
        if not die_at(scene, step):
            return
        assert (step, harm(scene)) == (step, [])
    pytest.fail("the night never came to its end")


# --- the same from outside: the process is killed in the middle of a system call ---------------------------

CALLS = "pwrite64,fsync,fdatasync,link,linkat,unlink,ftruncate"


def killed_at(scene: Scene, call: int) -> bool:
    """Run the night under strace, which kills it at its n-th writing system call."""
    inject = ["-e", f"trace={CALLS}", "-e", f"inject={CALLS}:signal=SIGKILL:when={call}"]
    done = subprocess.run(
        ["strace", "-f", "-qq", "-o", "/dev/null", *inject, sys.executable, "-m", "tests.faults.one_night"],
        env=environment_for(scene.settings),
        cwd=ROOT,
        capture_output=True,
        timeout=120,
        check=False,
    )
    assert done.returncode in (0, -9, 137), done.stderr[-500:]
    return done.returncode != 0


def require_strace() -> None:
    if shutil.which("strace") is None:
        miss("strace", "strace is not installed")
    probe = subprocess.run(["strace", "-qq", "-o", "/dev/null", "true"], capture_output=True, check=False)
    if probe.returncode:
        miss("strace", "this machine lets nobody trace a process")


def killed_steps(scene: Scene, folder: Path, calls: Iterator[int] | range) -> Iterator[tuple[int, list[str]]]:
    for call in calls:
        copy = scene.moved(folder)
        if not killed_at(copy, call):
            return
        yield call, harm(copy)


def test_killed_in_the_middle_of_writing(scene: Scene, tmp_path: Path) -> None:
    require_strace()
    seen = list(killed_steps(scene, tmp_path / "copy", range(8, 60, 25)))
    assert seen
    assert [each for each in seen if each[1]] == []


@pytest.mark.slow
def test_killed_at_every_writing_system_call(scene: Scene, tmp_path: Path) -> None:
    require_strace()
    seen = list(killed_steps(scene, tmp_path / "copy", range(1, MOST)))
    assert len(seen) > 30
    assert [each for each in seen if each[1]] == []
