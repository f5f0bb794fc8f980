"""Wherever the deletion of a practice that asked to leave dies, the worker ends it and harms nobody else."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Table

from survey import leaving
from survey.db import as_owner, insert_once, transaction
from survey.invitations import journal
from survey.leaving import Leaving
from survey.practice import departing
from survey.practice.model import JobRun, Practice
from survey.runtime import Runtime
from tests import builders
from tests.databases import SQLITE_FIRST
from tests.faults import tracing
from tests.faults.dying import NIGHT, Scene, die_at, killed_at, live, prepare, rows_of
from tests.services import FULL

MOST = 900
REPORT = "harbour-2026-Q1.csv"
#: What ordinary wakings write.
CHANGING = {"job_run", "installation"}
TODAY = NIGHT.date()
ON_SQLITE = pytest.mark.parametrize("settings", ["sqlite"], indirect=True)

pytestmark = tracing.NEEDS_FORK


@pytest.fixture
def scene(runtime: Runtime) -> Scene:
    """Riverside is to be deleted now, Harbour stays; nights are done. Each has an opt-out and a report."""
    riverside = prepare(runtime).practice
    harbour = builders.make_practice(runtime, slug="harbour", name="Harbour Practice")
    builders.make_cards(runtime, harbour)
    for practice in (riverside, harbour):
        journal.append(runtime, practice.id, b"t" * 16)
        (runtime.settings.reports / f"{practice.slug}-2026-Q1.csv").write_text(practice.slug)
        for back in range(4):
            note(runtime, practice, "night", TODAY - timedelta(days=back))
    with transaction(runtime.engine, riverside.id) as db:
        leaves_on = departing.leave(db, riverside.id, today=TODAY - departing.WAITING)
        departing.note_warned(db, db.get_one(Practice, riverside.id), today=leaves_on - departing.NOTICE)
    found = Scene(runtime.settings, riverside, rows_of(runtime.engine))
    runtime.engine.dispose()
    return found


def note(runtime: Runtime, practice: Practice, job: str, day: date) -> None:
    with transaction(runtime.engine, practice.id) as db:
        insert_once(db, JobRun, practice_id=practice.id, job=job, day=day)


def harm(scene: Scene) -> list[str]:
    """What is wrong after the worker woke again at once and in the next night."""
    for later in (timedelta(minutes=1), timedelta(days=1)):
        live(scene, NIGHT + later)
    runtime, gone = scene.open(), scene.practice.id
    try:
        with as_owner(scene.settings, runtime.engine) as owner:
            rows = rows_of(owner)
        whose = {practice_id for practice_id, _ in journal.entries(runtime)}
        files, settings = runtime.files.root.rglob("*"), runtime.settings
        found = {
            "rows are left": {table.name for table in rows if any(is_of(gone, row) for row in rows[table])},
            "keys are left": {each.name for each in files if f"{gone:016x}" in each.name},
            "opt-outs are left": whose & {gone},
            "opt-outs are lost": set() if whose - {gone} else {"harbour"},
            "reports are left": {each.name for each in settings.reports.iterdir()} - {REPORT},
            "the line is missing": {"riverside"} - {each.slug for each in leaving.departed(runtime)},
            "it is not finished": {each.name for each in settings.journal.glob("*.leaving")},
            "somebody else was touched": touched(scene, rows),
        }
        return [f"{name}: {sorted(map(str, each))}" for name, each in found.items() if each]
    finally:
        runtime.engine.dispose()


def is_of(practice_id: int, row: dict[str, Any]) -> bool:
    return practice_id in (row.get("practice_id"), row.get("id"))


def touched(scene: Scene, rows: dict[Table, list[dict[str, Any]]]) -> set[str]:
    """Tables in which a row of the practice that stays is not as it was; notes of jobs come and go."""
    found = set()
    for table, before in scene.rows.items():
        kept = [row for row in before if table.name not in CHANGING and not is_of(scene.practice.id, row)]
        found |= {table.name for row in kept if row not in rows[table]}
    return found


def deaths(scene: Scene, folder: Path, *, first: int, stride: int) -> Iterator[tuple[int, list[str]]]:
    """Die at each step in turn, each time on a fresh copy; ends with the first run that lives."""
    for step in range(first, MOST, stride):
        copy = scene.moved(folder)
        if not die_at(copy, step):
            return
        yield step, harm(copy)
    pytest.fail("the deletion never came to its end")


def test_a_deletion_that_is_not_cut_leaves_nothing(scene: Scene) -> None:
    live(scene, NIGHT)
    assert harm(scene) == []


@SQLITE_FIRST
def test_wherever_it_dies_the_worker_ends_it(scene: Scene, tmp_path: Path) -> None:
    """Every statement, commit, key write, sync and removal (a sample without the full run)."""
    stride = 1 if FULL else 47 if scene.settings.database_url else 23
    seen = list(deaths(scene, tmp_path / "copy", first=1, stride=stride))
    assert len(seen) > (50 if FULL else 1)
    assert [each for each in seen if each[1]] == []


@pytest.mark.slow
@ON_SQLITE
def test_killed_from_outside_at_any_call_it_is_ended_too(scene: Scene, tmp_path: Path) -> None:
    tracing.require()
    seen = []
    for call in range(1, MOST, 3 if FULL else 61):
        copy = scene.moved(tmp_path / "copy")
        if not killed_at(copy, call):
            break
        seen.append((call, harm(copy)))
    assert len(seen) > 1
    assert [each for each in seen if each[1]] == []


def rows_first(runtime: Runtime, gone: Leaving) -> bool:
    """The broken variant: keys only after the rows, which name them, are committed."""
    leaving._write_down(runtime, gone)
    with as_owner(runtime.settings, runtime.engine) as owner:
        tables = leaving._tables(owner)
        with transaction(owner, gone.practice_id) as db:
            leaving._delete_rows(db, tables, gone.practice_id)
        with transaction(owner, gone.practice_id) as db:
            leaving._destroy_keys(runtime, db, tables, gone.practice_id)
    return leaving._free_space(owner, tables)


@ON_SQLITE
def test_a_deletion_that_nobody_ends_would_be_noticed(
    scene: Scene, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(leaving, "delete", rows_first)
    monkeypatch.setattr(leaving, "finish", lambda _runtime: True)
    wanted, found = {"keys are left", "opt-outs are left"}, set()
    for _step, each in deaths(scene, tmp_path / "copy", first=102, stride=4):
        found |= {said.partition(":")[0] for said in each}
        if found >= wanted:  # soon after the rows are gone
            break
    assert found >= wanted
