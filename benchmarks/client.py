"""A client that asks over several kept connections at once, from one thread: it costs little itself."""

from __future__ import annotations

import re
import selectors
import socket
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

HEAD_ENDS = b"\r\n\r\n"
LENGTH = re.compile(rb"\r\nContent-Length: (\d+)", re.IGNORECASE)


@dataclass
class Line:
    """One connection: since when it waits, since when it should have been asked, and what has come."""

    socket: socket.socket
    since: float = 0.0
    got: bytearray = field(default_factory=bytearray)

    def ask(self, request: bytes, *, since: float | None = None) -> None:
        self.since = time.perf_counter() if since is None else since
        self.got.clear()
        self.socket.sendall(request)

    def take(self) -> bool:
        """Read what is there; True where the answer is whole. Raises ConnectionError where it was closed:
        what came before must not be taken for another answer."""
        came = self.socket.recv(65536)
        if not came:
            raise ConnectionError("the server has closed a connection on which it was asked")
        self.got += came
        head, mark, body = bytes(self.got).partition(HEAD_ENDS)
        found = LENGTH.search(head)
        return bool(mark) and len(body) >= (int(found.group(1)) if found else 0)

    @property
    def status(self) -> int:
        return int(self.got[9:12])


@dataclass(frozen=True)
class Answered:
    """One answer: its status, and seconds from when it was due to be asked for until it was whole."""

    status: int
    seconds: float


def ask_all(
    address: tuple[str, int], requests: Sequence[bytes], *, connections: int, rate: float = 0.0
) -> list[Answered]:
    """Sends each request once. With a ``rate`` of so many a second, each has its moment, and waiting for a
    free connection counts; without one, a connection asks again as soon as it was answered."""
    lines = [_open(address) for _ in range(connections)]
    with selectors.DefaultSelector() as waiting:
        for line in lines:
            waiting.register(line.socket, selectors.EVENT_READ, line)
        found = list(_ask(waiting, lines, requests, rate))
    for line in lines:
        line.socket.close()
    return found


def _ask(
    waiting: selectors.BaseSelector, lines: list[Line], requests: Sequence[bytes], rate: float
) -> Iterator[Answered]:
    free, begun, sent, answered = list(lines), time.perf_counter(), 0, 0
    while answered < len(requests):
        due = begun + sent / rate if rate else None
        while free and sent < len(requests) and (due is None or due <= time.perf_counter()):
            free.pop(0).ask(requests[sent], since=due)  # in turn, so that none rests until the server ends it
            sent += 1
            due = begun + sent / rate if rate else None
        patience = max(0.0, due - time.perf_counter()) if due and free and sent < len(requests) else None
        for key, _ in waiting.select(patience):
            line: Line = key.data
            if line.take():
                yield Answered(line.status, time.perf_counter() - line.since)
                answered += 1
                free.append(line)


def _open(address: tuple[str, int]) -> Line:
    line = socket.create_connection(address)
    line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return Line(line)


def milliseconds(answers: Sequence[Answered], share: float) -> float:
    """The time within which this share of the answers came, such as 0.99."""
    each = sorted(answer.seconds for answer in answers)
    return 1000 * each[min(len(each) - 1, int(share * len(each)))]
