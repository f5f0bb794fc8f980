"""Every figure once more from the tallies, by other code; and every input moves the fingerprint."""

from __future__ import annotations

import csv
import hashlib
import io
import random
from datetime import date

import pytest
from sqlalchemy.orm import Session

from survey.db import reading, transaction
from survey.practice import declaring
from survey.practice.model import Clinician, Practice
from survey.releases.model import Tally
from survey.reports import tables
from survey.reports.freezing import freeze, gather_quarter
from survey.reports.pdf import pdf_bytes
from survey.reports.quarter_facts import to_json
from survey.reports.quarterly import QuarterlyReport, quarterly_report
from survey.reports.tables import csv_bytes
from survey.reports.workbook import workbook_bytes
from survey.runtime import Runtime
from tests.actions.register import open_repair
from tests.builders import load_instrument, make_atom, make_clinician
from tests.databases import SQLITE_FIRST
from tests.reports.building import TOUCHPOINTS
from tests.reports.recomputing import Recount, changes, wrong

QUARTER, TODAY = "2026-Q2", date(2026, 7, 3)
MONTHS = [f"{year}-{month:02d}" for year in (2024, 2025, 2026) for month in range(1, 13)][6:30]


def drawn_practice(runtime: Runtime, practice: Practice, seed: int, clinicians: int = 6) -> list[Clinician]:
    """Two years of answers of every size, drawn; some months have none."""
    draw = random.Random(seed)
    people = [make_clinician(runtime, practice, f"Clinician {number}") for number in range(clinicians)]
    instrument = load_instrument(runtime)
    with transaction(runtime.engine, practice.id) as db:
        for month in MONTHS:
            for person in (*people, None):
                n = draw.choice((0, 5, 6, 9, 12, 25, 40))
                bias = 0.8 if month < "2026-04" else 0.45
                if n:
                    counts = {}
                    for place, item in enumerate(instrument.items):
                        values = [option.value for option in item.scale.options]
                        good = bias if place % 2 else 0.7
                        weights = [good, *[(1 - good) / (len(values) - 1)] * (len(values) - 1)]
                        chosen = draw.choices(values, weights=weights, k=n)
                        counts[item.key] = {each: chosen.count(each) for each in set(chosen)}
                    make_atom(
                        db, practice, clinician=person, joined=person is None, month=month, counts=counts
                    )
    return people


def report_of(runtime: Runtime, practice: Practice) -> QuarterlyReport:
    with reading(runtime.engine, practice.id) as db:
        return quarterly_report(db, practice, QUARTER, today=TODAY, touchpoints=TOUCHPOINTS)


def rows_of(report: QuarterlyReport) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(csv_bytes(report).decode("utf-8-sig"), newline="")))


def ids_of(db: Session, practice: Practice) -> dict[str, str]:
    return {one.name: str(one.id) for one in declaring.clinicians(db, practice.id)}


def mistakes(runtime: Runtime, practice: Practice, rows: list[dict[str, str]]) -> list[str]:
    with reading(runtime.engine, practice.id) as db:
        recount, ids = Recount(db.connection(), practice.id), ids_of(db, practice)
        found = wrong(rows, recount, quarter=QUARTER, clinicians=ids)
        items = dict.fromkeys(row["item"] for row in rows if row["measure"] == "worst_answer")
        for then in dict.fromkeys(row["period"] for row in rows if row["measure"] == "change_since"):
            said = {
                row["item"]: row["value"]
                for row in rows
                if row["measure"] == "change_since" and row["period"] == then
            }
            told = changes(recount, quarter=QUARTER, then=then, items=items, clinicians=ids.values())
            found += [f"change {item} since {then}" for item in said if said[item] != told[item]]
    return found


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_every_figure_is_what_the_tallies_say(runtime: Runtime, practice: Practice, seed: int) -> None:
    drawn_practice(runtime, practice, seed)
    rows = rows_of(report_of(runtime, practice))
    assert len({row["value"] for row in rows}) > 15, "the data must be worth recounting"
    assert {"Lower", "No clear change"} <= {row["value"] for row in rows}
    assert mistakes(runtime, practice, rows) == []


@SQLITE_FIRST
def test_a_figure_that_is_off_would_be_noticed(
    runtime: Runtime, practice: Practice, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Deliberately broken variants: a figure without rounding, an interval that is too narrow, a zero."""
    drawn_practice(runtime, practice, 1)
    report = report_of(runtime, practice)
    for name, value in (("value", "71.4%"), ("low", "61"), ("value", "0"), ("n", "33")):
        rows = rows_of(report)
        rows[0][name] = value
        assert len(mistakes(runtime, practice, rows)) == 1
    assert tables.COLUMNS


def fingerprint(db: Session, practice: Practice) -> str:
    body = to_json(gather_quarter(db, practice, QUARTER, today=TODAY))
    return hashlib.sha256(body.encode()).hexdigest()


def test_any_input_that_is_shown_changes_the_fingerprint(runtime: Runtime, practice: Practice) -> None:
    people = drawn_practice(runtime, practice, 4)
    seen = set[str]()
    with transaction(runtime.engine, practice.id) as db:
        here = db.get_one(Practice, practice.id)
        seen.add(fingerprint(db, here))
        for change in (
            lambda: setattr(here, "name", "Another Practice"),
            lambda: setattr(here, "country", "ES"),
            lambda: setattr(here, "k_ratings", 6),
            lambda: setattr(db.get_one(Clinician, (here.id, people[0].id)), "name", "Another Name"),
            lambda: open_repair(db, here, date(2026, 5, 1), heard="x"),
            lambda: make_atom(db, here, month="2026-05", counts={"overall.1": {"very_good": 60, "poor": 60}}),
            lambda: make_atom(db, here, month="2024-08", counts={"phone.1": {"no": 90, "definitely": 9}}),
        ):
            change()
            db.flush()
            found = fingerprint(db, here)
            assert found not in seen
            seen.add(found)


@SQLITE_FIRST
def test_each_tally_of_the_quarter_counts(runtime: Runtime, practice: Practice) -> None:
    """From 100 answers on whole percents are shown: sixty answers more to any value of any item are seen."""
    drawn_practice(runtime, practice, 5, clinicians=2)
    instrument = load_instrument(runtime)
    with transaction(runtime.engine, practice.id) as db:
        atom = make_atom(
            db,
            practice,
            month="2026-06",
            counts={
                item.key: {option.value: 40 for option in item.scale.options} for item in instrument.counted
            },
        )
        before = fingerprint(db, practice)
        for item in instrument.counted:
            for option in item.scale.options:
                tally = db.get_one(Tally, (practice.id, atom, item.key, option.value))
                tally.n += 300
                db.flush()
                changed = fingerprint(db, practice)
                tally.n -= 300
                db.flush()
                counted = option.standing.value != "aside"
                assert (changed != before) == counted, (item.key, option.value)
        assert fingerprint(db, practice) == before


def test_every_file_of_a_frozen_quarter_is_the_same_bytes_again(runtime: Runtime, practice: Practice) -> None:
    drawn_practice(runtime, practice, 6)
    with transaction(runtime.engine, practice.id) as db:
        freeze(db, practice, QUARTER, today=TODAY)
    first = report_of(runtime, practice)
    with transaction(runtime.engine, practice.id) as db:
        make_atom(db, practice, month="2026-06", counts={"overall.1": {"poor": 500}})
    again = report_of(runtime, practice)
    for make in (pdf_bytes, workbook_bytes, csv_bytes):
        assert make(first) == make(again)
