"""An answer and an import that are killed, or whose disk fails, at any of their writes and syncs.

Never: thanks without an answer, two answers, a spent link without its answer, half an import that a second
run would not make whole.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import Connection, delete

from survey.app import make_app
from survey.db import Base, make_engine, transaction
from survey.invitations import planning, scheduling
from survey.invitations.model import CapMark, Invitation
from survey.keys.files import KeyFiles
from survey.practice.model import Practice
from survey.responses import submitting
from survey.responses.model import Pool, Scratch, Spent
from survey.responses.spending import Spending
from survey.runtime import Runtime
from survey.visits.model import Visit, VisitBefore, VisitIdentity, VisitImport
from tests import builders
from tests.faults import tracing
from tests.invitations.test_taking import LINES, everything, take
from tests.services import FULL
from tests.web.patients import ONE_ANSWER, Kept, kept, send

MOST = 400
#: How many calls are left out between two deaths without the full run.
STRIDE = 1 if FULL else 7
DISK = "pwrite64,fsync,fdatasync,ftruncate"

pytestmark = tracing.NEEDS_FORK


@pytest.fixture
def token(runtime: Runtime, practice: Practice) -> str:
    tracing.require()
    found = builders.make_token(runtime, practice, builders.make_clinician(runtime, practice))
    runtime.engine.dispose()  # a child must not share its connections
    return found


@contextmanager
def fresh(runtime: Runtime) -> Iterator[Runtime]:
    """The same installation as a process sees it that has just started."""
    engine = make_engine(runtime.settings)
    yield Runtime(runtime.settings, engine, KeyFiles(runtime.settings.keys), runtime.clock)
    engine.dispose()


def answer(runtime: Runtime, token: str) -> int:
    """The status that a patient sees."""
    with fresh(runtime) as opened:
        return send(make_app(opened).test_client(), token).status_code


def answering(runtime: Runtime, token: str, note: Path) -> Callable[[], None]:
    """A process that takes one answer, and notes the status that the patient saw."""

    def work() -> None:
        note.write_text(str(answer(runtime, token)), "ascii")

    return work


def torn(runtime: Runtime, practice: Practice, status: str) -> list[str]:
    """What is wrong right after a process died or failed that would have shown this status."""
    found = kept(runtime, practice)
    whole = found == ONE_ANSWER
    wrong = [] if found in (ONE_ANSWER, Kept(0, 0, 0)) else [f"half an answer: {found}"]
    if status == "200" and not whole:
        wrong.append("thanks without an answer")
    if status not in ("", "200", "503"):
        wrong.append(f"the patient saw {status}")
    return wrong


def again(runtime: Runtime, practice: Practice, token: str) -> list[str]:
    """What is wrong after the patient sent the form once more."""
    status = answer(runtime, token)
    found = kept(runtime, practice)
    whole = (found.spent, found.waiting) == (ONE_ANSWER.spent, ONE_ANSWER.waiting)  # scratch: see submitting
    return [] if status == 200 and whole else [f"at the second time {status}, {found}"]


def emptied(
    runtime: Runtime, practice: Practice, tables: Collection[type[Base]] = (Spent, Pool, Scratch)
) -> None:
    """As if nobody had done anything yet."""
    with transaction(runtime.engine, practice.id) as db:
        for table in tables:
            db.execute(delete(table))
    runtime.engine.dispose()


def deaths(runtime: Runtime, practice: Practice, token: str, note: Path) -> Iterator[list[str]]:
    for call in range(1, MOST, STRIDE):
        note.write_text("", "ascii")
        if not tracing.killed_at(answering(runtime, token, note), call):
            return
        yield torn(runtime, practice, note.read_text("ascii")) + again(runtime, practice, token)
        emptied(runtime, practice)
    pytest.fail("the answer was never taken")


def test_killed_at_any_write_an_answer_is_there_whole_or_not_at_all(
    runtime: Runtime, practice: Practice, token: str, tmp_path: Path
) -> None:
    seen = list(deaths(runtime, practice, token, tmp_path / "status"))
    assert seen
    assert [each for each in seen if each] == []


def test_two_commits_for_one_answer_would_be_noticed(
    sqlite_runtime: Runtime, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The planted fault: the link is spent in a transaction of its own."""
    tracing.require()
    practice = builders.make_practice(sqlite_runtime)
    token = builders.make_token(sqlite_runtime, practice, builders.make_clinician(sqlite_runtime, practice))

    spend_once = submitting.spend_once

    def at_once(connection: Connection, spent: Spending) -> bool:
        done = spend_once(connection, spent)
        connection.exec_driver_sql("COMMIT")
        connection.exec_driver_sql("BEGIN IMMEDIATE")
        return done

    monkeypatch.setattr(submitting, "spend_once", at_once)
    sqlite_runtime.engine.dispose()
    found = (each for wrong in deaths(sqlite_runtime, practice, token, tmp_path / "status") for each in wrong)
    assert any("half an answer" in each for each in found)


@pytest.mark.parametrize("error", ["EIO", "ENOSPC", "EROFS"])
def test_a_disk_that_fails_never_thanks_for_an_answer_that_is_not_there(
    sqlite_runtime: Runtime, tmp_path: Path, error: str
) -> None:
    """From each write or sync on the disk fails until the process has ended; then it is sound again."""
    tracing.require()
    practice = builders.make_practice(sqlite_runtime)
    token = builders.make_token(sqlite_runtime, practice, builders.make_clinician(sqlite_runtime, practice))
    sqlite_runtime.engine.dispose()
    note, seen, statuses = tmp_path / "status", [], set()
    for call in range(1, MOST, STRIDE):
        note.write_text("", "ascii")
        tracing.failing_at(answering(sqlite_runtime, token, note), call, error, calls=DISK)
        statuses.add(note.read_text("ascii"))
        seen += torn(sqlite_runtime, practice, note.read_text("ascii"))
        seen += again(sqlite_runtime, practice, token)
        emptied(sqlite_runtime, practice)
        if statuses >= {"200"}:
            break
    assert seen == []
    assert statuses == {"503", "200"}, "a failing disk asks for patience, a sound one thanks"


# --- an import ---

IMPORTED = (Invitation, CapMark, VisitIdentity, VisitBefore, Visit, VisitImport)


def take_visits(runtime: Runtime, practice: Practice) -> None:
    with fresh(runtime) as opened:
        take(opened, practice, *LINES)


def test_killed_at_any_write_an_import_runs_again_and_is_what_it_would_have_been(
    runtime: Runtime, practice: Practice, monkeypatch: pytest.MonkeyPatch
) -> None:
    tracing.require()
    for module in (planning, scheduling):
        monkeypatch.setattr(module, "TOGETHER", 7)
    take_visits(runtime, practice)
    clean = everything(runtime, practice)
    assert all(clean)
    cut = 0
    for call in range(2, MOST, 1 if FULL else 41):
        emptied(runtime, practice, IMPORTED)
        if not tracing.killed_at(partial(take_visits, runtime, practice), call):
            break
        cut += everything(runtime, practice) != clean
        take_visits(runtime, practice)
        assert everything(runtime, practice) == clean, f"killed at call {call}"
    else:
        pytest.fail("the import never came to its end")
    assert cut, "no death left anything undone"
