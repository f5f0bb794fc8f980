"""The sheets of a quarterly report as plain tables: what stands in which cell. Pure.

Holds the figures of the report and no other. A cell is text, a whole number, or empty; a figure that may not
be shown is the word for it, and only the columns that a chart is drawn from leave such a cell empty, so that
the chart has a gap and never a zero.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import astuple

from survey.insight.rounding import RoundedShare, Shown
from survey.insight.words import Translate, plain
from survey.reports import definitions, layouts, outcome_sheets, tables
from survey.reports.lines import ActionLine, ClinicianLine, TouchpointLine, TrendPoint
from survey.reports.quarterly import QuarterlyReport
from survey.reports.sheet import Cell, Chart, Column, Sheet, ends, plotted


def sheets(report: QuarterlyReport, *, translate: Translate = plain) -> tuple[Sheet, ...]:
    """Every sheet of the workbook, in order. An empty quarter says so and still explains itself."""
    _ = translate
    found = [_summary(report, _)]
    if not report.empty:
        found += [_touchpoints(report, _), _months(report, _), _quarters(report, _)]
        found += [_comparison(report, _), _clinicians(report, _), _response(report, _)]
    found += [_repairs(report, _), outcome_sheets.outcomes(report, _), outcome_sheets.themes(report, _)]
    if not report.empty:
        found += [layouts.fft(report, _), layouts.cahps(report, _)]
    return (*found, _data(report, _), _definitions(report, _))


def _summary(report: QuarterlyReport, _: Translate) -> Sheet:
    head: list[tuple[Cell, ...]] = [
        (_("Practice"), report.practice_name, ""),
        (_("Quarter"), report.quarter_label, report.period),
        (_("State"), report.state_text, ""),
    ]
    if report.digest:
        head.append((_("Fingerprint"), report.digest, "SHA-256"))
    return Sheet(
        name=_("Summary"),
        title=report.title,
        words=(report.empty_text,) if report.empty else report.sentences,
        columns=(Column(_("What"), 34), Column(_("Value"), 40), Column(_("Note"), 60)),
        rows=(
            *head,
            *(() if report.empty else ((each.label, each.value, each.note) for each in report.tiles)),
        ),
    )


def _touchpoints(report: QuarterlyReport, _: Translate) -> Sheet:
    return Sheet(
        name=_("Touchpoints"),
        title=_("Touchpoints"),
        words=(_("Share of the best answer to each question, with the interval in which it probably lies."),),
        columns=(
            Column(_("Touchpoint"), 34),
            Column(_("Question"), 36),
            Column(_("Best answer"), 16),
            Column(_("For the chart"), 10, percent=True),
            Column(_("From"), 8, percent=True),
            Column(_("To"), 8, percent=True),
            Column(_("Answers"), 9),
            Column(_("Worst answer"), 14),
            Column(_("Quarter before"), 14),
            Column(_("Verdict"), 18),
            Column(_("Finding"), 44),
        ),
        rows=tuple(_touchpoint(line, _) for line in report.items),
        charts=(
            Chart(
                "bar",
                _("Share of the best answer"),
                "; ".join(f"{line.name}: {line.share_text}" for line in report.items),
                0,
                len(report.items) - 1,
                0,
                (3,),
            ),
        ),
    )


def _touchpoint(line: TouchpointLine, _: Translate) -> tuple[Cell, ...]:
    low, high, n = ends(line.share)
    return (
        line.name,
        line.question,
        line.share_text,
        plotted(line.share),
        low,
        high,
        n,
        line.problem.words(_),
        line.before_text,
        line.verdict_text,
        line.sentence,
    )


def _months(report: QuarterlyReport, _: Translate) -> Sheet:
    """Every touchpoint over its months, one chart each."""
    rows: list[tuple[Cell, ...]] = []
    charts = []
    for line in report.items:
        first = len(rows)
        rows += [(line.name, *_over_time(point)) for point in line.trend.points]
        alt = f"{line.trend.name}. {line.trend.sentence}"
        charts.append(Chart("line", line.trend.name, alt, first, len(rows) - 1, 1, (3,), True))
    return Sheet(
        name=_("Months"),
        title=_("Month by month"),
        words=(
            _("Months are months in which answers were released. A month with too few answers is a gap."),
        ),
        columns=_columns_over_time(_("Month"), _),
        rows=tuple(rows),
        charts=tuple(charts),
    )


def _quarters(report: QuarterlyReport, _: Translate) -> Sheet:
    """Every touchpoint over up to eight quarters, one chart each."""
    rows: list[tuple[Cell, ...]] = []
    charts = []
    for line, course in zip(report.items, report.courses, strict=True):
        first = len(rows)
        rows += [(line.name, *_over_time(point)) for point in course.points]
        alt = f"{course.name}. {course.sentence}"
        charts.append(Chart("line", course.name, alt, first, len(rows) - 1, 1, (3,), True))
    reworded = dict.fromkeys(text for course in report.courses for text in course.reworded)
    return Sheet(
        name=_("Quarters"),
        title=_("Quarter by quarter"),
        words=(_("Up to eight quarters. A quarter with too few answers is a gap."), *reworded),
        columns=_columns_over_time(_("Quarter"), _),
        rows=tuple(rows),
        charts=tuple(charts),
    )


def _over_time(point: TrendPoint) -> tuple[Cell, ...]:
    return (point.label, point.share_text, plotted(point.share), *ends(point.share))


def _columns_over_time(when: str, _: Translate) -> tuple[Column, ...]:
    return (
        Column(_("Touchpoint"), 34),
        Column(when, 14),
        Column(_("Best answer"), 18),
        Column(_("For the chart"), 10, percent=True),
        Column(_("From"), 8, percent=True),
        Column(_("To"), 8, percent=True),
        Column(_("Answers"), 9),
    )


def _comparison(report: QuarterlyReport, _: Translate) -> Sheet:
    """The quarter against each earlier one."""
    return Sheet(
        name=_("Comparison"),
        title=_("Against earlier quarters"),
        words=tuple(each.sentence for each in report.against)
        or (_("No earlier quarter can be compared yet."),),
        columns=(
            Column(_("Against"), 14),
            Column(_("Touchpoint"), 34),
            Column(_("Then"), 16),
            Column(_("Answers then"), 22),
            Column(_("Now"), 16),
            Column(_("Change"), 28),
            Column(_("Difference"), 44),
        ),
        rows=tuple(
            (
                quarter.label,
                line.name,
                line.then_text,
                line.then_n_text,
                line.now_text,
                line.change_text,
                line.difference_text,
            )
            for quarter in report.against
            for line in quarter.lines
        ),
    )


def _response(report: QuarterlyReport, _: Translate) -> Sheet:
    rows: list[tuple[Cell, ...]] = [(_("Answered"), report.response.text, report.response.sent_text)]
    if report.cards is not None:
        rows.append((report.cards.name, report.cards.share_text, report.cards.n_text))
    notes = () if report.cards is None else (report.cards.note,)
    return Sheet(
        name=_("Who answered"),
        title=_("Who answered"),
        words=(*report.silence, *notes),
        columns=(Column(_("What"), 34), Column(_("Value"), 24), Column(_("Note"), 40)),
        rows=tuple(rows),
    )


def _clinicians(report: QuarterlyReport, _: Translate) -> Sheet:
    """In the order of names; a chart of those with enough answers, beside what chance alone does."""
    limits = {} if report.funnel is None else {each.low: each.near for each in report.funnel.columns}
    rows = [_clinician(line, limits) for line in report.clinicians]
    chart = Chart(
        "line",
        _("Clinicians against what chance alone does"),
        report.funnel_text,
        0,
        len(rows) - 1,
        0,
        (5, 6, 7),
    )
    return Sheet(
        name=_("Clinicians"),
        title=_("Clinicians"),
        words=(report.clinicians_note, report.funnel_text),
        charts=() if report.funnel is None else (chart,),
        columns=(
            Column(_("Clinician"), 30),
            Column(_("Overall, share of the best answer"), 20),
            Column(_("From"), 8, percent=True),
            Column(_("To"), 8, percent=True),
            Column(_("Answers"), 9),
            Column(_("For the chart"), 10, percent=True),
            Column(_("By chance from"), 10, percent=True),
            Column(_("By chance to"), 10, percent=True),
            Column(_("Verdict"), 18),
            Column(_("Beside the others"), 24),
            Column(_("Finding"), 50),
        ),
        rows=tuple(rows),
    )


def _clinician(line: ClinicianLine, limits: Mapping[int, tuple[float, float]]) -> tuple[Cell, ...]:
    return (
        line.name,
        line.share_text,
        *ends(line.share),
        plotted(line.share) if judged(line) else None,
        *(_chance(line.share, limits) if judged(line) else (None, None)),
        line.verdict_text,
        line.others_text,
        line.sentence,
    )


def judged(line: ClinicianLine) -> bool:
    """Whether a clinician has enough answers to be set against the others."""
    return not line.share.early


def _chance(share: Shown, limits: Mapping[int, tuple[float, float]]) -> tuple[Cell, Cell]:
    """The inner limits of the funnel at this band of answers, outward in whole percents."""
    if not isinstance(share, RoundedShare) or share.n.low not in limits:
        return (None, None)
    low, high = limits[share.n.low]
    return math.floor(round(low, 9)), math.ceil(round(high, 9))


def _repairs(report: QuarterlyReport, _: Translate) -> Sheet:
    words = [] if report.repair is None else [report.repair.sentence]
    if not report.open_repairs and not report.finished_repairs:
        words.append(_("No repair was opened or finished in this quarter."))
    return Sheet(
        name=_("Repairs"),
        title=_("Repairs"),
        words=tuple(words),
        columns=(
            Column(_("Touchpoint"), 34),
            Column(_("Heard"), 44),
            Column(_("Promised"), 44),
            Column(_("Who sees to it"), 20),
            Column(_("State"), 18),
            Column(_("When"), 24),
        ),
        rows=tuple(_repair(line) for line in (*report.finished_repairs, *report.open_repairs)),
    )


def _repair(line: ActionLine) -> tuple[Cell, ...]:
    return (line.name, line.heard, line.promise, line.owner, line.state_text, line.due_text)


def _data(report: QuarterlyReport, _: Translate) -> Sheet:
    """The table of the CSV file, row for row."""
    widths = (10, 8, 12, 26, 14, 40, 26, 14, 6, 6, 16, 60)
    return Sheet(
        name=_("Data"),
        title="",
        words=(),
        columns=tuple(Column(name, width) for name, width in zip(tables.COLUMNS, widths, strict=True)),
        rows=tuple(astuple(row) for row in tables.rows(report, translate=_)),
        plain_table=True,
    )


def _definitions(report: QuarterlyReport, _: Translate) -> Sheet:
    return Sheet(
        name=_("Definitions"),
        title=_("How to read these figures"),
        words=(),
        columns=(Column(_("Word"), 34), Column(_("Meaning"), 110)),
        rows=(*((_("Method"), sentence) for sentence in report.method), *_explained(_)),
    )


def _explained(_: Translate) -> Iterator[tuple[Cell, ...]]:
    yield from ((_("Column {name}").format(name=name), text) for name, text in definitions.columns(_).items())
    yield from (
        (_("Measure {name}").format(name=name), text) for name, text in definitions.measures(_).items()
    )
