"""How fast the survey page goes out: ``python benchmarks/page.py [--requests 4000] [--rounds 9]``.

The same web server (waitress, as in ``afterword serve``) with the program behind it, and with a bare Flask
application that says hello; each in a process of its own, asked in turns over one kept connection, as a
browser asks. Only the ratio of the two says something. Prints requests a second by the clock and of the
server's processor time,
the middle one of all ratios, and what goes over the wire.
"""

from __future__ import annotations

import argparse
import re
import socket
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import date
from multiprocessing import Pipe, Process
from multiprocessing.connection import Connection
from pathlib import Path
from statistics import median
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from flask import Flask

from survey.app import make_app
from survey.attacks.serving import served
from survey.db import transaction
from survey.instruments.loading import load_all
from survey.practice import declaring, publishing
from survey.runtime import Runtime, open_runtime
from survey.settings import load_settings

PAGE = "/s/riverside/after-visit-1/en"
ASKED = (
    "GET {path} HTTP/1.1\r\nHost: localhost\r\nUser-Agent: Mozilla/5.0\r\nAccept: text/html,*/*;q=0.8\r\n"
    "Accept-Encoding: {encoding}\r\nAccept-Language: en-US,en;q=0.9\r\n\r\n"
)
LENGTH = re.compile(rb"\r\nContent-Length: (\d+)", re.IGNORECASE)
PACKED = "gzip, deflate, br, zstd"


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--requests", type=int, default=4000)
    parser.add_argument("--rounds", type=int, default=9)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        runtime = furnish(Path(folder))
        hello = stack.enter_context(serving(bare))
        page = stack.enter_context(serving(lambda: make_app(runtime)))
        weigh(page)
        compare(hello, page, given.requests, given.rounds)


def furnish(folder: Path) -> Runtime:
    """One practice with a published survey."""
    runtime = open_runtime(load_settings({}, instance=folder / "i", keys=folder / "k", mail="folder"))
    with transaction(runtime.engine) as db:
        practice = declaring.create_practice(
            db, slug="riverside", name="Riverside Practice", time_zone="UTC", phone="555-0100"
        )
        survey = load_all(runtime.settings.surveys_config)["after_visit"]
        publishing.publish(db, practice.id, survey, from_day=date(2020, 1, 1))
    return runtime


def bare() -> Flask:
    """What the program is measured by."""
    app = Flask("hello")
    app.add_url_rule("/", view_func=lambda: "Hello")
    return app


@dataclass
class Server:
    """A server process: its kept connection, and how to ask for its processor seconds."""

    line: socket.socket
    pipe: Connection

    def ask(self, path: str, encoding: str = PACKED) -> tuple[bytes, int]:
        """One request: head and length of its answer."""
        self.line.sendall(ASKED.format(path=path, encoding=encoding).encode("ascii"))
        got = b""
        while b"\r\n\r\n" not in got:
            got += self.line.recv(65536)
        head, _, body = got.partition(b"\r\n\r\n")
        found = LENGTH.search(head)
        length, have = int(found.group(1)) if found else 0, len(body)
        while have < length:
            have += len(self.line.recv(65536))
        return head, length

    def processor(self) -> float:
        self.pipe.send("?")
        return float(self.pipe.recv())

    def rate(self, path: str, requests: int) -> tuple[float, float]:
        """Requests a second, by the clock and by the server's processor."""
        used, begun = self.processor(), time.perf_counter()
        for _ in range(requests):
            self.ask(path)
        by_clock = time.perf_counter() - begun
        return requests / by_clock, requests / (self.processor() - used)


@contextmanager
def serving(make: Callable[[], Any]) -> Iterator[Server]:
    ours, theirs = Pipe()
    process = Process(target=_serve, args=(make, theirs), daemon=True)
    process.start()
    host, _, port = str(ours.recv()).removeprefix("http://").partition(":")
    with socket.create_connection((host, int(port))) as line:
        line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        yield Server(line, ours)
    ours.send("end")
    process.join(10)


def _serve(make: Callable[[], Any], pipe: Connection) -> None:
    with served(make()) as address:
        pipe.send(address)
        while pipe.recv() == "?":
            pipe.send(time.process_time())


def weigh(page: Server) -> None:
    for encoding in ("identity", "gzip", PACKED):
        head, length = page.ask(PAGE, encoding)
        assert head.startswith(b"HTTP/1.1 200"), head
        print(f"{encoding:24} {length:6,} bytes, and {len(head) + 4} of headers")


def compare(hello: Server, page: Server, requests: int, rounds: int) -> None:
    ratios: list[tuple[float, float]] = []
    for number in range(rounds + 1):
        bare, ours = hello.rate("/", requests), page.rate(PAGE, requests)
        if number:  # the first round warms up
            ratios.append((ours[0] / bare[0], ours[1] / bare[1]))
            print(f"hello {bare[0]:,.0f}/s  page {ours[0]:,.0f}/s  ratio {ratios[-1][0]:.2f}", end="")
            print(f"; by processor {bare[1]:,.0f} and {ours[1]:,.0f}, ratio {ratios[-1][1]:.2f}")
    by_clock, by_processor = (sorted(each) for each in zip(*ratios, strict=True))
    print(f"ratio {median(by_clock):.2f}, from {by_clock[0]:.2f} to {by_clock[-1]:.2f}", end="")
    print(f"; by processor {median(by_processor):.2f}")


if __name__ == "__main__":
    main()
