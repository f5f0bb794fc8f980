"""Slow heads and slow bodies by the hundred (row 42), against the web server as a process of its own.

Those who send nothing more hold a connection and no thread: whoever watches the service and whoever answers
meanwhile notices nothing.
"""

from __future__ import annotations

import socket
import urllib.parse
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace

from survey.clock import SystemClock
from survey.runtime import Runtime
from tests import builders
from tests.cli.test_serving import answers
from tests.jobs.towns import command, free_port
from tests.services import FULL
from tests.web.patients import GOOD, PAGE, kept

SLOW = 200 if FULL else 40
#: Posts meanwhile.
POSTS = 100 if FULL else 10
HEAD = f"POST {PAGE} HTTP/1.1\r\nHost: localhost\r\n"
BODY = f"{HEAD}Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 4000\r\n\r\nitem."


@contextmanager
def slow_ones(port: int) -> Iterator[list[socket.socket]]:
    """Half of them never end their head, the others their body."""
    with ExitStack() as stack:
        lines = []
        for number in range(SLOW):
            line = stack.enter_context(socket.create_connection(("127.0.0.1", port), timeout=30))
            line.sendall((HEAD + "X-Slow: " if number % 2 else BODY).encode("ascii"))
            lines.append(line)
        yield lines


def test_beside_slow_sockets_the_service_is_well_and_every_answer_is_taken(sqlite_runtime: Runtime) -> None:
    runtime = replace(sqlite_runtime, clock=SystemClock())
    practice = builders.make_practice(runtime)
    ana, port = builders.make_clinician(runtime, practice), free_port()
    codes = [builders.make_token(runtime, practice, ana) for _ in range(POSTS)]
    with command(runtime.settings, "serve", "--port", str(port)) as server:
        assert answers(port, server) == "ok\n"
        with slow_ones(port) as lines:
            for code in codes:
                for line in lines[:20]:
                    line.sendall(b"x")  # one byte now and then, so that they do not look dead
                assert answers(port, server) == "ok\n"
                body = urllib.parse.urlencode({**GOOD, "token": code}).encode("ascii")
                address = f"http://127.0.0.1:{port}{PAGE}"
                with urllib.request.urlopen(address, data=body, timeout=30) as reply:
                    assert b"Thank you" in reply.read()
    assert kept(runtime, practice).spent == POSTS
