"""What is wrong in a file, said so that a person can put it right: place, key, message, remedy.

Pure. A fault never quotes more than a few printable characters of the file.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

MOST_FAULTS: Final = 100  # nobody mends more in one go, and a hostile file must not fill a screen

Path = tuple[str | int, ...]


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


@dataclass(frozen=True)
class Fault:
    """One thing to put right. ``line`` counts from 1; ``key`` looks like ``items[phone].scale``."""

    file: str
    line: int
    key: str
    message: str
    remedy: str
    level: Level = Level.ERROR

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
