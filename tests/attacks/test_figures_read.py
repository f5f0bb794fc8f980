"""The audit reads facts, not pages: every figure on pages, in chart data, CSV and PDF must be among them."""

from __future__ import annotations

import csv
import html
import io
import re
import shutil
import subprocess
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from openpyxl import load_workbook

from survey.app import make_app
from survey.clock import SimulatedClock, at_local, quarter_of
from survey.db import reading
from survey.insight.period import LAST_FOUR, offered
from survey.practice import declaring
from survey.runtime import Runtime
from tests.attacks.collecting import Reader, follow
from tests.attacks.histories import History, Plan, begin
from tests.attacks.telling import Book
from tests.services import miss
from tests.web.desk import enter, make_clinician_account, make_owner, token_of

FIGURE = re.compile(r"\d+(?:–\d+)?% or (?:less|more)|\d+–\d+%|\d+%|\d+\+")
#: Axes, the width of intervals, limits named in the notes on method.
FIXED = {"0%", "25%", "50%", "75%", "100%", "95%"}
LAST_DAY = date(2026, 7, 6)


def figures_in(text: str) -> set[str]:
    """Every percentage and band in a text without tags; a page may break a line inside "60–80%"."""
    flat = re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]*>", " ", text)))
    flat = re.sub(r"(?<=\d)– (?=\d)", "–", flat)
    return set(FIGURE.findall(flat)) - FIXED


def figures_told(book: Book) -> set[str]:
    """Every percentage and band the audit knows of, with the ends of bands and intervals."""
    found: set[str] = set()
    for told in book.told:
        found |= set(FIGURE.findall(told.said.replace("|", " ")))
        if told.kind.startswith("response:") and told.said != "None":
            low, sent = (int(number) for number in re.findall(r"low=(\d+)", told.said))
            found |= {f"{sent}+", f"{low}–{low + 10}%", f"{low}% or more", f"{low + 10}%"}
        if told.kind.startswith("silence:") and told.said != "none":
            found.add("–".join(re.findall(r"\d+", told.said)) + "%")
    return found


def chart_numbers(data: object) -> set[int]:
    """Every number that a chart draws as a value."""
    if isinstance(data, dict):
        return {one for key in ("base", "y") for one in chart_numbers(data.get(key))}
    if isinstance(data, list):
        return {one for each in data for one in chart_numbers(each)}
    return {int(data)} if isinstance(data, int | float) else set()


def edges(figures: set[str]) -> set[int]:
    """Numbers that figures name, those half-way in a fifth, and the lengths between any two."""
    named = {int(number) for figure in figures for number in re.findall(r"\d+", figure)} | {0, 100}
    named |= {10, 30, 50, 70, 90}
    return named | {high - low for high in named for low in named if high >= low}


@pytest.fixture
def lived(sqlite_runtime: Runtime) -> tuple[History, Reader]:
    """Half a year of a practice, read on its last day."""
    drawn = Plan(seed=8, clinicians=3, weeks=26, mood="usual", start=date(2026, 1, 5))
    history = begin(sqlite_runtime, drawn)
    follow(history, drawn, [])
    reader = Reader(history)
    reader.look(LAST_DAY)
    assert isinstance(sqlite_runtime.clock, SimulatedClock)
    sqlite_runtime.clock.move_to(at_local(LAST_DAY, 10, history.practice.time_zone))
    return history, reader


def visitors(history: History) -> dict[str, FlaskClient]:
    """The owner and one clinician, signed in."""
    app, runtime, practice = make_app(history.runtime), history.runtime, history.practice
    owner, clinician = app.test_client(), app.test_client()
    enter(owner, runtime, make_owner(runtime, practice))
    with reading(runtime.engine, practice.id) as db:
        first = declaring.clinicians(db, practice.id)[0]
    enter(clinician, runtime, make_clinician_account(runtime, practice, first))
    return {"/staff/practice": owner, "/staff/clinician": clinician}


def test_pages_and_chart_data_hold_no_figure_that_the_audit_has_not_read(
    lived: tuple[History, Reader],
) -> None:
    history, reader = lived
    told = figures_told(reader.book)
    for address, client in visitors(history).items():
        for period in offered(LAST_DAY):
            shown = figures_in(client.get(f"{address}/{period}", follow_redirects=True).text)
            assert len(shown) > 10 or period != LAST_FOUR, "the page must show something"
            assert shown <= told, (address, period)
        for item in history.instrument.items:
            for period in (LAST_FOUR, "2026-Q2"):
                data = client.get(
                    f"{address}/{period}/figure/{item.touchpoint}.json", follow_redirects=True
                ).json
                assert figures_in(str(data)) <= told
                assert chart_numbers(data["data"]) <= edges(told)


def words_of_table(data: bytes, _folder: Path) -> str:
    """The table as it is, and its intervals as a reader would write them."""
    table = data.decode()
    rows = csv.DictReader(io.StringIO(table))
    return table + "".join(f" {row['low']}–{row['high']}%" for row in rows if row["low"])


def words_of_pages(data: bytes, folder: Path) -> str:
    """The words of a PDF."""
    if shutil.which("pdftotext") is None:
        miss("pdftotext", "it is not installed")
    page = folder / "report.pdf"
    page.write_bytes(data)
    return subprocess.run(["pdftotext", str(page), "-"], capture_output=True, check=True).stdout.decode()


def words_of_workbook(data: bytes, _folder: Path) -> str:
    """Every cell's text, and every interval as a reader would write it."""
    found = []
    for sheet in load_workbook(io.BytesIO(data)).worksheets:
        head: tuple[object, ...] = ()
        for row in sheet.iter_rows(values_only=True):
            found += [str(value) for value in row if isinstance(value, str)]
            head = row if "From" in row and "To" in row else head
            if head and isinstance(row[head.index("From")], int):
                found.append(f"{row[head.index('From')]}–{row[head.index('To')]}%")
    return " ".join(found)


def numbers_of_workbook(data: bytes) -> set[int]:
    """Every number that stands in a cell of its own."""
    made = load_workbook(io.BytesIO(data))
    cells = (value for sheet in made.worksheets for row in sheet.iter_rows(values_only=True) for value in row)
    return {int(value) for value in cells if isinstance(value, int | float)}


#: Every kind of file that can be fetched, and how its words are read. A new kind needs a line here.
FILES: dict[str, Callable[[bytes, Path], str]] = {
    "csv": words_of_table,
    "txt": lambda data, _folder: data.decode(),
    "pdf": words_of_pages,
    "xlsx": words_of_workbook,
}


@pytest.mark.parametrize("kind", FILES)
def test_files_hold_no_figure_that_the_audit_has_not_read(
    lived: tuple[History, Reader], tmp_path: Path, kind: str
) -> None:
    history, reader = lived
    client = visitors(history)["/staff/practice"]
    quarter = quarter_of(LAST_DAY.replace(month=6))
    form = {"csrf_token": token_of(client, "/staff/reports")}
    answer = client.post(f"/staff/reports/{quarter}/{kind}", data=form)
    assert answer.status_code == 200
    found = figures_in(FILES[kind](answer.data, tmp_path))
    assert len(found) > 10 or kind == "txt", "only the file of comments holds no figures"
    told = figures_told(reader.book) | figures_of_frozen(history, quarter)
    assert found <= told
    if kind == "xlsx":
        numbers = numbers_of_workbook(answer.data)
        assert len(numbers) > 10
        assert numbers <= ends_of(told)


def ends_of(figures: set[str]) -> set[int]:
    """Numbers that figures name: shares, and the ends of intervals."""
    return {int(number) for figure in figures for number in re.findall(r"\d+", figure)} | {0, 100}


def figures_of_frozen(history: History, quarter: str) -> set[str]:
    """What the audit reads of a report on the day it is frozen."""
    reader = Reader(history, [None])
    with reading(history.runtime.engine, history.practice.id) as db:
        ground = reader.ground(db, LAST_DAY)
        reader.quarter(db, ground, quarter, LAST_DAY, again=True)
    return figures_told(reader.book)


def test_a_figure_from_elsewhere_would_be_noticed(lived: tuple[History, Reader]) -> None:
    _, reader = lived
    assert not figures_in("<p>Rated 87% by 23+ people</p>") <= figures_told(reader.book)
    assert figures_in("<p>60–\n80%</p> 10% or less, 5+") == {"60–80%", "10% or less", "5+"}
