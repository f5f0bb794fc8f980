"""A closed practice takes in nothing by itself, loses nothing of it, and goes on where it opens again."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from survey import watching
from survey.db import reading
from survey.practice import reaching
from survey.practice.model import Practice
from survey.runtime import Runtime
from survey.visits import inbox
from tests.jobs import test_feeding, test_watching
from tests.jobs.test_feeding import FILE_CALENDAR, attended, plant, troubles
from tests.jobs.test_watching import GOOD, put, texts, visits, watch
from tests.jobs.towns import run_at
from tests.practice.closing import set_closed
from tests.visits.calendar_server import CalendarServer, calendar_server, says


@pytest.fixture
def folder(runtime: Runtime, practice: Practice, tmp_path: Path) -> Path:
    """A watched folder in which one file was refused and another one has come since."""
    made = tmp_path / "inbox"
    made.mkdir()
    watch(runtime, practice, made)
    put(runtime, made / "wrong.csv", b"no visits")
    test_watching.look(runtime, practice)
    assert len(texts(made)) == 1
    put(runtime, made / "visits.csv", GOOD)
    return made


@pytest.fixture
def server() -> Iterator[CalendarServer]:
    with calendar_server(says("200 OK", FILE_CALENDAR)) as running:
        yield running


def test_what_is_in_a_folder_stays_until_the_practice_is_open_again(
    runtime: Runtime, practice: Practice, folder: Path
) -> None:
    set_closed(runtime, practice.id, closed=True)
    for hours in range(3):
        run_at(runtime, runtime.clock.now() + timedelta(hours=hours))
    assert (visits(runtime), (folder / "visits.csv").read_bytes()) == (0, GOOD)
    set_closed(runtime, practice.id, closed=False)
    test_watching.look(runtime, practice)
    assert (visits(runtime), (folder / "visits.csv").exists()) == (2, False)


def test_without_asking_whether_it_is_closed_the_file_would_be_taken(
    runtime: Runtime, practice: Practice, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reaching, "is_closed", lambda *_: False)
    set_closed(runtime, practice.id, closed=True)
    test_watching.look(runtime, practice)
    assert visits(runtime) == 2


def test_what_was_refused_before_still_goes_after_a_day(
    runtime: Runtime, practice: Practice, folder: Path
) -> None:
    set_closed(runtime, practice.id, closed=True)
    watching.take_in(runtime, practice, now=runtime.clock.now() + inbox.KEPT + timedelta(minutes=1))
    assert [path.suffix for path in (folder / inbox.REFUSED).iterdir()] == [".txt"]
    assert (folder / "visits.csv").read_bytes() == GOOD


def test_a_calendar_is_not_asked_while_it_is_closed_and_at_once_afterwards(
    runtime: Runtime, practice: Practice, server: CalendarServer
) -> None:
    plant(runtime, practice, server.address)
    set_closed(runtime, practice.id, closed=True)
    for hours in (0, 1, 30):
        test_feeding.look(runtime, practice, hours=hours)
    assert (server.asked, attended(runtime)) == ([], 0)
    set_closed(runtime, practice.id, closed=False)
    test_feeding.look(runtime, practice, hours=30)
    assert (len(server.asked), attended(runtime)) == (1, 2)


def test_a_calendar_that_fails_is_nobodys_business_while_it_is_closed(
    runtime: Runtime, practice: Practice, server: CalendarServer
) -> None:
    server.answer = says("404 Not Found", b"")
    plant(runtime, practice, server.address)
    test_feeding.look(runtime, practice)
    assert troubles(runtime, practice) == ["gone"]
    set_closed(runtime, practice.id, closed=True)
    with reading(runtime.engine, practice.id) as db:
        closed = db.get_one(Practice, practice.id)
    assert troubles(runtime, closed) == []
