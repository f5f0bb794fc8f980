"""The quarterly report as an Excel workbook: the sheets of ``sheets`` with real charts. Pure.

Text stays text: nothing anybody wrote becomes a formula, a link or a number. The same report gives the same
bytes, so there is no clock in the file: it is dated with the day its figures stand for.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import UTC, datetime, time
from io import BytesIO
from typing import Any, Final

from survey.insight.words import Translate, plain
from survey.reports.quarterly import QuarterlyReport
from survey.reports.sheet import Cell, Chart, Sheet
from survey.reports.sheets import sheets
from survey.reports.tables import flat

INK, QUIET, ACCENT, PALE, RULE = "#22302f", "#5d6b69", "#0f5c5c", "#e8f1ef", "#d9d5cb"
#: Excel's numbers for paper.
PAPERS: Final = {"us-letter": 1, "a4": 9}
#: Most characters of a cell, less some for the mark that more was cut off.
LONGEST: Final = 32_000
BELOW: Final = {"width": 760, "height": 320}
BESIDE: Final = {"width": 520}
ROWS_OF_A_CHART: Final = 17
LIMIT: Final = {"line": {"color": QUIET, "width": 1, "dash_type": "dash"}, "marker": {"type": "none"}}
#: Height of a line and of the highest row, in points.
LINE, HIGHEST = 15, 400
TEXT_ALONE: Final = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}


def workbook_bytes(report: QuarterlyReport, *, translate: Translate = plain) -> bytes:
    """The report as XLSX, for Letter or A4 by the practice's country."""
    import xlsxwriter

    stream = BytesIO()
    made = xlsxwriter.Workbook(stream, TEXT_ALONE)
    dated = datetime.combine(report.as_of, time(), tzinfo=UTC).replace(tzinfo=None)
    made.set_properties(
        {
            "title": flat(f"{report.title}, {report.quarter_label}"),
            "author": flat(report.practice_name),
            "comments": report.digest,
            "created": dated,
        }
    )
    writer = _Writer(made, PAPERS[report.paper])
    for sheet in sheets(report, translate=translate):
        writer.sheet(sheet)
    made.close()
    return stream.getvalue()


def words(value: str) -> str:
    """Text for a cell: one line, no control characters, no longer than a cell may be."""
    one = flat(value)
    return one if len(one) <= LONGEST else f"{one[:LONGEST]} …"


class _Writer:
    """Puts sheets into one workbook; formats are made once."""

    def __init__(self, made: Any, paper: int) -> None:
        self.made, self.paper = made, paper
        base = {"font_name": "Calibri", "font_size": 11, "font_color": INK, "valign": "top"}
        self.title = made.add_format({**base, "bold": True, "font_size": 16, "font_color": ACCENT})
        self.line = made.add_format(base)
        self.text = made.add_format({**base, "text_wrap": True})
        self.percent = made.add_format({**base, "num_format": '0"%"', "align": "right"})
        head = {**base, "bold": True, "text_wrap": True, "bg_color": PALE, "bottom": 1, "bottom_color": RULE}
        self.head, self.head_of_numbers = made.add_format(head), made.add_format({**head, "align": "right"})

    def sheet(self, sheet: Sheet) -> None:
        """One sheet, ready to read on a screen and on paper."""
        page = self.made.add_worksheet(sheet.name[:31])
        page.set_landscape()
        page.set_paper(self.paper)
        page.fit_to_pages(1, 0)
        page.set_footer("&L&A&R&P / &N")
        page.hide_gridlines(2)
        row = self._words(page, sheet)
        for place, column in enumerate(sheet.columns):
            page.set_column(place, place, column.width)
            style = self.head_of_numbers if column.percent else self.head
            page.write_string(row, place, words(column.title), style)
        page.set_row(row, _height([column.title for column in sheet.columns], sheet))
        page.freeze_panes(row + 1, 1)
        page.repeat_rows(row)
        first = row + 1
        for place, cells in enumerate(sheet.rows):
            self._row(page, sheet, first + place, cells)
        if sheet.plain_table and sheet.rows:
            page.autofilter(row, 0, row + len(sheet.rows), len(sheet.columns) - 1)
        self._charts(page, sheet, first)

    def _words(self, page: Any, sheet: Sheet) -> int:
        """Heading and sentences; the row in which the table begins."""
        if sheet.plain_table:
            return 0
        page.write_string(0, 0, words(sheet.title), self.title)
        page.set_row(0, 24)
        for place, sentence in enumerate(sheet.words, start=1):
            page.write_string(place, 0, words(sentence), self.line)
        return len(sheet.words) + 2

    def _row(self, page: Any, sheet: Sheet, row: int, cells: tuple[Cell, ...]) -> None:
        text = self.line if sheet.plain_table else self.text
        if not sheet.plain_table:
            page.set_row(row, _height(cells, sheet))
        for place, value in enumerate(cells):
            if isinstance(value, int):
                percent = sheet.columns[place].percent
                page.write_number(row, place, value, self.percent if percent else text)
            elif value:
                page.write_string(row, place, words(value), text)

    def _charts(self, page: Any, sheet: Sheet, first: int) -> None:
        """Beside their rows or below the table, each with words for those who cannot see it."""
        below = first + len(sheet.rows) + 1
        for chart in sheet.charts:
            options = {
                "description": words(chart.alt)[:2000],
                "object_position": 2,
                "x_offset": 12 if chart.beside else 0,
            }
            drawn = self._chart(sheet.name[:31], chart, first)
            if chart.beside:
                page.insert_chart(first + chart.first, len(sheet.columns), drawn, options)
            else:
                page.insert_chart(below, 0, drawn, options)
                below += ROWS_OF_A_CHART

    def _chart(self, name: str, chart: Chart, first: int) -> Any:
        drawn = self.made.add_chart({"type": chart.kind})
        top, end = first + chart.first, first + chart.last
        for place, column in enumerate(chart.values):
            drawn.add_series(
                {
                    "name": words(chart.title)[:250],
                    "categories": [name, top, chart.labels, end, chart.labels],
                    "values": [name, top, column, end, column],
                    **(LIMIT if place else _look(joined=len(chart.values) == 1)),
                }
            )
        drawn.set_title({"name": words(chart.title)[:250], "name_font": {"size": 11, "color": INK}})
        share = {
            "min": 0,
            "max": 100,
            "major_unit": 25,
            "num_format": '0"%"',
            "major_gridlines": {"visible": True, "line": {"color": RULE}},
        }
        across = {"num_font": {"size": 9, "color": QUIET}}
        drawn.set_y_axis({**share, **across} if chart.kind == "line" else {**across, "reverse": True})
        drawn.set_x_axis(across if chart.kind == "line" else {**share, **across})
        drawn.set_legend({"none": True})
        drawn.show_blanks_as("gap")
        rows = chart.last - chart.first + 1
        drawn.set_size({**BESIDE, "height": 20 * max(rows, 7) - 8} if chart.beside else BELOW)
        return drawn


def _look(*, joined: bool) -> dict[str, object]:
    """Marks; beside limits they are not joined, for clinicians are no course."""
    line = {"color": ACCENT, "width": 1.75} if joined else {"none": True}
    dot = {"type": "circle", "size": 6, "fill": {"color": ACCENT}, "border": {"color": ACCENT}}
    return {"line": line, "marker": dot, "fill": {"color": ACCENT}, "gap": 60}


def _height(cells: Sequence[Cell], sheet: Sheet) -> int:
    """Of a row in points: not every program makes room for wrapped text by itself."""
    lines = [
        math.ceil(len(cell) * 1.05 / column.width)
        for cell, column in zip(cells, sheet.columns, strict=True)
        if isinstance(cell, str)
    ]
    return min(LINE * max(1, *lines), HIGHEST) if lines else LINE
