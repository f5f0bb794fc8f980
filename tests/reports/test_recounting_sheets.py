"""The sheets of two programmes, clinicians beside the others and printed cards, worked out a second time."""

from __future__ import annotations

import io

import openpyxl
import pytest

from survey.db import reading, transaction
from survey.instruments.scale import Standing
from survey.practice.model import CARDS, Practice
from survey.reports.workbook import workbook_bytes
from survey.runtime import Runtime
from tests.builders import load_instrument, make_atom, make_clinician
from tests.databases import SQLITE_FIRST
from tests.reports.recomputing import Recount
from tests.reports.recounting_sheets import beside, boxes, of_cards
from tests.reports.test_recomputing import QUARTER, drawn_practice, ids_of, report_of, rows_of

Row = tuple[object, ...]


@pytest.fixture
def drawn(runtime: Runtime, practice: Practice) -> dict[str, str]:
    """Eight clinicians: six by lot, one nearly always very good, one seldom; and printed cards."""
    drawn_practice(runtime, practice, 8)
    others = [
        (make_clinician(runtime, practice, name), good) for name, good in (("Always", 78), ("Seldom", 20))
    ]
    with transaction(runtime.engine, practice.id) as db:
        for person, good in others:
            counts = {"overall.1": {"very_good": good, "good": 80 - good}}
            make_atom(db, practice, clinician=person, month="2026-05", counts=counts)
        cards = {"overall.1": {"very_good": 9, "good": 3, "": 2}}
        make_atom(db, practice, month="2026-05", visit_type=CARDS, counts=cards)
    with reading(runtime.engine, practice.id) as db:
        return ids_of(db, practice)


def sheet(file: bytes, name: str) -> list[Row]:
    """The rows below the heading."""
    rows = list(openpyxl.load_workbook(io.BytesIO(file))[name].iter_rows(values_only=True))
    return rows[rows.index((None,) * len(rows[0])) + 2 :]


def mistakes(recount: Recount, file: bytes, rows: list[dict[str, str]], ids: dict[str, str]) -> list[str]:
    """What a sheet or a row says that the tallies do not say."""
    items = {row["question"]: row["item"] for row in rows if row["measure"] == "worst_answer"}
    told = sheet(file, "CAHPS style")
    found = [str(row[0]) for row in told if row[1:] != boxes(recount, QUARTER, items[str(row[0])])]
    found += [f"no row for {question}" for question in items if question not in {row[0] for row in told}]
    if sheet(file, "FFT style")[0][2:] != boxes(recount, QUARTER, "overall.1"):
        found.append("overall")
    names = beside(recount, QUARTER, ids.values())
    found += [
        row["scope_name"]
        for row in rows
        if row["measure"] == "beside_others" and row["value"] != names[ids[row["scope_name"]]]
    ]
    (cards,) = (row for row in rows if row["scope"] == "printed cards")
    return found + ["cards"] * ((cards["value"], cards["n"]) != of_cards(recount, QUARTER))


@SQLITE_FIRST
def test_each_says_what_the_tallies_say(runtime: Runtime, practice: Practice, drawn: dict[str, str]) -> None:
    report = report_of(runtime, practice)
    rows = rows_of(report)
    assert {"Lower than chance explains", "Higher than chance explains", "Within chance"} <= {
        row["value"] for row in rows if row["measure"] == "beside_others"
    }
    assert len(sheet(workbook_bytes(report), "CAHPS style")) == len(load_instrument(runtime).counted)
    with reading(runtime.engine, practice.id) as db:
        recount = Recount(db.connection(), practice.id)
        assert mistakes(recount, workbook_bytes(report), rows, drawn) == []


@SQLITE_FIRST
def test_a_mistake_in_any_of_them_would_be_noticed(
    runtime: Runtime, practice: Practice, drawn: dict[str, str]
) -> None:
    """Deliberately broken variants: a wrong flag, a wrong card, and sheets from before 400 more answers."""
    report = report_of(runtime, practice)
    rows = rows_of(report)
    wrong = [dict(row) for row in rows]
    for row in wrong:
        if row["scope_name"] == "Seldom" and row["measure"] == "beside_others":
            row["value"] = "Within chance"
        if row["scope"] == "printed cards":
            row["value"] = "75%"
    file = workbook_bytes(report)
    with transaction(runtime.engine, practice.id) as db:
        assert mistakes(Recount(db.connection(), practice.id), file, wrong, drawn) == ["Seldom", "cards"]
        for item in load_instrument(runtime).counted:
            worst = next(each.value for each in item.scale.options if each.standing is Standing.PROBLEM)
            make_atom(db, practice, month="2026-06", counts={item.key: {worst: 400}})
        found = mistakes(Recount(db.connection(), practice.id), file, rows, drawn)
    assert {*(row["question"] for row in rows if row["measure"] == "worst_answer"), "overall"} <= set(found)
