"""A backup or a restore that is killed anywhere: no backup is cut off, no database is half of each."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from threading import Event, Thread

import pytest
from sqlalchemy import func, select, update
from sqlalchemy import table as named
from sqlalchemy.exc import OperationalError

from survey.backups import backing_up, proving, replacing, shelving, unsealing
from survey.backups.copying import CannotBackUp
from survey.clock import pause
from survey.commands import restore
from survey.db import make_engine, reading, transaction
from survey.keys import backup_pair
from survey.practice.declaring import practices
from survey.practice.model import Practice
from survey.runtime import Runtime
from survey.settings import Settings
from tests.databases import SQLITE_FIRST
from tests.faults import tracing
from tests.faults.dying import NIGHT, live, prepare
from tests.faults.test_dying_nights import ON_SQLITE
from tests.jobs.towns import answer
from tests.services import FULL

CALLS = "write,pwrite64,fsync,fdatasync,link,unlink,rename,ftruncate,sendto,sendfile,copy_file_range"
MOST = 3000
#: What of the calls is tried; each in the full run.
STRIDE = 1 if FULL else 19
BEFORE, SINCE = "Riverside Practice", "Renamed since"


@dataclass(frozen=True)
class House:
    """An installation after its night, whose backups are sealed, and the folders beside it."""

    settings: Settings
    shelf: Path
    key: Path

    def back_up(self) -> Path:
        engine = make_engine(self.settings)
        try:
            return backing_up.back_up(engine, self.settings, self.shelf, now=NIGHT)
        finally:
            engine.dispose()

    def restore(self, made: Path) -> None:
        with unsealing.opened(self.settings, made, self.key) as backup:
            restore.restore_from(self.settings, backup, replacing_it=True)

    def found(self) -> tuple[str, bool]:
        """The practice's name, and whether mail is on."""
        engine = make_engine(self.settings)
        try:
            with reading(engine) as db:
                (practice,) = practices(db)
                return practice.name, practice.sending
        finally:
            engine.dispose()

    def rename(self) -> None:
        engine = make_engine(self.settings)
        with transaction(engine) as db:
            db.execute(update(Practice).values(name=SINCE, sending=True))
        engine.dispose()


@pytest.fixture
def house(runtime: Runtime, tmp_path: Path) -> House:
    scene = prepare(runtime)
    live(scene, NIGHT)
    private, public = backup_pair.new_pair()
    shelf, key = tmp_path / "shelf", tmp_path / "stick.key"
    shelf.mkdir()
    key.write_text(private)
    return House(replace(scene.settings, backup_key=public), shelf, key)


def cut_backups(house: House) -> Iterator[list[str]]:
    """Kill a backup at each call in turn; what is wrong afterwards. Ends with the first that lives."""
    for call in range(2, MOST, STRIDE):
        shutil.rmtree(house.shelf)
        house.shelf.mkdir()
        if not tracing.killed_at(lambda: void(house.back_up()), call, calls=CALLS, follow=False):
            return
        yield [*_harm_on_shelf(house), *_harm_of_next(house)]
    pytest.fail("the backup never came to its end")


def void(_: object) -> None:
    """For a work whose result nobody needs."""


def _harm_on_shelf(house: House) -> list[str]:
    """What has a backup's name must be one."""
    wrong = []
    for each in shelving.made(house.shelf):
        try:
            with unsealing.opened(house.settings, each.path, house.key) as backup:
                proving.prove(backup.path)
        except proving.NotABackup as trouble:
            wrong.append(trouble.message)
    return wrong


def _harm_of_next(house: House) -> list[str]:
    """The next backup is made, and cleans up."""
    try:
        house.back_up()
    except backing_up.MadeAlready:
        return []
    except CannotBackUp as trouble:
        return [trouble.message]
    left = [path.name for path in house.settings.data.glob(f"{backing_up.SCRATCH}*")]
    left += [path.name for path in house.shelf.iterdir() if path.name.startswith(".")]
    return [*_harm_on_shelf(house), *left]


@SQLITE_FIRST
def test_a_backup_that_is_killed_leaves_none_or_a_whole_one(house: House) -> None:
    tracing.require()
    seen = list(cut_backups(house))
    assert len(seen) > (20 if FULL else 1)
    assert [each for each in seen if each] == []


@ON_SQLITE
def test_a_backup_written_under_its_own_name_would_be_noticed(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The broken variant."""
    tracing.require()

    @contextmanager
    def at_once(target: Path) -> Iterator[Path]:
        target.touch()
        yield target

    monkeypatch.setattr(shelving, "written_whole", at_once)
    assert any(cut_backups(house))


def cut_restores(house: House, made: Path) -> Iterator[str]:
    """Kill a restore at each call in turn (on a server, where each takes seconds, at every fifth); what is
    there afterwards. Ends with the first that lives."""
    stride = 5 if FULL and house.settings.database_url else STRIDE
    for call in range(2, MOST, stride):
        house.rename()
        if not tracing.killed_at(lambda: house.restore(made), call, calls=CALLS, follow=False):
            return
        yield _state(house)
        _in_the_end(lambda: house.restore(made))  # it can be given again
        assert _state(house) == "the backup"
    pytest.fail("the restore never came to its end")


def _state(house: House) -> str:
    if not house.settings.database_url:
        with closing(sqlite3.connect(house.settings.data / "afterword.sqlite3")) as opened:
            if opened.execute("PRAGMA integrity_check").fetchone() != ("ok",):
                return "damaged"
    found = house.found()
    return {(SINCE, True): "as it was", (BEFORE, False): "the backup"}.get(found, f"half of each: {found}")


def _in_the_end(work: Callable[[], None]) -> None:
    """A server needs a moment to see that somebody was killed."""
    for _ in range(50):
        try:
            work()
        except (replacing.CannotRestore, OperationalError):
            pause(0.2)
        else:
            return
    work()


@SQLITE_FIRST
def test_a_restore_that_is_killed_leaves_the_old_database_or_the_new_one(house: House) -> None:
    tracing.require()
    made = house.back_up()
    seen = list(cut_restores(house, made))
    assert len(seen) > (20 if FULL else 1)
    assert set(seen) <= {"as it was", "the backup"}
    assert "as it was" in seen


@ON_SQLITE
def test_a_backup_copied_over_the_database_would_be_noticed(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The broken variant: made ready only when it is in place already."""
    tracing.require()
    made = house.back_up()

    def over(target: Path, backup: Path, make_ready: Callable[[Path], None]) -> None:
        for ending in ("-wal", "-shm"):
            target.with_name(target.name + ending).unlink(missing_ok=True)
        target.write_bytes(backup.read_bytes())
        make_ready(target)

    monkeypatch.setattr(replacing, "replace_file", over)
    monkeypatch.setattr("tests.faults.test_dying_backups.STRIDE", 7)
    assert any(each not in ("as it was", "the backup") for each in cut_restores(house, made))


# --- while answers come in --------------------------------------------------------------------------------


@SQLITE_FIRST
def test_backups_made_while_answers_come_in_are_whole_and_lose_none(
    house: House, runtime: Runtime, tmp_path: Path
) -> None:
    with reading(runtime.engine) as db:
        (practice,) = practices(db)
    taken, over = [0], Event()

    def answering() -> None:
        while not over.is_set():
            answer(runtime, practice, times=1)
            taken[0] += 1

    before = _rows(house, "spent")
    rest = _rows(house, "pool") - 2 * before  # each answer adds two boxes
    writer = Thread(target=answering)
    writer.start()
    try:
        for number in range(20 if FULL else 4):
            known = taken[0]
            shelf = tmp_path / f"shelf-{number}"
            shelf.mkdir()
            made = replace(house, shelf=shelf).back_up()
            with unsealing.opened(house.settings, made, house.key) as backup:
                rows = proving.prove(backup.path).rows
                assert backup.manifest is not None
                backup.manifest.require(rows)
            assert known <= rows["spent"] - before <= taken[0] + 1
            assert rows["pool"] - 2 * rows["spent"] == rest
    finally:
        over.set()
        writer.join()
    assert taken[0] > 0


def _rows(house: House, table: str) -> int:
    engine = make_engine(house.settings)
    try:
        with reading(engine) as db:
            return db.scalar(select(func.count()).select_from(named(table))) or 0
    finally:
        engine.dispose()


@ON_SQLITE
def test_a_copy_of_the_living_file_would_lack_answers(house: House, runtime: Runtime, tmp_path: Path) -> None:
    """The broken variant: what was thanked for stands beside the file, in SQLite's log."""
    with reading(runtime.engine) as db:
        (practice,) = practices(db)
    before = _rows(house, "spent")
    answer(runtime, practice, times=3)
    copied = tmp_path / "copied.sqlite3"
    shutil.copy(house.settings.data / "afterword.sqlite3", copied)
    with closing(sqlite3.connect(copied)) as opened:
        found = opened.execute("SELECT count(*) FROM spent").fetchone()[0]
    assert found < before + 3
