"""A quarterly report as one tidy CSV table.

One row per scope, item and measure. A figure that may not be shown is the word "withheld", never 0. Text
that a spreadsheet would take for a formula is quoted.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import astuple, dataclass, fields, replace

from survey.insight.rounding import WITHHELD, RoundedShare, Shown
from survey.insight.words import Translate, plain
from survey.reports.lines import ClinicianLine, TouchpointLine
from survey.reports.quarterly import QuarterlyReport

#: Leads that make a spreadsheet calculate, also behind blanks; tabs and line ends became blanks before.
FORMULA_LEADS = ("=", "+", "-", "@", "|", "＝", "＋", "－", "＠")


@dataclass(frozen=True)
class Row:
    """One figure. ``low`` and ``high``: 95 % interval in percent; ``n``: a band such as 30+;
    ``state``: frozen, or part while figures may still change."""

    period: str
    state: str
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


def csv_bytes(report: QuarterlyReport, *, translate: Translate = plain) -> bytes:
    """The table as UTF-8 with a byte-order mark (for spreadsheets) and CRLF line ends (RFC 4180)."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for row in rows(report, translate=translate):
        writer.writerow([cell(value) for value in astuple(row)])
    return text.getvalue().encode("utf-8-sig")


def rows(report: QuarterlyReport, *, translate: Translate = plain) -> Iterator[Row]:
    """Practice items by measure and month, what was put right, response, printed cards, clinicians, repairs,
    themes of comments."""
    table = _Table(report, translate)
    for line in report.items:
        yield from table.item(line)
    yield from table.quarters()
    yield from table.changes()
    if report.repair is not None:
        yield table.row(measure="put_right", share=report.repair.share, note=report.repair.sentence)
    yield from table.named()
    yield from table.response()
    if report.cards is not None:
        found = table.row(measure="best_answer", share=report.cards.share, line=report.overall)
        yield replace(found, scope="printed cards", note=f"{report.cards.sentence} {report.cards.note}")
    for clinician in report.clinicians:
        yield from table.clinician(clinician)
    yield from table.outcomes()
    yield from table.themes()


def cell(value: str) -> str:
    """Text that no spreadsheet takes for a formula, on one line, without control characters."""
    one = flat(value)
    return "'" + one if one.lstrip().startswith(FORMULA_LEADS) else one


def flat(value: str) -> str:
    """Text on one line, without control characters and marks that turn the direction of reading."""
    return "".join(mark if mark.isprintable() else " " for mark in value)


@dataclass(frozen=True)
class _Table:
    """Makes rows of one report."""

    report: QuarterlyReport
    translate: Translate

    def item(self, line: TouchpointLine) -> Iterator[Row]:
        yield self.row(measure="best_answer", share=line.share, line=line, note=line.sentence)
        yield self.row(measure="in_between", share=line.middle, line=line)
        yield self.row(measure="worst_answer", share=line.problem, line=line)
        yield self.row(measure="best_answer_quarter_before", share=line.before, line=line)
        for point in line.trend.points:
            yield self.row(measure="best_answer_by_month", share=point.share, line=line, period=point.month)

    def quarters(self) -> Iterator[Row]:
        """Each item over up to eight quarters."""
        for line, course in zip(self.report.items, self.report.courses, strict=True):
            for point in course.points:
                measure = "best_answer_by_quarter"
                yield self.row(measure=measure, share=point.share, line=line, period=point.month)

    def changes(self) -> Iterator[Row]:
        """Each item against each earlier quarter; the likely difference stands in the note, in points."""
        lines = {line.item: line for line in self.report.items}
        for quarter in self.report.against:
            for each in quarter.lines:
                found = self.row(
                    measure="change_since",
                    share=WITHHELD,
                    line=lines[each.item],
                    period=quarter.quarter,
                    note=each.difference_text or each.change_text,
                )
                yield found if each.difference is None else replace(found, value=each.change_text)

    def named(self) -> Iterator[Row]:
        """What matters most, where the survey asks."""
        if self.report.matters is not None:
            lines = {line.item: line for line in self.report.items}
            for each in self.report.matters.lines:
                yield self.row(
                    measure="named_as_important", share=each.named, line=lines[each.item], note=each.words
                )

    def clinician(self, line: ClinicianLine) -> Iterator[Row]:
        found = self.row(
            measure="best_answer", share=line.share, line=self.report.overall, note=line.sentence
        )
        yield replace(found, scope="clinician", scope_name=line.name)
        beside = self.row(measure="beside_others", share=WITHHELD, line=self.report.overall)
        yield replace(beside, scope="clinician", scope_name=line.name, value=line.others_text)

    def response(self) -> Iterator[Row]:
        """Who answered, and the bounds that the silence of the others leaves."""
        found = self.row(measure="response_rate", share=WITHHELD)
        yield replace(found, value=self.report.response.text, n=self.report.response.sent_text)
        bounds = self.report.silence_bounds
        found = self.row(
            measure="best_answer_of_all_asked",
            share=WITHHELD,
            line=self.report.overall,
            note=self.report.silence[0],
        )
        if bounds is not None:
            text = self.translate("{low}–{high}%").format(low=bounds[0], high=bounds[1])
            found = replace(found, value=text, low=str(bounds[0]), high=str(bounds[1]))
        yield found

    def outcomes(self) -> Iterator[Row]:
        """Each repair that is done: what it changed, and the two shares where it was compared."""
        for place, each in enumerate(self.report.outcomes, start=1):
            about = {
                "scope": "repair",
                "scope_name": f"{place}. {each.name}: {each.promise}",
                "item": each.measure,
                "question": each.question,
            }
            found = replace(self.row(measure="repair_outcome", share=WITHHELD), **about)
            told = (f"{each.done_text}.", each.sentence, each.how)
            yield replace(found, value=each.word, note=" ".join(text for text in told if text))
            for measure, share in (("before_repair", each.before), ("after_repair", each.after)):
                if share is not None:
                    yield replace(self.row(measure=measure, share=share, note=each.whose), **about)

    def themes(self) -> Iterator[Row]:
        """How many comments there are, and how many of each theme: bands alone."""
        found = self.report.themes
        if found is None:
            return
        total = self.row(measure="comments", share=WITHHELD, note=found.note)
        yield replace(total, value=found.text, n=found.band)
        for line in found.lines:
            row = self.row(measure="comments_by_theme", share=WITHHELD, note=line.name)
            yield replace(row, item=line.theme, value=line.text, n=line.band)

    def row(
        self,
        *,
        measure: str,
        share: Shown,
        line: TouchpointLine | None = None,
        period: str = "",
        note: str = "",
    ) -> Row:
        shown = share if isinstance(share, RoundedShare) else None
        return Row(
            period=period or self.report.quarter,
            state="part" if self.report.part else "frozen",
            scope="practice",
            scope_name=self.report.practice_name,
            item="" if line is None else line.item,
            question="" if line is None else line.question,
            measure=measure,
            value=share.words(self.translate),
            low="" if shown is None else str(shown.lower),
            high="" if shown is None else str(shown.upper),
            n="" if shown is None else shown.n.text,
            note=note,
        )
