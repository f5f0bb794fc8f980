"""Which visits of a file went by already, in 16 bytes for each. Pure."""

from __future__ import annotations

from array import array
from typing import Final

SMALLEST: Final = 1 << 12
MOST_LINES: Final = 1 << 32


class Seen:
    """Remembers visits by a hash of 64 bits, with the line and a hash of the content (32 bits each).

    An open table in two arrays: a dictionary of Python numbers takes seven times the memory. Among a million
    visits two share all 64 bits about once in 40 million files; they would be taken for one.
    """

    def __init__(self) -> None:
        self._keys = array("Q", bytes(8 * SMALLEST))
        self._values = array("Q", bytes(8 * SMALLEST))
        self._count = 0

    def add(self, identity: int, content: int, *, line: int) -> tuple[int, bool] | None:
        """None for a new visit; else the line it was first on, and whether the content is the same."""
        key = (identity & 0xFFFFFFFFFFFFFFFF) or 1
        value = (line % MOST_LINES) << 32 | content & 0xFFFFFFFF
        place = self._place(key)
        if self._keys[place]:
            first = self._values[place]
            return first >> 32, (first ^ value) & 0xFFFFFFFF == 0
        self._keys[place], self._values[place] = key, value
        self._count += 1
        if 4 * self._count > 3 * len(self._keys):
            self._grow()
        return None

    def _place(self, key: int) -> int:
        keys, mask = self._keys, len(self._keys) - 1
        place = key & mask
        while keys[place] and keys[place] != key:
            place = (place + 1) & mask
        return place

    def _grow(self) -> None:
        keys, values = self._keys, self._values
        self._keys = array("Q", bytes(16 * len(keys)))
        self._values = array("Q", bytes(16 * len(keys)))
        for key, value in zip(keys, values, strict=True):
            if key:
                place = self._place(key)
                self._keys[place], self._values[place] = key, value
