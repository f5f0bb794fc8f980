"""``afterword backup-key``, and backups that the server writes but cannot read."""

from __future__ import annotations

import re
import shutil
import stat
from pathlib import Path
from typing import BinaryIO

import pytest
from sqlalchemy import update

from survey.backups import unsealing
from survey.backups.proving import Manifest
from survey.db import transaction
from survey.keys import sealed_backup
from survey.keys.sealing import public_half
from survey.practice.model import Practice
from survey.runtime import Runtime
from tests.cli.terminal import Terminal
from tests.cli.test_backing_up import flushed, shelf
from tests.cli.test_deciding import waiting
from tests.cli.test_restoring import practice_of, refused, restore

__all__ = ["flushed", "shelf"]  # fixtures

CANARY = "Canary Street Practice"


@pytest.fixture
def key(terminal: Terminal, tmp_path: Path) -> Path:
    """A private key on a stick; the installation seals its backups for it."""
    return new_key(terminal, tmp_path / "stick.key")


def new_key(terminal: Terminal, file: Path) -> Path:
    said = terminal.run("backup-key", "new", str(file))
    assert (said.code, said.err) == (0, "")
    (public,) = re.findall('^backup_key = "(.+)"$', said.out, re.MULTILINE)
    terminal.set("backup_key", public)
    return file


@pytest.fixture
def made(terminal: Terminal, runtime: Runtime, flushed: Practice, shelf: Path, key: Path) -> Path:
    """A sealed backup of a practice with a name that is easy to find; afterwards it has another."""
    name(runtime, CANARY)
    said = terminal.run("backup", str(shelf))
    assert (said.code, said.err) == (0, "")
    name(runtime, "Renamed since")
    runtime.engine.dispose()
    return Path(said.out.strip())


def name(runtime: Runtime, name: str) -> None:
    with transaction(runtime.engine) as db:
        db.execute(update(Practice).values(name=name, sending=True))


def test_the_private_half_is_in_the_file_alone(terminal: Terminal, runtime: Runtime, key: Path) -> None:
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    private = key.read_text().splitlines()[-1]
    for path in (*runtime.settings.instance.rglob("*"), *runtime.settings.keys.rglob("*")):
        assert not path.is_file() or private.encode() not in path.read_bytes()


def test_a_key_is_never_written_over_another_nor_beside_what_it_protects(
    terminal: Terminal, runtime: Runtime, key: Path
) -> None:
    before = key.read_bytes()
    said = terminal.run("backup-key", "new", str(key))
    assert (said.code, "is there already" in said.err, key.read_bytes()) == (1, True, before)
    for folder in (runtime.settings.keys, runtime.settings.data):
        said = terminal.run("backup-key", "new", str(folder / "backup.key"))
        assert (said.code, "beside what it protects" in said.err) == (1, True)
        assert not (folder / "backup.key").exists()
    said = terminal.run("backup-key", "new", str(key.parent / "unmounted" / "backup.key"))
    assert (said.code, "could not be written: No such file" in said.err) == (1, True)


def test_a_key_is_checked_against_the_setting(terminal: Terminal, tmp_path: Path, key: Path) -> None:
    assert terminal.run("backup-key", "check", str(key)).code == 0
    other = tmp_path / "other.key"
    terminal.run("backup-key", "new", str(other))
    said = terminal.run("backup-key", "check", str(other))
    assert (said.code, "another key than the one in backup_key" in said.err) == (1, True)
    terminal.set("backup_key", "")
    assert "No backup_key is set" in terminal.run("backup-key", "check", str(key)).err


@pytest.mark.parametrize("content", ["", "hello", "# only a remark\n", "00" * 36, "\udcff"])
def test_a_file_without_a_key_is_named(terminal: Terminal, tmp_path: Path, content: str) -> None:
    file = tmp_path / "no.key"
    file.write_text(content, errors="surrogateescape")
    said = terminal.run("backup-key", "check", str(file))
    assert (said.code, f"{file} holds no private backup key" in said.err) == (1, True)


def test_a_public_half_with_a_wrong_digit_stops_the_start(terminal: Terminal, shelf: Path, key: Path) -> None:
    for wrong in ("0" * 72, key.read_text().splitlines()[-1]):
        terminal.set("backup_key", wrong)
        said = terminal.run("backup", str(shelf))
        assert (said.code, "backup_key is not the line" in said.err) == (1, True)
    assert list(shelf.iterdir()) == []


def test_a_sealed_backup_shows_nothing_and_leaves_no_open_copy(
    runtime: Runtime, shelf: Path, made: Path
) -> None:
    assert [path.name for path in shelf.iterdir()] == [made.name]
    assert made.name.endswith(".sealed")
    assert stat.S_IMODE(made.stat().st_mode) == 0o600
    assert not canaries(made)
    assert list(runtime.settings.data.glob(".backing-up-*")) == []


def canaries(made: Path) -> list[bytes]:
    """What anybody could read in a backup: names, addresses of staff, words of the schema."""
    there = made.read_bytes()
    return [word for word in (CANARY.encode(), b"riverside", b"CREATE TABLE", b"PGDMP") if word in there]


def test_a_backup_that_only_looks_sealed_would_be_noticed(
    terminal: Terminal,
    runtime: Runtime,
    flushed: Practice,
    shelf: Path,
    key: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The broken variant: the head of a sealed file before an open copy."""

    def only_the_head(source: BinaryIO, target: BinaryIO, **_: bytes) -> None:
        target.write(sealed_backup.BEGINNING)
        shutil.copyfileobj(source, target)

    monkeypatch.setattr(sealed_backup, "seal", only_the_head)
    name(runtime, CANARY)
    assert canaries(Path(terminal.run("backup", str(shelf)).out.strip()))


def test_it_comes_back_with_its_key(terminal: Terminal, runtime: Runtime, made: Path, key: Path) -> None:
    said = restore(terminal, runtime, str(made), "--key", str(key), "--replace")
    assert (said.code, said.err) == (0, "")
    found = practice_of(runtime)
    assert (found.name, found.sending, waiting(runtime)) == (CANARY, False, 4)
    assert list(runtime.settings.data.glob(".opening-*")) == []


def test_without_its_key_nothing_is_changed(
    terminal: Terminal, runtime: Runtime, made: Path, tmp_path: Path
) -> None:
    assert "Add --key" in refused(terminal, runtime, str(made), "--replace")
    other = new_key(terminal, tmp_path / "other.key")
    words = refused(terminal, runtime, str(made), "--key", str(other), "--replace")
    assert "was sealed for another key" in words
    words = refused(terminal, runtime, str(made), "--key", str(tmp_path / "lost"), "--replace")
    assert "cannot be read: No such file" in words


def test_a_changed_or_cut_file_changes_nothing(
    terminal: Terminal, runtime: Runtime, made: Path, key: Path
) -> None:
    whole = made.read_bytes()
    flipped = bytearray(whole)
    flipped[len(whole) // 2] ^= 1
    for content in (whole[:-1], whole[: len(whole) // 2], bytes(flipped)):
        made.write_bytes(content)
        words = refused(terminal, runtime, str(made), "--key", str(key), "--replace")
        assert (
            words == f"Error: {made} is damaged or was changed; take an older backup. Nothing was changed.\n"
        )
    assert list(runtime.settings.data.glob(".opening-*")) == []


def test_an_open_copy_of_a_killed_run_goes_with_the_next(
    terminal: Terminal, runtime: Runtime, flushed: Practice, shelf: Path, key: Path
) -> None:
    left = runtime.settings.data / ".backing-up-killed"
    left.mkdir()
    (left / "copy").write_bytes(b"open")
    assert terminal.run("backup", str(shelf)).code == 0
    assert not left.exists()


def test_what_is_wrong_inside_is_told_of_the_file_that_is_known(
    terminal: Terminal, runtime: Runtime, tmp_path: Path, shelf: Path, key: Path
) -> None:
    no_database, made = tmp_path / "no-database", shelf / "made.sealed"
    no_database.write_bytes(b"hello")
    public = public_half(unsealing.read_private(key))
    with no_database.open("rb") as source, made.open("wb") as target:
        sealed_backup.seal(source, target, public=public, note=Manifest(rows={}).written())
    words = refused(terminal, runtime, str(made), "--key", str(key))
    assert f"{made} is no backup of Afterword" in words


def test_a_backup_that_holds_other_rows_than_it_says_is_refused(
    terminal: Terminal, runtime: Runtime, made: Path, key: Path, tmp_path: Path
) -> None:
    private, plain = unsealing.read_private(key), tmp_path / "plain"
    with made.open("rb") as source, plain.open("wb") as target:
        rows = Manifest.read(sealed_backup.unseal(source, target, private=private)).rows
    assert (rows["pool"], rows["practice"]) == (4, 1)
    with plain.open("rb") as source, made.open("wb") as target:
        note = Manifest(rows={**rows, "pool": 5}).written()
        sealed_backup.seal(source, target, public=public_half(private), note=note)
    words = refused(terminal, runtime, str(made), "--key", str(key), "--replace")
    assert "The table pool does not hold the rows that it had" in words
