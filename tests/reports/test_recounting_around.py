"""Who answered, repairs and comments of the report are what the tables say, worked out a second time."""

from __future__ import annotations

import random
from datetime import date

import pytest

from survey.actions import measuring
from survey.actions.acting import Measure
from survey.actions.model import ActionState
from survey.comments import sorting
from survey.comments.hiding import Reason, hide, on_the_desk
from survey.comments.themes import Theme
from survey.db import reading, transaction
from survey.invitations.model import SentTotal
from survey.practice import declaring
from survey.practice.model import Practice
from survey.runtime import Runtime
from tests.actions.register import repair
from tests.databases import SQLITE_FIRST
from tests.reports.recounting_around import around
from tests.reports.test_recomputing import QUARTER, TODAY, drawn_practice, report_of, rows_of
from tests.web import stage

MEASURES = {
    *("response_rate", "best_answer_of_all_asked", "before_repair", "after_repair"),
    *("comments", "comments_by_theme"),
}


@pytest.fixture
def rows(runtime: Runtime, practice: Practice, monkeypatch: pytest.MonkeyPatch) -> list[dict[str, str]]:
    """Two years of answers, invitations, two repairs long done, and comments that people have sorted."""
    draw = random.Random(7)
    people = drawn_practice(runtime, practice, 2, clinicians=2)
    monkeypatch.setattr(stage, "MONTHS", ("2026-05",))
    stage.add_comments(runtime, practice, people[0], texts=tuple(f"Words {number}." for number in range(23)))
    now = runtime.clock.now()
    with transaction(runtime.engine, practice.id) as db:
        for person in people:
            cell = declaring.cell_for(db, practice.id, instrument="after_visit", clinician_id=person.id)
            for month in ("2026-04", "2026-05", "2026-06"):
                sent = draw.randrange(90, 200)
                db.add(SentTotal(practice_id=practice.id, cell_id=cell.id, month=month, sent=sent))
        for words, item, span in (("A second line.", "phone.1", 3), ("Reminders.", "timeliness.1", 3)):
            until, done_on = ActionState.DONE, date(2025, 10, 14)
            measure = Measure(item, span)
            repair(
                db, practice, date(2025, 10, 1), until=until, done_on=done_on, words=words, measure=measure
            )
        measuring.measure_due(db, practice, today=TODAY)
        for place, each in enumerate(
            on_the_desk(db, practice.id, instrument="after_visit", months=["2026-05"])
        ):
            chosen = draw.sample([Theme.ACCESS, Theme.STAFF, Theme.PRAISE], k=draw.randrange(3))
            chosen += [Theme.FOOD] if place < 4 else []
            sorting.correct(db, practice.id, each.id, chosen=chosen, actor="o@example.org", now=now)
            if place > 20:
                hide(db, practice.id, each.id, reason=Reason.OTHER, actor="o@example.org", now=now)
    return rows_of(report_of(runtime, practice))


def mistakes(runtime: Runtime, practice: Practice, rows: list[dict[str, str]]) -> list[tuple[str, str]]:
    with reading(runtime.engine, practice.id) as db:
        counted = around(db.connection(), practice.id, QUARTER)
    none = ("fewer than 5 comments, or none", "")
    wrong = []
    for row in rows:
        if row["measure"] in MEASURES:
            key = (
                row["measure"],
                row["scope_name"].partition(": ")[2] if row["scope"] == "repair" else row["item"],
            )
            if (row["value"], row["n"]) != counted.get(key, none):
                wrong.append(key)
    return wrong


@SQLITE_FIRST
def test_who_answered_repairs_and_comments_are_what_the_tables_say(
    runtime: Runtime, practice: Practice, rows: list[dict[str, str]]
) -> None:
    assert {row["measure"] for row in rows} >= MEASURES
    assert {"20+", "5+"} & {row["n"] for row in rows if row["measure"] == "comments_by_theme"}
    assert mistakes(runtime, practice, rows) == []
    for measure in MEASURES:  # deliberately broken: each of them off by one step is seen
        row = next(each for each in rows if each["measure"] == measure and each["value"] != "withheld")
        true = row["value"]
        row["value"] = "50+" if measure.startswith("comments") else "33%"
        assert len(mistakes(runtime, practice, rows)) == 1, measure
        row["value"] = true
