"""Excel workbooks: cells as they would be typed, formulas never worked out, bombs never unpacked."""

from __future__ import annotations

import io
import zipfile
from datetime import datetime
from typing import Any

import pytest
import xlsxwriter

from survey.settings import shipped
from survey.visits.visit_file import Part, UnreadableFile, VisitFile, load_presets, read_all, suggest
from survey.visits.workbook import MOST_UNPACKED
from tests.visits.files import HEADER

PRESETS = load_presets(shipped("surveys_config"))
NOW = datetime.fromisoformat("2026-08-01T00:00:00+00:00")
NAMES = HEADER.split(",")
ROW = ["V-1", "2026-03-02T09:00:00-05:00", "Ana Ortiz", "Riverside", "a@example.org", "attended", "en", 2, ""]


def workbook(*rows: list[Any], header: list[str] = NAMES, before: tuple[str, ...] = ()) -> bytes:
    """Rows as a person types them; datetimes with an hour, formulas as (formula, result)."""
    data = io.BytesIO()
    book = xlsxwriter.Workbook(data, {"in_memory": True, "strings_to_formulas": False})
    hour, day = (
        book.add_format({"num_format": "m/d/yyyy h:mm AM/PM"}),
        book.add_format({"num_format": "m/d/yyyy"}),
    )
    for name in before:
        book.add_worksheet(name)
    sheet = book.add_worksheet("Visits")
    for number, row in enumerate([header, *rows]):
        for column, value in enumerate(row):
            if isinstance(value, datetime):
                sheet.write_datetime(number, column, value, hour if value.hour else day)
            elif isinstance(value, tuple):
                sheet.write_formula(number, column, value[0], None, value[1])
            else:
                sheet.write(number, column, value)
    book.close()
    return data.getvalue()


def changed(**cells: Any) -> list[Any]:
    return [cells.get(name, value) for name, value in zip(NAMES, ROW, strict=True)]


def read(data: bytes) -> VisitFile:
    parts = [Part("visits.xlsx", data)]
    return read_all(parts, suggest(parts, presets=PRESETS, time_zone="America/New_York").match, now=NOW)


def rewritten(data: bytes, name: str, content: bytes) -> bytes:
    """The same workbook with one of its parts replaced or added."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in old.infolist():
            if entry.filename != name:
                new.writestr(entry, old.read(entry))
        new.writestr(name, content)
    return out.getvalue()


def wall(*parts: int) -> datetime:
    """A moment as Excel keeps it: without a time zone."""
    return datetime(*parts)  # type: ignore[arg-type]  # noqa: DTZ001


def test_days_hours_and_numbers_arrive_as_they_are_shown() -> None:
    rows = [changed(start=wall(2026, 3, 2, 9, 30), visit_id=10001)]
    file = read(workbook(*rows, changed(start=wall(2026, 3, 3), visit_id="00123")))
    assert file.errors == ()
    found = [(row.reference, row.start) for row in file.rows]
    assert found == [("10001", "2026-03-02T14:30Z"), ("00123", "2026-03-03")]


def test_an_hour_short_of_a_microsecond_is_the_hour() -> None:
    assert (
        read(workbook(changed(start=wall(2026, 3, 2, 9, 29, 59, 999000)))).rows[0].start
        == "2026-03-02T14:30Z"
    )


def test_a_formulas_stored_result_is_taken_and_the_formula_is_not_worked_out() -> None:
    (row,) = read(workbook(changed(clinician=('="Ana"&" Ortiz"', "Stored Name")))).rows
    assert row.clinician == "Stored Name"


def test_a_formula_without_result_is_named() -> None:
    data = workbook(changed(clinician=("=1+1", "RESULT")))
    with zipfile.ZipFile(io.BytesIO(data)) as packed:
        sheet = packed.read("xl/worksheets/sheet1.xml")
    file = read(rewritten(data, "xl/worksheets/sheet1.xml", sheet.replace(b"<v>RESULT</v>", b"")))
    (error,) = file.errors
    assert (error.line, error.column) == (2, "clinician")
    assert "formula" in error.message


def test_an_error_of_excel_is_named_and_matters_only_in_a_column_that_is_used() -> None:
    (error,) = read(workbook(changed(status=("=1/0", "#DIV/0!")))).errors
    assert (error.line, error.column) == (2, "status")
    other = read(workbook([*ROW, ("=1/0", "#DIV/0!")], header=[*NAMES, "fee"]))
    assert (len(other.rows), other.errors, other.ignored) == (1, (), ("fee",))


@pytest.mark.parametrize("text", ["=1+1", "+1 room", "-1 room", "@sum"])
def test_a_text_that_looks_like_a_formula_stays_text(text: str) -> None:
    (row,) = read(workbook(changed(location=text))).rows
    assert row.location == text


def test_the_first_sheet_with_anything_on_it_is_taken_and_all_are_named() -> None:
    parts = [Part("visits.xlsx", workbook(ROW, before=("Empty",)))]
    found = suggest(parts, presets=PRESETS, time_zone="UTC")
    assert (found.match.sheet, found.sheets) == ("Visits", ("Empty", "Visits"))


def test_rows_that_are_shorter_than_the_header_have_empty_cells_and_longer_ones_are_faults() -> None:
    file = read(workbook(ROW[:6], [*ROW[:8], "", "stray"]))
    assert len(file.rows) == 1
    assert "cells" in file.errors[0].message


def bomb() -> bytes:
    return rewritten(workbook(ROW), "xl/worksheets/sheet1.xml", b" " * (50 << 20))


def entities() -> bytes:
    text = b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "x">]><worksheet>&b;</worksheet>'
    return rewritten(workbook(ROW), "xl/worksheets/sheet1.xml", text)


def lying() -> bytes:
    """A directory that claims more than may be unpacked."""
    data = bytearray(workbook(ROW))
    at = data.find(b"PK\x01\x02")
    data[at + 24 : at + 28] = (MOST_UNPACKED + 1).to_bytes(4, "little")
    return bytes(data)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (bomb(), "unpacks to far more"),
        (lying(), "unpacks to far more"),
        (entities(), "cannot be opened"),
        (workbook(ROW)[:-100], "cannot be opened"),
        (
            rewritten(workbook(ROW), "xl/worksheets/sheet1.xml", b"<worksheet><sheetData><row"),
            "cannot be opened",
        ),
        (b"PK\x03\x04rest", "cannot be opened"),
        (workbook(header=[]), "empty"),
    ],
)
def test_a_workbook_that_cannot_be_trusted_is_refused(data: bytes, words: str) -> None:
    with pytest.raises(UnreadableFile, match=words):
        read(data)
