"""The quarter laid out like results of two well-known programmes, the FFT of the NHS and CAHPS. Pure.

Shares and bands as everywhere: never a number of answers below 100, never a part of the answers that the
other pages do not show.
"""

from __future__ import annotations

from survey.insight.words import Translate
from survey.reports.lines import TouchpointLine
from survey.reports.quarterly import QuarterlyReport
from survey.reports.sheet import Cell, Column, Sheet, ends


def fft(report: QuarterlyReport, _: Translate) -> Sheet:
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


def cahps(report: QuarterlyReport, _: Translate) -> Sheet:
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
