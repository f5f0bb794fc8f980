"""The workbook opened by LibreOffice: it reads every cell and every chart, and repairs nothing."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest
from openpyxl import load_workbook

from survey.practice.model import Practice
from survey.reports.workbook import workbook_bytes
from survey.runtime import Runtime
from tests.databases import SQLITE_FIRST
from tests.reports.test_recomputing import drawn_practice, report_of
from tests.services import miss

Cells = dict[str, list[tuple[object, ...]]]


def through_libreoffice(file: bytes, folder: Path) -> Path:
    """The workbook as LibreOffice saves it again."""
    if shutil.which("soffice") is None:
        miss("soffice", "LibreOffice is not installed")
    (folder / "report.xlsx").write_bytes(file)
    home = f"-env:UserInstallation={(folder / 'home').as_uri()}"
    command = ["soffice", home, "--headless", "--convert-to", "xlsx:Calc MS Excel 2007 XML", "--outdir"]
    subprocess.run([*command, folder / "again", folder / "report.xlsx"], check=True, capture_output=True)
    return folder / "again" / "report.xlsx"


def cells(path: Path) -> Cells:
    """What stands in each sheet, rows without anything left out."""
    found = {}
    for sheet in load_workbook(path).worksheets:
        rows = sheet.iter_rows(values_only=True)
        found[sheet.title] = [tuple(v for v in row if v not in (None, "")) for row in rows if any(row)]
    return found


@pytest.mark.slow
@SQLITE_FIRST
def test_every_cell_and_chart_is_read(runtime: Runtime, practice: Practice, tmp_path: Path) -> None:
    drawn_practice(runtime, practice, 1)
    again = through_libreoffice(workbook_bytes(report_of(runtime, practice)), tmp_path)
    assert cells(again) == cells(tmp_path / "report.xlsx")
    charts = [len(sheet._charts) for sheet in load_workbook(tmp_path / "report.xlsx").worksheets]
    assert sum(charts) > 10
    assert [len(sheet._charts) for sheet in load_workbook(again).worksheets] == charts


@pytest.mark.slow
@SQLITE_FIRST
def test_a_damaged_workbook_would_be_noticed(runtime: Runtime, practice: Practice, tmp_path: Path) -> None:
    drawn_practice(runtime, practice, 1)
    whole = workbook_bytes(report_of(runtime, practice))
    assert not through_libreoffice(whole[: len(whole) // 2], tmp_path).exists()
