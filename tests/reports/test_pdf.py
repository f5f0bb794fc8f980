"""The printed report: tagged, the same bytes again, and no words that could break it."""

from __future__ import annotations

import shutil
import subprocess
from datetime import date
from pathlib import Path

import pytest

from survey.db import reading, transaction
from survey.practice.model import Practice
from survey.reports.filing import write_files
from survey.reports.freezing import freeze
from survey.reports.pdf import pdf_bytes
from survey.reports.quarterly import QuarterlyReport, quarterly_report
from survey.runtime import Runtime
from tests.actions.register import open_repair
from tests.builders import make_clinician
from tests.reports.building import TOUCHPOINTS, three_clinicians
from tests.services import miss


def report_of(runtime: Runtime, practice: Practice, quarter: str = "2026-Q2") -> QuarterlyReport:
    with reading(runtime.engine, practice.id) as db:
        return quarterly_report(db, practice, quarter, today=date(2026, 7, 20), touchpoints=TOUCHPOINTS)


def words_of(body: bytes, folder: Path) -> str:
    if shutil.which("pdftotext") is None:
        miss("pdftotext", "it is not installed")
    path = folder / "report.pdf"
    path.write_bytes(body)
    done = subprocess.run(["pdftotext", "-layout", str(path), "-"], capture_output=True, check=True)
    return " ".join(done.stdout.decode().split())


def test_the_report_is_tagged_and_the_same_bytes_again(
    runtime: Runtime, practice: Practice, tmp_path: Path
) -> None:
    three_clinicians(runtime, practice)
    with transaction(runtime.engine, practice.id) as db:
        row = freeze(db, practice, "2026-Q2", today=date(2026, 7, 3))
    report = report_of(runtime, practice)
    body = pdf_bytes(report)
    assert body.startswith(b"%PDF-")
    assert b"pdfuaid" in body
    assert body == pdf_bytes(report)
    words = words_of(body, tmp_path)
    assert "Calls and messages wait too long for an answer" in words
    assert row.sha256[:16] in words
    assert "Ana Ortiz" in words


def test_a_quarter_without_results_prints_a_clear_sentence(
    runtime: Runtime, practice: Practice, tmp_path: Path
) -> None:
    words = words_of(pdf_bytes(report_of(runtime, practice, "2025-Q1")), tmp_path)
    assert "No results were released in this quarter" in words


@pytest.mark.parametrize(
    "words",
    ["#panic() $x$ *bold* @ref <label>", "عيادة 診所 🙂", "a\x07b\u202ec", "w" * 300, "</svg><script>"],
)
def test_no_words_can_break_the_page(
    runtime: Runtime, practice: Practice, words: str, tmp_path: Path
) -> None:
    three_clinicians(runtime, practice)
    with transaction(runtime.engine, practice.id) as db:
        open_repair(db, practice, date(2026, 5, 1), heard=words)
    body = pdf_bytes(report_of(runtime, practice))
    assert body.startswith(b"%PDF-")
    if words.startswith("#"):
        assert "#panic() $x$ *bold*" in words_of(body, tmp_path)


def test_a_strange_name_is_printed_and_drawn(runtime: Runtime, practice: Practice, tmp_path: Path) -> None:
    three_clinicians(runtime, practice)
    make_clinician(runtime, practice, "Zoë <i>&amp;")
    assert "Zoë <i>&amp;" in words_of(pdf_bytes(report_of(runtime, practice)), tmp_path)


def test_files_are_written_whole_and_again(runtime: Runtime, practice: Practice, tmp_path: Path) -> None:
    three_clinicians(runtime, practice)
    folder = tmp_path / "reports"
    folder.mkdir()
    for _ in range(2):
        with reading(runtime.engine, practice.id) as db:
            paths = write_files(
                db,
                practice,
                "2026-Q2",
                folder=folder,
                today=date(2026, 7, 20),
                settings=runtime.settings,
            )
    assert sorted(path.name for path in folder.iterdir()) == [
        "riverside-2026-Q2.csv",
        "riverside-2026-Q2.pdf",
        "riverside-2026-Q2.xlsx",
    ]
    assert all(path.stat().st_size > 1000 for path in paths)
