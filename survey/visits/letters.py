"""In which letters (encoding) a file is written: found out from its bytes, never assumed.

Pure. A file that is not wholly in one encoding is refused with the line, because names would arrive broken.
"""

from __future__ import annotations

import codecs
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from survey.visits.faults import UnreadableFile, _
from survey.visits.part import Part

#: What a person can choose from.
ENCODINGS: Final = ("utf-8", "utf-16", "utf-16-le", "utf-16-be", "cp1252", "cp1250", "cp850", "mac_roman")
PIECE: Final = 1024 * 1024
#: In Windows letters these bytes are rare; in those of old Macs and of DOS they are accented letters.
RARE_IN_WINDOWS: Final = re.compile(rb"[\x82-\x84\x86-\x90\x98\x9a-\x9f]")


@dataclass(frozen=True)
class Letters:
    """The encoding found. ``doubtful`` is the first line that leaves doubt, None where there is none."""

    encoding: str
    doubtful: int | None = None


def detect(part: Part) -> Letters:
    """The encoding of a text file. Raises UnreadableFile where two are mixed."""
    head = part.head(512)
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return Letters("utf-16")
    for encoding, nothing, letters in (
        ("utf-16-le", head[1::2], head[::2]),
        ("utf-16-be", head[::2], head[1::2]),
    ):
        if len(head) > 3 and not any(nothing) and all(letters):
            return Letters(encoding)
    fault = first_fault(part, "utf-8")
    if fault is None:
        return Letters("utf-8")
    _refuse_zero(fault)
    _refuse_mixed(part, fault.line)
    unread = first_fault(part, "cp1252")
    if unread is not None:  # of an old Mac or of DOS; which of them only a person can see
        return Letters("cp850", unread.line)
    return Letters("cp1252", _first_line(part, RARE_IN_WINDOWS))


def check(part: Part, encoding: str) -> None:
    """Raises UnreadableFile where the file is not in this encoding, as far as bytes can tell."""
    if encoding not in ENCODINGS:
        raise UnreadableFile(_("The letters {encoding} are not known here."), encoding=encoding[:20])
    fault = first_fault(part, encoding)
    if fault is not None:
        _refuse_zero(fault)
        raise UnreadableFile(
            _("Line {line} is not in {encoding}. Choose other letters, or save the file as “CSV UTF-8”."),
            line=str(fault.line),
            encoding=encoding,
        )
    if not encoding.startswith("utf") and first_fault(part, "utf-8") is None and not _is_ascii(part):
        raise UnreadableFile(
            _("This file is in {found}, not in {encoding}; names would be broken. Choose {found}."),
            found="utf-8",
            encoding=encoding,
        )


def text_of(part: Part, encoding: str) -> io.TextIOWrapper:
    """The text from the beginning, line ends as they are; the caller closes it."""
    exact = "utf-8-sig" if encoding == "utf-8" else encoding
    return io.TextIOWrapper(part.open(), encoding=exact, newline="")


@dataclass(frozen=True)
class Unread:
    """The first line that cannot be read; ``zero`` where it is for a zero character."""

    line: int
    zero: bool = False


def first_fault(part: Part, encoding: str) -> Unread | None:
    """What cannot be read in this encoding, if anything."""
    decoder = codecs.getincrementaldecoder(encoding)()
    line = 1
    for piece in _pieces(part):
        try:
            text = decoder.decode(piece, final=not piece)
        except UnicodeDecodeError as error:
            return Unread(line + error.object.count(b"\n", 0, error.start))
        except UnicodeError:  # UTF-16 without its mark at the beginning
            return Unread(line)
        zero = text.find("\0")
        if zero >= 0:
            return Unread(line + text.count("\n", 0, zero), zero=True)
        line += text.count("\n")
    return None


def _pieces(part: Part) -> Iterator[bytes]:
    """The file piece by piece, and an empty one at its end."""
    with part.open() as stream:
        while piece := stream.read(PIECE):
            yield piece
    yield b""


def _is_ascii(part: Part) -> bool:
    return all(piece.isascii() for piece in _pieces(part))


def _first_line(part: Part, pattern: re.Pattern[bytes]) -> int | None:
    line = 1
    for piece in _pieces(part):
        if found := pattern.search(piece):
            return line + piece.count(b"\n", 0, found.start())
        line += piece.count(b"\n")
    return None


def _refuse_zero(fault: Unread) -> None:
    if fault.zero:
        raise UnreadableFile(
            _("Line {line} holds a zero byte; this is no CSV file. Export the visits again."),
            line=str(fault.line),
        )


def _refuse_mixed(part: Part, fault: int) -> None:
    """A line in UTF-8 beside one that is not: two programs wrote this file, and one half would be broken."""
    with part.open() as stream:
        number = 1
        while raw := stream.readline(PIECE):
            if not raw.isascii() and _is_utf8(raw):
                raise UnreadableFile(
                    _("Line {line} is in UTF-8 and line {other} is not. Export the visits again."),
                    line=str(number),
                    other=str(fault),
                )
            number += raw.endswith(b"\n")


def _is_utf8(raw: bytes) -> bool:
    try:
        raw.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True
