"""Released comments on paper, for the team alone: a plain list; each page says what it is not for.

Pure. No name, no rating, no quotation marks, nothing that would look like a testimonial.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from itertools import groupby

from survey.insight.words import Translate
from survey.practice.model import Practice
from survey.reports.paper import SIZES, breakable, set_pdf


def sheet_pdf(
    practice: Practice,
    lines: Sequence[tuple[str, str, str]],
    *,
    translate: Translate,
    language: str,
    size: str,
    day: date,
) -> bytes:
    """``lines``: month, question and words of each comment, in their order. Raises CannotPrint."""
    _ = translate
    data = {
        "size": SIZES[size],
        "language": language,
        "practice": breakable(practice.name),
        "title": _("Comments, for learning inside the practice"),
        "watermark": _(
            "For learning inside the practice. Not for advertising, a website or a review page: nobody who "
            "wrote here agreed to be quoted."
        ),
        "reason": _(
            "Somebody in care is not free to say no. The ethics codes of psychologists (APA 5.05) and "
            "counselors (ACA C.3.b) therefore forbid asking patients for testimonials."
        ),
        "empty": _("No comment is shown"),
        "months": [
            {"month": month, "lines": [{"box": box, "text": breakable(text)} for _month, box, text in found]}
            for month, found in groupby(lines, key=lambda line: line[0])
        ],
    }
    return set_pdf("comments.typ", {"sheet": data}, day=day)
