"""JSON from other programs, read without trusting it.

Pure. A key that stands twice, a number that is none, half a character: such a text is refused as a whole,
because two programs would read it in two ways. Never repeats a part of the text.
"""

from __future__ import annotations

import json
from typing import Any, NoReturn

from survey.visits.faults import UnreadableFile, _


def parse(raw: bytes) -> Any:
    """The content. Raises UnreadableFile, whose text says what to do."""
    try:
        text = raw.decode("utf-8-sig")
        found = json.loads(text, object_pairs_hook=_object, parse_constant=_no_number)
        json.dumps(found, ensure_ascii=False).encode("utf-8")  # half a character has no bytes
    except (ValueError, RecursionError):
        raise UnreadableFile(_("This file is not well-formed JSON. Export the visits again.")) from None
    return found


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise UnreadableFile(_("A key stands twice in one object of this JSON. Keep one of them."))
    return found


def _no_number(_name: str) -> NoReturn:
    raise ValueError("NaN and Infinity are no JSON")
