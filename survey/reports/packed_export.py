"""Everything of a practice in one ZIP file, with a page that says what each file is and cannot tell. Pure.

The same things on the same day give the same bytes: there is no clock in the file.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import date
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from survey.insight.words import Translate
from survey.reports import (
    audit_table,
    comment_file,
    fhir_measures,
    pdf,
    repair_table,
    staff_table,
    tables,
    workbook,
)
from survey.reports.export_words import readme
from survey.reports.taking_away import Everything, Quarter

README = "README.txt"
LOG, PEOPLE, REPAIRS, STEPS = "log.csv", "people.csv", "repairs.csv", "repair-steps.csv"
#: For whoever unpacks it on a shared machine: read and write for its owner alone.
MODE = 0o600 << 16


def zip_bytes(found: Everything, *, translate: Translate) -> bytes:
    """The file. Raises CannotPrint."""
    body = io.BytesIO()
    with ZipFile(body, "w", ZIP_DEFLATED) as packed:
        for name, content in files(found, translate=translate):
            info = ZipInfo(name, date_time=(found.day.year, found.day.month, found.day.day, 0, 0, 0))
            info.external_attr, info.compress_type = MODE, ZIP_DEFLATED
            packed.writestr(info, content)
    return body.getvalue()


def name_of(slug: str, day: date) -> str:
    """A plain name for the file."""
    return f"{slug}-{day.isoformat()}.zip"


def files(found: Everything, *, translate: Translate) -> Iterator[tuple[str, bytes]]:
    """Name and content of each file. Raises CannotPrint."""
    time_zone = found.practice.time_zone
    yield README, "\r\n".join(readme(found, translate)).encode("utf-8-sig")
    yield PEOPLE, staff_table.people_csv(found.people, translate=translate)
    yield LOG, audit_table.csv_bytes(found.log, found.released, time_zone=time_zone, translate=translate)
    yield REPAIRS, repair_table.repairs_csv(found.repairs, translate=translate)
    yield STEPS, repair_table.steps_csv(found.repairs, translate=translate)
    for each in found.quarters:
        yield from _of_quarter(found, each, translate)


def _of_quarter(found: Everything, each: Quarter, translate: Translate) -> Iterator[tuple[str, bytes]]:
    report, name = each.report, f"{found.practice.slug}-{each.report.quarter.lower()}"
    yield f"reports/{name}.csv", tables.csv_bytes(report, translate=translate)
    yield f"reports/{name}.xlsx", workbook.workbook_bytes(report, translate=translate)
    yield f"reports/{name}.pdf", pdf.pdf_bytes(report, translate=translate)
    yield f"reports/{name}.fhir.json", fhir_measures.fhir_bytes(report, translate=translate)
    title = f"{found.practice.name}, {report.quarter_label}"
    words = comment_file.file_bytes(each.comments, title=title, translate=translate)
    yield f"comments/{name}.txt", words
