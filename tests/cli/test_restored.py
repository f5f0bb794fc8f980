"""An old database beside newer keys, after real nights: everything stops and nothing is destroyed."""

from __future__ import annotations

from sqlalchemy import select

from survey.db import reading
from survey.keys import issue
from survey.practice.model import Practice
from survey.responses.model import PoolKey
from survey.runtime import Runtime
from tests.cli.terminal import Terminal
from tests.cli.test_deciding import answered, key_files, waiting
from tests.cli.test_doctor import complaints
from tests.faults.dying import put_back, rows_of

__all__ = ["answered"]  # a fixture


def test_a_restored_database_beside_newer_keys_stops_everything(
    terminal: Terminal, runtime: Runtime, answered: Practice
) -> None:
    backup = rows_of(runtime.engine)
    assert terminal.run("flush").code == 0
    put_back(runtime.engine, backup)
    before = key_files(runtime)
    for command in (["flush"], ["invitations", "send"], ["keys", "give-up", "--yes"]):
        said = terminal.run(*command)
        assert (said.code, said.err != "") == (1, True)
    assert any("of another day than the database" in each for each in complaints(terminal))
    assert terminal.run("keys", "status").code == 1
    assert (key_files(runtime), waiting(runtime)) == (before, 6)


def test_the_newer_database_put_back_goes_on_as_if_nothing_had_been(
    terminal: Terminal, runtime: Runtime, answered: Practice
) -> None:
    backup = rows_of(runtime.engine)
    assert terminal.run("flush").code == 0
    newer = rows_of(runtime.engine)
    put_back(runtime.engine, backup)
    assert terminal.run("flush").code == 1
    put_back(runtime.engine, newer)
    assert terminal.run("flush").code == 0
    assert (waiting(runtime), complaints(terminal)) == (6, [])
    with reading(runtime.engine) as db:
        assert len(set(db.scalars(select(PoolKey.kid)))) == 2


def test_a_week_that_lost_one_of_its_key_files_is_named(
    terminal: Terminal, runtime: Runtime, answered: Practice
) -> None:
    (week, *_) = issue.weeks_held(runtime.files)
    for half in ("nonce", "sk", "pk"):
        path = runtime.files.root / issue.name(week, half)
        content = path.read_bytes()
        path.unlink()
        (complaint,) = complaints(terminal)
        assert complaint == f"The key file {issue.name(week, half)} is missing."
        runtime.files.create(issue.name(week, half), content)
    assert complaints(terminal) == []


def test_a_missing_generation_is_named_and_nothing_is_destroyed(
    terminal: Terminal, runtime: Runtime, answered: Practice
) -> None:
    (runtime.files.root / "generation").unlink()
    before = key_files(runtime)
    assert complaints(terminal) == ["The key file generation is missing."]
    said = terminal.run("flush")
    assert (said.code, "do not belong to this database" in said.err) == (1, True)
    assert (key_files(runtime), waiting(runtime)) == (before, 6)
