"""What must never be false of a repair is refused by the database itself."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError

from survey.actions.acting import Measure
from survey.actions.model import Action, ActionState, ActionText
from survey.actions.telling import Line
from survey.db import reading, transaction
from survey.migrating import admit, downgrade, upgrade
from survey.practice.model import Practice
from survey.runtime import Runtime
from tests.actions.register import open_repair, repair

DAY = date(2026, 3, 2)
MEASURED = {"share_before": 40, "band_before": 30, "share_after": 60, "band_after": 30}


def change(runtime: Runtime, practice: Practice, until: ActionState, values: dict[str, Any]) -> None:
    with transaction(runtime.engine, practice.id) as db:
        if until is ActionState.BREAKDOWN:
            action = open_repair(db, practice, DAY)
        else:
            action = repair(db, practice, DAY, until=until, measure=Measure("phone.1", 3))
        for name, value in values.items():
            setattr(action, name, value)


@pytest.mark.parametrize(
    ("until", "values", "rule"),
    [
        (ActionState.BREAKDOWN, {"state": "forgotten"}, "known_state"),
        (ActionState.BREAKDOWN, {"state": "promised"}, "promise_is_whole"),
        (ActionState.PROMISED, {"due_on": None}, "promise_is_whole"),
        (ActionState.PROMISED, {"state": "done"}, "done_has_a_day"),
        (ActionState.DONE, {"done_on": None}, "done_has_a_day"),
        (ActionState.PROMISED, {"published": True}, "published_is_done"),
        (ActionState.BREAKDOWN, {"heard": ""}, "says_what_was_heard"),
        (ActionState.PROMISED, {"span": 5}, "known_span"),
        (ActionState.PROMISED, {"measure": ""}, "measure_has_a_span"),
        (ActionState.PROMISED, {"effect": "few"}, "effect_of_a_deed"),
        (ActionState.DONE, {"effect": "huge"}, "effect"),
        (ActionState.DONE, {"effect": "better"}, "effect_needs_thirty"),
        (ActionState.DONE, {"effect": "better", **MEASURED, "band_after": 20}, "effect_needs_thirty"),
        (ActionState.DONE, {"effect": "few", **MEASURED}, "effect_needs_thirty"),
    ],
)
def test_a_broken_repair_is_refused(
    runtime: Runtime, practice: Practice, until: ActionState, values: dict[str, Any], rule: str
) -> None:
    with pytest.raises(IntegrityError, match=rule):
        change(runtime, practice, until, values)


def test_a_whole_outcome_is_taken(runtime: Runtime, practice: Practice) -> None:
    change(runtime, practice, ActionState.DONE, {"effect": "better", **MEASURED})
    with reading(runtime.engine, practice.id) as db:
        kept = db.scalars(select(Action)).one()
        assert {name: getattr(kept, name) for name in MEASURED} == MEASURED
        assert (kept.state, kept.effect) == (ActionState.DONE, "better")


def add_line(runtime: Runtime, practice: Practice, number: int, line: dict[str, str]) -> None:
    with transaction(runtime.engine, practice.id) as db:
        db.add(ActionText(practice_id=practice.id, action_id=number, **line))


@pytest.mark.parametrize(
    "values",
    [
        {"language": "de"},
        {"said": ""},
        {"did": ""},
    ],
)
def test_a_broken_line_for_patients_is_refused(
    runtime: Runtime, practice: Practice, values: dict[str, str]
) -> None:
    with transaction(runtime.engine, practice.id) as db:
        number = repair(db, practice, DAY, until=ActionState.DONE).id
    line = {"language": "en", "said": "Calls wait.", "did": "A second line."} | values
    with pytest.raises(IntegrityError):
        add_line(runtime, practice, number, line)


def test_repairs_outlive_the_step_that_brings_the_apology(
    runtime: Runtime, owned: Runtime, practice: Practice
) -> None:
    lines = {"en": Line("Calls wait.", "A second line.")}
    with transaction(runtime.engine, practice.id) as db:
        told = repair(db, practice, DAY, until=ActionState.CHECKED, heard="Calls wait.", lines=lines).id
        long = repair(db, practice, DAY, until=ActionState.DONE, heard="h" * 200, lines=lines).id
        open_repair(db, practice, DAY)
    downgrade(owned.engine, "0017")
    upgrade(owned.engine)
    if owned.engine is not runtime.engine:
        admit(owned.engine, runtime.engine)
    with reading(runtime.engine, practice.id) as db:
        rows = db.execute(text("SELECT id, state, published FROM action ORDER BY state")).all()
        assert [row.state for row in rows] == ["breakdown", "checked", "done"]
        assert {row.id: bool(row.published) for row in rows if row.id in {told, long}} == {
            told: True,
            long: False,
        }
        kept = db.execute(text("SELECT said, did FROM action_text")).all()
        assert [tuple(row) for row in kept] == [("Calls wait.", "A call the same day.")]
        kinds = db.execute(text("SELECT count(*) FROM action_step WHERE kind = 'published'")).scalar()
        assert kinds == 2
