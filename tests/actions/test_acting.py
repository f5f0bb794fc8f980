"""A repair goes one step at a time; its history says everything."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest
from sqlalchemy.orm import Session

from survey.actions import acting
from survey.actions.acting import CannotSkip, NotReady
from survey.actions.model import Action, ActionState
from survey.db import transaction
from survey.practice.model import Practice
from survey.runtime import Runtime

TODAY = date(2026, 3, 2)
WHO = "Olu Bello"


@pytest.fixture
def db(runtime: Runtime, practice: Practice) -> Iterator[Session]:
    with transaction(runtime.engine, practice.id) as session:
        yield session


def opened(db: Session, practice: Practice, touchpoint: str = "phone") -> Action:
    return acting.open_action(
        db, practice.id, touchpoint=touchpoint, heard="Nobody calls back.", by=WHO, today=TODAY
    )


def promised(db: Session, action: Action, due_on: date = date(2026, 3, 20)) -> None:
    acting.acknowledge(db, action, by=WHO, today=TODAY)
    acting.promise(db, action, words="A call the same day.", owner=WHO, due_on=due_on, by=WHO, today=TODAY)


def test_each_step_is_written_into_the_history(db: Session, practice: Practice) -> None:
    action = opened(db, practice)
    promised(db, action)
    acting.finish(db, action, by=WHO, today=date(2026, 3, 9), note="second line installed")
    acting.check(db, action, by=WHO, today=date(2026, 4, 9))
    acting.publish(db, action, by=WHO, today=date(2026, 4, 9))
    steps = acting.history(db, action)
    assert [step.state for step in steps] == [*ActionState, ActionState.CHECKED]
    assert [step.number for step in steps] == [1, 2, 3, 4, 5, 6]
    assert (steps[3].note, steps[3].day, steps[3].by) == ("second line installed", date(2026, 3, 9), WHO)
    assert action.done_on == date(2026, 3, 9)


def test_no_step_can_be_skipped_or_taken_twice(db: Session, practice: Practice) -> None:
    action = opened(db, practice)
    with pytest.raises(CannotSkip, match="acknowledged"):
        acting.finish(db, action, by=WHO, today=TODAY)
    with pytest.raises(CannotSkip):
        promised_at_once(db, action)
    assert action.promise == ""
    acting.acknowledge(db, action, by=WHO, today=TODAY)
    with pytest.raises(CannotSkip, match="promised"):
        acting.acknowledge(db, action, by=WHO, today=TODAY)
    assert len(acting.history(db, action)) == 2


def promised_at_once(db: Session, action: Action) -> None:
    acting.promise(db, action, words="Soon.", owner=WHO, due_on=TODAY, by=WHO, today=TODAY)


def test_nothing_follows_a_checked_repair(db: Session, practice: Practice) -> None:
    action = opened(db, practice)
    promised(db, action)
    acting.finish(db, action, by=WHO, today=TODAY)
    acting.check(db, action, by=WHO, today=TODAY)
    with pytest.raises(CannotSkip, match="no further step"):
        acting.check(db, action, by=WHO, today=TODAY)


def test_a_promise_needs_words_a_person_and_a_day_to_come(db: Session, practice: Practice) -> None:
    action = opened(db, practice)
    acting.acknowledge(db, action, by=WHO, today=TODAY)
    for words, owner, due_on in ((" ", WHO, TODAY), ("Soon.", "", TODAY), ("Soon.", WHO, date(2026, 3, 1))):
        with pytest.raises(NotReady):
            acting.promise(db, action, words=words, owner=owner, due_on=due_on, by=WHO, today=TODAY)
    assert action.state == ActionState.ACKNOWLEDGED


def test_a_repair_needs_to_say_what_was_heard(db: Session, practice: Practice) -> None:
    with pytest.raises(NotReady, match="heard"):
        acting.open_action(db, practice.id, touchpoint="phone", heard="  ", by=WHO, today=TODAY)


def test_only_what_is_done_is_published_and_only_once(db: Session, practice: Practice) -> None:
    action = opened(db, practice)
    with pytest.raises(NotReady, match="done"):
        acting.publish(db, action, by=WHO, today=TODAY)
    promised(db, action)
    acting.finish(db, action, by=WHO, today=TODAY)
    acting.publish(db, action, by=WHO, today=TODAY)
    acting.publish(db, action, by=WHO, today=TODAY)
    assert acting.published(db, practice.id) == [action]
    assert [step.note for step in acting.history(db, action)].count("published") == 1


def test_open_repairs_stand_by_the_day_they_are_due(db: Session, practice: Practice) -> None:
    without, late, early, done = (
        opened(db, practice, name) for name in ("billing", "phone", "access", "overall")
    )
    promised(db, late, date(2026, 5, 1))
    promised(db, early, date(2026, 4, 1))
    promised(db, done)
    acting.finish(db, done, by=WHO, today=TODAY)
    assert acting.open_actions(db, practice.id) == [early, late, without]
    assert acting.finished_actions(db, practice.id) == [done]


def test_at_most_the_newest_few_are_published(db: Session, practice: Practice) -> None:
    actions = []
    for day in range(1, 6):
        action = opened(db, practice)
        promised(db, action)
        acting.finish(db, action, by=WHO, today=date(2026, 3, day))
        acting.publish(db, action, by=WHO, today=date(2026, 3, day))
        actions.append(action)
    assert acting.published(db, practice.id, limit=3) == actions[:1:-1]
