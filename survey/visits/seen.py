"""Which visits of a file went by already, in 16 bytes for each. Pure."""

from __future__ import annotations

from array import array
from typing import Final

TABLES: Final = 48
SMALLEST: Final = 1 << 6
MOST_LINES: Final = 1 << 32


class Seen:
    """Remembers visits by a hash of 64 bits, with the line and a hash of the content (32 bits each).

    Open tables in plain arrays: a dictionary of Python numbers takes seven times the memory. There are many
    small ones, so that growing never needs all of it twice. Among a million visits two share all 64 bits
    about once in 40 million files; the later one would be called a double of the other.
    """

    def __init__(self) -> None:
        self._tables = [Table() for _ in range(TABLES)]

    def add(self, identity: int, content: int, *, line: int) -> tuple[int, bool] | None:
        """None for a new visit; else the line it was first on, and whether the content is the same."""
        key = (identity & 0xFFFFFFFFFFFFFFFF) or 1
        value = (line % MOST_LINES) << 32 | content & 0xFFFFFFFF
        first = self._tables[key % TABLES].put(key, value)
        return None if first is None else (first >> 32, (first ^ value) & 0xFFFFFFFF == 0)


class Table:
    """Numbers by number; 0 is no key."""

    def __init__(self) -> None:
        self._keys, self._values = _zeros(SMALLEST), _zeros(SMALLEST)
        self._count = 0

    def put(self, key: int, value: int) -> int | None:
        """The value that was there before, which stays; None where there was none."""
        keys = self._keys
        mask = len(keys) - 1
        place = (key // TABLES) & mask
        while keys[place]:
            if keys[place] == key:
                return self._values[place]
            place = (place + 1) & mask
        keys[place], self._values[place] = key, value
        self._count += 1
        if 4 * self._count > 3 * len(keys):
            self._grow()
        return None

    def _grow(self) -> None:
        keys, values = self._keys, self._values
        self._keys, self._values = _zeros(2 * len(keys)), _zeros(2 * len(keys))
        self._count = 0
        for key, value in zip(keys, values, strict=True):
            if key:
                self.put(key, value)


def _zeros(count: int) -> array[int]:
    return array("Q", bytes(8 * count))
