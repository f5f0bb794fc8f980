"""Keys that do not fit or are damaged, a wrong clock: named, nothing destroyed, and a person decides."""

from __future__ import annotations

import os
import resource
import shutil
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select, text

from survey import clock_guard
from survey.clock import SystemClock
from survey.db import reading, transaction
from survey.practice.model import Practice
from survey.releases.model import Unreleased
from survey.responses.model import Pool, PoolKey
from survey.runtime import Runtime
from survey.settings import Settings, load_settings
from tests.cli.terminal import Terminal
from tests.cli.test_doctor import complaints
from tests.jobs.towns import answer
from tests.services import miss

Files = dict[str, bytes]


def key_files(runtime: Runtime) -> Files:
    root = runtime.files.root
    return {str(path.relative_to(root)): path.read_bytes() for path in root.rglob("*") if path.is_file()}


def waiting(runtime: Runtime) -> int:
    with reading(runtime.engine) as db:
        return db.scalar(select(func.count()).select_from(Pool)) or 0


def pool_file(runtime: Runtime, practice: Practice, kind: str = "ratings") -> Path:
    with reading(runtime.engine) as db:
        kid = db.get_one(PoolKey, (practice.id, kind)).kid
    return runtime.files.root / f"pool/{practice.id:016x}.{kid.hex()}.sk"


@pytest.fixture
def answered(runtime: Runtime, riverside: Practice) -> Practice:
    """Three answers wait; the clock of these tests is the machine's own."""
    runtime.clock.move_to(SystemClock().now())  # type: ignore[attr-defined]
    answer(runtime, riverside, times=3)
    return riverside


def restored_on_another_day(runtime: Runtime, practice: Practice) -> None:
    """A database of before last night beside keys of after it: the pool's key went, a newer one came."""
    path = pool_file(runtime, practice)
    newer = path.with_name(f"{practice.id:016x}.{'ab' * 16}.sk")
    newer.write_bytes(bytes(32))
    newer.chmod(0o600)
    path.unlink()


# --- keys of another day, or of another database ---------------------------------------------------------


def test_keys_of_another_day_stop_the_night_and_nothing_is_destroyed(
    terminal: Terminal, runtime: Runtime, answered: Practice
) -> None:
    restored_on_another_day(runtime, answered)
    before = key_files(runtime)
    for command in (["flush"], ["invitations", "send"]):
        said = terminal.run(*command)
        assert said.code == 1
        assert "of another day than the database" in said.err
    assert any("of another day than the database" in each for each in complaints(terminal))
    assert (key_files(runtime), waiting(runtime)) == (before, 6)


def test_the_status_names_what_differs_and_both_ways_out(
    terminal: Terminal, runtime: Runtime, answered: Practice
) -> None:
    assert terminal.run("keys", "status").code == 0
    restored_on_another_day(runtime, answered)
    before = key_files(runtime)
    for command in (["keys", "status"], ["keys", "adopt"]):
        said = terminal.run(*command)
        assert "of another day" in said.out
        assert "Nothing was changed" in said.out
        assert "afterword keys adopt --yes" in said.out
        assert "3 waiting answers are lost, 1 keys that nothing here names" in said.out
    assert terminal.run("keys", "status").code == 1
    assert (key_files(runtime), waiting(runtime)) == (before, 6)


def test_after_the_decision_the_night_goes_on_and_counts_what_is_lost(
    terminal: Terminal, runtime: Runtime, answered: Practice
) -> None:
    restored_on_another_day(runtime, answered)
    assert terminal.run("keys", "adopt", "--yes").code == 0
    with reading(runtime.engine) as db:
        assert db.scalar(select(Practice.sending)) is False
    assert terminal.run("keys", "status").code == 0
    with reading(runtime.engine) as db:
        assert db.scalars(select(Unreleased.n)).all() == [3]
    assert terminal.run("flush").code == 0
    assert complaints(terminal) == [
        f"{answered.name}: 3 answers were lost: their key is gone. Who touched the key folder?"
    ]


def test_an_old_key_folder_beside_a_newer_database_is_noticed(
    terminal: Terminal, runtime: Runtime, answered: Practice, tmp_path: Path
) -> None:
    """The reverse: the folder was restored, the database is of today. Real nights, real copies."""
    shutil.copytree(runtime.settings.keys, tmp_path / "old")
    assert terminal.run("flush").code == 0
    shutil.rmtree(runtime.settings.keys)
    shutil.copytree(tmp_path / "old", runtime.settings.keys)
    before = key_files(runtime)
    assert terminal.run("flush").code == 1
    assert (key_files(runtime), waiting(runtime)) == (before, 6)


def test_keys_of_another_installation_are_adopted_only_with_the_right_contact_key(
    terminal: Terminal, runtime: Runtime, answered: Practice
) -> None:
    (runtime.files.root / "generation").write_bytes(bytes(16))
    before = key_files(runtime)
    said = terminal.run("flush")
    assert (said.code, "do not belong to this database" in said.err) == (1, True)
    contact = (runtime.files.root / "contact.key").read_bytes()
    (runtime.files.root / "contact.key").write_bytes(bytes(32))
    refused = terminal.run("keys", "adopt", "--yes")
    assert refused.code == 1
    assert "Nothing was changed" in refused.err
    (runtime.files.root / "contact.key").write_bytes(contact)
    assert key_files(runtime) == before
    assert terminal.run("keys", "adopt", "--yes").code == 0
    assert terminal.run("flush").code == 0
    assert waiting(runtime) == 6, "its pool keys were there, so nothing was lost"


def test_a_lost_folder_starts_again_with_the_two_files_from_the_safe(
    terminal: Terminal, runtime: Runtime, answered: Practice
) -> None:
    root = runtime.files.root
    kept = {name: (root / name).read_bytes() for name in ("contact.key", "generation")}
    shutil.rmtree(root)
    said = terminal.run("flush")
    assert (said.code, "do not belong to this database" in said.err) == (1, True)
    for name, content in kept.items():
        (root / name).write_bytes(content)
        (root / name).chmod(0o600)
    assert terminal.run("flush").code == 0
    assert (waiting(runtime), terminal.run("keys", "status").code) == (6, 1)
    assert terminal.run("keys", "give-up", "--yes").out.startswith("6 answers were given up.")
    (complaint,) = complaints(terminal)
    assert "6 answers were lost" in complaint


# --- single files ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("spoil", "sentence"),
    [
        (lambda path: path.write_bytes(path.read_bytes()[:7]), "is damaged"),
        (lambda path: path.write_bytes(b""), "is damaged"),
        (lambda path: path.chmod(0o644), "can be read by others; run: chmod 600"),
    ],
)
@pytest.mark.parametrize("which", ["pool", "contact.key", "generation", "issue"])
def test_a_spoiled_key_file_is_named_and_nothing_is_destroyed(
    terminal: Terminal, runtime: Runtime, answered: Practice, which: str, spoil: object, sentence: str
) -> None:
    root = runtime.files.root
    path = {
        "pool": pool_file(runtime, answered),
        "issue": next(root.glob("issue/*.web")),
    }.get(which, root / which)
    spoil(path)  # type: ignore[operator]
    before = key_files(runtime)
    (complaint,) = complaints(terminal)
    assert path.name in complaint
    assert sentence in complaint
    if which != "issue":  # nothing of tonight's work needs that one
        said = terminal.run("flush")
        assert (said.code, path.name in said.err) == (1, True)
    assert (key_files(runtime), waiting(runtime)) == (before, 6)


def test_a_missing_contact_key_is_named(terminal: Terminal, runtime: Runtime, answered: Practice) -> None:
    (runtime.files.root / "contact.key").unlink()
    (complaint,) = complaints(terminal)
    assert complaint == "The key file contact.key is missing."
    said = terminal.run("flush")
    assert (said.code, "contact.key is missing" in said.err) == (1, True)
    assert waiting(runtime) == 6


def test_an_unreadable_key_file_is_named(
    terminal: Terminal, runtime: Runtime, answered: Practice, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As somebody who is not root meets it."""
    real = os.open

    def refusing(path: Any, *given: Any, **named: Any) -> int:
        if Path(path).name == "contact.key":
            raise PermissionError(13, "Permission denied")
        return real(path, *given, **named)

    monkeypatch.setattr(os, "open", refusing)
    (complaint,) = complaints(terminal)
    assert "contact.key cannot be read by this user; check its owner" in complaint


@pytest.mark.parametrize("place", ["instance/keys", "instance/data/keys"])
def test_a_key_folder_inside_the_data_is_refused_by_every_command(
    terminal: Terminal, settings: Settings, place: str
) -> None:
    terminal.set("keys", str(settings.instance.parent / place))
    for command in (["doctor"], ["flush"], ["keys", "status"], ["clock", "confirm"]):
        said = terminal.run(*command)
        assert (said.code, "must not lie inside instance" in said.err) == (1, True)


def test_data_inside_the_key_folder_is_refused_too(terminal: Terminal, settings: Settings) -> None:
    terminal.set("keys", str(settings.instance.parent))
    said = terminal.run("doctor")
    assert (said.code, "must not lie inside keys" in said.err) == (1, True)


# --- the clock -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("days", [-60, 5])
def test_a_clock_in_doubt_stops_the_commands_until_it_is_confirmed(
    terminal: Terminal, runtime: Runtime, answered: Practice, days: int
) -> None:
    clock_guard.confirm(runtime, SystemClock().now() + timedelta(days=days))
    before = key_files(runtime)
    for command in (["flush"], ["invitations", "send"]):
        said = terminal.run(*command)
        assert (said.code, "The clock says" in said.err) == (1, True)
    (complaint,) = complaints(terminal)
    assert complaint.startswith("The clock says")
    assert (key_files(runtime), waiting(runtime)) == (before, 6)
    assert terminal.run("clock", "confirm").out.startswith("Taken: today is ")
    assert terminal.run("flush").code == 0


# --- what else the doctor sees ---------------------------------------------------------------------------


@pytest.mark.parametrize("folder", ["Dropbox", "Nextcloud", "backups", "OneDrive - Riverside"])
def test_a_key_folder_that_is_copied_elsewhere_is_noticed(
    terminal: Terminal, runtime: Runtime, riverside: Practice, tmp_path: Path, folder: str
) -> None:
    shutil.copytree(runtime.settings.keys, tmp_path / folder / "keys")
    terminal.set("keys", str(tmp_path / folder / "keys"))
    (complaint,) = complaints(terminal)
    assert "seems to be copied elsewhere" in complaint


@pytest.mark.parametrize("mark", [".git", ".stfolder"])
def test_a_key_folder_in_a_repository_or_share_is_noticed(
    terminal: Terminal, runtime: Runtime, riverside: Practice, mark: str
) -> None:
    (runtime.settings.keys.parent / mark).mkdir()
    (complaint,) = complaints(terminal)
    assert mark in complaint


def test_memory_images_are_noticed_and_the_program_switches_them_off(
    terminal: Terminal, riverside: Practice
) -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_CORE)
    assert soft == 0, "opening the installation did that"
    if hard == 0:
        miss("images", "this machine lets nobody switch memory images on")
    resource.setrlimit(resource.RLIMIT_CORE, (hard, hard))
    try:
        (complaint,) = complaints(terminal)
    finally:
        resource.setrlimit(resource.RLIMIT_CORE, (0, hard))
    assert "LimitCORE=0" in complaint


def test_a_database_that_does_not_wipe_or_writes_times_down_is_noticed(
    terminal: Terminal, runtime: Runtime, owned: Runtime, riverside: Practice, monkeypatch: pytest.MonkeyPatch
) -> None:
    from survey import db

    if runtime.engine.dialect.name == "sqlite":
        safe = {name: value for name, value in db.PRAGMAS.items() if name != "secure_delete"}
        monkeypatch.setattr(db, "PRAGMAS", {**safe, "secure_delete": ("OFF", 0)})
        (complaint,) = complaints(terminal)
        assert "secure_delete" in complaint
        return
    with transaction(runtime.engine) as session:
        name = session.scalar(text("SELECT current_database()"))
    outside = {"isolation_level": "AUTOCOMMIT", "writing": None}
    with owned.engine.connect().execution_options(**outside) as connection:
        for setting, value in (("log_min_duration_statement", "250"), ("log_duration", "on")):
            connection.execute(text(f"ALTER DATABASE {name} SET {setting} = '{value}'"))
    try:
        found = complaints(terminal)
        assert [each.split()[2] for each in found] == ["log_min_duration_statement", "log_duration"]
    finally:
        with owned.engine.connect().execution_options(**outside) as connection:
            for setting in ("log_min_duration_statement", "log_duration"):
                connection.execute(text(f"ALTER DATABASE {name} RESET {setting}"))


def test_settings_of_a_test_are_read_from_its_own_folder(settings: Settings) -> None:
    assert load_settings({}, instance=settings.instance, keys=settings.keys).keys == settings.keys
