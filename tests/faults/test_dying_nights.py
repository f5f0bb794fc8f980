"""Wherever the night's work is cut, nothing is lost, nothing is doubled, and no key is left over."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, select

from survey.db import lock_practice, transaction
from survey.keys import pool as pool_keys
from survey.keys.files import KeyFiles
from survey.releases import flushing
from survey.responses.model import Kind, PoolKey
from survey.runtime import Runtime
from tests.faults import figures, tracing
from tests.faults.dying import NIGHT, Scene, die_at, harm, killed_at, live, prepare
from tests.services import FULL

MOST = 600

pytestmark = tracing.NEEDS_FORK


#: Broken variants: one database is enough to see that they are noticed.
ON_SQLITE = pytest.mark.parametrize("settings", ["sqlite"], indirect=True)


@pytest.fixture
def scene(runtime: Runtime) -> Scene:
    """On each database."""
    return prepare(runtime)


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
    """Every statement, commit, key write, sync, link and removal (a sample without the full run)."""
    stride = 1 if FULL else 29 if scene.settings.database_url else 5
    seen = list(harmed_steps(scene, tmp_path / "copy", stride=stride))
    figures.note("ended at a statement, commit or change of a key file", scene, seen)
    assert len(seen) > (40 if FULL else 2)
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


@ON_SQLITE
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
            break
    assert found, "the broken order of steps was not noticed"


@ON_SQLITE
def test_a_flush_without_a_sweep_would_be_noticed(
    scene: Scene, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(flushing, "_sweep", lambda *_: None)
    steps = harmed_steps(scene, tmp_path / "copy")
    noticed = (any("keys on disk" in each for each in wrong) for _, wrong in steps)
    assert any(noticed), "a key that was left over was not noticed"


# --- the same from outside: the process is killed in the middle of a system call ---------------------------


def killed_calls(scene: Scene, folder: Path, *, first: int, stride: int) -> Iterator[tuple[int, list[str]]]:
    for call in range(first, MOST, stride):
        copy = scene.moved(folder)
        if not killed_at(copy, call):
            return
        yield call, harm(copy)
    pytest.fail("the night never came to its end")


def test_killed_in_the_middle_of_writing_or_sending(scene: Scene, tmp_path: Path) -> None:
    """Every system call (every 29th without the full run)."""
    tracing.require()
    calls = killed_calls(scene, tmp_path / "copy", first=1 if FULL else 8, stride=1 if FULL else 29)
    seen = list(calls)
    figures.note("killed by strace at a system call", scene, seen)
    assert len(seen) > (60 if FULL else 1)
    assert [each for each in seen if each[1]] == []
