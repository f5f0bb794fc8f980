"""Quarterly reports to take away, as PDF, XLSX, CSV and FHIR from one object; one quarter beside another.

A download is a POST: it leaves a note in the audit log, and looking at a page never writes.
"""

from __future__ import annotations

from babel.dates import get_month_names
from flask import Blueprint, Response, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from survey.clock import local_day, quarter_of
from survey.db import reading, transaction
from survey.practice import declaring, recording
from survey.practice.declaring import YEAR_BEGINS, CannotDeclare
from survey.practice.model import Practice, Role
from survey.reports import (
    comment_file,
    fhir_measures,
    freezing,
    gathering,
    pdf,
    quarterly,
    side_by_side,
    tables,
    workbook,
)
from survey.reports.lines import AgainstQuarter, QuarterLine
from survey.reports.quarterly import QuarterlyReport
from survey.web import entering
from survey.web.doors import staff
from survey.web.installation import now, runtime
from survey.web.wording import language, touchpoints, translate

blueprint = Blueprint("quarterly", __name__, url_prefix="/staff/reports")


KINDS = {
    "csv": "text/csv",
    "pdf": "application/pdf",
    "txt": "text/plain",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "fhir": "application/fhir+json",
}
ENDINGS = {"fhir": "fhir.json"}


@blueprint.get("")
@staff(Role.OWNER)
def reports() -> str:
    """Every quarter that has results, newest first."""
    return _page()


@blueprint.post("/year")
@staff(Role.OWNER)
def year() -> ResponseReturnValue:
    """When the practice's year begins; quarters get other names, and their months stay."""
    practice, begins = entering.own_practice(), request.form.get("begins", "")
    try:
        with transaction(runtime().engine, practice.id) as db:
            declaring.set_year(
                db.get_one(Practice, practice.id),
                int(begins) if begins in {str(month) for month in YEAR_BEGINS} else 0,
            )
            entering.note(db, "year of quarters", begins)
    except CannotDeclare:
        return _page(problem=_("Choose one of the four months.")), 400
    return redirect(url_for("quarterly.reports"))


def _page(*, problem: str = "") -> str:
    months = [(month, get_month_names("wide", locale=language())[month]) for month in YEAR_BEGINS]
    practice = entering.own_practice()
    return render_template(
        "staff/reports.html",
        quarters=_quarters(),
        running=quarter_of(local_day(now(), practice.time_zone)),
        months=months,
        begins=practice.year_begins,
        problem=problem,
    )


@blueprint.get("/<quarter>/against/<earlier>")
@staff(Role.OWNER)
def against(quarter: str, earlier: str) -> str:
    """A closed quarter beside an earlier one; 404 where there is nothing to compare."""
    _require(quarter)
    practice = entering.own_practice()
    with reading(runtime().engine, practice.id) as db:
        report = _report(db, practice, quarter)
        others, note = report.against, report.against_note
        if side_by_side.holds_no_comparison(report):
            others, note = _side_by_side(db, practice, report, earlier), side_by_side.note(translate)
    found = next((each for each in others if each.quarter == earlier), None)
    if found is None:
        abort(404)
    return render_template("staff/against.html", report=report, found=found, others=others, note=note)


def _side_by_side(
    db: Session, practice: Practice, report: QuarterlyReport, earlier: str
) -> tuple[AgainstQuarter, ...]:
    """Every earlier quarter by its name, the chosen one with its figures: that of a report without any."""
    return tuple(
        side_by_side.side_by_side(report, _report(db, practice, line.quarter), translate=translate)
        if line.quarter == earlier
        else AgainstQuarter(line.quarter, line.label, "", ())
        for line in _quarters()
        if line.quarter < report.quarter
    )


@blueprint.post("/<quarter>/<any(csv, pdf, txt, xlsx, fhir):form>")
@staff(Role.OWNER)
def take_away(quarter: str, form: str) -> ResponseReturnValue:
    """The report of one quarter as a file, or (txt) its comments; 404 for a quarter without results."""
    _require(quarter)
    practice, member = entering.own_practice(), entering.member()
    with reading(runtime().engine, practice.id) as db:
        report = _report(db, practice, quarter)
        file = _words(db, practice, report) if form == "txt" else _file(report, form)
    with transaction(runtime().engine, practice.id) as db:
        subject = f"{quarter} {form}"
        recording.record(
            db, practice.id, actor=member.email, action="exported a report", subject=subject, now=now()
        )
    name = f"{practice.slug}-{quarter.lower()}.{ENDINGS.get(form, form)}"
    return Response(
        file, mimetype=KINDS[form], headers={"Content-Disposition": f'attachment; filename="{name}"'}
    )


def _report(db: Session, practice: Practice, quarter: str) -> QuarterlyReport:
    return quarterly.quarterly_report(
        db,
        practice,
        quarter,
        today=local_day(now(), practice.time_zone),
        touchpoints=touchpoints(),
        language=language(),
        translate=translate,
        own=runtime().settings.instance,
    )


def _file(report: QuarterlyReport, form: str) -> bytes:
    """The report in one of its forms."""
    if form == "pdf":
        return pdf.pdf_bytes(report, translate=translate)
    if form == "xlsx":
        return workbook.workbook_bytes(report, translate=translate)
    if form == "fhir":
        return fhir_measures.fhir_bytes(report, translate=translate)
    return tables.csv_bytes(report, translate=translate)


def _words(db: Session, practice: Practice, report: QuarterlyReport) -> bytes:
    ground = gathering.ground_for(db, practice, today=local_day(now(), practice.time_zone))
    voice = gathering.voice_for(ground, touchpoints(), language=language(), translate=translate)
    groups = gathering.comments_of_quarter(db, ground, report.quarter, voice=voice)
    title = f"{practice.name}, {report.quarter_label}"
    return comment_file.file_bytes(groups, title=title, translate=translate)


def _require(quarter: str) -> None:
    """404 for a quarter without results."""
    if quarter not in {line.quarter for line in _quarters()}:
        abort(404)


def _quarters() -> tuple[QuarterLine, ...]:
    practice = entering.own_practice()
    with reading(runtime().engine, practice.id) as db:
        ground = gathering.ground_for(db, practice, today=local_day(now(), practice.time_zone))
        voice = gathering.voice_for(ground, touchpoints(), language=language(), translate=translate)
        return freezing.quarter_lines(db, ground, voice=voice)
