"""The table: tidy, withheld is a word, nothing becomes a formula."""

from __future__ import annotations

import csv
import io
import re
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey.db import reading, transaction
from survey.practice.model import CARDS, Practice
from survey.reports.quarterly import quarterly_report
from survey.reports.tables import COLUMNS, FORMULA_LEADS, cell, csv_bytes
from survey.runtime import Runtime
from tests.builders import make_atom, make_clinician
from tests.reports.building import TOUCHPOINTS, three_clinicians


def table(runtime: Runtime, practice: Practice) -> list[dict[str, str]]:
    with reading(runtime.engine, practice.id) as db:
        report = quarterly_report(db, practice, "2026-Q2", today=date(2026, 7, 20), touchpoints=TOUCHPOINTS)
    body = csv_bytes(report)
    assert body.startswith(b"\xef\xbb\xbf")
    assert body == csv_bytes(report)
    return list(csv.DictReader(io.StringIO(body.decode("utf-8-sig"), newline="")))


def test_one_row_per_scope_item_and_measure(runtime: Runtime, practice: Practice) -> None:
    three_clinicians(runtime, practice)
    rows = table(runtime, practice)
    assert tuple(rows[0]) == COLUMNS
    keys = [(row["period"], row["scope_name"], row["item"], row["measure"]) for row in rows]
    assert len(set(keys)) == len(keys)
    phone = next(row for row in rows if row["item"] == "phone.1" and row["measure"] == "best_answer")
    assert (phone["value"], phone["low"], phone["high"], phone["n"]) == ("55%", "40", "70", "50+")
    assert phone["state"] == "part"


def test_what_may_not_be_shown_is_withheld_and_never_zero(runtime: Runtime, practice: Practice) -> None:
    three_clinicians(runtime, practice)
    rows = table(runtime, practice)
    withheld = [row for row in rows if row["item"] == "billing.1"]
    assert {(row["value"], row["low"], row["high"], row["n"]) for row in withheld} == {
        ("withheld", "", "", "")
    }
    assert not any(row["value"] in {"0", "0%", "", "None", "nan"} for row in rows)


def test_printed_cards_have_a_row_of_their_own_and_change_no_other(
    runtime: Runtime, practice: Practice
) -> None:
    three_clinicians(runtime, practice)
    before = table(runtime, practice)
    with transaction(runtime.engine, practice.id) as db:
        make_atom(db, practice, visit_type=CARDS, month="2026-05", counts={"overall.1": {"very_good": 12}})
    after = table(runtime, practice)
    own = [row for row in after if row["scope"] == "printed cards"]
    assert [row for row in after if row not in own] == before
    assert [(row["item"], row["value"], row["n"]) for row in own] == [("overall.1", "90% or more", "10+")]
    assert "one person can fill in several" in own[0]["note"]


def test_a_name_that_begins_like_a_formula_is_quoted(runtime: Runtime, practice: Practice) -> None:
    three_clinicians(runtime, practice)
    make_clinician(runtime, practice, "=HYPERLINK(1)")
    assert "'=HYPERLINK(1)" in {row["scope_name"] for row in table(runtime, practice)}


@pytest.mark.parametrize(
    "lead", [*FORMULA_LEADS, "\t=", "\r=", "\n=", "\x0b=", "\u2028=", "\u00a0=", "\ufeff="]
)
def test_every_lead_is_quoted_also_behind_blanks(lead: str) -> None:
    for text in (lead + "1+1", "  " + lead + "1+1"):
        assert cell(text).startswith("'")


@given(st.text())
def test_a_cell_is_one_line_and_never_a_formula(text: str) -> None:
    made = cell(text)
    assert len(made.splitlines()) <= 1
    assert made.isprintable()
    assert not made.lstrip().startswith(FORMULA_LEADS)


@given(st.text(alphabet=st.characters(categories=["L", "N", "P", "Zs"]), min_size=1))
def test_ordinary_words_stay_as_they_are(text: str) -> None:
    made = cell("a" + text)
    assert [mark for mark in made if mark != " "] == [mark for mark in "a" + text if not mark.isspace()]


def test_every_column_and_measure_is_documented(runtime: Runtime, practice: Practice) -> None:
    three_clinicians(runtime, practice)
    page = (Path(__file__).resolve().parents[2] / "docs" / "reports.md").read_text()
    named = set(re.findall(r"`(\w+)`", page))
    assert set(COLUMNS) <= named
    assert {row["measure"] for row in table(runtime, practice)} <= named
