"""Sets pages as PDF with typst, tagged for screen readers (PDF/UA-1).

Words go in as data and never as markup, so nothing a person wrote can become a command. No clock, no system
font, no network, and nothing is written to the disk.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from typing import Any, Final

from survey.settings import shipped

STANDARD: Final = "ua-1"
#: So many characters without a blank, with more to follow, get an invisible place to break.
LONG_WORD: Final = re.compile(r"\S{20}(?=\S{10})")
LETTER_COUNTRIES: Final = frozenset({"US", "CA"})
#: Sizes by the names that people know, and typst's names for them.
SIZES: Final = {"a4": "a4", "letter": "us-letter"}


class CannotPrint(Exception):
    """Something could not be set as PDF."""


def size_for(country: str) -> str:
    """``letter`` or ``a4``, as is usual there."""
    return "letter" if country in LETTER_COUNTRIES else "a4"


def set_pdf(template: str, inputs: Mapping[str, object], *, day: date) -> bytes:
    """A template of ``templates/report`` with data, dated that day. Raises CannotPrint."""
    import typst

    folder = shipped("templates") / "report"
    given: dict[str, Any] = {
        "input": str(folder / template),
        "root": str(folder),
        "font_paths": [str(shipped("static") / "vendor" / "source-sans")],
        "ignore_system_fonts": True,
        "format": "pdf",
        "sys_inputs": {name: json.dumps(data, ensure_ascii=False) for name, data in inputs.items()},
        "timestamp": datetime.combine(day, time(), tzinfo=UTC),
    }
    try:
        made = typst.compile(pdf_standards=[STANDARD], **given)
    except typst.TypstError:
        made = _without_promise(typst, given)
    assert isinstance(made, bytes)
    return made


def _without_promise(typst: Any, given: dict[str, Any]) -> Any:
    """A name in a script our font has no letters for breaks the standard, not the page: the same pages,
    still tagged, without the claim of PDF/UA-1."""
    try:
        return typst.compile(**given)
    except typst.TypstError:
        # What typst says may quote the page; a printed code must not reach a log.
        raise CannotPrint("This could not be printed.") from None


def breakable(words: str) -> str:
    """Words of any length may break, so that nothing runs off the page."""
    return LONG_WORD.sub(lambda found: f"{found.group()}\u200b", words)
