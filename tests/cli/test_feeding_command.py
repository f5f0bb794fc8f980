"""Calendars by the command line: add, list, remove; their addresses are never shown."""

from __future__ import annotations

import pytest
from sqlalchemy import update

from survey.db import transaction
from survey.practice.model import Practice
from survey.runtime import Runtime
from survey.visits.feed import Trouble
from survey.visits.model import CalendarFeed
from tests.cli.terminal import Terminal

ADDRESS = "https://calendar.example/private-s3cret/basic.ics"


def test_a_calendar_is_added_listed_and_removed(terminal: Terminal, riverside: Practice) -> None:
    said = terminal.run("visits", "feed", "add", ADDRESS, "--clinician", "Dr. Mira Lund")
    assert said.out.startswith("Calendar 1 is read within a minute or two, then each hour.")
    assert terminal.run("visits", "feed", "list").out == (
        "1  Dr. Mira Lund  calendar.example  not read yet; is afterword work running?\n"
    )
    assert terminal.run("visits", "feed", "remove", "1").out == "Calendar 1 is no longer read.\n"
    assert terminal.run("visits", "feed", "list").out == ""


@pytest.mark.parametrize(
    ("address", "words"),
    [("http://calendar.example/s3cret", "Use https://"), ("s3cret", "begins with https://")],
)
def test_an_address_that_is_not_fit_is_refused_without_repeating_it(
    terminal: Terminal, riverside: Practice, address: str, words: str
) -> None:
    said = terminal.run("visits", "feed", "add", address)
    assert (said.code, said.out) == (1, "")
    assert words in said.err
    assert "s3cret" not in said.err


def test_a_calendar_that_is_not_there_cannot_be_removed(terminal: Terminal, riverside: Practice) -> None:
    said = terminal.run("visits", "feed", "remove", "7")
    assert said.code == 1
    assert "There is no calendar 7" in said.err


def test_trouble_is_told_by_list_history_and_doctor(
    terminal: Terminal, runtime: Runtime, riverside: Practice
) -> None:
    terminal.run("visits", "feed", "add", ADDRESS)
    with transaction(runtime.engine, riverside.id) as db:
        since = runtime.clock.now()
        db.execute(update(CalendarFeed).values(trouble=Trouble.GONE, failing_since=since))
    for command in (("visits", "feed", "list"), ("visits", "history"), ("doctor",)):
        said = terminal.run(*command).out
        assert "it does not exist any more" in said
        assert "s3cret" not in said
