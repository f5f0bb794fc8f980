"""Fetches a calendar over https, from a public address that was checked, within one time and one size.

The name is resolved once; every address it has must be public, and the connection goes to one of those, so
that a name which answers differently the second time leads nowhere else. Never writes to a log, and no
exception says where a calendar is.
"""

from __future__ import annotations

import io
import socket
import ssl
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from enum import StrEnum
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection
from typing import Any, Final
from urllib.parse import urlencode

from survey import clock
from survey.visits.faults import _
from survey.visits.feed_address import LOOPBACK, BadAddress, Place, followed, is_public, place_of
from survey.visits.part import LARGEST_WHOLE

SECONDS: Final = 30.0
TO_CONNECT: Final = 10.0
PIECE: Final = 64 * 1024
MOST_REDIRECTS: Final = 3
REDIRECTS: Final = frozenset({301, 302, 303, 307, 308})
#: A mark of the server's that is longer is not kept.
LONGEST_MARK: Final = 200
ASKED: Final = {"Accept": "text/calendar", "Accept-Encoding": "identity", "Connection": "close"}


class Trouble(StrEnum):
    """Why nothing could be read."""

    GONE = "gone"
    FORBIDDEN = "forbidden"
    UNREACHABLE = "unreachable"
    FAILING = "failing"
    CERTIFICATE = "certificate"
    PRIVATE = "private"
    MOVED = "moved"
    TOO_LARGE = "too large"
    NO_CALENDAR = "no calendar"
    NO_VISITS = "no visits"
    NO_SURVEY = "no survey"
    LOST = "lost"


REASONS: Final = {
    Trouble.GONE: _("it does not exist any more. Remove it, and add its new address."),
    Trouble.FORBIDDEN: _("its server no longer lets us in. Remove it, and add its new address."),
    Trouble.UNREACHABLE: _("its server does not answer, or breaks off. We keep trying each hour."),
    Trouble.FAILING: _("its server answers with an error. We keep trying each hour."),
    Trouble.CERTIFICATE: _("its server cannot prove that it is the right one. Ask whoever runs it."),
    Trouble.PRIVATE: _("its server is not on the public internet. Use a watched folder instead."),
    Trouble.MOVED: _("it has moved to another server. Remove it, and add its new address."),
    Trouble.TOO_LARGE: _("it is larger than 20 MB. Make a calendar of the last months, and add that."),
    Trouble.NO_CALENDAR: _("what comes from there is no calendar. Remove it, and add the right address."),
    Trouble.NO_VISITS: _("none of its entries has a client with an address and a clinician."),
    Trouble.NO_SURVEY: _("no survey is published yet. Publish one first."),
    Trouble.LOST: _("its address is no longer among the keys. Remove it, and add it again."),
}


class CannotFetch(Exception):
    """Nothing came. Carries the kind of trouble, and no word of the address."""

    def __init__(self, trouble: Trouble) -> None:
        super().__init__(trouble.value)
        self.trouble = trouble


@dataclass(frozen=True)
class Fetched:
    """``data`` is None where the server says that nothing has changed. The marks are the server's."""

    data: bytes | None = field(repr=False)
    etag: str = ""
    modified: str = ""


def system_addresses(host: str, port: int) -> Sequence[str]:
    """The IP addresses of a host, as this machine knows them. Raises OSError."""
    return [str(each[4][0]) for each in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]


@dataclass(frozen=True)
class Fetcher:
    """How to fetch. ``loopback`` opens this machine itself, for tests; it is never set in service."""

    addresses: Callable[[str, int], Sequence[str]] = system_addresses
    loopback: bool = False
    seconds: float = SECONDS
    largest: int = LARGEST_WHOLE
    trust: Callable[[], ssl.SSLContext] = ssl.create_default_context

    def fetch(self, address: str, *, etag: str = "", modified: str = "") -> Fetched:
        """What stands there now, unless the marks of the last time still hold. Raises CannotFetch."""
        marks = {"If-None-Match": etag, "If-Modified-Since": modified}
        wanted = ASKED | {name: value for name, value in marks.items() if value}
        return self._guarded(address, wanted)

    def ask(self, address: str, *, form: Mapping[str, str] | None = None, authorization: str = "") -> bytes:
        """The JSON that another service answers with; ``form`` is posted. Raises CannotFetch."""
        wanted = ASKED | {"Accept": "application/json"}
        body = None if form is None else urlencode(form).encode("ascii")
        if body is not None:
            wanted |= {"Content-Type": "application/x-www-form-urlencoded"}
        if authorization:
            wanted |= {"Authorization": authorization}
        data = self._guarded(address, wanted, body).data
        if data is None:
            raise CannotFetch(Trouble.FAILING)
        return data

    def _guarded(self, address: str, wanted: dict[str, str], body: bytes | None = None) -> Fetched:
        try:
            return self._fetch(address, wanted, clock.monotonic() + self.seconds, body)
        except BadAddress:
            raise CannotFetch(Trouble.MOVED) from None
        except ssl.SSLCertVerificationError:
            raise CannotFetch(Trouble.CERTIFICATE) from None
        except (OSError, HTTPException, ValueError):
            raise CannotFetch(Trouble.UNREACHABLE) from None

    def _fetch(
        self, address: str, wanted: dict[str, str], deadline: float, body: bytes | None = None
    ) -> Fetched:
        place = place_of(address, loopback=self.loopback)
        checked = self._checked(place)
        for _hop in range(MOST_REDIRECTS + 1):
            with self._connected(place, checked, deadline) as connection:
                connection.request("GET" if body is None else "POST", place.target, body, wanted)
                answer = connection.getresponse()
                if answer.status not in REDIRECTS:
                    return self._taken(answer, wanted)
                if body is not None:  # what was posted is a secret, and is sent to one place only
                    raise CannotFetch(Trouble.MOVED)
                place = followed(place, answer.getheader("Location") or "", loopback=self.loopback)
        raise CannotFetch(Trouble.MOVED)

    def _checked(self, place: Place) -> Sequence[str]:
        """All addresses of the host. Raises CannotFetch where a single one is not public."""
        found = self.addresses(place.host, place.port)
        if not all(is_public(each) or (self.loopback and each == LOOPBACK) for each in found):
            raise CannotFetch(Trouble.PRIVATE)
        return found

    @contextmanager
    def _connected(self, place: Place, addresses: Sequence[str], deadline: float) -> Iterator[HTTPConnection]:
        """A conversation with one of the addresses, under the host's own name."""
        with ExitStack() as stack:
            line = stack.enter_context(_reach(addresses, place.port, deadline))
            connection = HTTPConnection(place.host, place.port)
            if place.secure:
                trust = self.trust()
                connection = HTTPSConnection(place.host, place.port, context=trust)
                line.settimeout(_left(deadline))
                line = stack.enter_context(trust.wrap_socket(line, server_hostname=place.host))
            connection.sock = _Line(line, deadline)
            yield connection

    def _taken(self, answer: HTTPResponse, wanted: dict[str, str]) -> Fetched:
        if answer.status == 304 and wanted.keys() != ASKED.keys():
            return Fetched(None)
        if answer.status != 200:
            kinds = dict.fromkeys((404, 410), Trouble.GONE) | dict.fromkeys((401, 403), Trouble.FORBIDDEN)
            raise CannotFetch(kinds.get(answer.status, Trouble.FAILING))
        data = bytearray()
        while piece := answer.read(PIECE):
            data += piece
            if len(data) > self.largest:
                raise CannotFetch(Trouble.TOO_LARGE)
        if answer.length:  # fewer bytes than were announced
            raise CannotFetch(Trouble.UNREACHABLE)
        return Fetched(bytes(data), _mark(answer, "ETag"), _mark(answer, "Last-Modified"))


def _reach(addresses: Sequence[str], port: int, deadline: float) -> socket.socket:
    """A connection to the first address that answers. Raises OSError."""
    for address in addresses:
        try:
            return socket.create_connection((address, port), timeout=min(TO_CONNECT, _left(deadline)))
        except OSError:
            continue
    raise OSError("no address answers")


def _left(deadline: float) -> float:
    """Seconds that are left. Raises TimeoutError where none are."""
    left = deadline - clock.monotonic()
    if left <= 0:
        raise TimeoutError
    return left


def _mark(answer: HTTPResponse, name: str) -> str:
    value = answer.getheader(name) or ""
    return value if len(value) <= LONGEST_MARK and value.isascii() and value.isprintable() else ""


class _Line:
    """A connection as ``http.client`` uses one, which ends at one moment however slowly bytes drip in."""

    def __init__(self, line: socket.socket, deadline: float) -> None:
        self._line, self._deadline = line, deadline

    def sendall(self, data: bytes) -> None:
        self._line.settimeout(_left(self._deadline))
        self._line.sendall(data)

    def makefile(self, _mode: str) -> io.BufferedReader:
        return io.BufferedReader(_Timed(self._line, self._deadline))

    def close(self) -> None:
        """Whoever opened the connection closes it."""


class _Timed(io.RawIOBase):
    """The bytes of a connection, until the moment has come."""

    def __init__(self, line: socket.socket, deadline: float) -> None:
        self._line, self._deadline = line, deadline

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        self._line.settimeout(_left(self._deadline))
        return self._line.recv_into(buffer)
