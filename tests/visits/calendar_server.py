"""A web server of one test's own, in a thread: answers what it is told to, and notes what it was asked."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

#: Writes an answer to a connection, given the lines of the request.
Answer = Callable[[socket.socket, list[str]], None]


@dataclass
class CalendarServer:
    """``answer`` may be exchanged at any time; ``asked`` has the requests, each as its lines."""

    listening: socket.socket
    answer: Answer
    asked: list[list[str]] = field(default_factory=list)

    @property
    def port(self) -> int:
        return int(self.listening.getsockname()[1])

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}/private-s3cret/basic.ics"

    def serve(self, tls: ssl.SSLContext | None) -> None:
        with suppress(OSError):  # the test is over
            while True:
                line, _ = self.listening.accept()
                threading.Thread(target=self._converse, args=(line, tls), daemon=True).start()

    def _converse(self, line: socket.socket, tls: ssl.SSLContext | None) -> None:
        with line, suppress(OSError):  # the client has had enough
            talk = tls.wrap_socket(line, server_side=True) if tls else line
            with talk:
                request = b""
                while b"\r\n\r\n" not in request:
                    piece = talk.recv(4096)
                    if not piece:
                        return
                    request += piece
                lines = request.decode("ascii").splitlines()
                self.asked.append(lines)
                self.answer(talk, lines)


@contextmanager
def calendar_server(answer: Answer, *, tls: ssl.SSLContext | None = None) -> Iterator[CalendarServer]:
    """A server on a free port of this machine."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        server = CalendarServer(listening, answer)
        threading.Thread(target=server.serve, args=(tls,), daemon=True).start()
        try:
            yield server
        finally:
            with suppress(OSError):
                listening.shutdown(socket.SHUT_RDWR)  # wakes the thread that waits for the next


def says(status: str, body: bytes = b"", *headers: str) -> Answer:
    """An answer with a length."""
    head = "\r\n".join([f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", *headers, "", ""])

    def answer(line: socket.socket, _lines: list[str]) -> None:
        line.sendall(head.encode("ascii") + body)

    return answer


def without_end(piece: bytes, *, head: bytes = b"", pause: float = 0.0) -> Answer:
    """The same piece until the other side hangs up."""

    def answer(line: socket.socket, _lines: list[str]) -> None:
        never = threading.Event()
        line.sendall(head)
        while True:
            line.sendall(piece)
            never.wait(pause)

    return answer
