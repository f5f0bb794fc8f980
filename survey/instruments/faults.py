"""What is wrong in a file, said so that a person can put it right: place, key, message, remedy.

Pure. A fault never quotes more than a few printable characters of the file.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

MOST_FAULTS: Final = 100  # nobody mends more in one go, and a hostile file must not fill a screen

Path = tuple[str | int, ...]


class Sentence(str):
    """A sentence in English, its blanks filled, that can be said in the language of whoever reads it."""

    pattern: str
    values: Mapping[str, object]

    def in_words(self, translate: Callable[[str], str]) -> str:
        """The sentence as ``translate`` says its pattern; values that are sentences are said so, too."""
        return translate(self.pattern).format(
            **{name: said(value, translate) for name, value in self.values.items()}
        )


def _(pattern: str, **values: object) -> Sentence:
    """Marks a sentence for translation and fills its ``{blanks}``."""
    made = Sentence(pattern.format(**values))
    made.pattern, made.values = pattern, values
    return made


def in_our_words(english: str, pattern: str) -> Sentence:
    """What a library says, in English as it says it, and in all other places in words of our own."""
    made = Sentence(english)
    made.pattern, made.values = pattern, {}
    return made


def said(text: object, translate: Callable[[str], str]) -> object:
    """A sentence in the reader's language; anything else, such as a name of the file, as it is."""
    return text.in_words(translate) if isinstance(text, Sentence) else text


class Level(StrEnum):
    """An error keeps a file from being used; a warning does not."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True)
class Finding:
    """A fault that knows its place in the data and not yet in the file."""

    path: Path
    message: str
    remedy: str
    level: Level = Level.ERROR
    line: int | None = None

    def in_words(self, translate: Callable[[str], str]) -> str:
        """What is wrong and what to do, in the reader's language."""
        return f"{said(self.message, translate)}. {said(self.remedy, translate)}"


@dataclass(frozen=True)
class Fault:
    """One thing to put right. ``line`` counts from 1; ``key`` looks like ``items[phone].scale``."""

    file: str
    line: int
    key: str
    message: str
    remedy: str
    level: Level = Level.ERROR

    def in_words(self, translate: Callable[[str], str]) -> str:
        """What is wrong and what to do, in the reader's language, without its place."""
        return f"{said(self.message, translate)}. {said(self.remedy, translate)}"

    def __str__(self) -> str:
        warning = "warning: " if self.level is Level.WARNING else ""
        key = f"{self.key}: " if self.key else ""
        return f"{self.file}:{self.line}: {warning}{key}{self.message}. {self.remedy}"


class InstrumentFaults(Exception):
    """The file or files cannot be used. Lists everything to put right at once."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join(map(str, self.faults)))


def errors(faults: Iterable[Fault]) -> tuple[Fault, ...]:
    """The faults that keep a file from being used."""
    return tuple(fault for fault in faults if fault.level is Level.ERROR)


def quoted(value: object) -> str:
    """A piece of the file for a message: short, printable, in quotation marks."""
    text = "".join(c if c.isprintable() else "?" for c in str(value)[:41])
    return f"“{text[:40]}…”" if len(text) > 40 else f"“{text}”"
