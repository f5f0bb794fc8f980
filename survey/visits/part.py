"""One uploaded file: where its bytes are, how large it may be, and what kind of file it is.

Pure reading. The kind is told from the first bytes; the name a file came with is never trusted.
"""

from __future__ import annotations

import io
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO, Final

from survey.keys.sealed_file import SealedFile
from survey.visits.faults import UnreadableFile, _
from survey.visits.match import FileKind

LARGEST: Final = 200 * 1024 * 1024
#: Calendars and FHIR bundles are read in one piece of memory, many times their size.
LARGEST_WHOLE: Final = 20 * 1024 * 1024
REFUSED_KINDS: Final = {
    b"\xd0\xcf\x11\xe0": _(
        "This is an old Excel workbook. Save it as “Excel workbook (.xlsx)” and try again."
    ),
    b"%PDF": _("This is a PDF. Export the visits as CSV or Excel and try again."),
    b"\x1f\x8b": _("This is a packed file. Unpack it and try again."),
    b"\x89PNG": _("This is a picture. Export the visits as CSV or Excel and try again."),
    b"\xff\xd8\xff": _("This is a picture. Export the visits as CSV or Excel and try again."),
}


@dataclass(frozen=True)
class Part:
    """A file as it was handed over. A large one is on disk, perhaps sealed, and read in pieces."""

    name: str
    data: Path | SealedFile | bytes = field(repr=False)

    @property
    def size(self) -> int:
        if isinstance(self.data, Path):
            return self.data.stat().st_size
        return len(self.data) if isinstance(self.data, bytes) else self.data.size

    def open(self) -> BinaryIO:
        """The bytes from the beginning; the caller closes it."""
        if isinstance(self.data, Path):
            return self.data.open("rb")
        return io.BytesIO(self.data) if isinstance(self.data, bytes) else self.data.open()

    def head(self, size: int) -> bytes:
        with self.open() as stream:
            return stream.read(size)

    def whole(self) -> bytes:
        """All bytes of a file that cannot be read in pieces. Raises UnreadableFile where it is too large."""
        if self.size > LARGEST_WHOLE:
            raise UnreadableFile(_("The file is larger than 20 MB. Export fewer visits at a time."))
        return self.head(LARGEST_WHOLE + 1)


def kind_of(part: Part) -> FileKind:
    """What kind of file this is. Raises UnreadableFile for one that is too large or is none of them."""
    if part.size > LARGEST:
        raise UnreadableFile(_("The file is larger than 200 MB. Export fewer visits at a time."))
    head = part.head(512)
    for mark, sentence in REFUSED_KINDS.items():
        if head.startswith(mark):
            raise UnreadableFile(sentence)
    if head.startswith(b"PK\x03\x04"):
        return FileKind.XLSX
    text = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if text[:15].upper() == b"BEGIN:VCALENDAR":
        return FileKind.ICS
    return FileKind.FHIR if text.startswith((b"{", b"[{")) else FileKind.CSV
