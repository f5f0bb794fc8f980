"""The embedded web server, and its end: whoever tells it to stop cuts nobody off.

A request reaches a thread only when it is whole, so whoever sends slowly holds a connection and no thread
(docs/decisions/0027). From the first signal on no new connection is taken. What was received whole is
answered, up to ``PATIENCE`` seconds; a second signal ends it at once.
"""

from __future__ import annotations

import signal
from threading import Event
from types import FrameType
from typing import Any, Final

from flask import Flask

from survey import clock

#: Seconds for what is being answered; service managers wait for thirty.
PATIENCE: Final = 25.0
#: More than any form of ours but an upload; a longer body is refused before it is kept anywhere.
MOST_BYTES: Final = 6 * 1024 * 1024
#: Connections at once, more than slow senders are likely to hold. With files and databases it stays below the
#: 1,024 handles that most systems allow.
CONNECTIONS = 800


def make_server(app: Any, **settings: Any) -> Any:
    """A server of waitress that does not run yet. Raises OSError where its address cannot be used."""
    from waitress.server import create_server

    return create_server(app, ident=None, connection_limit=CONNECTIONS, asyncore_use_poll=True, **settings)


class WebServer:
    """Waitress on one address. Raises OSError where it cannot be had."""

    def __init__(self, app: Flask, *, host: str, port: int, threads: int, trusted_proxies: int) -> None:
        self._sockets: dict[int, Any] = {}  # of waitress: what it listens to, and its connections
        self._asked = Event()
        self._server: Any = make_server(
            app,
            map=self._sockets,
            host=host,
            port=port,
            threads=threads,
            max_request_body_size=MOST_BYTES,
            clear_untrusted_proxy_headers=not trusted_proxies,  # else nobody knows of HTTPS
        )

    def run(self) -> None:
        """Answer until SIGTERM or SIGINT comes, then until everybody has their answer."""
        for each in (signal.SIGTERM, signal.SIGINT):
            signal.signal(each, self._end)
        while not self._asked.is_set():
            self._turn()
        self._listen_no_more()
        until = clock.monotonic() + PATIENCE
        while self._is_busy() and clock.monotonic() < until:
            self._turn()
        self._server.close()

    def _turn(self) -> None:
        self._server.asyncore.loop(timeout=1.0, map=self._sockets, use_poll=True, count=1)

    def _end(self, number: int, _frame: FrameType | None) -> None:
        signal.signal(number, signal.SIG_DFL)
        self._asked.set()

    def _listen_no_more(self) -> None:
        for each in list(self._sockets.values()):
            if getattr(each, "accepting", False):
                each.del_channel()
                each.socket.close()

    def _is_busy(self) -> bool:
        """Whether somebody waits for an answer, or for the rest of one."""
        found = list(self._sockets.values())
        return any(getattr(each, "requests", ()) or getattr(each, "total_outbufs_len", 0) for each in found)
