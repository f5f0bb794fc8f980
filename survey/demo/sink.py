"""A small SMTP server on this machine that keeps what it is given; only for the demo.

It takes part in a real conversation with the real mailer, needs no package and delivers nothing.
"""

from __future__ import annotations

import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager

ANSWERS = {
    "EHLO": b"250-sink\r\n250 8BITMIME\r\n",
    "HELO": b"250 sink\r\n",
    "MAIL": b"250 ok\r\n",
    "RCPT": b"250 ok\r\n",
    "RSET": b"250 ok\r\n",
    "NOOP": b"250 ok\r\n",
    "DATA": b"354 go on\r\n",
    "QUIT": b"221 bye\r\n",
}


class Sink(socketserver.ThreadingTCPServer):
    """Keeps every mail in ``mails``, as bytes."""

    allow_reuse_address = True
    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Conversation)
        self.mails: list[bytes] = []

    @property
    def port(self) -> int:
        return int(self.server_address[1])


class Conversation(socketserver.StreamRequestHandler):
    """One client's commands."""

    def handle(self) -> None:
        self.wfile.write(b"220 sink\r\n")
        for line in self.rfile:
            verb = line[:4].decode("ascii", "replace").upper()
            self.wfile.write(ANSWERS.get(verb, b"502 not known\r\n"))
            if verb == "DATA":
                self._keep()
            elif verb == "QUIT":
                return

    def _keep(self) -> None:
        lines = []
        for line in self.rfile:
            if line == b".\r\n":
                break
            lines.append(line.removeprefix(b".") if line.startswith(b"..") else line)
        sink = self.server
        if isinstance(sink, Sink):
            sink.mails.append(b"".join(lines))
        self.wfile.write(b"250 kept\r\n")


@contextmanager
def listening() -> Iterator[Sink]:
    """A sink on a free port of this machine, ended afterwards."""
    with Sink() as sink:
        thread = threading.Thread(target=sink.serve_forever, daemon=True)
        thread.start()
        try:
            yield sink
        finally:
            sink.shutdown()
            thread.join()
