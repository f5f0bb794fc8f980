"""The audit log as a CSV table in the reader's words. Pure.

Releases stand at the end with their closed month alone: an answer carries its month and nothing finer.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from zoneinfo import ZoneInfo

from survey.insight.words import Translate
from survey.practice.auditing import RELEASE, Line
from survey.reports import audit_words
from survey.reports.tables import cell


def csv_bytes(
    lines: Iterable[Line], released: Iterable[str], *, time_zone: str, translate: Translate
) -> bytes:
    """Entries in the order given, with the practice's own time, then months with results such as 2026-03."""
    _, zone = translate, ZoneInfo(time_zone)
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow([_("When"), _("Who"), _("What"), _("About")])
    for line in lines:
        who = line.name or audit_words.actor(line.actor, _)
        what, about = audit_words.what(line.action, _), audit_words.about(line.action, line.subject, _)
        writer.writerow([f"{line.at.astimezone(zone):%Y-%m-%d %H:%M}", *map(cell, (who, what, about))])
    for month in released:
        writer.writerow([month, audit_words.actor("job", _), audit_words.what(RELEASE, _), ""])
    return text.getvalue().encode("utf-8-sig")
