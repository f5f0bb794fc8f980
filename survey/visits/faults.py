"""What is wrong with a visits file or with one of its cells, in words a person can act on.

Pure. A fault names line and column; it never repeats an address or a name.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field


def _(sentence: str) -> str:
    """Marks a sentence for translation where no reader's language is known yet."""
    return sentence


class UnreadableFile(Exception):
    """A file that is refused as a whole; nothing of it may be taken. The text says why and what to do."""

    def __init__(self, sentence: str, **values: str) -> None:
        self.sentence = sentence
        self.values = values
        super().__init__(sentence.format(**values))

    def in_words(self, translate: Callable[[str], str]) -> str:
        """The sentence in the reader's language."""
        return translate(self.sentence).format(**self.values)


@dataclass(frozen=True)
class RowError:
    """What is wrong with one cell: line of the file, name of the column, sentence with its values."""

    line: int
    column: str
    sentence: str
    values: Mapping[str, str] = field(default_factory=dict)

    @property
    def message(self) -> str:
        return self.in_words(str)

    def in_words(self, translate: Callable[[str], str]) -> str:
        """The sentence in the reader's language."""
        return translate(self.sentence).format(**self.values)


class FaultyCell(Exception):
    """A cell that cannot be taken; carries the sentence and its values."""

    def __init__(self, sentence: str, **values: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.values = values
