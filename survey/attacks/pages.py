"""Where rows lie inside a SQLite file: page and offset of every row of a table kept by its key.

Inside a page SQLite puts new rows from the end towards the front, so the offset tells in which order they
came, whatever their keys say. Format: https://www.sqlite.org/fileformat2.html, sections 1.5, 1.6 and 2.1.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

INDEX_INTERIOR, INDEX_LEAF = 2, 10
FIXED = {0: 0, 1: 1, 2: 2, 3: 3, 4: 4, 5: 6, 6: 8, 7: 8, 8: 0, 9: 0}


@dataclass(frozen=True)
class Place:
    """Where one row lies. ``key`` holds the raw bytes of the columns after the practice, five at most."""

    key: tuple[bytes, ...]
    page: int
    offset: int
    overflow: int

    @property
    def order(self) -> tuple[int, int, int]:
        """Sorts rows as they were probably written: overflow page, page, offset from the end."""
        return (self.overflow, self.page, -self.offset)


def places(content: bytes, root: int) -> Iterator[Place]:
    """Every row of the WITHOUT ROWID table whose first page is ``root``, from a checkpointed file."""
    size = int.from_bytes(content[16:18], "big")
    size = 65536 if size == 1 else size
    waiting = [root]
    while waiting:
        number = waiting.pop()
        page = content[(number - 1) * size : number * size]
        start = 100 if number == 1 else 0
        kind, cells = page[start], int.from_bytes(page[start + 3 : start + 5], "big")
        interior = kind == INDEX_INTERIOR
        if kind not in (INDEX_INTERIOR, INDEX_LEAF):
            raise ValueError("not a table kept by its key")
        head = start + (12 if interior else 8)
        if interior:
            waiting.append(int.from_bytes(page[start + 8 : start + 12], "big"))
        for cell in range(cells):
            offset = int.from_bytes(page[head + 2 * cell : head + 2 * cell + 2], "big")
            if interior:
                waiting.append(int.from_bytes(page[offset : offset + 4], "big"))
            yield _place(page, number, offset, offset + 4 * interior, size)


def _place(page: bytes, number: int, offset: int, at: int, size: int) -> Place:
    length, at = _varint(page, at)
    head, body = _varint(page, at)
    start, widths = at + head, []
    while body < at + head:
        serial, body = _varint(page, body)
        widths.append(_width(serial))
    key, place = [], start + widths[0]
    for width in widths[1:6]:
        key.append(page[place : place + width])
        place += width
    most, least = (size - 12) * 64 // 255 - 23, (size - 12) * 32 // 255 - 23
    overflow = 0
    if length > most:
        kept = least + (length - least) % (size - 4)
        kept = kept if kept <= most else least
        overflow = int.from_bytes(page[at + kept : at + kept + 4], "big")
    return Place(tuple(key), number, offset, overflow)


def _varint(page: bytes, at: int) -> tuple[int, int]:
    value = 0
    for step in range(9):
        byte = page[at + step]
        if step == 8:
            return (value << 8) | byte, at + 9
        value = (value << 7) | (byte & 0x7F)
        if byte < 0x80:
            return value, at + step + 1
    raise AssertionError("a varint ends after nine bytes")


def _width(serial: int) -> int:
    """Bytes that a value of this serial type takes."""
    return FIXED[serial] if serial < 10 else (serial - 12) // 2
