"""Long lists cut into blocks, so that a question to the database never carries too many values."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import TypeVar

BLOCK = 500
T = TypeVar("T")


def in_blocks(values: Sequence[T], size: int = BLOCK) -> Iterator[Sequence[T]]:
    """The values in their order, at most ``size`` at a time."""
    for start in range(0, len(values), size):
        yield values[start : start + size]


def as_they_come(values: Iterable[T], size: int) -> Iterator[list[T]]:
    """The same for values that are only read when they are needed."""
    stream = iter(values)
    while block := list(islice(stream, size)):
        yield block
