"""The workbook: real charts, the figures of the table, text that stays text, the same bytes again."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Iterator
from datetime import date

import pytest
from openpyxl import load_workbook
from openpyxl.workbook import Workbook

from survey.db import reading, transaction
from survey.practice.model import Practice
from survey.reports import workbook
from survey.reports.quarterly import QuarterlyReport, quarterly_report
from survey.reports.tables import COLUMNS, csv_bytes
from survey.reports.workbook import workbook_bytes
from survey.runtime import Runtime
from tests.actions.register import open_repair
from tests.builders import make_clinician
from tests.reports.building import TOUCHPOINTS, three_clinicians

FORMULA = "=HYPERLINK(1)"


def report_of(runtime: Runtime, practice: Practice, quarter: str = "2026-Q2") -> QuarterlyReport:
    with reading(runtime.engine, practice.id) as db:
        return quarterly_report(db, practice, quarter, today=date(2026, 7, 20), touchpoints=TOUCHPOINTS)


def opened(body: bytes) -> Workbook:
    return load_workbook(io.BytesIO(body))


def values(made: Workbook) -> Iterator[tuple[str, object]]:
    """Every cell that holds something, with what it holds."""
    for sheet in made.worksheets:
        for row in sheet.iter_rows():
            yield from ((str(cell.data_type), cell.value) for cell in row if cell.value is not None)


def formulas(body: bytes) -> list[object]:
    return [value for kind, value in values(opened(body)) if kind == "f"]


def test_the_same_report_gives_the_same_bytes(runtime: Runtime, practice: Practice) -> None:
    three_clinicians(runtime, practice)
    report = report_of(runtime, practice)
    body = workbook_bytes(report)
    assert body == workbook_bytes(report)
    with zipfile.ZipFile(io.BytesIO(body)) as parts:
        assert {part.date_time for part in parts.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert b"2026-07-20T00:00:00Z" in parts.read("docProps/core.xml")


def test_the_table_stands_in_it_row_for_row(runtime: Runtime, practice: Practice) -> None:
    three_clinicians(runtime, practice)
    report = report_of(runtime, practice)
    rows = opened(workbook_bytes(report))["Data"].iter_rows(values_only=True)
    table = csv.reader(io.StringIO(csv_bytes(report).decode("utf-8-sig"), newline=""))
    assert [["" if one is None else one for one in row] for row in rows] == list(table)


def test_what_may_not_be_shown_is_the_word_and_a_gap_in_the_chart(
    runtime: Runtime, practice: Practice
) -> None:
    three_clinicians(runtime, practice)
    made = opened(workbook_bytes(report_of(runtime, practice)))
    billing = next(row for row in made["Touchpoints"].iter_rows(values_only=True) if row[0] == "Billing")
    assert billing[2:9] == ("withheld", None, None, None, None, "withheld", "withheld")
    assert 0 not in [value for _kind, value in values(made)]


def test_no_text_becomes_a_formula_a_link_or_a_number(runtime: Runtime, practice: Practice) -> None:
    three_clinicians(runtime, practice)
    make_clinician(runtime, practice, FORMULA)
    with transaction(runtime.engine, practice.id) as db:
        for heard in ("=1+1", "https://example.org", "\x07\u202e12\ud800", "007"):
            words = heard.encode("utf-8", "ignore").decode()
            open_repair(db, practice, date(2026, 5, 1), heard=words)
    body = workbook_bytes(report_of(runtime, practice))
    assert not formulas(body)
    found = [value for _kind, value in values(opened(body))]
    assert {FORMULA, "=1+1", "https://example.org", "007"} <= set(found)
    with zipfile.ZipFile(io.BytesIO(body)) as parts:
        assert not any(
            b"hyperlink" in parts.read(name).lower() for name in parts.namelist() if "rels" in name
        )


def test_a_workbook_that_calculates_would_be_noticed(
    runtime: Runtime, practice: Practice, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A deliberately broken variant: cells are written as whatever they look like."""
    three_clinicians(runtime, practice)
    make_clinician(runtime, practice, FORMULA)
    monkeypatch.setattr(
        "xlsxwriter.worksheet.Worksheet.write_string", lambda page, *given: page.write(*given)
    )
    monkeypatch.setattr(workbook, "TEXT_ALONE", {"in_memory": True})
    assert formulas(workbook_bytes(report_of(runtime, practice)))


def test_every_chart_says_in_words_what_it_shows(runtime: Runtime, practice: Practice) -> None:
    three_clinicians(runtime, practice)
    report = report_of(runtime, practice)
    with zipfile.ZipFile(io.BytesIO(workbook_bytes(report))) as parts:
        drawings = [parts.read(name).decode() for name in parts.namelist() if "drawings/drawing" in name]
        charts = [name for name in parts.namelist() if "charts/chart" in name]
    told = [text for drawn in drawings for text in re.findall(r'<xdr:cNvPr [^>]*descr="([^"]+)"', drawn)]
    assert len(told) == len(charts) > len(report.items)
    assert any("Overall: " in text for text in told)


def test_a_chart_is_drawn_from_cells_with_percents_or_gaps(runtime: Runtime, practice: Practice) -> None:
    three_clinicians(runtime, practice)
    with zipfile.ZipFile(io.BytesIO(workbook_bytes(report_of(runtime, practice)))) as parts:
        charts = [parts.read(name).decode() for name in parts.namelist() if "charts/chart" in name]
    assert not any('dispBlanksAs val="zero"' in chart for chart in charts)
    drawn = [re.findall(r"<c:v>(\d+)</c:v>", chart.partition("<c:numCache>")[2]) for chart in charts]
    assert all("<c:numRef><c:f>" in chart for chart in charts)
    assert any(drawn)
    assert "0" not in {value for values in drawn for value in values}


def test_every_column_and_measure_is_explained(runtime: Runtime, practice: Practice) -> None:
    three_clinicians(runtime, practice)
    made = opened(workbook_bytes(report_of(runtime, practice)))
    words = {row[0] for row in made["Definitions"].iter_rows(values_only=True)}
    assert {f"Column {name}" for name in COLUMNS} <= words
    measures = {row[6] for row in made["Data"].iter_rows(min_row=2, values_only=True)}
    assert {f"Measure {name}" for name in measures} <= words


def test_layouts_of_other_programmes_hold_bands_and_rounded_shares(
    runtime: Runtime, practice: Practice
) -> None:
    three_clinicians(runtime, practice)
    made = opened(workbook_bytes(report_of(runtime, practice)))
    phone = next(
        row
        for row in made["CAHPS style"].iter_rows(values_only=True)
        if "phone" in str(row[0]).lower() or "called" in str(row[0])
    )
    assert phone[1:] == ("50+", "55%", "20%", "20%")
    fft = list(made["FFT style"].iter_rows(min_row=6, values_only=True))
    assert fft[1] == ("Riverside Practice", "Q2 2026", "100+", "58%", "38%", "5%")
    assert all(row[4:] == (None, None) for row in fft[2:])


def test_a_quarter_without_results_says_so_and_still_explains_itself(
    runtime: Runtime, practice: Practice
) -> None:
    made = opened(workbook_bytes(report_of(runtime, practice, "2025-Q1")))
    assert "Definitions" in made.sheetnames
    assert "No results were released in this quarter, so there is nothing to report." in [
        value for _kind, value in values(made)
    ]


@pytest.mark.parametrize("words", ["w" * 1000, "x" * 300, "عيادة 診所 🙂", "a\x00b\x1fc"])
def test_no_words_can_break_the_workbook(runtime: Runtime, practice: Practice, words: str) -> None:
    three_clinicians(runtime, practice)
    with transaction(runtime.engine, practice.id) as db:
        heard = words.replace("\x00", "")
        open_repair(db, practice, date(2026, 5, 1), heard=heard)
    made = opened(workbook_bytes(report_of(runtime, practice)))
    assert any(str(value).startswith(words[0]) for _kind, value in values(made))
