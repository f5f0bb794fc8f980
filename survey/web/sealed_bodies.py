"""How ``afterword serve`` receives an upload: sealed in its temporary file, and larger than other forms.

waitress keeps the body of a request until it is whole, and writes a long one to a temporary file. For the one
address that takes files that file is sealed under a key in memory; everywhere else a long body is refused, as
it is from whoever shows no cookie that a sign-in has made. What is refused is not read.
"""

from __future__ import annotations

import copy
import secrets
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, BinaryIO, Final

from babel.support import Translations
from flask import Flask
from itsdangerous import BadSignature
from waitress.channel import HTTPChannel
from waitress.parser import HTTPRequestParser
from waitress.receiver import FixedStreamReceiver
from waitress.utilities import RequestEntityTooLarge
from werkzeug.http import parse_cookie

from survey.keys.sealed_file import KEY, SealedFile, SealingStream
from survey.keys.uploads import MOST_FILES
from survey.settings import PACKAGE
from survey.visits.part import LARGEST
from survey.web.staff_cookie import StaffCookie

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


class TooLong(RequestEntityTooLarge):
    """The refusal of a long body, in the words of whoever chose a file; no page of ours was asked yet."""

    def to_response(self, ident: str | None = None) -> tuple[str, list[tuple[str, str]], bytes]:
        del ident  # which program serves is nobody's business
        headers = [("Content-Type", "text/plain; charset=utf-8"), ("Cache-Control", "no-store")]
        return f"{self.code} {self.reason}", headers, f"{self.body}\n".encode()


class SignInFirst(TooLong):
    """The same for somebody who is not signed in."""

    code = 401
    reason = "Unauthorized"


class SealingParser(HTTPRequestParser):
    """Reads requests; the body of an upload goes into a sealed file."""

    #: Whether a Cookie header is that of somebody who has signed in.
    knows: Callable[[str], bool]
    refused: type[TooLong] = SignInFirst
    is_upload = False

    def parse_header(self, header_plus: bytes) -> None:
        """A chunked body keeps the small limit: browsers say how long a form is."""
        super().parse_header(header_plus)
        receiver: Any = self.__dict__.get("body_rcv")
        self.is_upload = self.command == "POST" and self.path == PATH
        if not (self.is_upload and type(self).knows(self.headers.get("COOKIE", ""))):
            return
        self.refused = TooLong
        if not isinstance(receiver, FixedStreamReceiver):
            return
        self.adj: Any = copy.copy(self.adj)
        self.adj.max_request_body_size = MOST
        if self.content_length < MOST:
            self.body_rcv = FixedStreamReceiver(self.content_length, SealedBody())

    def received(self, data: bytes) -> int:
        """As waitress does it; a refused upload gets our own words."""
        consumed: int = super().received(data)
        error: Any = self.__dict__.get("error")
        if self.is_upload and type(error) is RequestEntityTooLarge:
            self.error: Any = self.refused(_in_both_languages(SENTENCES[self.refused]))
        return consumed


def _(sentence: str) -> str:
    """Marks a sentence for translation."""
    return sentence


SENTENCES: Final = {
    TooLong: _("A file may have up to 200 MB. Export fewer visits at a time. Nothing was kept."),
    SignInFirst: _("Sign in first, then choose the file again. Nothing was kept."),
}


def _in_both_languages(sentence: str) -> str:
    """There is no request yet whose language could be asked for."""
    spanish = Translations.load(str(PACKAGE / "translations"), ["es"]).gettext(sentence)
    return f"{sentence}\n\n{spanish}"


def known_to(app: Flask) -> Callable[[str], bool]:
    """Whether a Cookie header has our signature under a sign-in; the page looks up whether it still holds."""
    serializer = StaffCookie().get_signing_serializer(app)

    def knows(header: str) -> bool:
        try:
            value = parse_cookie(header).get(app.config["SESSION_COOKIE_NAME"], "")
            return serializer is not None and "secret" in serializer.loads(value)
        except (BadSignature, ValueError):  # not ours, or no letters at all
            return False

    return knows


def install(app: Flask) -> None:
    """For every request that this process is going to read."""
    HTTPChannel.parser_class = type("OurParser", (SealingParser,), {"knows": staticmethod(known_to(app))})
