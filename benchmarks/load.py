"""Answers at a steady rate for a while: ``python benchmarks/load.py [--rate 50] [--minutes 10]``.

A server process as ``afterword serve`` runs it takes so many answers a second, each due at its own moment, so
that waiting for a slow server counts as waiting. With ``--import-lines N`` another process takes in a file of
visits meanwhile; with ``--slow N`` so many sockets stay open that send a byte now and then and never end.
Once a second ``/healthz`` is asked, and memory, handles and the size of the ``-wal`` file are noted. At the
end: how many answers were acknowledged, how many rows there are, and whether the goals are met; exits with 1
where one is not.
"""

from __future__ import annotations

import argparse
import socket
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
from dataclasses import dataclass, field
from datetime import timedelta
from http.client import HTTPConnection
from multiprocessing import Process
from pathlib import Path
from threading import Event, Thread

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from answer import House, answer_request, furnish, settings_of
from client import Answered, ask_all, milliseconds
from server import Server, serving
from visits import write as write_visits

from survey import clock
from survey.app import make_app
from survey.invitations import taking
from survey.runtime import open_runtime
from survey.settings import Settings
from survey.visits.visit_file import Part, generic_match, open_source

CONNECTIONS = 16
MB = 1024 * 1024
BEGINNING = b"POST /s/riverside/after-visit-1/en HTTP/1.1\r\nHost: localhost\r\nX-Slow: "


@dataclass
class Seen:
    """What was noted along the way: MB, open files, MB of the -wal file, and seconds that health took."""

    memory: list[float] = field(default_factory=list)
    handles: list[int] = field(default_factory=list)
    wal: list[float] = field(default_factory=list)
    health: list[float] = field(default_factory=list)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--rate", type=float, default=50, help="Answers a second.")
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--import-lines", type=int, default=0, help="Visits that are taken in meanwhile.")
    parser.add_argument("--slow", type=int, default=0, help="Sockets that never end their request.")
    parser.add_argument("--postgres", default="", help="An empty database; else SQLite in a scratch folder.")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        settings = settings_of(Path(folder), given.postgres)
        house = furnish(open_runtime(settings))
        asked = [answer_request(house, each) for each in house.tokens(round(given.rate * given.minutes * 60))]
        server = stack.enter_context(serving(lambda: make_app(open_runtime(settings))))
        ask_all(server.address, [answer_request(house, each) for each in house.tokens(50)], connections=8)
        before = house.rows()[0]
        stack.enter_context(slow_sockets(server, given.slow))
        stack.enter_context(importing(settings, house, Path(folder), given.import_lines))
        seen = stack.enter_context(noting(server, settings))
        answers = ask_all(server.address, asked, connections=CONNECTIONS, rate=given.rate)
        rows = (house.rows()[0] - before) // 2
    sys.exit(not all(list(tell(goals(answers, rows, seen)))))


def goals(answers: list[Answered], rows: int, seen: Seen) -> Iterator[tuple[str, float, float]]:
    """Name, what was found, and the most that it may be."""
    taken = sum(each.status == 200 for each in answers)
    print(f"{len(answers):,} sent, {taken:,} thanked for, {rows:,} there", flush=True)
    yield "answers that were not taken", len(answers) - taken, 0
    yield "answers that were thanked for and are not there", max(0, taken - rows), 0
    yield "answers that are there twice", max(0, rows - taken), 0
    yield "half of the answers, ms", milliseconds(answers, 0.5), 300
    yield "99 of 100 answers, ms", milliseconds(answers, 0.99), 300
    health = sorted(seen.health)
    yield "99 of 100 looks at health, ms", 1000 * health[int(0.99 * (len(health) - 1))], 1000
    quarter = max(1, len(seen.memory) // 4)
    early, late = (sum(part) / len(part) for part in (seen.memory[:quarter], seen.memory[-quarter:]))
    yield "growth of memory from the first quarter to the last, %", 100 * (late / early - 1), 10
    yield "growth of open files", max(seen.handles[-quarter:]) - max(seen.handles[:quarter]), 8
    yield "largest -wal file, MB", max(seen.wal), 64


def tell(found: Iterator[tuple[str, float, float]]) -> Iterator[bool]:
    for name, value, most in found:
        print(f"{name}: {value:,.1f} (at most {most:g}){'' if value <= most else ': NOT MET'}", flush=True)
        yield value <= most


@contextmanager
def noting(server: Server, settings: Settings) -> Iterator[Seen]:
    seen, ended = Seen(), Event()
    wal = settings.data / "afterword.sqlite3-wal"

    def look() -> None:
        while True:
            begun = clock.monotonic()
            with closing(HTTPConnection(*server.address, timeout=60)) as line:
                line.request("GET", "/healthz")
                assert line.getresponse().status == 200
            seen.health.append(clock.monotonic() - begun)
            seen.memory.append(server.memory())
            seen.handles.append(server.handles())
            seen.wal.append(wal.stat().st_size / MB if wal.exists() else 0)
            if ended.wait(1):
                return

    with beside(look, ended):
        yield seen


@contextmanager
def slow_sockets(server: Server, number: int) -> Iterator[None]:
    """Connections that send a byte now and then; new ones where the server has cut them off."""
    ended, lines = Event(), [socket.create_connection(server.address) for _ in range(number)]
    for line in lines:
        line.sendall(BEGINNING)

    def drip() -> None:
        while not ended.wait(2):
            for place, line in enumerate(lines):
                try:
                    line.sendall(b"x")
                except OSError:
                    with suppress(OSError):
                        lines[place] = socket.create_connection(server.address)

    with beside(drip, ended):
        yield
    for line in lines:
        line.close()


@contextmanager
def beside(work: Callable[[], None], ended: Event) -> Iterator[None]:
    thread = Thread(target=work)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()


@contextmanager
def importing(settings: Settings, house: House, folder: Path, lines: int) -> Iterator[None]:
    """Another process takes in a file of so many visits of the last year; it is waited for."""
    if not lines:
        yield
        return
    file = folder / "visits.csv"
    write_visits(file, lines, days=400, today=clock.SystemClock().now().date() - timedelta(days=1))
    process = Process(target=take, args=(settings, house, file))
    process.start()
    yield
    still = process.is_alive()
    process.join()
    print(f"{lines:,} visits were taken in meanwhile" + (", and for a while after" if still else ""))
    assert process.exitcode == 0


def take(settings: Settings, house: House, file: Path) -> None:
    runtime, now = open_runtime(settings), clock.SystemClock().now()
    begun = clock.monotonic()
    source = open_source([Part(file.name, file)], generic_match(time_zone="UTC"), now=now)
    intake = taking.take(runtime, house.practice, source, actor="benchmark", name="generic", now=now)
    print(f"import: {intake.outcome.new:,} new visits in {clock.monotonic() - begun:.0f} s", flush=True)


if __name__ == "__main__":
    main()
