"""A visits file as lines of cells: what every kind of file is turned into, and CSV, the plainest of them.

Pure, and on the standard library's csv: no cell is changed, and the file is read in pieces.
"""

from __future__ import annotations

import csv
import io
import itertools
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final, NamedTuple, Protocol

from survey.visits import letters
from survey.visits.faults import UnreadableFile, _
from survey.visits.part import Part

DELIMITERS: Final = ",;\t|"
SAMPLED: Final = 64 * 1024
EXCEL_MARK: Final = re.compile(r"sep=(.)", re.IGNORECASE)
NOTHING: Final[Mapping[int, str]] = {}


class Line(NamedTuple):
    """The cells of one row and the number of the line it began on.

    ``faults`` are sentences by position, for cells that have no text at all (an error in a workbook).
    """

    number: int
    cells: Sequence[str]
    faults: Mapping[int, str] = NOTHING


class Table(Protocol):
    """Names of columns, and lines that can be read any number of times."""

    @property
    def header(self) -> tuple[str, ...]: ...

    def lines(self) -> Iterator[Line]:
        """The lines after the header. Raises UnreadableFile where the file breaks off."""
        ...


class CsvTable:
    """A CSV file in known letters. Raises UnreadableFile where it is not in them or holds nothing."""

    def __init__(self, part: Part, *, encoding: str, delimiter: str) -> None:
        letters.check(part, encoding)
        self._part, self._encoding, self._delimiter = part, encoding, delimiter
        self.header = _header(self._all())

    def lines(self) -> Iterator[Line]:
        return itertools.islice(self._all(), 1, None)

    def _all(self) -> Iterator[Line]:
        with letters.text_of(self._part, self._encoding) as text:
            yield from _rows(text, self._delimiter)


def _header(lines: Iterator[Line]) -> tuple[str, ...]:
    first = next(lines, None)
    if first is None:
        raise UnreadableFile(_("The file is empty."))
    return tuple(name.strip() for name in first.cells)


def _rows(text: Iterable[str], delimiter: str) -> Iterator[Line]:
    """Rows that are not empty, each with the line it began on."""
    reader = csv.reader(text, delimiter=delimiter, strict=True)
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
        if not _is_blank(cells) and not (begun == 1 and _is_excel_mark(cells)):
            yield Line(begun, cells)
        begun = reader.line_num + 1


def _is_blank(cells: Sequence[str]) -> bool:
    return not "".join(cells).strip()


def _is_excel_mark(cells: Sequence[str]) -> bool:
    """Excel writes ``sep=;`` above the header of some files."""
    return cells[0].lower().startswith("sep=") and len(cells[0]) < 6 and not any(cells[1:])


def delimiter_of(part: Part, encoding: str) -> str:
    """The mark between the cells: the one by which the first rows have most cells, alike in number."""
    with letters.text_of(part, encoding) as text:
        sample = text.read(SAMPLED)
    if found := EXCEL_MARK.match(sample):
        return found.group(1)
    whole = len(sample) < SAMPLED
    return max(DELIMITERS, key=lambda mark: _evenness(sample, mark, whole=whole))


def _evenness(sample: str, delimiter: str, *, whole: bool) -> float:
    """Cells of the header times the share of rows that have as many; 0 for a single column."""
    try:
        rows = [row.cells for row in itertools.islice(_rows(io.StringIO(sample, newline=""), delimiter), 50)]
    except UnreadableFile:
        rows = []
        with_header = sample.splitlines()[:1]
        rows = [with_header[0].split(delimiter)] if with_header else []
    rows = rows if whole or len(rows) < 3 else rows[:-1]
    if not rows or len(rows[0]) < 2:
        return 0.0
    return len(rows[0]) * sum(len(row) == len(rows[0]) for row in rows) / len(rows)
