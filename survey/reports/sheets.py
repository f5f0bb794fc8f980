"""The sheets of a quarterly report as plain tables: what stands in which cell. Pure.

Holds the figures of the report and no other. A cell is text, a whole number, or empty; a figure that may not
be shown is the word for it, and only the columns that a chart is drawn from leave such a cell empty, so that
the chart has a gap and never a zero.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import astuple, dataclass

from survey.insight.rounding import RoundedShare, Shown
from survey.insight.words import Translate, plain
from survey.reports import definitions, drawing, tables
from survey.reports.lines import ActionLine, TouchpointLine
from survey.reports.quarterly import QuarterlyReport

Cell = str | int | None


@dataclass(frozen=True)
class Column:
    """``width`` in characters; ``percent``: whole numbers in it are percents."""

    title: str
    width: int
    percent: bool = False


@dataclass(frozen=True)
class Chart:
    """Drawn from the sheet's own cells. ``kind``: "line" or "bar"; ``alt``: what it shows, in words.

    ``first`` and ``last``: the rows it is drawn from; ``labels`` and ``values``: their columns. ``beside``:
    it stands beside its own rows, else below the table.
    """

    kind: str
    title: str
    alt: str
    first: int
    last: int
    labels: int
    values: int
    beside: bool = False


@dataclass(frozen=True)
class Sheet:
    """One sheet: a heading, sentences, a table, charts."""

    name: str
    title: str
    words: tuple[str, ...]
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    charts: tuple[Chart, ...] = ()
    plain_table: bool = False


def sheets(report: QuarterlyReport, *, translate: Translate = plain) -> tuple[Sheet, ...]:
    """Every sheet of the workbook, in order. An empty quarter says so and still explains itself."""
    _ = translate
    found = [_summary(report, _)]
    if not report.empty:
        found += [_touchpoints(report, _), _months(report, _), _clinicians(report, _)]
    found += [_repairs(report, _)]
    if not report.empty:
        found += [_fft(report, _), _cahps(report, _)]
    return (*found, _data(report, _), _definitions(report, _))


def plotted(share: Shown) -> int | None:
    """Where a chart may put a mark: nowhere for what is withheld, nor for fifths, which are no points."""
    return share.centre if isinstance(share, RoundedShare) and drawing.is_point(share) else None


def ends(share: Shown) -> tuple[Cell, Cell, Cell]:
    """Lower and upper end of the interval, and the band of answers."""
    return (share.lower, share.upper, share.n.text) if isinstance(share, RoundedShare) else (None, None, None)


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
                3,
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
        for point in line.trend.points:
            low, high, n = ends(point.share)
            rows.append((line.name, point.label, point.share_text, plotted(point.share), low, high, n))
        alt = f"{line.trend.name}. {line.trend.sentence}"
        charts.append(Chart("line", line.trend.name, alt, first, len(rows) - 1, 1, 3, True))
    return Sheet(
        name=_("Months"),
        title=_("Month by month"),
        words=(
            _("Months are months in which answers were released. A month with too few answers is a gap."),
        ),
        columns=(
            Column(_("Touchpoint"), 34),
            Column(_("Month"), 14),
            Column(_("Best answer"), 18),
            Column(_("For the chart"), 10, percent=True),
            Column(_("From"), 8, percent=True),
            Column(_("To"), 8, percent=True),
            Column(_("Answers"), 9),
        ),
        rows=tuple(rows),
        charts=tuple(charts),
    )


def _clinicians(report: QuarterlyReport, _: Translate) -> Sheet:
    rows = [
        (line.name, line.share_text, *ends(line.share), line.verdict_text, line.others_text, line.sentence)
        for line in report.clinicians
    ]
    return Sheet(
        name=_("Clinicians"),
        title=_("Clinicians"),
        words=(report.clinicians_note,),
        columns=(
            Column(_("Clinician"), 30),
            Column(_("Overall, share of the best answer"), 20),
            Column(_("From"), 8, percent=True),
            Column(_("To"), 8, percent=True),
            Column(_("Answers"), 9),
            Column(_("Verdict"), 18),
            Column(_("Beside the others"), 24),
            Column(_("Finding"), 50),
        ),
        rows=tuple(rows),
    )


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


def _fft(report: QuarterlyReport, _: Translate) -> Sheet:
    """The one overall question in three parts, as results of the Friends and Family Test are laid out."""
    line = report.overall
    rows: list[tuple[Cell, ...]] = [
        (report.practice_name, report.quarter_label, ends(line.share)[2], *_boxes(line, _))
    ]
    rows += [
        (report.practice_name, point.label, ends(point.share)[2], point.share_text, "", "")
        for point in line.trend.points
    ]
    return Sheet(
        name=_("FFT style"),
        title=_("Overall, laid out like the Friends and Family Test"),
        words=(
            line.question,
            _(
                "Like the results of the Friends and Family Test of the NHS, but rounded: numbers of answers "
                "are bands, and the fewer answers, the coarser the shares. It cannot compare practices."
            ),
            _("Good and middling answers stand together, so that no single answer can be worked out."),
        ),
        columns=(
            Column(_("Practice"), 30),
            Column(_("Period"), 16),
            Column(_("Answers"), 10),
            Column(line.best_text, 20),
            Column(_("In between"), 16),
            Column(_("Worst answer"), 16),
        ),
        rows=tuple(rows),
    )


def _cahps(report: QuarterlyReport, _: Translate) -> Sheet:
    """Top, middle and bottom box of every question, as CAHPS reports show them."""
    return Sheet(
        name=_("CAHPS style"),
        title=_("Top, middle and bottom box, laid out like CAHPS results"),
        words=(
            _(
                "Top box: the best answer. Bottom box: the worst answer or answers. Middle box: all between, "
                "shown from 30 answers on. Rounded one by one, so they need not add up to 100."
            ),
            _("Not adjusted for age or health, because this survey does not ask for them."),
        ),
        columns=(
            Column(_("Question"), 60),
            Column(_("Answers"), 10),
            Column(_("Top box"), 16),
            Column(_("Middle box"), 16),
            Column(_("Bottom box"), 16),
        ),
        rows=tuple((line.question, ends(line.share)[2], *_boxes(line, _)) for line in report.items),
    )


def _boxes(line: TouchpointLine, _: Translate) -> tuple[str, str, str]:
    return line.share_text, line.middle.words(_), line.problem.words(_)


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
