"""What staff write into the register, made safe to store and show. Pure.

Any script and any direction is welcome. What cannot be seen is taken out: control characters, and marks that
turn the direction of whatever stands around them.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

#: Marks that embed or override a direction; they would reach past their own text.
TURNING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
#: Unseen, yet needed inside words: joiners of scripts and of emoji.
NEEDED = frozenset("\u200c\u200d\ufe0f")
#: So many words in a row, as somebody wrote them in a comment, are a quotation.
QUOTED = 6
WORD = re.compile(r"\w+")


def tidy(text: str) -> str:
    """One line of what can be seen; blank for nothing."""
    kept = "".join(" " if mark.isspace() else mark for mark in text if _is_seen(mark))
    return unicodedata.normalize("NFC", " ".join(kept.split()))


def _is_seen(mark: str) -> bool:
    if mark.isspace() or mark in NEEDED:
        return True
    return mark not in TURNING and unicodedata.category(mark) not in {"Cc", "Cf", "Cs", "Co", "Cn"}


def quotes(text: str, comments: Iterable[str]) -> bool:
    """Whether a text takes over a run of words from any comment, whatever its accents and capitals."""
    mine = _runs(text)
    return bool(mine) and any(mine & _runs(each) for each in comments)


def _runs(text: str) -> set[tuple[str, ...]]:
    plain = unicodedata.normalize("NFKD", text.casefold())
    words = WORD.findall("".join(mark for mark in plain if not unicodedata.combining(mark)))
    return {tuple(words[start : start + QUOTED]) for start in range(len(words) - QUOTED + 1)}
