"""Two quarters side by side where the newer was frozen before quarters were compared. Pure.

Made of what both reports show and of nothing else, so it judges no change: that would need exact counts.
"""

from __future__ import annotations

from survey.insight.rounding import WITHHELD
from survey.insight.verdict import Change
from survey.insight.words import Translate
from survey.reports.courses import difference_words
from survey.reports.earlier import likely_difference
from survey.reports.lines import AgainstLine, AgainstQuarter, TouchpointLine
from survey.reports.quarterly import QuarterlyReport


def holds_no_comparison(report: QuarterlyReport) -> bool:
    """Whether a report is frozen, and without any earlier quarter in it."""
    return bool(report.digest) and not report.against


def side_by_side(now: QuarterlyReport, then: QuarterlyReport, *, translate: Translate) -> AgainstQuarter:
    """Every question of the newer report beside the same words of the earlier one."""
    _ = translate
    asked = {line.item: line for line in then.items}
    sentence = _(
        "This report was frozen before quarters were compared. Both quarters stand side by side; whether "
        "they differ was not judged."
    )
    if then.empty:
        sentence = _("No results were released in {quarter}, so there is nothing to compare.").format(
            quarter=then.quarter_label
        )
    return AgainstQuarter(
        quarter=then.quarter,
        label=then.quarter_label,
        sentence=sentence,
        lines=tuple(_line(line, asked.get(line.item), _) for line in now.items),
    )


def _line(now: TouchpointLine, then: TouchpointLine | None, _: Translate) -> AgainstLine:
    points = None if then is None else likely_difference(now.share, then.share)
    return AgainstLine(
        item=now.item,
        name=now.name,
        now=now.share,
        now_text=now.share_text,
        then=WITHHELD if then is None else then.share,
        then_text=_("Not asked in these words") if then is None else then.share_text,
        then_n_text="" if then is None else then.n_text,
        change=Change.UNKNOWN,
        change_text=_("Not judged"),
        difference=points,
        difference_text="" if points is None else difference_words(points, translate=_),
    )


def note(_: Translate) -> str:
    """How the difference is worked out."""
    return _(
        "The difference is worked out from the rounded figures of both reports (Newcombe, 95%) and rounded "
        "outward. With this many questions, one may differ by chance."
    )
