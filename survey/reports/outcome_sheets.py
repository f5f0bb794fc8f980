"""Two sheets of the workbook: what repairs changed, and themes of comments. Pure."""

from __future__ import annotations

from survey.insight.words import Translate
from survey.reports.outcomes import OutcomeLine
from survey.reports.quarterly import QuarterlyReport
from survey.reports.sheet import Cell, Column, Sheet


def outcomes(report: QuarterlyReport, _: Translate) -> Sheet:
    """Every repair done lately, with what was compared and what was found."""
    return Sheet(
        name=_("What repairs changed"),
        title=_("What repairs changed"),
        words=(report.outcomes_note,),
        columns=(
            Column(_("Touchpoint"), 26),
            Column(_("Promised"), 36),
            Column(_("When"), 22),
            Column(_("Whose answers"), 20),
            Column(_("Outcome"), 18),
            Column(_("Before"), 10),
            Column(_("Answers before"), 16),
            Column(_("After"), 10),
            Column(_("Answers after"), 16),
            Column(_("Difference"), 26),
            Column(_("Finding"), 44),
            Column(_("How it was compared"), 60),
        ),
        rows=tuple(_outcome(line) for line in report.outcomes),
    )


def _outcome(line: OutcomeLine) -> tuple[Cell, ...]:
    return (
        line.name,
        line.promise,
        line.done_text,
        line.whose,
        line.word,
        line.before_text,
        line.before_n_text,
        line.after_text,
        line.after_n_text,
        line.likely_text,
        line.sentence,
        line.how,
    )


def themes(report: QuarterlyReport, _: Translate) -> Sheet:
    """Every theme, those of most comments first; the words of the comments are another file."""
    found = report.themes
    total: tuple[tuple[Cell, ...], ...] = () if found is None else ((_("All comments"), found.text),)
    return Sheet(
        name=_("Themes of comments"),
        title=_("Themes of comments (a guess)"),
        words=(report.themes_missing if found is None else found.note,),
        columns=(Column(_("Theme"), 34), Column(_("Comments"), 28)),
        rows=(*total, *(() if found is None else ((line.name, line.text) for line in found.lines))),
    )
