"""The night writes an outcome once, from whole release months, and never again."""

from __future__ import annotations

from datetime import date

from survey.actions import acting, measuring
from survey.actions.acting import Measure
from survey.actions.model import Action, ActionState
from survey.db import reading, transaction
from survey.practice.model import Clinician, Practice
from survey.runtime import Runtime
from tests import builders
from tests.actions.register import repair
from tests.web import stage

DONE = date(2026, 4, 10)
OVER = date(2026, 10, 1)


def months(
    runtime: Runtime, practice: Practice, person: Clinician, names: tuple[str, ...], best: int
) -> None:
    instrument = builders.load_instrument(runtime)
    with transaction(runtime.engine, practice.id) as db:
        for month in names:
            counts = stage.month_counts(instrument, best=best, problem=20 - best, bad="nothing")
            builders.make_atom(db, practice, counts=counts, clinician=person, month=month)


def staged(runtime: Runtime, practice: Practice, *, item: str = "phone.1", after: int = 17) -> int:
    person = builders.make_clinician(runtime, practice, "Ana Ortiz")
    months(runtime, practice, person, ("2026-01", "2026-02", "2026-03"), 8)
    months(runtime, practice, person, ("2026-04", "2026-05", "2026-06"), 1)  # left out
    months(runtime, practice, person, ("2026-07", "2026-08", "2026-09"), after)
    with transaction(runtime.engine, practice.id) as db:
        done = ActionState.DONE
        return repair(db, practice, date(2026, 4, 1), until=done, done_on=DONE, measure=Measure(item, 3)).id


def measure(runtime: Runtime, practice: Practice, today: date) -> int:
    with transaction(runtime.engine, practice.id) as db:
        return measuring.measure_due(db, practice, today=today)


def found(runtime: Runtime, practice: Practice, number: int) -> Action:
    with reading(runtime.engine, practice.id) as db:
        action = acting.find_action(db, practice.id, number)
        assert action is not None
        return action


def test_before_its_months_are_over_nothing_is_told_and_then_once(
    runtime: Runtime, practice: Practice
) -> None:
    number = staged(runtime, practice)
    assert measure(runtime, practice, date(2026, 9, 30)) == 0
    assert found(runtime, practice, number).effect is None
    assert measure(runtime, practice, OVER) == 1
    action = found(runtime, practice, number)
    assert (action.effect, action.share_before, action.share_after) == ("better", 40, 85)
    assert (action.band_before, action.band_after) == (50, 50)
    assert measure(runtime, practice, OVER) == 0


def test_an_outcome_stands_whatever_comes_later(runtime: Runtime, practice: Practice) -> None:
    number = staged(runtime, practice)
    measure(runtime, practice, OVER)
    with transaction(runtime.engine, practice.id) as db:
        for _ in range(3):
            repair(
                db,
                practice,
                date(2026, 4, 1),
                until=ActionState.DONE,
                done_on=DONE,
                touchpoint="billing",
                measure=Measure("gone.1", 3),
            )
    assert measure(runtime, practice, OVER) == 3
    assert found(runtime, practice, number).effect == "better"


def test_too_few_answers_and_a_question_that_is_gone_are_too_early_to_tell(
    runtime: Runtime, practice: Practice
) -> None:
    number = staged(runtime, practice, item="gone.1")
    measure(runtime, practice, OVER)
    action = found(runtime, practice, number)
    assert (action.effect, action.share_before) == ("few", None)


def test_a_clinicians_repair_is_measured_by_their_own_answers(runtime: Runtime, practice: Practice) -> None:
    number = staged(runtime, practice)
    other = builders.make_clinician(runtime, practice, "Ben Yu")
    with transaction(runtime.engine, practice.id) as db:
        action = acting.find_action(db, practice.id, number)
        assert action is not None
        action.clinician_id = other.id
    measure(runtime, practice, OVER)
    assert found(runtime, practice, number).effect == "few"
