"""The worker backs up once after each night; what went wrong is noted, tried again, and stops nothing."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from survey.backups import backing_up, noting, shelving
from survey.backups.noting import LastBackup
from survey.db import reading
from survey.practice.model import Practice
from survey.runtime import Runtime
from tests import builders
from tests.jobs.towns import answer, nights, run_at

MONDAY, TUESDAY = date(2026, 3, 2), date(2026, 3, 3)


def utc(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 3, day, hour, minute, tzinfo=UTC)


@pytest.fixture
def riverside(runtime: Runtime) -> Practice:
    """In New York, where Monday's night is at seven in UTC; two answers wait."""
    practice = builders.make_practice(runtime)
    answer(runtime, practice, times=2)
    return practice


@pytest.fixture
def shelved(runtime: Runtime, tmp_path: Path) -> Runtime:
    """With a folder for backups, of which three days are kept."""
    shelf = tmp_path / "shelf"
    shelf.mkdir()
    return replace(runtime, settings=replace(runtime.settings, backup_folder=str(shelf), backup_days=3))


def days(runtime: Runtime) -> list[date]:
    return [each.day for each in shelving.made(Path(runtime.settings.backup_folder))]


def last(runtime: Runtime) -> LastBackup:
    with reading(runtime.engine) as db:
        return noting.last_backup(db)


def test_one_after_each_night_and_old_ones_go(shelved: Runtime, riverside: Practice) -> None:
    seen = []
    for instant in (utc(3, 6), utc(3, 7, 5), utc(3, 7, 6), utc(3, 23), utc(4, 7, 5), utc(9, 7, 5)):
        run_at(shelved, instant)
        seen.append(days(shelved))
    first, second, later = TUESDAY, date(2026, 3, 4), date(2026, 3, 9)
    assert seen == [[], [first], [first], [first], [first, second], [later]]
    assert last(shelved) == LastBackup(later, utc(9, 7), "")


def test_without_a_folder_none_is_made(runtime: Runtime, riverside: Practice) -> None:
    run_at(runtime, utc(3, 7, 5))
    assert nights(runtime, riverside) == [TUESDAY]
    assert last(runtime) == LastBackup()


def test_a_disk_that_is_away_is_noted_and_the_backup_made_an_hour_later(
    shelved: Runtime, riverside: Practice, caplog: pytest.LogCaptureFixture
) -> None:
    shelf = Path(shelved.settings.backup_folder)
    shelf.rmdir()
    run_at(shelved, utc(3, 7, 50))
    assert nights(shelved, riverside) == [TUESDAY]
    expected = f"The folder {shelf} is not there. Is the disk for backups mounted?"
    assert last(shelved) == LastBackup(None, utc(3, 7), expected)
    assert f"no backup was made: {expected}" in caplog.text
    shelf.mkdir()
    run_at(shelved, utc(3, 7, 59))
    assert days(shelved) == []
    run_at(shelved, utc(3, 8))
    assert days(shelved) == [TUESDAY]
    assert last(shelved) == LastBackup(TUESDAY, utc(3, 8), "")


def test_a_try_that_was_killed_is_one_that_failed(
    shelved: Runtime, riverside: Practice, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Killed(BaseException):
        pass

    def killed(*_: object, **__: object) -> None:
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(backing_up, "back_up", killed)
        with pytest.raises(Killed):
            run_at(shelved, utc(3, 7, 5))
    assert last(shelved).trouble == "It was begun and did not come to its end."
    run_at(shelved, utc(3, 8, 5))
    assert (days(shelved), last(shelved).trouble) == ([TUESDAY], "")


def test_one_that_is_there_and_was_not_noted_counts(
    shelved: Runtime, riverside: Practice, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(noting, "note_good", lambda *_: None)
        run_at(shelved, utc(3, 7, 5))
    assert (days(shelved), last(shelved).night) == ([TUESDAY], None)
    run_at(shelved, utc(3, 8, 5))
    assert last(shelved) == LastBackup(TUESDAY, utc(3, 8), "")
