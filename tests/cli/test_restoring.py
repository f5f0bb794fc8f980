"""``afterword restore``: a backup takes the place of the database, or nothing is changed."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, text, update

from survey.backups import replacing
from survey.clock import SystemClock
from survey.db import as_owner, reading, transaction
from survey.invitations import opting_out
from survey.invitations.model import OptOut
from survey.keys import issue
from survey.practice.model import Practice
from survey.runtime import Runtime
from tests.cli.terminal import Said, Terminal
from tests.cli.test_backing_up import flushed, shelf
from tests.cli.test_deciding import key_files, waiting
from tests.faults.dying import rows_of
from tests.jobs.towns import answer

__all__ = ["flushed", "shelf"]  # fixtures


@pytest.fixture
def made(terminal: Terminal, runtime: Runtime, flushed: Practice, shelf: Path) -> Path:
    """A backup of a practice called Riverside; afterwards it is called otherwise."""
    made = Path(terminal.run("backup", str(shelf)).out.strip())
    with transaction(runtime.engine, flushed.id) as db:
        db.execute(update(Practice).values(name="Renamed since", sending=True))
    runtime.engine.dispose()
    return made


def restore(terminal: Terminal, runtime: Runtime, *arguments: str) -> Said:
    """The service is stopped: nobody else holds a connection."""
    terminal.end()
    runtime.engine.dispose()
    return terminal.run("restore", *arguments)


def practice_of(runtime: Runtime) -> Practice:
    with reading(runtime.engine) as db:
        return db.scalars(select(Practice)).one()


def refused(terminal: Terminal, runtime: Runtime, *arguments: str) -> str:
    """The sentence of a restore that changes neither rows nor keys."""
    before = (rows_of(runtime.engine), key_files(runtime))
    said = restore(terminal, runtime, *arguments)
    assert (said.code, said.out) == (1, "")
    assert (rows_of(runtime.engine), key_files(runtime)) == before
    return said.err


def test_the_backup_takes_the_place_and_mail_is_paused(
    terminal: Terminal, runtime: Runtime, made: Path
) -> None:
    said = restore(terminal, runtime, str(made), "--replace")
    assert (said.code, said.err) == (0, "")
    assert "0 waiting answers are lost" in said.out
    found = practice_of(runtime)
    assert (found.name == "Renamed since", found.sending, waiting(runtime)) == (False, False, 4)
    assert not issue.weeks_held(runtime.files)
    assert terminal.run("flush").code == 0


def test_answers_whose_key_is_gone_since_are_told_as_lost_and_the_nights_go_on(
    terminal: Terminal, runtime: Runtime, flushed: Practice, made: Path
) -> None:
    assert terminal.run("flush").code == 0  # renews the keys; the backup's are destroyed
    said = restore(terminal, runtime, str(made), "--replace")
    assert (said.code, "4 waiting answers are lost" in said.out) == (0, True)
    assert waiting(runtime) == 0
    answer(runtime, practice_of(runtime), times=1)
    assert terminal.run("flush").code == 0
    assert waiting(runtime) == 2


def test_opt_outs_since_the_backup_hold(
    terminal: Terminal, runtime: Runtime, flushed: Practice, made: Path
) -> None:
    with transaction(runtime.engine, flushed.id) as db:
        now = SystemClock().now() + timedelta(minutes=1)
        opting_out.opt_out_address(db, runtime, flushed, "quiet@example.org", now=now)
    said = restore(terminal, runtime, str(made), "--replace")
    assert (said.code, "1 opt-outs are back" in said.out) == (0, True)
    with reading(runtime.engine, flushed.id) as db:
        assert len(db.scalars(select(OptOut)).all()) == 1


def test_a_database_with_a_practice_is_replaced_only_when_told(
    terminal: Terminal, runtime: Runtime, made: Path
) -> None:
    assert "add --replace" in refused(terminal, runtime, str(made))


def test_not_while_somebody_is_at_work(terminal: Terminal, runtime: Runtime, made: Path) -> None:
    with runtime.engine.connect() as busy:
        busy.execute(text("SELECT count(*) FROM practice")).scalar()
        said = terminal.run("restore", str(made), "--replace")
    assert (said.code, "Stop every serve and work first" in said.err) == (1, True)
    assert practice_of(runtime).name == "Renamed since"


@pytest.mark.parametrize("harm", ["cut", "beginning", "gone", "text"])
def test_a_damaged_file_is_named_and_nothing_changes(
    terminal: Terminal, runtime: Runtime, made: Path, harm: str
) -> None:
    content = made.read_bytes()
    if harm == "gone":
        made.unlink()
    else:
        cut = {
            "cut": content[: len(content) * 2 // 3],
            "beginning": bytes(64) + content[64:],
            "text": b"hello",
        }
        made.write_bytes(cut[harm])
    said = refused(terminal, runtime, str(made), "--replace")
    assert str(made) in said
    assert "Nothing was changed." in said


def test_a_backup_of_a_newer_schema_is_refused(
    terminal: Terminal, runtime: Runtime, flushed: Practice, shelf: Path
) -> None:
    with as_owner(runtime.settings, runtime.engine) as owner:
        with owner.begin() as connection:
            head = connection.scalar(text("SELECT version_num FROM alembic_version"))
            connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
        made = terminal.run("backup", str(shelf)).out.strip()
        with owner.begin() as connection:
            connection.execute(text("UPDATE alembic_version SET version_num = :head"), {"head": head})
    assert "has schema 9999" in refused(terminal, runtime, made, "--replace")


def test_keys_of_another_installation_are_refused(terminal: Terminal, runtime: Runtime, made: Path) -> None:
    (runtime.files.root / "generation").write_bytes(bytes(16))
    assert "Put back contact.key and generation" in refused(terminal, runtime, str(made), "--replace")


def test_a_restore_that_stops_half_way_leaves_the_old_database(
    terminal: Terminal, runtime: Runtime, made: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if runtime.settings.database_url:
        monkeypatch.setattr(replacing, "AFTER", "\nSELECT 1/0;\n")
    else:
        monkeypatch.setattr(replacing, "sync", _full_disk)
    said = restore(terminal, runtime, str(made), "--replace")
    assert (said.code, "The database is as it was." in said.err) == (1, True)
    assert practice_of(runtime).name == "Renamed since"
    assert [each.name for each in runtime.settings.data.glob(".restoring*")] == []


def test_a_server_that_took_in_fewer_rows_keeps_the_old_database(
    terminal: Terminal, runtime: Runtime, made: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not runtime.settings.database_url:
        return  # a file is taken as a whole
    monkeypatch.setattr(replacing, "AFTER", f"\nDELETE FROM public.pool;{replacing.AFTER}")
    said = restore(terminal, runtime, str(made), "--replace")
    assert (said.code, "the table pool would not hold its rows" in said.err) == (1, True)
    assert practice_of(runtime).name == "Renamed since"


def _full_disk(_path: Path) -> None:
    raise OSError(28, "No space left on device")


def test_a_ruined_database_can_be_replaced(terminal: Terminal, runtime: Runtime, made: Path) -> None:
    if runtime.settings.database_url:
        return  # a ruined server is another's to mend
    place = runtime.settings.data / "afterword.sqlite3"
    place.write_bytes(b"ruined" * 4096)
    place.with_name(place.name + "-wal").write_bytes(b"left over")
    assert restore(terminal, runtime, str(made)).code == 1
    assert restore(terminal, runtime, str(made), "--replace").code == 0
    with closing(sqlite3.connect(place)) as opened:
        assert opened.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    assert practice_of(runtime).sending is False
