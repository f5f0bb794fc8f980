"""``afterword practice delete``: only what was closed, only after the name is typed, and not to come back."""

from __future__ import annotations

import io
from datetime import timedelta

import pytest

from survey import leaving
from survey.clock import SystemClock
from survey.commands.persons import every_practice
from survey.db import insert_once, transaction
from survey.leaving import Leaving
from survey.practice import departing
from survey.practice.model import JobRun, Practice
from survey.runtime import Runtime
from tests import builders
from tests.cli.terminal import Said, Terminal
from tests.faults.dying import put_back, rows_of

ON_SQLITE = pytest.mark.parametrize("settings", ["sqlite"], indirect=True)


def delete(terminal: Terminal, monkeypatch: pytest.MonkeyPatch, *options: str, typed: str) -> Said:
    monkeypatch.setattr("sys.stdin", io.StringIO(typed + "\n"))
    return terminal.run("practice", "delete", "riverside", *options)


def slugs(runtime: Runtime) -> list[str]:
    return sorted(each.slug for each in every_practice(runtime))


def closed_ago(runtime: Runtime, practice: Practice, days: int) -> None:
    with transaction(runtime.engine, practice.id) as db:
        today = SystemClock().now().date()
        db.get_one(Practice, practice.id).closed_on = today - timedelta(days=days)


def test_an_open_practice_and_one_that_closed_lately_stay(
    terminal: Terminal, runtime: Runtime, riverside: Practice, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = delete(terminal, monkeypatch, "--now", typed="riverside")
    assert (said.code, "is not closed" in said.err) == (1, True)
    closed_ago(runtime, riverside, 5)
    said = delete(terminal, monkeypatch, typed="riverside")
    assert (said.code, "it can be deleted from" in said.err) == (1, True)
    said = delete(terminal, monkeypatch, "--now", typed="riverside practice")
    assert (said.code, "That is another name" in said.err) == (1, True)
    assert (slugs(runtime), leaving.departed(runtime)) == (["riverside"], ())


@pytest.mark.parametrize(("days", "options"), [(16, ()), (0, ("--now",))])
def test_a_closed_one_is_deleted_and_deleting_it_twice_is_harmless(
    terminal: Terminal,
    runtime: Runtime,
    riverside: Practice,
    monkeypatch: pytest.MonkeyPatch,
    days: int,
    options: tuple[str, ...],
) -> None:
    builders.make_practice(runtime, slug="harbour", name="Harbour Practice")
    closed_ago(runtime, riverside, days)
    for _ in range(2):
        said = delete(terminal, monkeypatch, *options, typed="riverside")
        assert (said.code, said.out.endswith("riverside is deleted.\n")) == (0, True)
        assert slugs(runtime) == ["harbour"]


def test_who_is_not_known_is_said(terminal: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    said = delete(terminal, monkeypatch, typed="riverside")
    assert (said.code, said.err) == (1, "Error: There is no practice 'riverside'. Nothing was changed.\n")


def test_a_deletion_that_has_begun_cannot_be_undone_by_opening_again(
    terminal: Terminal, runtime: Runtime, riverside: Practice
) -> None:
    leaving._write_down(runtime, Leaving(riverside.id, riverside.slug, SystemClock().now().date()))
    said = terminal.run("practice", "reopen", "riverside")
    assert (said.code, "has begun" in said.err) == (1, True)


def test_opening_again_takes_back_that_it_leaves_until_the_deletion_has_begun(
    terminal: Terminal, runtime: Runtime, riverside: Practice
) -> None:
    today = SystemClock().now().date()
    for begun in (False, True):
        with transaction(runtime.engine, riverside.id) as db:
            departing.leave(db, riverside.id, today=today)
            if begun:
                insert_once(db, JobRun, practice_id=riverside.id, job=departing.BEGUN, day=today)
        said = terminal.run("practice", "reopen", "riverside")
        assert (said.code, "has begun" in said.err) == (int(begun), begun)


def test_one_that_closed_long_ago_and_leaves_now_waits_from_now_on(
    terminal: Terminal, runtime: Runtime, riverside: Practice, monkeypatch: pytest.MonkeyPatch
) -> None:
    closed_ago(runtime, riverside, 100)
    with transaction(runtime.engine, riverside.id) as db:
        departing.leave(db, riverside.id, today=SystemClock().now().date())
    said = delete(terminal, monkeypatch, typed="riverside")
    assert (said.code, "it can be deleted from" in said.err) == (1, True)


@ON_SQLITE
def test_a_backup_that_is_put_back_does_not_bring_it_back(
    terminal: Terminal, runtime: Runtime, riverside: Practice, monkeypatch: pytest.MonkeyPatch
) -> None:
    builders.make_practice(runtime, slug="harbour", name="Harbour Practice")
    closed_ago(runtime, riverside, 30)
    backup = rows_of(runtime.engine)
    assert delete(terminal, monkeypatch, typed="riverside").code == 0
    put_back(runtime.engine, backup)
    assert slugs(runtime) == ["harbour", "riverside"]
    said = terminal.run("restored", "--yes")
    assert (said.code, said.out.splitlines()[0]) == (0, "riverside was deleted before, and is deleted again.")
    assert slugs(runtime) == ["harbour"]


@ON_SQLITE
def test_without_the_line_outside_the_database_it_would_come_back(
    terminal: Terminal, runtime: Runtime, riverside: Practice, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The broken variant of the test above."""
    closed_ago(runtime, riverside, 30)
    backup = rows_of(runtime.engine)
    assert delete(terminal, monkeypatch, typed="riverside").code == 0
    for path in runtime.settings.journal.glob(f"*{leaving.ENDING}"):
        path.unlink()
    put_back(runtime.engine, backup)
    assert terminal.run("restored", "--yes").code == 0
    assert slugs(runtime) == ["riverside"]
