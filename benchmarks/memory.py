"""How long a web process takes to start, and what it holds: ``benchmarks/memory.py [--only patients]``.

Starts ``afterword serve`` on an installation that is there already, waits until it answers, and has it show
the survey and take an answer. The memory is what the process holds by itself after that.
"""

from __future__ import annotations

import argparse
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from statistics import median

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from answer import answer_request, furnish, getting, settings_of
from client import ask_all
from server import memory_of

from survey.runtime import open_runtime

SECONDS = 120
TICKS = os.sysconf("SC_CLK_TCK")


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--only", choices=["patients"], help="As ``afterword serve --only patients``.")
    given = parser.parse_args()
    more = ["--only", given.only] if given.only else []
    with tempfile.TemporaryDirectory() as folder:
        house = furnish(open_runtime(settings_of(Path(folder), "")))
        found = []
        for _ in range(given.rounds):
            with serving(Path(folder), *more) as (
                address,
                seconds,
                pid,
            ):
                used = processor_of(pid)
                asked = [getting(), *(answer_request(house, token) for token in house.tokens(20))]
                assert {each.status for each in ask_all(address, asked, connections=4)} == {200}
                found.append((seconds, used, memory_of(pid)))
    starts, used, memory = (median(each) for each in zip(*found, strict=True))
    print(f"start {starts:.1f} s by the clock, processor until then {used:.2f} s; memory {memory:.0f} MB")


@contextmanager
def serving(folder: Path, *more: str) -> Iterator[tuple[tuple[str, int], float, int]]:
    """Address, seconds until it answered, and number of the process."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = int(free.getsockname()[1])
    own = {
        "AFTERWORD_INSTANCE": str(folder / "i"),
        "AFTERWORD_KEYS": str(folder / "k"),
        "AFTERWORD_MAIL": "folder",
    }
    command = [sys.executable, "-m", "survey.cli", "serve", "--port", str(port), *more]
    begun = time.perf_counter()
    with subprocess.Popen(command, env=os.environ | own, stdout=subprocess.DEVNULL, cwd=ROOT) as process:
        try:
            wait_for(port)
            yield ("127.0.0.1", port), time.perf_counter() - begun, process.pid
        finally:
            process.terminate()


def wait_for(port: int) -> None:
    until = time.perf_counter() + SECONDS
    while time.perf_counter() < until:
        with suppress(ConnectionRefusedError), socket.create_connection(("127.0.0.1", port)):
            return
        time.sleep(0.02)
    sys.exit("afterword serve does not listen.")


def processor_of(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text("ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


ROOT = Path(__file__).resolve().parents[1]

if __name__ == "__main__":
    main()
