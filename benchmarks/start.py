"""How soon pages are there again after ``kill -9``: ``python benchmarks/start.py [--visits 1000000]``.

A large database on SQLite, ``afterword serve`` on it, and a process that writes visits without end. Both are
killed in the middle of that; then ``serve`` is started anew. What counts is the time until ``/readyz`` says
ready, and how much of it was the processor's: on a busy machine the neighbours take the rest.
"""

from __future__ import annotations

import argparse
import os
import signal
import socket
import subprocess
import sys
import tempfile
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date, timedelta
from multiprocessing import Event, Process
from multiprocessing.synchronize import Event as EventType
from pathlib import Path
from statistics import median

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from sqlalchemy import insert

from survey import clock
from survey.db import random_id, transaction
from survey.practice import declaring
from survey.practice.model import Practice
from survey.runtime import Runtime, open_runtime
from survey.settings import Settings, environment_for, load_settings
from survey.visits.model import Visit

ROOT = Path(__file__).resolve().parents[1]
BLOCK = 10_000
#: Seconds by the clock, and of the processor.
Spent = tuple[float, float]
FIRST = date(2026, 3, 2)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--visits", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--folder", default=None, help="Where the scratch folder is made: the disk matters.")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=given.folder) as folder:
        settings = load_settings({}, instance=Path(folder) / "instance", keys=Path(folder) / "keys")
        runtime = open_runtime(settings)
        with transaction(runtime.engine) as db:
            practice = declaring.create_practice(
                db, slug="riverside", name="Riverside", time_zone="UTC", phone="", instrument="after_visit"
            )
        for begin in range(0, given.visits, BLOCK):
            write(runtime, practice.id, min(BLOCK, given.visits - begin))
        runtime.engine.dispose()
        size = (settings.data / "afterword.sqlite3").stat().st_size / 1e6
        rounds = [one_round(settings, practice.id) for _ in range(given.rounds)]
        found, busy = [wall for wall, _ in rounds], median(used for _, used in rounds)
        print(f"{given.visits:,} visits, {size:,.0f} MB: ready after {median(found):.1f} s, ", end="")
        print(f"{min(found):.1f} to {max(found):.1f}; of the processor {busy:.1f} s")


def one_round(settings: Settings, practice_id: int) -> Spent:
    """Kill server and writer at work, start the server anew; what it took until it was ready."""
    begun = Event()
    with serving(settings) as (server, _spent):
        writer = Process(target=write_on, args=(settings, practice_id, begun))
        writer.start()
        begun.wait()
        clock.pause(0.5)
        for pid in (writer.pid, server.pid):
            assert pid is not None
            os.kill(pid, signal.SIGKILL)
        writer.join()
        server.wait()
    with serving(settings) as (_server, spent):
        return spent


@contextmanager
def serving(settings: Settings) -> Iterator[tuple[subprocess.Popen[bytes], Spent]]:
    """A running server, and what it took until it was ready."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = int(free.getsockname()[1])
    command = [sys.executable, "-m", "survey.cli", "serve", "--port", str(port)]
    began = clock.monotonic()
    quiet = subprocess.DEVNULL
    with subprocess.Popen(
        command, cwd=ROOT, env=environment_for(settings), stdout=quiet, stderr=quiet
    ) as server:
        try:
            while not is_ready(port):
                clock.pause(0.02)
            yield server, (clock.monotonic() - began, of_processor(server.pid))
        finally:
            server.kill()


def of_processor(pid: int) -> float:
    """Seconds that a process has used, as Linux tells it."""
    fields = Path(f"/proc/{pid}/stat").read_text("ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def is_ready(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=5) as reply:
            return bool(reply.read() == b"ready\n")
    except OSError:
        return False


def write_on(settings: Settings, practice_id: int, begun: EventType) -> None:
    runtime = open_runtime(settings)
    while True:
        write(runtime, practice_id, 500)
        begun.set()


def write(runtime: Runtime, practice_id: int, number: int) -> None:
    with transaction(runtime.engine, practice_id) as db:
        clinician = declaring.declare_clinician(db, db.get_one(Practice, practice_id), "Ana Ortiz").id
        db.execute(insert(Visit), visits(practice_id, clinician, number))


def visits(practice_id: int, clinician: int, number: int) -> Sequence[dict[str, object]]:
    return [
        {
            "practice_id": practice_id,
            "visit_tag": random_id(),
            "client_tag": random_id(),
            "reference": f"V-{each}",
            "clinician_id": clinician,
            "day": FIRST - timedelta(days=each % 400),
            "status": "attended",
        }
        for each in range(number)
    ]


if __name__ == "__main__":
    main()
