"""The web server of ``afterword serve`` on a free port, for attacks that need a real one."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event, Thread
from typing import Any


@contextmanager
def served(app: Any, *, threads: int = 2) -> Iterator[str]:
    """The address at which the application answers, such as ``http://127.0.0.1:40123``."""
    from waitress import wasyncore

    from survey.web.serving import make_server

    sockets: dict[int, Any] = {}
    server = make_server(app, map=sockets, host="127.0.0.1", port=0, threads=threads)
    ended = Event()

    def serve() -> None:
        while not ended.is_set():
            wasyncore.loop(timeout=0.05, map=sockets, count=1, use_poll=True)

    thread = Thread(target=serve)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.effective_port}"
    finally:
        ended.set()
        thread.join()
        server.task_dispatcher.shutdown()
        wasyncore.close_all(sockets)
