"""The audit log as the terminal checks it: whole, changed, an entry taken out, the end cut off."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from survey.db import transaction
from survey.practice import recording
from survey.practice.model import Practice
from survey.runtime import Runtime
from tests.cli.terminal import Terminal


@pytest.fixture
def filled(runtime: Runtime, riverside: Practice) -> Practice:
    with transaction(runtime.engine, riverside.id) as db:
        for action in ("first", "second", "third"):
            recording.record(
                db, riverside.id, actor="olu", action=action, subject="", now=runtime.clock.now()
            )
    return riverside


def test_a_practice_without_entries_says_so(terminal: Terminal, riverside: Practice) -> None:
    said = terminal.run("audit", "verify")
    assert (said.code, said.out) == (0, "riverside: no entry yet.\n")


def test_a_whole_log_is_counted_and_its_end_can_be_compared(
    terminal: Terminal, owned: Runtime, filled: Practice
) -> None:
    said = terminal.run("audit", "verify")
    assert said.code == 0
    assert said.out.startswith("riverside: 3 entries, whole; the last is ")
    with transaction(owned.engine, filled.id) as db:
        db.execute(text("DELETE FROM audit_entry WHERE number = 3"))
    cut = terminal.run("audit", "verify")
    assert cut.code == 0, "what is left is whole"
    assert cut.out != said.out, "who kept the line notices"


@pytest.mark.parametrize(
    "damage",
    [
        "UPDATE audit_entry SET subject = 'x' WHERE number = 2",
        "UPDATE audit_entry SET at = '2020-01-01 00:00:00+00:00' WHERE number = 2",
        "DELETE FROM audit_entry WHERE number = 2",
    ],
)
def test_the_first_entry_that_was_changed_is_named(
    terminal: Terminal, owned: Runtime, filled: Practice, damage: str
) -> None:
    with transaction(owned.engine, filled.id) as db:
        db.execute(text(damage))
    said = terminal.run("audit", "verify")
    assert said.code == 1
    assert said.out.startswith("riverside: changed at entry 2")
