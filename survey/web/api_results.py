"""Results and frozen reports for a practice's own programs, with a key that may read them.

Every figure comes from the quarterly report, the object behind the files of the page: whole atoms, rounded,
with a band for the number of answers, or the word "withheld". In English, whoever asks. Never a comment,
never a row of anybody's answers, no filter; reading writes nothing, not even the day on which a key was used.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import asdict

from flask import Blueprint, Response, json, request
from limits import RateLimitItemPerMinute
from sqlalchemy import select
from sqlalchemy.orm import Session

from survey.clock import local_day
from survey.db import reading
from survey.insight.words import plain
from survey.practice.authorising import Scope
from survey.practice.model import Practice
from survey.reports import freezing, gathering, pdf, tables, workbook
from survey.reports.gathering import NothingPublished
from survey.reports.model import Report
from survey.reports.quarterly import QuarterlyReport, quarterly_report
from survey.web import problems
from survey.web.callers import Caller, Refused, caller_with
from survey.web.doors import public
from survey.web.installation import now, runtime
from survey.web.openapi_results import FILES, QUARTER, Figure, FrozenReport, Reports, Results
from survey.web.wording import touchpoints

blueprint = Blueprint("api_results", __name__, url_prefix="/api/v1")

#: Requests of one key in a minute, for each web process. A PDF takes its time.
RATE = RateLimitItemPerMinute(30)
PARAMETER = "quarter"


@blueprint.get("/results")
@public
def results() -> Response:
    """The figures of one quarter: the newest that has results, or the one that is named."""
    try:
        caller = caller_with(Scope.RESULTS_READ, rate=RATE)
        with reading(runtime().engine, caller.practice.id) as db:
            report = _report(db, caller.practice, _chosen(db, caller.practice))
            return _json(told(report).model_dump())
    except Refused as refused:
        return refused.response


@blueprint.get("/reports")
@public
def reports() -> Response:
    """The frozen quarterly reports, newest first, each with its SHA-256."""
    try:
        caller = caller_with(Scope.REPORTS_READ, rate=RATE)
        with reading(runtime().engine, caller.practice.id) as db:
            listed = [
                FrozenReport(quarter=row.quarter, frozen_on=row.frozen_on.isoformat(), sha256=row.sha256)
                for row in _frozen(db, caller)
            ]
    except Refused as refused:
        return refused.response
    return _json(Reports(reports=listed).model_dump())


@blueprint.get("/reports/<quarter>.<kind>")
@public
def report_file(quarter: str, kind: str) -> Response:
    """A frozen report as a file, the same that the page hands out."""
    try:
        caller = caller_with(Scope.REPORTS_READ, rate=RATE)
        with reading(runtime().engine, caller.practice.id) as db:
            if kind not in FILES or quarter not in {row.quarter for row in _frozen(db, caller)}:
                text = "There is no frozen report of this quarter, as csv, pdf or xlsx."
                raise Refused(problems.answer(404, text))
            report = _report(db, caller.practice, quarter)
    except Refused as refused:
        return refused.response
    name = f"{caller.practice.slug}-{quarter.lower()}.{kind}"
    disposition = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(_file(report, kind), mimetype=FILES[kind], headers=disposition)


def told(report: QuarterlyReport) -> Results:
    """The rows of the report's table; what a spreadsheet leaves empty is null."""
    return Results(
        quarter=report.quarter,
        state="part" if report.part else "frozen",
        practice=report.practice_name,
        figures=[_figure(row) for row in tables.rows(report)],
    )


def _figure(row: tables.Row) -> Figure:
    given = {name: value or None for name, value in asdict(row).items()}
    return Figure.model_validate(given)


def _chosen(db: Session, practice: Practice) -> str:
    """The quarter that is asked for. Raises Refused where it is not written like one or has no results."""
    unknown = sorted(set(request.args) - {PARAMETER})
    named = request.args.get(PARAMETER)
    if unknown or (named is not None and not re.fullmatch(QUARTER, named)):
        text = f"The one parameter is {PARAMETER}, written like 2026-Q1. Results cannot be filtered."
        raise Refused(problems.answer(400, text))
    known = list(_quarters(db, practice))
    if not known or named not in (None, *known):
        raise Refused(problems.answer(404, "There are no results of this quarter."))
    return named or known[0]


def _quarters(db: Session, practice: Practice) -> Iterator[str]:
    """Quarters with results, newest first, as the page lists them."""
    try:
        ground = gathering.ground_for(db, practice, today=local_day(now(), practice.time_zone))
    except NothingPublished:
        return
    voice = gathering.voice_for(ground, touchpoints(), language="en", translate=plain)
    for line in freezing.quarter_lines(db, ground, voice=voice):
        yield line.quarter


def _frozen(db: Session, caller: Caller) -> list[Report]:
    mine = select(Report).where(Report.practice_id == caller.practice.id)
    return list(db.scalars(mine.order_by(Report.quarter.desc())))


def _report(db: Session, practice: Practice, quarter: str) -> QuarterlyReport:
    return quarterly_report(
        db,
        practice,
        quarter,
        today=local_day(now(), practice.time_zone),
        touchpoints=touchpoints(),
        own=runtime().settings.instance,
    )


def _file(report: QuarterlyReport, kind: str) -> bytes:
    if kind == "pdf":
        return pdf.pdf_bytes(report)
    return workbook.workbook_bytes(report) if kind == "xlsx" else tables.csv_bytes(report)


def _json(content: object) -> Response:
    return Response(json.dumps(content), mimetype="application/json")
