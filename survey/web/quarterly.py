"""Quarterly reports to take away, as PDF, XLSX, CSV and FHIR made from the same object.

A download is a POST: it leaves a note in the audit log, and looking at a page never writes.
"""

from __future__ import annotations

from flask import Blueprint, Response, abort, render_template
from flask.typing import ResponseReturnValue

from survey.clock import local_day
from survey.db import reading, transaction
from survey.practice import recording
from survey.practice.model import Role
from survey.reports import fhir_measures, freezing, gathering, pdf, quarterly, tables, workbook
from survey.reports.lines import QuarterLine
from survey.web import entering
from survey.web.doors import staff
from survey.web.installation import now, runtime
from survey.web.wording import language, touchpoints, translate

blueprint = Blueprint("quarterly", __name__, url_prefix="/staff/reports")


KINDS = {
    "csv": "text/csv",
    "pdf": "application/pdf",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "fhir": "application/fhir+json",
}
MAKERS = {
    "csv": tables.csv_bytes,
    "pdf": pdf.pdf_bytes,
    "xlsx": workbook.workbook_bytes,
    "fhir": fhir_measures.fhir_bytes,
}
ENDINGS = {"fhir": "fhir.json"}


@blueprint.get("")
@staff(Role.OWNER)
def reports() -> str:
    """Every quarter that has results, newest first."""
    return render_template("staff/reports.html", quarters=_quarters())


@blueprint.post("/<quarter>/<any(csv, pdf, xlsx, fhir):form>")
@staff(Role.OWNER)
def take_away(quarter: str, form: str) -> ResponseReturnValue:
    """The report of one quarter as a file; 404 for a quarter without results."""
    if quarter not in {line.quarter for line in _quarters()}:
        abort(404)
    practice, member = entering.own_practice(), entering.member()
    with reading(runtime().engine, practice.id) as db:
        report = quarterly.quarterly_report(
            db,
            practice,
            quarter,
            today=local_day(now(), practice.time_zone),
            touchpoints=touchpoints(),
            language=language(),
            translate=translate,
        )
    file = MAKERS[form](report, translate=translate)
    with transaction(runtime().engine, practice.id) as db:
        subject = f"{quarter} {form}"
        recording.record(
            db, practice.id, actor=member.email, action="exported a report", subject=subject, now=now()
        )
    name = f"{practice.slug}-{quarter.lower()}.{ENDINGS.get(form, form)}"
    return Response(
        file, mimetype=KINDS[form], headers={"Content-Disposition": f'attachment; filename="{name}"'}
    )


def _quarters() -> tuple[QuarterLine, ...]:
    practice = entering.own_practice()
    with reading(runtime().engine, practice.id) as db:
        ground = gathering.ground_for(db, practice, today=local_day(now(), practice.time_zone))
        voice = gathering.voice_for(ground, touchpoints(), language=language(), translate=translate)
        return freezing.quarter_lines(db, ground, voice=voice)
