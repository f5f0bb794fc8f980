"""``afterword backup``: the database whole, never a key, in a place apart, after the night."""

from __future__ import annotations

import shutil
import sqlite3
import stat
import subprocess
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine

from survey import clock
from survey.backups import backing_up, copying, noting, shelving
from survey.clock import SystemClock
from survey.db import insert_once, reading, transaction
from survey.practice.model import JobRun, Practice
from survey.runtime import Runtime
from survey.settings import Settings
from tests.cli.terminal import Terminal
from tests.jobs.towns import answer


@pytest.fixture
def shelf(tmp_path: Path) -> Path:
    """A folder for backups, apart from everything."""
    folder = tmp_path / "shelf"
    folder.mkdir()
    return folder


@pytest.fixture
def flushed(terminal: Terminal, runtime: Runtime, riverside: Practice) -> Practice:
    """Two answers wait, last night's work is done."""
    runtime.clock.move_to(SystemClock().now())  # type: ignore[attr-defined]
    answer(runtime, riverside, times=2)
    assert terminal.run("flush").code == 0
    return riverside


def content(path: Path) -> str:
    """The slugs and the number of boxes in a copy, read by the database's own tool."""
    if path.suffix == ".dump":
        command = ["pg_restore", "--data-only", "--file=-", str(path)]
        words = subprocess.run(command, capture_output=True, text=True, check=True).stdout
        rows = words.partition("COPY public.pool ")[2].partition("\n\\.\n")[0].splitlines()[1:]
        return f"{'riverside' if 'riverside' in words else ''} {len(rows)}"
    with closing(sqlite3.connect(path)) as connection:
        slug, number = connection.execute(
            "SELECT (SELECT slug FROM practice), (SELECT count(*) FROM pool)"
        ).fetchone()
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    return f"{slug} {number}"


def test_one_dated_copy_that_its_owner_alone_can_read(
    terminal: Terminal, runtime: Runtime, flushed: Practice, shelf: Path
) -> None:
    said = terminal.run("backup", str(shelf))
    assert (said.code, said.err) == (0, "")
    (made,) = shelf.iterdir()
    assert said.out.strip() == str(made)
    ending = "dump" if runtime.engine.dialect.name == "postgresql" else "sqlite3"
    night = clock.last_night(SystemClock().now(), flushed.time_zone)
    assert made.name == f"afterword-{night}.{ending}"
    with reading(runtime.engine) as db:
        assert noting.last_backup(db).night == night
    assert stat.S_IMODE(made.stat().st_mode) == 0o600
    assert content(made) == "riverside 4"


def test_no_key_is_needed_nor_read(
    terminal: Terminal, runtime: Runtime, flushed: Practice, shelf: Path
) -> None:
    shutil.rmtree(runtime.settings.keys)
    assert terminal.run("backup", str(shelf)).code == 0
    assert not runtime.settings.keys.exists()


def test_an_existing_copy_is_left_as_it_is(terminal: Terminal, flushed: Practice, shelf: Path) -> None:
    made = Path(terminal.run("backup", str(shelf)).out.strip())
    made.write_bytes(b"the first")
    again = terminal.run("backup", str(shelf))
    assert again.code == 1
    assert "is there already" in again.err
    assert [path.read_bytes() for path in shelf.iterdir()] == [b"the first"]


def test_not_beside_keys_nor_inside_the_data(
    terminal: Terminal, runtime: Runtime, flushed: Practice, shelf: Path
) -> None:
    settings, link = runtime.settings, shelf / "link"
    link.symlink_to(settings.keys / "pool")
    before = sorted(settings.keys.rglob("*")) + sorted(settings.instance.rglob("*"))
    for folder in (settings.keys, settings.keys / "pool", link, settings.keys.parent):
        said = terminal.run("backup", str(folder))
        assert (said.code, "keys and a backup together" in said.err) == (1, True), folder
    said = terminal.run("backup", str(settings.data))
    assert (said.code, "lies inside the data folder" in said.err) == (1, True)
    assert sorted(settings.keys.rglob("*")) + sorted(settings.instance.rglob("*")) == before


def test_not_into_a_folder_that_is_not_there(terminal: Terminal, flushed: Practice, shelf: Path) -> None:
    said = terminal.run("backup", str(shelf / "unmounted"))
    assert (said.code, "is not there" in said.err) == (1, True)
    assert list(shelf.iterdir()) == []


def test_the_folder_of_the_settings_is_used_where_none_is_named(
    terminal: Terminal, flushed: Practice, shelf: Path
) -> None:
    assert "set backup_folder" in terminal.run("backup").err
    terminal.set("backup_folder", str(shelf))
    assert terminal.run("backup").code == 0
    assert len(shelving.made(shelf)) == 1


def test_not_before_the_night(terminal: Terminal, runtime: Runtime, flushed: Practice, shelf: Path) -> None:
    with transaction(runtime.engine, flushed.id) as db:
        db.query(JobRun).delete()
    said = terminal.run("backup", str(shelf))
    assert said.code == 1
    assert "afterword flush --practice riverside" in said.err
    assert list(shelf.iterdir()) == []
    assert terminal.run("flush").code == 0
    assert terminal.run("backup", str(shelf)).code == 0


def test_before_two_in_the_morning_last_night_is_yesterdays() -> None:
    nights = {
        hour: clock.last_night(datetime(2026, 3, 3, hour, 30, tzinfo=UTC), "UTC") for hour in (1, 2, 23)
    }
    assert {hour: night.day for hour, night in nights.items()} == {1: 2, 2: 3, 23: 3}


def test_not_from_an_empty_installation(terminal: Terminal, settings: Settings, shelf: Path) -> None:
    if settings.database_url:
        terminal.set("owner_database_url", settings.owner_database_url.rpartition("/")[0] + "/template1")
    else:
        (settings.data / "afterword.sqlite3").unlink()
    said = terminal.run("backup", str(shelf))
    assert said.code == 1
    assert "nothing to copy" in said.err
    assert not (settings.data / "afterword.sqlite3").exists()


def test_a_copy_that_fails_leaves_nothing(
    runtime: Runtime, practice: Practice, shelf: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with transaction(runtime.engine, practice.id) as db:
        insert_once(db, JobRun, practice_id=practice.id, job="night", day=datetime(2026, 3, 2).date())  # noqa: DTZ001
    engine, settings, now = runtime.engine, runtime.settings, runtime.clock.now()
    if settings.database_url:
        monkeypatch.setenv("PATH", str(shelf))
        words = "pg_dump is not installed"
    else:
        monkeypatch.setattr(shelving, "sync", _full_disk)
        words = "could not be written: No space left"
    with pytest.raises(copying.CannotBackUp, match=words):
        backing_up.back_up(engine, settings, shelf, now=now)
    assert list(shelf.iterdir()) == []


def _full_disk(_path: Path) -> None:
    raise OSError(28, "No space left on device")


def test_the_password_is_not_in_the_list_of_processes(
    terminal: Terminal, runtime: Runtime, flushed: Practice, shelf: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not runtime.settings.database_url:
        return
    called: list[tuple[list[str], dict[str, str]]] = []
    run = subprocess.run

    def listening(command: list[str], **more: object) -> object:
        called.append((command, more["env"]))  # type: ignore[arg-type]
        return run(command, **more)  # type: ignore[call-overload]

    monkeypatch.setattr(copying.subprocess, "run", listening)  # type: ignore[attr-defined]
    own = runtime.settings.owner_database_url
    terminal.set("owner_database_url", own.replace("postgres@", "postgres:open-sesame@"))
    assert terminal.run("backup", str(shelf)).code == 0
    ((command, environment),) = called
    assert "open-sesame" not in " ".join(command)
    assert environment["PGPASSWORD"] == "open-sesame"
    assert not [name for name in environment if name.startswith("AFTERWORD_")]


def test_what_cannot_be_read_back_is_no_backup(
    terminal: Terminal, flushed: Practice, shelf: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    copy = copying.copy

    def cut(engine: Engine, unfinished: Path) -> None:
        copy(engine, unfinished)
        unfinished.write_bytes(unfinished.read_bytes()[:-5000])

    monkeypatch.setattr(copying, "copy", cut)
    said = terminal.run("backup", str(shelf))
    assert (said.code, "cannot be read back, so no backup was made" in said.err) == (1, True)
    assert list(shelf.iterdir()) == []


def test_one_backup_at_a_time(terminal: Terminal, runtime: Runtime, flushed: Practice, shelf: Path) -> None:
    unfinished = shelf / ".afterword-x.unfinished"
    unfinished.touch()
    with backing_up.alone(runtime.settings):
        said = terminal.run("backup", str(shelf))
        assert (said.code, "Another backup or drill is running" in said.err) == (1, True)
        assert unfinished.exists()
    assert terminal.run("backup", str(shelf)).code == 0
    assert not unfinished.exists()


def old_ones(shelf: Path, *days: int) -> None:
    """Backups of so many days ago, and files of somebody else."""
    today = SystemClock().now().date()
    for ago in days:
        (shelf / f"afterword-{today - timedelta(days=ago)}.sqlite3").write_bytes(b"old")
    for theirs in ("afterword-2020-01-01.sqlite3.txt", "notes-2020-01-01.dump", "2020-01-01"):
        (shelf / theirs).write_bytes(b"theirs")


def test_old_ones_go_once_todays_is_made(terminal: Terminal, flushed: Practice, shelf: Path) -> None:
    old_ones(shelf, 1, 30, 31, 400)
    before = {path.name for path in shelf.iterdir()}
    said = terminal.run("backup", str(shelf), "--keep", "30")
    assert (said.code, "2 older backups are removed." in said.out) == (0, True)
    gone = before - {path.name for path in shelf.iterdir()}
    today = SystemClock().now().date()
    assert gone == {f"afterword-{today - timedelta(days=ago)}.sqlite3" for ago in (31, 400)}


def test_old_ones_stay_where_todays_failed(
    terminal: Terminal, runtime: Runtime, flushed: Practice, shelf: Path
) -> None:
    old_ones(shelf, 30, 400)
    with transaction(runtime.engine, flushed.id) as db:
        db.query(JobRun).delete()
    before = set(shelf.iterdir())
    assert terminal.run("backup", str(shelf), "--keep", "7").code == 1
    assert set(shelf.iterdir()) == before


def test_the_newest_always_stays(shelf: Path) -> None:
    old_ones(shelf, 400, 500)
    today = SystemClock().now().date()
    assert shelving.remove_old(shelf, today=today, days=30) == 1
    (left,) = shelving.made(shelf)
    assert left.day == today - timedelta(days=400)
