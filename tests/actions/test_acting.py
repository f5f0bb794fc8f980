"""A repair goes one step at a time; its history says everything; two people never overwrite each other."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta

import pytest
from sqlalchemy.orm import Session

from survey.actions import acting
from survey.actions.acting import CannotSkip, Lack, Measure, MovedMeanwhile, NoSuchAction, NotReady, Promise
from survey.actions.model import MOVES, Action, ActionState
from survey.db import transaction
from survey.practice.model import Practice
from survey.runtime import Runtime
from tests.actions.register import WHO, open_repair, promise_repair, repair

TODAY = date(2026, 3, 2)
DUE = date(2026, 3, 20)


@pytest.fixture
def db(runtime: Runtime, practice: Practice) -> Iterator[Session]:
    with transaction(runtime.engine, practice.id) as session:
        yield session


def promise_of(words: str = "Soon.", owner: str = WHO, due_on: date | None = DUE) -> Promise:
    return Promise(words, owner, due_on)


STEPS: dict[ActionState, Callable[[Session, Action], None]] = {
    ActionState.ACKNOWLEDGED: lambda db, one: acting.acknowledge(db, one, by=WHO, today=TODAY),
    ActionState.APOLOGISED: lambda db, one: acting.apologise(db, one, words="Sorry.", by=WHO, today=TODAY),
    ActionState.PROMISED: lambda db, one: acting.promise(db, one, promise_of(), by=WHO, today=TODAY),
    ActionState.DONE: lambda db, one: acting.finish(db, one, by=WHO, today=TODAY),
    ActionState.CHECKED: lambda db, one: acting.check(db, one, by=WHO, today=TODAY, note="It holds."),
}


def test_each_step_is_written_into_the_history(db: Session, practice: Practice) -> None:
    action = open_repair(db, practice, TODAY)
    promise_repair(db, action, TODAY, due_on=DUE)
    acting.finish(db, action, by=WHO, today=date(2026, 3, 9), note="second line installed")
    acting.check(db, action, by=WHO, today=date(2026, 4, 9), note="Called twice.")
    steps = acting.history(db, action)
    assert [step.state for step in steps] == list(ActionState)
    assert [step.number for step in steps] == [1, 2, 3, 4, 5, 6]
    assert (steps[4].note, steps[4].day, steps[4].by) == ("second line installed", date(2026, 3, 9), WHO)
    assert action.done_on == date(2026, 3, 9)


def test_from_every_state_only_the_move_of_the_table_is_taken(db: Session, practice: Practice) -> None:
    action = open_repair(db, practice, TODAY)
    for state in ActionState:
        assert action.state == state
        for wanted, step in STEPS.items():
            if wanted is not MOVES[state]:
                with pytest.raises(CannotSkip):
                    step(db, action)
        assert action.promise == "" or state.value in {"promised", "done", "checked"}
        following = MOVES[state]
        if following is not None:
            STEPS[following](db, action)
    assert len(acting.history(db, action)) == len(ActionState)


@pytest.mark.parametrize(
    ("promised", "lack"),
    [
        (promise_of(words=" \u200b\x00 "), Lack.PROMISE),
        (promise_of(owner=""), Lack.OWNER),
        (promise_of(owner="N" * 300), Lack.LONG_NAME),
        (promise_of(words="w" * 1001), Lack.LONG_TEXT),
        (promise_of(due_on=None), Lack.DAY),
        (promise_of(due_on=TODAY - timedelta(days=1)), Lack.PAST_DAY),
        (promise_of(due_on=TODAY + timedelta(days=400)), Lack.FAR_DAY),
    ],
)
def test_a_promise_needs_words_a_person_and_a_day_to_come(
    db: Session, practice: Practice, promised: Promise, lack: Lack
) -> None:
    action = open_repair(db, practice, TODAY)
    STEPS[ActionState.ACKNOWLEDGED](db, action)
    STEPS[ActionState.APOLOGISED](db, action)
    with pytest.raises(NotReady) as trouble:
        acting.promise(db, action, promised, by=WHO, today=TODAY)
    assert trouble.value.lack is lack
    assert (action.state, action.promise) == (ActionState.APOLOGISED, "")


def test_opening_apologising_and_checking_need_words(db: Session, practice: Practice) -> None:
    with pytest.raises(NotReady, match="heard"):
        open_repair(db, practice, TODAY, heard="  ")
    action = open_repair(db, practice, TODAY)
    STEPS[ActionState.ACKNOWLEDGED](db, action)
    with pytest.raises(NotReady, match="apologised"):
        acting.apologise(db, action, words="", by=WHO, today=TODAY)
    STEPS[ActionState.APOLOGISED](db, action)
    STEPS[ActionState.PROMISED](db, action)
    STEPS[ActionState.DONE](db, action)
    with pytest.raises(NotReady, match="looked at"):
        acting.check(db, action, by=WHO, today=TODAY, note=" ")


def test_any_script_is_kept_and_nothing_unseen(db: Session, practice: Practice) -> None:
    heard = "لا أحد يرد على الهاتف \u202e\x07 👩🏽\u200d🔧"
    assert open_repair(db, practice, TODAY, heard=heard).heard == "لا أحد يرد على الهاتف 👩🏽\u200d🔧"
    assert open_repair(db, practice, TODAY, heard="x" * 1000).heard == "x" * 1000


def test_of_two_who_move_a_repair_the_second_is_told_and_nothing_is_lost(
    runtime: Runtime, practice: Practice
) -> None:
    with transaction(runtime.engine, practice.id) as db:
        number = open_repair(db, practice, TODAY).id
    with transaction(runtime.engine, practice.id) as db:
        first = acting.action_to_move(db, practice.id, number, seen=1)
        acting.acknowledge(db, first, by="Ana", today=TODAY, note="The line is old.")
    with transaction(runtime.engine, practice.id) as db, pytest.raises(MovedMeanwhile):
        acting.action_to_move(db, practice.id, number, seen=1)
    with transaction(runtime.engine, practice.id) as db:
        steps = acting.history(db, acting.action_to_move(db, practice.id, number, seen=2))
        assert [(step.by, step.note) for step in steps[1:]] == [("Ana", "The line is old.")]
        with pytest.raises(NoSuchAction):
            acting.action_to_move(db, practice.id, number + 1, seen=2)


def test_open_repairs_stand_by_the_day_they_are_due(db: Session, practice: Practice) -> None:
    without = open_repair(db, practice, TODAY, touchpoint="billing")
    late = repair(db, practice, TODAY, due_on=date(2026, 5, 1))
    early = repair(db, practice, TODAY, touchpoint="access", due_on=date(2026, 4, 1))
    done = repair(db, practice, TODAY, until=ActionState.DONE, touchpoint="overall")
    assert acting.open_actions(db, practice.id) == [early, late, without]
    assert acting.finished_actions(db, practice.id) == [done]


def test_promises_are_counted_as_kept_only_where_done_by_the_day(db: Session, practice: Practice) -> None:
    done = ActionState.DONE
    for done_on in (DUE, DUE - timedelta(days=3), DUE + timedelta(days=1)):
        repair(db, practice, TODAY, until=done, due_on=DUE, done_on=done_on)
    repair(db, practice, TODAY, due_on=DUE)
    repair(db, practice, TODAY, due_on=DUE + timedelta(days=30))
    open_repair(db, practice, TODAY)
    found = acting.kept(acting.all_actions(db, practice.id), today=DUE + timedelta(days=2))
    assert (found.in_time, found.due, found.overdue) == (2, 4, 1)
    on_the_day = acting.kept(acting.open_actions(db, practice.id), today=DUE)
    assert (on_the_day.due, on_the_day.overdue) == (0, 0)


def test_the_comparison_is_fixed_with_the_promise(db: Session, practice: Practice) -> None:
    action = repair(db, practice, TODAY, measure=Measure("phone.1", 6))
    assert (action.measure, action.span) == ("phone.1", 6)
    with pytest.raises(ValueError, match="span"):
        repair(db, practice, TODAY, measure=Measure("phone.1", 4))
