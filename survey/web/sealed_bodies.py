"""How ``afterword serve`` receives an upload: sealed in its temporary file, and larger than other forms.

waitress keeps the body of a request until it is whole, and writes a long one to a temporary file. For the one
address that takes files that file is sealed under a key in memory; everywhere else a long body is refused.
"""

from __future__ import annotations

import copy
import secrets
import tempfile
from pathlib import Path
from typing import Any, BinaryIO, Final

from waitress.channel import HTTPChannel
from waitress.parser import HTTPRequestParser
from waitress.receiver import FixedStreamReceiver

from survey.keys.sealed_file import KEY, SealedFile, SealingStream
from survey.keys.uploads import MOST_FILES
from survey.visits.part import LARGEST

PATH: Final = "/staff/visits"
#: Both files, and the fields and marks around them.
MOST: Final = MOST_FILES * LARGEST + 1024 * 1024


class SealedBody:
    """A body as waitress wants it: bytes are appended, then the whole is read once."""

    def __init__(self) -> None:
        self._key = secrets.token_bytes(KEY)
        self._path = Path(tempfile.gettempdir()) / f"afterword-{secrets.token_hex(16)}"
        self._stream = SealingStream(self._path, self._key, most=MOST)
        self._opened: BinaryIO | None = None

    def append(self, data: bytes) -> None:
        self._stream.write(data)

    def __len__(self) -> int:
        return self._stream.received

    def getfile(self) -> BinaryIO:
        """The content; the file has no name any more from now on."""
        if self._opened is None:
            self._stream.end()
            self._opened = SealedFile(self._path, self._key).open()
            self._path.unlink()
        return self._opened

    def close(self) -> None:
        self._stream.end()
        self._path.unlink(missing_ok=True)
        if self._opened is not None:
            self._opened.close()


class SealingParser(HTTPRequestParser):
    """Reads requests; the body of an upload goes into a sealed file."""

    def parse_header(self, header_plus: bytes) -> None:
        """A chunked body keeps the small limit: browsers say how long a form is."""
        super().parse_header(header_plus)
        receiver: Any = self.__dict__.get("body_rcv")
        if self.command == "POST" and self.path == PATH and isinstance(receiver, FixedStreamReceiver):
            self.adj: Any = copy.copy(self.adj)
            self.adj.max_request_body_size = MOST
            if self.content_length < MOST:
                self.body_rcv = FixedStreamReceiver(self.content_length, SealedBody())


def install() -> None:
    """For every request that this process is going to read."""
    HTTPChannel.parser_class = SealingParser
