"""Look for a word among released comments. The word is used in memory, and kept and logged nowhere. Pure."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from typing import Protocol, TypeVar

LONGEST = 100


class Written(Protocol):
    """Whatever has words."""

    @property
    def text(self) -> str: ...


One = TypeVar("One", bound=Written)


def matching(comments: Iterable[One], word: str) -> tuple[One, ...]:
    """Those in which the word stands, whatever its accents and capitals, in the order given."""
    wanted = plain(word)
    return tuple(each for each in comments if wanted and wanted in plain(each.text))


def plain(text: str) -> str:
    """Small letters of any script, without accents, one blank between words."""
    apart = unicodedata.normalize("NFKD", text.casefold())
    return " ".join("".join(mark for mark in apart if not unicodedata.combining(mark)).split())
