"""The page beside everything that a practice takes away: what each file is, what it cannot tell. Pure."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator

from survey.insight.words import Translate
from survey.reports.comment_file import not_for_marketing
from survey.reports.taking_away import Everything

WIDE = 78


def readme(found: Everything, _: Translate) -> Iterator[str]:
    """Its lines."""
    title = _("{practice}: everything that can be taken away").format(practice=found.practice.name)
    yield from (title, _("As it stood on {day}.").format(day=found.day.isoformat()), "")
    if not found.quarters:
        yield from _wrapped(_("No quarter has results yet, so there are no reports and no comments here."))
    for heading, lines in _parts(found, _):
        yield from ("", heading)
        for line in lines:
            yield from _wrapped(line, first="- ", then="  ")


def _parts(found: Everything, _: Translate) -> Iterator[tuple[str, tuple[str, ...]]]:
    yield (
        _("What is here"),
        (
            _(
                "reports: each quarter as PDF, XLSX, CSV and FHIR, as on the page Quarterly reports. A "
                "frozen quarter never changes again. The running one shows the results of today, and will "
                "change."
            ),
            _("comments: the released comments of each quarter, without those that were hidden.")
            + " "
            + not_for_marketing(_),
            _("repairs.csv and repair-steps.csv: what went wrong, what was promised, what was done."),
            _("log.csv: who did what. Each name is one of yours or of the program."),
            _("people.csv: who may sign in. It holds no passwords."),
        ),
    )
    yield (
        _("What it cannot tell"),
        (
            _(
                "Who answered what. Answers were counted together, at least {least} at a time, and nobody "
                "can take them apart again. For the same reason shares are rounded, and numbers are given "
                "as 5+, 10+, 15+ and so on."
            ).format(least=found.practice.k_ratings),
            _("What people think who did not answer."),
            _("On which day somebody answered. Results carry the month in which they were made ready."),
        ),
    )
    yield (
        _("What is not here, because nobody can give it"),
        (
            _("Answers that still wait until there are enough: they are sealed."),
            _("Who wants no more mail: that is kept as coded marks, not as addresses."),
            _("Patients’ names and addresses: they stand in your own software, and are not kept here."),
        ),
    )


def _wrapped(text: str, *, first: str = "", then: str = "") -> list[str]:
    return textwrap.wrap(text, WIDE, initial_indent=first, subsequent_indent=then, break_long_words=False)
