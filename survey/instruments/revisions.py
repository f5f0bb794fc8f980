"""Has a question changed without a new revision? Compares versions of surveys, word for word.

Pure. Tallies know an item by its key alone, so one key must mean one question for ever: only then may the
figures of two versions be added up.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from enum import StrEnum

from survey.instruments.model import Instrument, Item


class Difference(StrEnum):
    """What differs. Words alone may be a typo put right; answers or conditions never are."""

    WORDS = "words"
    MEANING = "meaning"


@dataclass(frozen=True)
class Reworded:
    """An item of a new version that says something else than under the same key in ``label``."""

    key: str
    label: str
    difference: Difference
    before: Item
    after: Item

    def __str__(self) -> str:
        if self.difference is Difference.MEANING:
            return (
                f"{self.key}: its answers, its condition or its touchpoint are not those of {self.label}. "
                f"Give it revision: {self.after.revision + 1}."
            )
        return (
            f"{self.key}: its words are not those of {self.label}. If it now asks something else, give it "
            f"revision: {self.after.revision + 1}; if only a typo was put right, say --typo {self.key}."
        )


def reworded(
    instrument: Instrument, published: Iterable[Instrument], *, typos: Collection[str] = ()
) -> tuple[Reworded, ...]:
    """Items of a version that kept their key and not their question, against the newest that had the key.

    ``typos``: keys of which the owner says that only a typo was put right; their answers, conditions and
    touchpoints are compared all the same.
    """
    before: dict[str, tuple[Item, str]] = {}
    for version in sorted(published, key=lambda each: each.version):
        if version.label != instrument.label:
            before.update({item.key: (item, version.label) for item in version.items})
    found = []
    for item in instrument.items:
        if item.key in before:
            earlier, label = before[item.key]
            difference = differs(earlier, item)
            if difference is not None and not (difference is Difference.WORDS and item.key in typos):
                found.append(Reworded(item.key, label, difference, earlier, item))
    return tuple(found)


def differs(before: Item, after: Item) -> Difference | None:
    """What differs between two questions with one key; a language more is no difference."""
    if _meaning(before) != _meaning(after):
        return Difference.MEANING
    shared = set(before.text) & set(after.text)
    return Difference.WORDS if any(_words(before, code) != _words(after, code) for code in shared) else None


def _meaning(item: Item) -> object:
    options = [(each.value, each.standing, each.repaired, each.touchpoint) for each in item.scale.options]
    return (
        item.touchpoint,
        bool(item.several),
        bool(item.importance),
        item.only_if,
        item.scale.numbers,
        options,
    )


def _words(item: Item, language: str) -> list[str]:
    texts = [item.text, item.note, item.scale.low, item.scale.high]
    return [each.get(language, "") for each in (*texts, *(o.text for o in item.scale.options)) if each]
