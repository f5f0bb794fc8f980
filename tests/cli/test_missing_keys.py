"""A pool key that is missing or another one: its answers wait for it, until a person gives them up."""

from __future__ import annotations

from survey.practice.model import Practice
from survey.runtime import Runtime
from tests.cli.terminal import Terminal
from tests.cli.test_deciding import answered, pool_file, restored_on_another_day, waiting
from tests.cli.test_doctor import complaints

__all__ = ["answered"]  # a fixture


def test_answers_without_their_key_file_are_named_and_wait_for_it(
    terminal: Terminal, runtime: Runtime, answered: Practice
) -> None:
    path = pool_file(runtime, answered)
    elsewhere = path.rename(runtime.settings.keys / "elsewhere")
    for _ in range(2):  # before the night and after it
        (complaint,) = complaints(terminal)
        assert "3 answers cannot be opened: 1 key files are missing" in complaint
        said = terminal.run("keys", "status")
        assert said.code == 1
        assert f"  pool/{path.name}\n" in said.out
        assert terminal.run("keys", "give-up").out == said.out, "without --yes it only tells"
        assert terminal.run("flush").code == 0
    elsewhere.rename(path)
    assert complaints(terminal) == []
    assert terminal.run("flush").code == 0
    assert not path.exists()
    assert (waiting(runtime), complaints(terminal)) == (6, [])
    assert terminal.run("keys", "status").out == "Keys and database belong together.\n"


def test_giving_up_is_refused_while_the_keys_are_of_another_day(
    terminal: Terminal, runtime: Runtime, answered: Practice
) -> None:
    restored_on_another_day(runtime, answered)
    said = terminal.run("keys", "give-up", "--yes")
    assert (said.code, "do not belong together" in said.err) == (1, True)
    assert waiting(runtime) == 6


def test_another_key_under_a_pool_keys_name_is_noticed(
    terminal: Terminal, runtime: Runtime, answered: Practice
) -> None:
    path = pool_file(runtime, answered)
    path.write_bytes(bytes(32))
    (complaint,) = complaints(terminal)
    assert "holds another key than the one that answers are sealed to" in complaint
    said = terminal.run("flush")
    assert (said.code, "holds another key" in said.err) == (1, True)
    assert (path.exists(), waiting(runtime)) == (True, 6)
