"""A start that cannot go well: one sentence that names why and what helps, exit code 1, nothing changed."""

from __future__ import annotations

import contextlib
import hashlib
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from survey import clock, database_fault, migrating
from survey.runtime import Runtime, open_runtime
from survey.settings import Settings, environment_for, load_settings
from tests import builders
from tests.cli.terminal import Terminal
from tests.faults import tracing

#: Of SQLite's own bookkeeping beside the file nothing is promised.
BESIDE = ("-wal", "-shm")


@pytest.fixture
def installed(sqlite_runtime: Runtime) -> Settings:
    """An installation with a practice, closed."""
    builders.make_practice(sqlite_runtime)
    sqlite_runtime.engine.dispose()
    return sqlite_runtime.settings


@pytest.fixture
def terminal(
    installed: Settings, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Terminal:
    found = Terminal(monkeypatch, capsys)
    found.use(installed)
    return found


def database(settings: Settings) -> Path:
    return settings.data / "afterword.sqlite3"


def contents(settings: Settings) -> dict[str, str]:
    """Every file of the installation and its keys, by a hash."""

    def files() -> Iterator[Path]:
        for folder in (settings.instance, settings.keys):
            yield from (path for path in folder.rglob("*") if path.is_file())

    return {str(path): content(path) for path in files() if not path.name.endswith(BESIDE)}


def content(path: Path) -> str:
    """Of a sound database what stands in it: every opening counts up a number in the file's head."""
    if path.suffix == ".sqlite3":
        with contextlib.suppress(sqlite3.Error), contextlib.closing(sqlite3.connect(path)) as connection:
            return "\n".join(connection.iterdump())
    return hashlib.sha256(path.read_bytes()).hexdigest()


def scribbled(settings: Settings) -> None:
    with database(settings).open("r+b") as file:
        file.write(b"no database any more" * 50)


def cut_short(settings: Settings) -> None:
    whole = database(settings).read_bytes()
    database(settings).write_bytes(whole[: len(whole) // 3])


def of_a_newer_version(settings: Settings) -> None:
    run_sql(settings, "UPDATE alembic_version SET version_num = '9999'")


def half_migrated(settings: Settings) -> None:
    """The schema's number is of the step before a table was made, and the table is there."""
    run_sql(settings, "UPDATE alembic_version SET version_num = '0032'")


def without_a_table(settings: Settings) -> None:
    run_sql(settings, "DROP TABLE installation")


def run_sql(settings: Settings, order: str) -> None:
    connection = sqlite3.connect(database(settings))
    connection.execute(order)
    connection.commit()
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()


@pytest.mark.parametrize("command", ["work", "doctor"])
@pytest.mark.parametrize(
    ("plant", "words"),
    [
        (scribbled, database_fault.CORRUPT),
        (cut_short, database_fault.CORRUPT),
        (of_a_newer_version, migrating.UNKNOWN.format(found="9999")),
        (half_migrated, ""),
        (without_a_table, database_fault.HALF),
    ],
)
def test_a_database_that_cannot_be_used(
    terminal: Terminal, installed: Settings, plant: Callable[[Settings], None], words: str, command: str
) -> None:
    plant(installed)
    before = contents(installed)
    said = terminal.run(command)
    expected = words or (database_fault.HALF if command != "doctor" else "has the older schema")
    lines = (said.out + said.err).strip().splitlines()
    assert said.code == 1
    assert len(lines) == 1, lines
    assert expected in lines[0]
    assert contents(installed) == before


@pytest.mark.parametrize(
    ("setting", "value", "words"),
    [
        ("database_url", "postgresql://nobody:hush-hush@127.0.0.1:1/none", database_fault.SILENT),
        ("database_url", "oracle://nobody:hush-hush@somewhere/x", "only SQLite and PostgreSQL are supported"),
        ("database_url", "hush-hush", "is not a database address"),
        ("queue_url", "redis://:hush-hush@127.0.0.1:1/0", "Redis at queue_url does not answer"),
        ("queue_url", "amqp://:hush-hush@127.0.0.1/0", "queue_url must begin with redis://"),
    ],
)
def test_a_wrong_address(
    terminal: Terminal, installed: Settings, setting: str, value: str, words: str
) -> None:
    terminal.set(setting, value)
    before = contents(installed)
    for command in ("work", "doctor"):
        said = terminal.run(command)
        assert said.code == 1
        assert words in said.out + said.err
        assert "hush-hush" not in said.out + said.err
        assert contents(installed) == before


def test_a_full_disk_at_the_first_start_leaves_nothing_half_done(tmp_path: Path) -> None:
    """The system refuses to write, as it does where a disk is full, from the thirtieth time on."""
    tracing.require()
    settings = load_settings({}, instance=tmp_path / "instance", keys=tmp_path / "keys")
    tracer = ["strace", "-f", "-qq", "-o", str(tmp_path / "trace"), "-e", "trace=pwrite64"]
    tracer += ["-e", "inject=pwrite64:error=ENOSPC:when=30+"]
    program = [sys.executable, "-m", "survey.cli", "work"]
    ended = subprocess.run(
        [*tracer, *program],
        check=False,
        env=environment_for(settings),
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert (ended.returncode, ended.stderr.strip()) == (1, database_fault.FULL)
    again = open_runtime(settings, clock.SystemClock())
    assert migrating.is_current(again.engine)
    again.engine.dispose()
