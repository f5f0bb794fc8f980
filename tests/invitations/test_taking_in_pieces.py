"""The first pass over a file holds no transaction between its blocks, and what happens there does no harm."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import nullcontext

import pytest
from sqlalchemy import func, select

from survey.db import as_owner, reading, tidy_after_flush, transaction
from survey.invitations import opting_out, planning, scheduling, taking, undoing
from survey.invitations.planning import Intake
from survey.practice.model import Practice
from survey.runtime import Runtime
from survey.visits.model import Visit, VisitIdentity
from survey.visits.visit_file import RowError, VisitRow, VisitSource
from tests.databases import SQLITE_FIRST
from tests.invitations.post import states
from tests.invitations.test_taking import source, take
from tests.visits.files import line

#: The first did not take place, so that mails that wait are looked for, too.
LINES = (line(0, status="no-show"), *(line(number) for number in range(1, 9)))


@pytest.fixture(autouse=True)
def _small_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (planning, scheduling):
        monkeypatch.setattr(module, "TOGETHER", 3)


class Interrupted(VisitSource):
    """A file in the middle of whose first reading something happens, once."""

    def __init__(self, whole: VisitSource, happens: Callable[[], object]) -> None:
        self.ignored = whole.ignored
        self._whole, self._events = whole, [happens]

    def __iter__(self) -> Iterator[VisitRow | RowError]:
        for place, found in enumerate(self._whole):
            if place == len(LINES) // 2 and self._events:
                self._events.pop()()
            yield found


def interrupted(runtime: Runtime, practice: Practice, happens: Callable[[], object]) -> Intake:
    """Take the file while something happens."""
    found = Interrupted(source(runtime, practice, *LINES), happens)
    return taking.take(runtime, practice, found, actor="owner", name="generic", now=runtime.clock.now())


def number_of(runtime: Runtime, practice: Practice, table: type[Visit] | type[VisitIdentity]) -> int:
    with reading(runtime.engine, practice.id) as db:
        return db.scalar(select(func.count()).select_from(table)) or 0


def tidied_now(runtime: Runtime) -> bool:
    """Empty SQLite's log, or renew PostgreSQL's tables, as a night does; whether nobody was in the way."""
    with as_owner(runtime.settings, runtime.engine) as owner:
        return tidy_after_flush(owner)


def test_in_the_middle_of_a_file_the_log_begins_anew_and_no_table_is_held(
    runtime: Runtime, practice: Practice
) -> None:
    tidied = list[bool]()
    intake = interrupted(runtime, practice, lambda: tidied.append(tidied_now(runtime)))
    assert (tidied, intake.outcome.new, intake.invited) == ([True], 9, 8)


@SQLITE_FIRST
def test_one_long_transaction_would_be_in_the_way(
    runtime: Runtime, practice: Practice, monkeypatch: pytest.MonkeyPatch
) -> None:
    tidied = list[bool]()
    with reading(runtime.engine, practice.id) as db:
        monkeypatch.setattr(taking, "_looking", lambda *_: lambda: nullcontext(db))
        file = source(runtime, practice, *LINES)
        file = Interrupted(file, lambda: tidied.append(tidied_now(runtime)))
        taking.rehearse(runtime, practice, file, now=runtime.clock.now())
    assert tidied == [False]


def test_another_import_of_the_file_in_the_middle_asks_nobody_twice(
    runtime: Runtime, practice: Practice
) -> None:
    interrupted(runtime, practice, lambda: take(runtime, practice, *LINES))
    assert number_of(runtime, practice, Visit) == 9
    assert states(runtime, practice) == {"due": 8}


@pytest.mark.parametrize("person", [1, 8])
def test_who_opts_out_in_the_middle_is_not_asked(runtime: Runtime, practice: Practice, person: int) -> None:
    """The first one's visit was looked at already, the last one's was not."""

    def opt_out() -> None:
        with transaction(runtime.engine, practice.id) as db:
            address = f"person{person}@example.org"
            opting_out.opt_out_address(db, runtime, practice, address, now=runtime.clock.now())

    assert interrupted(runtime, practice, opt_out).invited == 7
    assert states(runtime, practice) == {"due": 7}


def test_visits_that_are_deleted_in_the_middle_are_taken_as_new(runtime: Runtime, practice: Practice) -> None:
    take(runtime, practice, *LINES)

    def undo() -> None:
        with transaction(runtime.engine, practice.id) as db:
            undoing.undo_last(db, practice.id, now=runtime.clock.now())

    assert interrupted(runtime, practice, undo).outcome.new == 9
    assert number_of(runtime, practice, Visit) == 9
    assert number_of(runtime, practice, VisitIdentity) == 0
