"""A visits file in CSV: bytes in, visits and faults out.

Pure, and on the standard library's csv: nothing is guessed and no cell is changed. A file that cannot be
trusted as a whole is refused as a whole; a faulty line is named and left out whole. Columns nobody asked for
are not even looked at, but they are named, so that a misspelt one is noticed.
"""

from __future__ import annotations

import csv
import difflib
import io
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from survey.visits.mapping import GENERIC, ColumnMapping
from survey.visits.visit_row import RowError, VisitRow, _, read_row

__all__ = ["GENERIC", "ColumnMapping", "RowError", "UnreadableFile", "VisitFile", "VisitRow", "read_visits"]

LARGEST = 200 * 1024 * 1024
OTHER_KINDS = {
    b"PK\x03\x04": _("This is an Excel workbook or a zip file. Save it as “CSV UTF-8” and try again."),
    b"\xd0\xcf\x11\xe0": _("This is an old Excel workbook. Save it as “CSV UTF-8” and try again."),
    b"%PDF": _("This is a PDF. Export the visits as “CSV UTF-8” and try again."),
    b"BEGIN:VCALENDAR": _("This is a calendar. Export the visits as “CSV UTF-8” and try again."),
    b"\xff\xfe": _("This file is in UTF-16. Save it as “CSV UTF-8” and try again."),
    b"\xfe\xff": _("This file is in UTF-16. Save it as “CSV UTF-8” and try again."),
}


class UnreadableFile(Exception):
    """A file that is refused as a whole; nothing of it was taken. The text says why and what to do."""

    def __init__(self, sentence: str, **values: str) -> None:
        self.sentence = sentence
        self.values = values
        super().__init__(sentence.format(**values))

    def in_words(self, translate: Callable[[str], str]) -> str:
        """The sentence in the reader's language."""
        return translate(self.sentence).format(**self.values)


@dataclass(frozen=True)
class VisitFile:
    """What a file holds: visits, faults, and the names of columns that were not looked at."""

    rows: tuple[VisitRow, ...]
    errors: tuple[RowError, ...]
    ignored: tuple[str, ...] = ()


def read_visits(data: bytes, mapping: ColumnMapping | None = None) -> VisitFile:
    """Read a whole file. Raises UnreadableFile; faulty lines come back as errors, the others as rows."""
    mapping = mapping or GENERIC
    reader = csv.reader(io.StringIO(_decode(data), newline=""), delimiter=mapping.delimiter, strict=True)
    lines = _lines(reader)
    header = next(lines, None)
    if header is None:
        raise UnreadableFile(_("The file is empty."))
    columns, ignored = _find_columns(header.cells, mapping)
    rows: list[VisitRow] = []
    errors: list[RowError] = []
    for line in lines:
        found = _read_line(line, header.cells, columns, mapping)
        if isinstance(found, VisitRow):
            rows.append(found)
        else:
            errors.extend(found)
    kept, doubled = _without_doubles(rows, mapping)
    return VisitFile(tuple(kept), tuple(sorted(errors + doubled, key=lambda error: error.line)), ignored)


@dataclass(frozen=True)
class Line:
    """The cells of one row and the number of the line it began on."""

    number: int
    cells: Sequence[str]


def _decode(data: bytes) -> str:
    if len(data) > LARGEST:
        raise UnreadableFile(_("The file is larger than 200 MB. Export fewer visits at a time."))
    for mark, sentence in OTHER_KINDS.items():
        if data.startswith(mark):
            raise UnreadableFile(sentence)
    position = data.find(b"\0")
    if position >= 0:
        line = str(data.count(b"\n", 0, position) + 1)
        raise UnreadableFile(
            _("Line {line} holds a zero byte; this is no CSV file. Export the visits again."), line=line
        )
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = str(data.count(b"\n", 0, error.start) + 1)
        raise UnreadableFile(
            _("Line {line} is not in UTF-8. Save the file as “CSV UTF-8” and try again."), line=line
        ) from None


def _lines(reader: Iterator[list[str]]) -> Iterator[Line]:
    """Rows that are not empty, each with the line it began on."""
    begun = 1
    while True:
        try:
            cells = next(reader, None)
        except csv.Error:
            raise UnreadableFile(
                _("From line {line} on the file cannot be read: a quotation mark is wrong there."),
                line=str(begun),
            ) from None
        if cells is None:
            return
        if any(cell.strip() for cell in cells):
            yield Line(begun, cells)
        begun = reader.line_num + 1  # type: ignore[attr-defined]


def _find_columns(header: Sequence[str], mapping: ColumnMapping) -> tuple[dict[str, int], tuple[str, ...]]:
    """Position by meaning, and the names of the other columns."""
    found = [name.strip().lower() for name in header]
    names = {meaning: name.strip().lower() for meaning, name in mapping.names().items()}
    for name in names.values():
        if found.count(name) > 1:
            raise UnreadableFile(_("The column {name} is there twice. Remove or rename one."), name=name)
    columns = {meaning: found.index(name) for meaning, name in names.items() if name in found}
    missing = [names[meaning] for meaning in mapping.required if meaning not in columns]
    if missing:
        _refuse_missing(missing, header, mapping)
    ignored = tuple(name.strip() for name in header if name.strip().lower() not in names.values())
    _refuse_misspelt(ignored, [name for name in names.values() if name not in found])
    return columns, ignored


def _refuse_missing(missing: Sequence[str], header: Sequence[str], mapping: ColumnMapping) -> None:
    values = {
        "missing": ", ".join(missing),
        "expected": ", ".join(mapping.names().values()),
        "found": ", ".join(name.strip()[:40] for name in header[:20]) or "—",
    }
    if len(header) == 1 and any(mark in header[0] for mark in ";\t|"):
        raise UnreadableFile(
            _("The columns are not separated by commas. Save the file as “CSV UTF-8”; expected: {expected}."),
            **values,
        )
    raise UnreadableFile(
        _("The first line lacks {missing}. Expected columns: {expected}. Found: {found}."), **values
    )


def _refuse_misspelt(ignored: Sequence[str], absent: Sequence[str]) -> None:
    """A misspelt `do_not_survey` must not quietly ask people who said no."""
    for name in ignored:
        near = difflib.get_close_matches(name.lower().replace(" ", "_"), absent, n=1, cutoff=0.85)
        if near:
            raise UnreadableFile(
                _("The column {name} looks like {expected} misspelt. Rename it to {expected}, or remove it."),
                name=name[:40],
                expected=near[0],
            )


def _read_line(
    line: Line, header: Sequence[str], columns: Mapping[str, int], mapping: ColumnMapping
) -> VisitRow | list[RowError]:
    if len(line.cells) != len(header):
        sentence = _("This line has {cells} cells, the first line has {columns}. Is a comma not in quotes?")
        values = {"cells": str(len(line.cells)), "columns": str(len(header))}
        at = header[min(len(line.cells), len(header)) - 1].strip()
        return [RowError(line.number, at, sentence, values)]
    cells = {meaning: line.cells[position] for meaning, position in columns.items()}
    return read_row(cells, line=line.number, mapping=mapping)


def _without_doubles(
    rows: Sequence[VisitRow], mapping: ColumnMapping
) -> tuple[list[VisitRow], list[RowError]]:
    """The same visit twice is one visit; two visits under one number are a fault of the later line."""
    first: dict[str, VisitRow] = {}
    faults = []
    for row in rows:
        known = first.setdefault(row.identity, row)
        if known is not row and replace(known, line=row.line) != row:
            sentence = _("Line {line} has the same visit with other content. Keep one of them.")
            name = mapping.reference or mapping.start
            faults.append(RowError(row.line, name, sentence, {"line": str(known.line)}))
    return list(first.values()), faults
