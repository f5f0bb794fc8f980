"""What the columns and measures of the report's tables mean, in the reader's language. Pure."""

from __future__ import annotations

from survey.insight.words import Translate


def columns(_: Translate) -> dict[str, str]:
    """Every column of the table, in its order."""
    return {
        "period": _("The quarter, or the month in which answers were released."),
        "state": _("“frozen” once the quarter is closed for good, “part” while figures may still change."),
        "scope": _("Whom the figure is about: the practice, a clinician, printed cards, or a repair."),
        "scope_name": _("The name of the practice or the clinician, or what was repaired."),
        "item": _("The question’s short name and the revision of its words; of comments: the theme."),
        "question": _("The question as patients read it."),
        "measure": _("What is measured; see below."),
        "value": _("The figure as it may be shown. “withheld”: too few answers; it never means 0."),
        "low": _("Lower end of the 95% interval, in percent, rounded outward."),
        "high": _("Upper end of the 95% interval, in percent, rounded outward."),
        "n": _("At least so many answers: 30+ means 30 to 49."),
        "note": _("The finding in words."),
    }


def measures(_: Translate) -> dict[str, str]:
    """Every measure of the table."""
    return {
        "best_answer": _("Share that gave the best answer."),
        "in_between": _("Share of all other answers, shown from 30 answers on."),
        "worst_answer": _("Share that gave the worst answer or answers."),
        "best_answer_quarter_before": _("Share of the best answer in the quarter before."),
        "best_answer_by_month": _("Share of the best answer in one month."),
        "best_answer_by_quarter": _("Share of the best answer in one quarter, up to eight of them."),
        "change_since": _(
            "Whether the quarter reported differs from that under period; the note says by how many points."
        ),
        "beside_others": _("The clinician against all others, by exact tails."),
        "best_answer_of_all_asked": _(
            "Between which limits the share lies among all who were asked, whatever the silent think."
        ),
        "put_right": _("Of those for whom something went wrong: share for whom it was put right."),
        "named_as_important": _("Share that named this as what matters most, where the survey asks."),
        "repair_outcome": _("What changed after a repair, by the comparison fixed with its promise."),
        "before_repair": _("Share of the best answer in the months before the repair."),
        "after_repair": _("Share of the best answer in the months after the repair."),
        "comments": _("At least so many comments were released and are not hidden."),
        "comments_by_theme": _("At least so many comments have this theme. It is a guess."),
        "response_rate": _("Answers released per invitation sent, in steps of ten points."),
    }
