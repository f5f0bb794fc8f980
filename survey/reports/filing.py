"""Write a quarterly report as files: the same bytes a page hands out. Never writes to the database."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from sqlalchemy.orm import Session

from survey.instruments.loading import TOUCHPOINTS, load_touchpoints
from survey.practice.model import Practice
from survey.reports import pdf, tables, workbook
from survey.reports.quarterly import quarterly_report
from survey.settings import Settings


def write_files(
    db: Session, practice: Practice, quarter: str, *, folder: Path, today: date, settings: Settings
) -> tuple[Path, ...]:
    """CSV, PDF and XLSX of a quarter, named after practice and quarter; existing files are replaced whole.

    Raises what ``quarterly_report`` raises, and CannotPrint.
    """
    touchpoints = load_touchpoints(settings.surveys_config / TOUCHPOINTS)
    report = quarterly_report(
        db, practice, quarter, today=today, touchpoints=touchpoints, own=settings.instance
    )
    made = {
        ".csv": tables.csv_bytes(report),
        ".pdf": pdf.pdf_bytes(report),
        ".xlsx": workbook.workbook_bytes(report),
    }
    return tuple(_write(folder / f"{practice.slug}-{quarter}{ending}", body) for ending, body in made.items())


def _write(path: Path, body: bytes) -> Path:
    """All of it or nothing: a report that was cut off must not look like one."""
    unfinished = path.with_name(path.name + ".part")
    unfinished.write_bytes(body)
    return unfinished.replace(path)
