"""Repairs of a quarter with what they changed: frozen with it, in every file, never out of later months."""

from __future__ import annotations

import csv
import io
import json
from datetime import date

from openpyxl import load_workbook

from survey.actions import measuring
from survey.actions.acting import Measure
from survey.actions.model import ActionState
from survey.db import reading, transaction
from survey.practice.model import Practice
from survey.reports import outcomes
from survey.reports.freezing import freeze, gather_quarter
from survey.reports.pdf import pdf_bytes
from survey.reports.quarter_facts import from_json, to_json
from survey.reports.quarterly import QuarterlyReport, quarterly_report
from survey.reports.tables import csv_bytes
from survey.reports.workbook import workbook_bytes
from survey.runtime import Runtime
from tests.actions.register import repair
from tests.builders import make_atom
from tests.reports.building import TOUCHPOINTS
from tests.reports.test_pdf_structure import opened

QUARTER, TODAY = "2026-Q3", date(2026, 10, 3)
PHONE = Measure("phone.1", 3)


def repaired(runtime: Runtime, practice: Practice) -> None:
    """The phone was repaired in March and got better; billing was repaired in September."""
    with transaction(runtime.engine, practice.id) as db:
        for month in ("2025-12", "2026-01", "2026-02"):
            make_atom(db, practice, month=month, counts={"phone.1": {"definitely": 30, "no": 30}})
        for month in ("2026-06", "2026-07", "2026-08"):
            make_atom(db, practice, month=month, counts={"phone.1": {"definitely": 54, "no": 6}})
        done = {"until": ActionState.DONE, "measure": PHONE}
        repair(db, practice, date(2026, 3, 2), words="A call the same day.", **done)  # type: ignore[arg-type]
        repair(db, practice, date(2026, 9, 2), words="A second line.", **done)  # type: ignore[arg-type]
        repair(db, practice, date(2025, 9, 2), words="Long ago.", **done)  # type: ignore[arg-type]
        measuring.measure_due(db, practice, today=date(2026, 9, 1))


def report_of(runtime: Runtime, practice: Practice, quarter: str = QUARTER) -> QuarterlyReport:
    with reading(runtime.engine, practice.id) as db:
        return quarterly_report(db, practice, quarter, today=TODAY, touchpoints=TOUCHPOINTS)


def test_every_file_tells_what_repairs_changed_or_that_it_is_too_early(
    runtime: Runtime, practice: Practice
) -> None:
    repaired(runtime, practice)
    report = report_of(runtime, practice)
    assert [(one.promise, one.word) for one in report.outcomes] == [
        ("A second line.", "Too early to tell"),
        ("A call the same day.", "Better"),
    ]
    rows = [
        row
        for row in csv.DictReader(io.StringIO(csv_bytes(report).decode("utf-8-sig"), newline=""))
        if row["scope"] == "repair"
    ]
    assert [(row["scope_name"][:2], row["measure"], row["value"], row["n"]) for row in rows] == [
        ("1.", "repair_outcome", "Too early to tell", ""),
        ("2.", "repair_outcome", "Better", ""),
        ("2.", "before_repair", "50%", "100+"),
        ("2.", "after_repair", "90%", "100+"),
    ]
    assert {row["item"] for row in rows} == {"phone.1"}
    assert "Fixed with the promise" in rows[0]["note"]
    sheet = load_workbook(io.BytesIO(workbook_bytes(report)))["What repairs changed"]
    cells = [str(cell.value) for row in sheet.iter_rows() for cell in row if cell.value]
    assert {"A second line.", "Better", "50%", "90%"} <= set(cells)
    assert sum(cell.startswith("probably between +") for cell in cells) == 1
    paper = " ".join(" ".join(page.extract_text().split()) for page in opened(pdf_bytes(report)).pages)
    assert "What repairs changed" in paper
    assert "Too early to tell" in paper
    assert "Best answers before: 50%" in paper
    assert "Long ago." not in paper


def test_what_repairs_changed_is_frozen_and_never_made_of_later_months(
    runtime: Runtime, practice: Practice
) -> None:
    repaired(runtime, practice)
    with transaction(runtime.engine, practice.id) as db:
        # Of the quarter before, the months compared were not over: late or not, it says what it could say.
        early = gather_quarter(db, practice, "2026-Q2", today=TODAY).outcomes
        assert early is not None
        assert [one.compared.effect for one in early if one.promise == "A call the same day."] == [None]
        body = freeze(db, practice, QUARTER, today=TODAY).body
        facts = from_json(body)
        assert to_json(facts) == body
        measuring.measure_due(db, practice, today=date(2027, 4, 1))
        assert freeze(db, practice, QUARTER, today=date(2027, 4, 1)).body == body
    assert report_of(runtime, practice).outcomes[0].word == "Too early to tell"


def test_a_report_frozen_before_there_were_outcomes_or_themes_says_so(
    runtime: Runtime, practice: Practice
) -> None:
    repaired(runtime, practice)
    with transaction(runtime.engine, practice.id) as db:
        row = freeze(db, practice, QUARTER, today=TODAY)
        body = json.loads(row.body)
        del body["outcomes"], body["themes"]
        row.body = json.dumps(body)
    report = report_of(runtime, practice)
    assert (report.outcomes, report.themes) == ((), None)
    paper = " ".join(" ".join(page.extract_text().split()) for page in opened(pdf_bytes(report)).pages)
    assert "frozen before it told what repairs changed" in paper
    assert "frozen before themes of comments were counted" in paper
    assert b"comments_by_theme" not in csv_bytes(report)
    assert load_workbook(io.BytesIO(workbook_bytes(report)))["Themes of comments"]["A2"].value


def test_an_outcome_of_later_months_would_be_noticed(runtime: Runtime, practice: Practice) -> None:
    """The broken variant: whatever the register knows today is told of every quarter."""
    repaired(runtime, practice)
    real = outcomes._told
    try:
        outcomes._told = lambda _action, _quarter: True
        with reading(runtime.engine, practice.id) as db:
            early = gather_quarter(db, practice, "2026-Q2", today=TODAY).outcomes
    finally:
        outcomes._told = real
    assert early is not None
    assert [one.compared.effect for one in early if one.promise == "A call the same day."] == ["better"]
