"""Which touchpoints a comment mentions, by its words, so that comments can be listed where they help.

Pure apart from reading ``touchpoint_words.yaml`` once. A list of words anybody can read and change, and no
guess about meaning: "the bill was clear" and "the bill was not clear" both mention the bill. It sorts a
reading list; no figure is made of it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from typing import NamedTuple

import yaml

from survey.instruments.item import CommentBox
from survey.instruments.loading import TOUCHPOINT_WORDS
from survey.practice.neutrality import folded
from survey.settings import shipped

START = re.compile(r"\b[a-z0-9]", re.ASCII)
#: So many first letters of an entry find it in the index; no entry is shorter.
KEY = 3


class Entry(NamedTuple):
    """Words of one touchpoint; ``open_ended`` where any letters may follow."""

    words: str
    open_ended: bool
    touchpoint: str


def touchpoints_of(text: str, box: CommentBox | None) -> frozenset[str]:
    """Ids of the touchpoints that a comment's words name, and that of the box it was written in."""
    declared = {box.touchpoint} if box is not None and box.touchpoint else set()
    return mentioned(text) | declared


def mentioned(text: str) -> frozenset[str]:
    """Ids of the touchpoints whose words, of either language, stand in a text."""
    plain = " ".join(folded(text.replace("’", "'")).split())
    index = _index()
    found = set()
    for start in START.finditer(plain):
        at = start.start()
        for words, open_ended, touchpoint in index.get(plain[at : at + KEY], ()):
            if plain.startswith(words, at) and (open_ended or _ends(plain, at + len(words))):
                found.add(touchpoint)
    return frozenset(found)


def _ends(plain: str, at: int) -> bool:
    """Whether no word goes on here."""
    return not plain[at : at + 1].isalnum()


@cache
def _index() -> Mapping[str, tuple[Entry, ...]]:
    """Every entry of the file by its first letters: a page of comments is read against some 300 of them."""
    listed = yaml.safe_load((shipped("surveys_config") / TOUCHPOINT_WORDS).read_text(encoding="utf-8"))
    found: dict[str, list[Entry]] = {}
    for touchpoint, by_language in listed.items():
        for written in (word for words in by_language.values() for word in words):
            entry = Entry(written.removesuffix("*"), written.endswith("*"), touchpoint)
            found.setdefault(written[:KEY], []).append(entry)
    return {first: tuple(entries) for first, entries in found.items()}
