"""Excel workbooks: one sheet, row by row.

Pure. Formulas are never worked out: the result Excel stored is taken, and where there is none the cell is
named. What a packed file claims to unpack to is checked before anything is parsed.
"""

from __future__ import annotations

import re
import warnings
import zipfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta
from itertools import zip_longest
from typing import Any, BinaryIO, Final

from survey.visits.faults import UnreadableFile, _
from survey.visits.part import Part
from survey.visits.table import Line

MOST_UNPACKED: Final = 500 * 1024 * 1024
MOST_STRINGS: Final = 64 * 1024 * 1024  # openpyxl keeps all shared texts in memory
MOST_PARTS: Final = 2000
MOST_COLUMNS: Final = 500
DENSE: Final = 200  # no honest sheet packs to less than a two-hundredth
FORMULA: Final = re.compile(rb"<(?:\w+:)?f[ />]")
PIECE: Final = 1024 * 1024
NO_WORKBOOK: Final = _(
    "This file cannot be opened as an Excel workbook. Save it as .xlsx or CSV and try again."
)
BOMB: Final = _(
    "This workbook unpacks to far more than a list of visits holds. Save the sheet as CSV and try again."
)
NO_RESULT: Final = _(
    "This cell holds a formula without a stored result. Open and save the file in Excel, or type it."
)
ERROR: Final = _("This cell holds an Excel error. Put it right in the file.")


class Workbook:
    """One sheet of a workbook; the first that is not empty where none is named. Raises UnreadableFile."""

    def __init__(self, part: Part, *, sheet: str = "") -> None:
        self._part = part
        self._formulas = _examine(part)
        with _opened(part, results=True) as book:
            self.sheets: tuple[str, ...] = tuple(ws.title for ws in book.worksheets)
            self.sheet = sheet or _first_filled(book)
            if self.sheet not in self.sheets:
                raise UnreadableFile(_("The workbook has no sheet {name}."), name=self.sheet[:40])
        first = next(self._filled(), None)
        if first is None:
            raise UnreadableFile(_("The file is empty."))
        names = [name.strip() for name in first.cells]
        while names and not names[-1]:
            names.pop()
        self.header = tuple(names)

    def lines(self) -> Iterator[Line]:
        width = len(self.header)
        rows = self._filled()
        next(rows, None)
        for line in rows:
            cells = list(line.cells)
            while len(cells) > width and not cells[-1]:
                cells.pop()
            yield line._replace(cells=cells + [""] * (width - len(cells)))

    def _filled(self) -> Iterator[Line]:
        for number, cells in enumerate(self._rows(), start=1):
            line = _line(number, cells)
            if line.faults or any(text.strip() for text in line.cells):
                yield line

    def _rows(self) -> Iterator[tuple[tuple[Any, Any], ...]]:
        """Pairs of a cell with its result and the same cell with its formula (None: it has none)."""
        with _opened(self._part, results=True) as results:
            rows = _cells(results[self.sheet])
            if not self._formulas:
                yield from (tuple((cell, None) for cell in row) for row in rows)
                return
            with _opened(self._part, results=False) as formulas:
                yield from map(_paired, rows, _cells(formulas[self.sheet]))


def _paired(results: Iterable[Any], formulas: Iterable[Any]) -> tuple[tuple[Any, Any], ...]:
    return tuple(zip_longest(results, formulas))


def _cells(sheet: Any) -> Iterator[Any]:
    sheet.reset_dimensions()  # a sheet may claim a million columns
    return iter(sheet.iter_rows(max_col=MOST_COLUMNS))


def _first_filled(book: Any) -> str:
    for sheet in book.worksheets:
        if sheet.sheet_state == "visible" and any(
            any(c.value is not None for c in row) for row in _cells(sheet)
        ):
            return str(sheet.title)
    raise UnreadableFile(_("The file is empty."))


@contextmanager
def _opened(part: Part, *, results: bool) -> Iterator[Any]:
    """The workbook, with whatever openpyxl stumbles over turned into one sentence."""
    from openpyxl import load_workbook

    with part.open() as stream, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # on styles and drawings that are not read here
        try:
            book = load_workbook(stream, read_only=True, data_only=results, keep_links=False)
            yield book
            book.close()
        except (UnreadableFile, GeneratorExit):
            raise
        except Exception as fault:
            raise UnreadableFile(NO_WORKBOOK) from fault


def _examine(part: Part) -> bool:
    """Whether any sheet holds formulas. Raises UnreadableFile for what must not be parsed."""
    with part.open() as stream:
        try:
            with zipfile.ZipFile(stream) as packed:
                _refuse_bomb(packed.infolist())
                if "xl/workbook.xml" not in packed.namelist():
                    raise UnreadableFile(NO_WORKBOOK)
                holding = [entry for entry in packed.infolist() if _holds_formulas(packed, entry)]
                return bool(holding)
        except (zipfile.BadZipFile, RuntimeError, NotImplementedError, EOFError, OSError) as fault:
            raise UnreadableFile(NO_WORKBOOK) from fault


def _refuse_bomb(entries: list[zipfile.ZipInfo]) -> None:
    unpacked = sum(entry.file_size for entry in entries)
    dense = any(e.file_size > PIECE and e.file_size > DENSE * max(e.compress_size, 1) for e in entries)
    strings = any("sharedstrings" in e.filename.lower() and e.file_size > MOST_STRINGS for e in entries)
    if unpacked > MOST_UNPACKED or len(entries) > MOST_PARTS or dense or strings:
        raise UnreadableFile(BOMB)


def _holds_formulas(packed: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bool:
    """Reads a part once, packed size and checksum included; refuses documents that define entities."""
    if not entry.filename.lower().endswith((".xml", ".rels")):
        return False
    found, tail = False, b""
    with _unpacked(packed, entry) as stream:
        while piece := stream.read(PIECE):
            text = tail + piece
            if b"<!DOCTYPE" in text or b"<!ENTITY" in text or b"\0" in text[:64]:
                raise UnreadableFile(NO_WORKBOOK)
            found = found or bool(FORMULA.search(text))
            tail = piece[-16:]
    return found


def _unpacked(packed: zipfile.ZipFile, entry: zipfile.ZipInfo) -> BinaryIO:
    return packed.open(entry)  # type: ignore[return-value]


def _line(number: int, cells: tuple[tuple[Any, Any], ...]) -> Line:
    texts, faults = [], {}
    for position, (cell, formula) in enumerate(cells):
        value = getattr(cell, "value", None)
        if getattr(cell, "data_type", "") == "e":
            faults[position] = ERROR
        elif value is None and getattr(formula, "data_type", "") == "f":
            faults[position] = NO_RESULT
        texts.append("" if position in faults else _text(value, cell))
    return Line(number, texts, faults)


def _text(value: object, cell: Any) -> str:
    """What the cell holds, as it would be typed: days as 2026-07-01, whole numbers without a point."""
    match value:
        case None:
            return ""
        case bool():
            return "yes" if value else "no"
        case float() if value.is_integer() and abs(value) < 1e15:
            return str(int(value))
        case datetime():
            return _day_and_time(value, str(cell.number_format))
        case date() | time():
            return value.isoformat()
        case _:
            return str(value)


def _day_and_time(value: datetime, written_as: str) -> str:
    """Excel counts days in fractions, so that a minute may be short of a few microseconds."""
    if value.time() == time() and "h" not in written_as.lower():
        return value.date().isoformat()
    return (value + timedelta(seconds=30)).replace(second=0, microsecond=0).isoformat(sep=" ")
