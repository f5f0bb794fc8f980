"""The repair register as two CSV tables: each repair as it stands, and every step of its history. Pure."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from survey.insight.words import Translate
from survey.reports.register import RepairCard, StepLine
from survey.reports.tables import cell


@dataclass(frozen=True)
class Repair:
    """A repair with its history, first step to last."""

    card: RepairCard
    steps: tuple[StepLine, ...]


def repairs_csv(repairs: Sequence[Repair], *, translate: Translate) -> bytes:
    """One row per repair, in the order given; what it changed in the words of its page."""
    _ = translate
    heading = (
        *(_("Number"), _("About"), _("Whose"), _("Heard"), _("Step"), _("Promise"), _("Who sees to it")),
        *(_("Day"), _("Patients are told"), _("What it changed")),
    )
    rows = (
        (
            str(place),
            *(each.card.name, each.card.whose, each.card.heard, each.card.state_text),
            *(each.card.promise, each.card.owner, each.card.due_text),
            _("Yes") if each.card.published else _("No"),
            "" if each.card.effect is None else each.card.effect.sentence,
        )
        for place, each in enumerate(repairs, start=1)
    )
    return table_bytes(heading, rows)


def steps_csv(repairs: Sequence[Repair], *, translate: Translate) -> bytes:
    """One row per step; the number is that of the repair in the other table."""
    _ = translate
    rows = (
        (str(place), step.day, step.by, step.text, step.note)
        for place, each in enumerate(repairs, start=1)
        for step in each.steps
    )
    return table_bytes((_("Number"), _("Day"), _("Who"), _("Step"), _("Note")), rows)


def table_bytes(heading: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    """UTF-8 with a byte-order mark (for spreadsheets) and CRLF line ends (RFC 4180)."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow([cell(each) for each in heading])
    writer.writerows([cell(each) for each in row] for row in rows)
    return text.getvalue().encode("utf-8-sig")
