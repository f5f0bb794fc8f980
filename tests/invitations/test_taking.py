"""A large file in blocks: cut anywhere and run again it equals a clean run; the last import can be undone."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from survey.db import reading, transaction
from survey.invitations import planning, scheduling, taking, undoing
from survey.invitations.model import CapMark, Invitation
from survey.invitations.planning import Intake
from survey.practice.model import Practice
from survey.runtime import Runtime
from survey.visits import history
from survey.visits.history import PastImport, Shown
from survey.visits.model import Visit
from survey.visits.recognising import STORED
from survey.visits.visit_file import Part, VisitSource, generic_match, open_source
from tests.invitations.post import states
from tests.visits.files import line, visits_csv

LINES = tuple(line(n, email=f"p{n % 9}@example.org", start=f"2026-03-0{1 + n % 2}") for n in range(20))


class Cut(Exception):
    """The power is gone."""


@pytest.fixture(autouse=True)
def _small_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (planning, scheduling):
        monkeypatch.setattr(module, "TOGETHER", 3)


def source(runtime: Runtime, practice: Practice, *lines: str) -> VisitSource:
    part = Part("visits.csv", visits_csv(*lines))
    return open_source([part], generic_match(time_zone=practice.time_zone), now=runtime.clock.now())


def take(runtime: Runtime, practice: Practice, *lines: str) -> Intake:
    found = source(runtime, practice, *lines)
    return taking.take(runtime, practice, found, actor="owner", name="generic", now=runtime.clock.now())


def undo(runtime: Runtime, practice: Practice) -> PastImport:
    with transaction(runtime.engine, practice.id) as db:
        return undoing.undo_last(db, practice.id, now=runtime.clock.now())


def past(runtime: Runtime, practice: Practice, *, later: timedelta = timedelta()) -> tuple[PastImport, ...]:
    with reading(runtime.engine, practice.id) as db:
        return history.past(db, practice.id, now=runtime.clock.now() + later)


def everything(runtime: Runtime, practice: Practice) -> tuple[list[object], ...]:
    """Visits, who is asked about which, and cap marks; not the random numbers of mails."""
    with reading(runtime.engine, practice.id) as db:
        visits = db.execute(select(Visit.visit_tag, *(getattr(Visit, name) for name in STORED)))
        mails = db.execute(select(Invitation.visit_tag, Invitation.contact_tag, Invitation.state))
        marks = db.execute(select(CapMark.contact_tag, CapMark.week))
        return tuple(sorted(map(tuple, found)) for found in (visits, mails, marks))


@pytest.mark.parametrize("after", [0, 1, 4, 6])
def test_an_import_that_was_cut_and_run_again_equals_a_clean_one(
    runtime: Runtime, practice: Practice, monkeypatch: pytest.MonkeyPatch, after: int
) -> None:
    whole, blocks = scheduling.carry_out, []

    def cut(*arguments: object, **named: object) -> object:
        if len(blocks) == after:
            raise Cut
        blocks.append(1)
        return whole(*arguments, **named)  # type: ignore[arg-type]

    with monkeypatch.context() as patch:
        patch.setattr(taking, "carry_out", cut)
        with pytest.raises(Cut):
            take(runtime, practice, *LINES)
    assert past(runtime, practice)[0].shown is Shown.RUNNING
    assert past(runtime, practice, later=timedelta(hours=1))[0].shown is Shown.INTERRUPTED
    take(runtime, practice, *LINES)
    again = everything(runtime, practice)
    undo(runtime, practice)
    with transaction(runtime.engine, practice.id) as db:
        undoing.undo_last(db, practice.id, now=runtime.clock.now() + timedelta(hours=1))
    assert everything(runtime, practice) == ([], [], [])
    take(runtime, practice, *LINES)
    assert everything(runtime, practice) == again


def test_the_rehearsal_says_what_the_import_then_does(runtime: Runtime, practice: Practice) -> None:
    file = source(runtime, practice, *LINES)
    shown = taking.rehearse(runtime, practice, file, now=runtime.clock.now())
    assert take(runtime, practice, *LINES) == shown
    assert (shown.invited, shown.outcome.new) == (9, 20)
    assert take(runtime, practice, *reversed(LINES)).outcome.unchanged == 20
    assert states(runtime, practice) == {"due": 9}


def test_undoing_restores_what_was_before(runtime: Runtime, practice: Practice) -> None:
    take(runtime, practice, line(1, status="no-show"), line(2))
    before = everything(runtime, practice)
    changed = take(runtime, practice, line(1), line(2, clinician="Ben Roth"), line(3))
    assert (changed.outcome.new, changed.outcome.changed, changed.invited) == (1, 2, 2)
    assert undo(runtime, practice).number == 2
    assert everything(runtime, practice) == before
    assert [each.shown for each in past(runtime, practice)] == [Shown.UNDONE, Shown.DONE]
    with pytest.raises(undoing.CannotUndo, match="no import"):  # what it replaced is not known any more
        undo(runtime, practice)


def test_an_import_whose_mails_went_out_stays(runtime: Runtime, practice: Practice) -> None:
    take(runtime, practice, line(1), line(2))
    with transaction(runtime.engine, practice.id) as db:
        first = db.scalars(select(Invitation).limit(1)).one()
        first.state = "claimed"
    before = everything(runtime, practice)
    with pytest.raises(undoing.CannotUndo, match="gone out"):
        undo(runtime, practice)
    assert everything(runtime, practice) == before


def test_the_history_counts_and_names_no_file(runtime: Runtime, practice: Practice) -> None:
    take(runtime, practice, line(1), line(2, status="?"))
    (one,) = past(runtime, practice)
    assert (one.outcome.new, one.refused, one.invited, one.source) == (1, 1, 1, "generic")
    assert one.can_be_undone


def test_a_plan_that_is_overtaken_by_another_import_asks_nobody_twice(
    runtime: Runtime, practice: Practice, monkeypatch: pytest.MonkeyPatch
) -> None:
    planned = taking.plan

    def overtaken(*arguments: object, **named: object) -> object:
        made = planned(*arguments, **named)  # type: ignore[arg-type]
        monkeypatch.undo()
        take(runtime, practice, line(7, email="a@example.org"))
        return made

    monkeypatch.setattr(taking, "plan", overtaken)
    assert take(runtime, practice, line(1, email="a@example.org")).invited == 0
    assert states(runtime, practice) == {"due": 1}
