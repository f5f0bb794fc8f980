"""``afterword backup-drill``: the newest backup comes back into a scratch place, or one sentence says why."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from sqlalchemy import text

from survey import migrating
from survey.backups import replacing
from survey.commands import drilling
from survey.db import as_owner
from survey.practice.model import Practice
from survey.runtime import Runtime
from tests.cli.terminal import Terminal
from tests.cli.test_backing_up import flushed, shelf
from tests.cli.test_backup_key import new_key
from tests.cli.test_deciding import key_files
from tests.faults.dying import rows_of

LEFT_OVER = "SELECT datname FROM pg_database WHERE datname = 'drill_of_' || current_database()"

__all__ = ["flushed", "shelf"]  # fixtures


@pytest.fixture
def made(terminal: Terminal, flushed: Practice, shelf: Path) -> Path:
    """Tonight's backup."""
    terminal.set("backup_folder", str(shelf))
    return Path(terminal.run("backup").out.strip())


def left(runtime: Runtime) -> list[str]:
    """Whatever a drill left behind, in the data folder and on the server."""
    found = [path.name for path in runtime.settings.data.iterdir() if path.name.startswith(".")]
    if runtime.engine.dialect.name == "postgresql":
        with as_owner(runtime.settings, runtime.engine) as owner, owner.connect() as connection:
            found += connection.scalars(text(LEFT_OVER)).all()
    return found


def test_the_newest_backup_comes_back_and_nothing_is_touched(
    terminal: Terminal, runtime: Runtime, made: Path
) -> None:
    before = (rows_of(runtime.engine), key_files(runtime), made.read_bytes())
    said = terminal.run("backup-drill")
    assert (said.code, said.err) == (0, "")
    assert f"schema {migrating.revisions()[0]} brought up to date, pages of 1 practices opened" in said.out
    assert (rows_of(runtime.engine), key_files(runtime), made.read_bytes()) == before
    assert left(runtime) == []


def test_a_sealed_one_needs_its_key(
    terminal: Terminal, runtime: Runtime, flushed: Practice, shelf: Path, tmp_path: Path
) -> None:
    key = new_key(terminal, tmp_path / "stick.key")
    terminal.run("backup", str(shelf))
    said = terminal.run("backup-drill", str(shelf))
    assert (said.code, "Add --key" in said.err) == (1, True)
    assert terminal.run("backup-drill", str(shelf), "--key", str(key)).code == 0
    assert left(runtime) == []


def test_faults_end_with_one_and_a_sentence(
    terminal: Terminal, runtime: Runtime, made: Path, shelf: Path, tmp_path: Path
) -> None:
    made.write_bytes(made.read_bytes()[:-5000])
    said = terminal.run("backup-drill")
    assert (said.code, str(made) in said.err) == (1, True)
    made.unlink()
    assert f"There is no backup in {shelf}." in terminal.run("backup-drill").err
    said = terminal.run("backup-drill", str(tmp_path / "unmounted"))
    assert (said.code, "cannot be read: No such file" in said.err) == (1, True)
    assert left(runtime) == []


def test_a_backup_that_loads_but_cannot_be_looked_at_is_a_fault(
    terminal: Terminal, runtime: Runtime, made: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As a restore that loses the practices, or the text of a page, would be."""
    monkeypatch.setattr(drilling, "practices", lambda _: [Practice(id=1, slug="nowhere")])
    monkeypatch.setattr(drilling.restoring, "settle", lambda *_: 0)  # type: ignore[attr-defined]
    said = terminal.run("backup-drill")
    assert (said.code, "its page /s/nowhere/kept/en answers 404" in said.err) == (1, True)
    assert left(runtime) == []


def test_what_a_killed_drill_left_goes_with_the_next(
    terminal: Terminal, runtime: Runtime, made: Path
) -> None:
    (runtime.settings.data / ".drill-killed").mkdir()
    if runtime.engine.dialect.name == "postgresql":
        name = f"drill_of_{runtime.engine.url.database}"
        with as_owner(runtime.settings, runtime.engine) as owner:
            drilling._order(owner, "CREATE DATABASE", name)
        assert left(runtime) == [".drill-killed", name]
    assert terminal.run("backup-drill").code == 0
    assert left(runtime) == []


def test_what_goes_wrong_in_the_scratch_database_is_told_and_leaves_nothing(
    terminal: Terminal, runtime: Runtime, made: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if runtime.engine.dialect.name == "postgresql":
        monkeypatch.setattr(replacing, "AFTER", "\nSELECT 1/0;\n")
        words = "division by zero"
    else:
        monkeypatch.setattr(shutil, "copyfile", lambda _file, place: place.write_bytes(b"ruined"))
        words = "is damaged or no database"
    said = terminal.run("backup-drill")
    assert (said.code, words in said.err) == (1, True)
    assert left(runtime) == []
