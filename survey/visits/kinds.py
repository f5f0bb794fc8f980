"""Any visits file as a table, whatever its kind. Pure reading."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfoNotFoundError

from survey.visits import letters
from survey.visits.faults import UnreadableFile, _
from survey.visits.fhir_bundle import FhirBundle
from survey.visits.match import FileKind
from survey.visits.moments import zone_of
from survey.visits.part import Part, kind_of
from survey.visits.table import CsvTable, Table, delimiter_of
from survey.visits.workbook import Workbook

NAMES = {
    FileKind.CSV: "CSV",
    FileKind.XLSX: "Excel",
    FileKind.ICS: "iCalendar",
    FileKind.FHIR: "FHIR",
}


@dataclass(frozen=True)
class Form:
    """How a file is written, apart from what its columns mean."""

    kind: FileKind
    encoding: str = "utf-8"
    delimiter: str = ","
    sheet: str = ""
    time_zone: str = "UTC"


def form_of(part: Part, *, time_zone: str) -> Form:
    """What the bytes say. Raises UnreadableFile."""
    kind = kind_of(part)
    if kind is not FileKind.CSV:
        return Form(kind, time_zone=time_zone)
    encoding = letters.detect(part).encoding
    delimiter = "," if letters.first_fault(part, encoding) else delimiter_of(part, encoding)
    return Form(kind, encoding, delimiter, time_zone=time_zone)


def table_of(part: Part, form: Form, *, now: datetime | None) -> Table:
    """The lines of a file. Raises UnreadableFile, also where the file is of another kind."""
    found = kind_of(part)
    if found is not form.kind:
        raise UnreadableFile(
            _("This is a file of the kind {found}, not {expected}. Choose how to read it again."),
            found=NAMES[found],
            expected=NAMES[form.kind],
        )
    match form.kind:
        case FileKind.XLSX:
            return Workbook(part, sheet=form.sheet)
        case FileKind.ICS:
            from survey.visits.calendar_file import CalendarFile  # its library is large

            return CalendarFile(part, time_zone=_zone(form.time_zone), now=now)
        case FileKind.FHIR:
            return FhirBundle(part)
        case _:
            return CsvTable(part, encoding=form.encoding, delimiter=form.delimiter)


def _zone(name: str) -> str:
    try:
        zone_of(name)
    except (ValueError, ZoneInfoNotFoundError):
        raise UnreadableFile(_("The time zone {name} is not known."), name=name[:40]) from None
    return name
