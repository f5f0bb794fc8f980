"""A quarterly report as one tidy CSV table.

One row per scope, item and measure. A figure that may not be shown is the word "withheld", never 0. Text
that a spreadsheet would take for a formula is quoted.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import astuple, dataclass, fields

from survey.insight.rounding import RoundedShare, Shown
from survey.reports.lines import ClinicianLine, TouchpointLine
from survey.reports.quarterly import QuarterlyReport

#: Leads that make a spreadsheet calculate; some readers skip blanks before them.
FORMULA_LEADS = ("=", "+", "-", "@", "\t", "\r", "\n", "|", "＝", "＋", "－", "＠")


@dataclass(frozen=True)
class Row:
    """One figure. ``low`` and ``high``: 95 % interval in percent; ``n``: a band such as 30+."""

    period: str
    scope: str
    scope_name: str
    item: str
    question: str
    measure: str
    value: str
    low: str
    high: str
    n: str
    note: str


COLUMNS = tuple(field.name for field in fields(Row))


def csv_bytes(report: QuarterlyReport) -> bytes:
    """The table as UTF-8 with a byte-order mark (for spreadsheets) and CRLF line ends (RFC 4180)."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for row in rows(report):
        writer.writerow([cell(value) for value in astuple(row)])
    return text.getvalue().encode("utf-8-sig")


def rows(report: QuarterlyReport) -> Iterator[Row]:
    """Practice items by measure and month, what was put right, response, clinicians."""
    for line in report.items:
        yield from _item_rows(report, line)
    if report.repair is not None:
        yield _row(report, item="repair", question="", measure="put_right", share=report.repair.share)
    yield Row(
        period=report.quarter,
        scope="practice",
        scope_name=report.practice_name,
        item="",
        question="",
        measure="response_rate",
        value=report.response.text,
        low="",
        high="",
        n=report.response.sent_text,
        note=_note(report),
    )
    for clinician in report.clinicians:
        yield _clinician_row(report, clinician)


def cell(value: str) -> str:
    """Text that no spreadsheet takes for a formula, on one line."""
    flat = " ".join(value.replace("\x00", "").splitlines()) if value else ""
    return "'" + flat if value.lstrip(" \u00a0\ufeff").startswith(FORMULA_LEADS) else flat


def _item_rows(report: QuarterlyReport, line: TouchpointLine) -> Iterator[Row]:
    given = {"item": line.item, "question": line.question}
    yield _row(report, measure="best_answer", share=line.share, note=line.sentence, **given)
    yield _row(report, measure="worst_answer", share=line.problem, **given)
    yield _row(report, measure="best_answer_quarter_before", share=line.before, **given)
    for point in line.trend.points:
        yield _row(report, measure="best_answer_by_month", share=point.share, period=point.month, **given)


def _clinician_row(report: QuarterlyReport, line: ClinicianLine) -> Row:
    overall = report.overall
    low, high, n = _numbers(line.share)
    return Row(
        period=report.quarter,
        scope="clinician",
        scope_name=line.name,
        item=overall.item,
        question=overall.question,
        measure="best_answer",
        value=line.share_text,
        low=low,
        high=high,
        n=n,
        note=line.sentence,
    )


def _row(
    report: QuarterlyReport,
    *,
    item: str,
    question: str,
    measure: str,
    share: Shown,
    period: str = "",
    note: str = "",
) -> Row:
    low, high, n = _numbers(share)
    return Row(
        period=period or report.quarter,
        scope="practice",
        scope_name=report.practice_name,
        item=item,
        question=question,
        measure=measure,
        value=share.text,
        low=low,
        high=high,
        n=n,
        note=note or _note(report),
    )


def _numbers(share: Shown) -> tuple[str, str, str]:
    if not isinstance(share, RoundedShare):
        return "", "", ""
    return str(share.lower), str(share.upper), share.n.text


def _note(report: QuarterlyReport) -> str:
    return "part" if report.part else ""
