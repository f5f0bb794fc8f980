"""A web server in a process of its own, as ``afterword serve`` runs it, that tells what it uses."""

from __future__ import annotations

import logging
import resource
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing import Pipe, Process
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from survey.attacks.serving import served

#: As ``afterword serve`` has them unless told otherwise.
THREADS = 4


@dataclass(frozen=True)
class Server:
    """``address`` is host and port."""

    address: tuple[str, int]
    pid: int
    pipe: Connection

    def processor(self) -> float:
        """Seconds of the processor so far, all threads together."""
        self.pipe.send("?")
        return float(self.pipe.recv())

    def memory(self) -> float:
        return memory_of(self.pid)

    def handles(self) -> int:
        """Open files and sockets."""
        return len(list(Path(f"/proc/{self.pid}/fd").iterdir()))


def memory_of(pid: int) -> float:
    """MB of memory that a process has in hand, with what it shares with the one that it came from."""
    rollup = Path(f"/proc/{pid}/smaps_rollup").read_text("ascii")
    return sum(int(line.split()[1]) for line in rollup.splitlines() if line.startswith("Rss:")) / 1024


@contextmanager
def serving(make: Callable[[], Any], *, threads: int = THREADS) -> Iterator[Server]:
    """Serves the application that ``make`` gives; it is made in the new process."""
    ours, theirs = Pipe()
    process = Process(target=_serve, args=(make, theirs, threads), daemon=True)
    process.start()
    host, _, port = str(ours.recv()).removeprefix("http://").partition(":")
    assert process.pid is not None
    try:
        yield Server((host, int(port)), process.pid, ours)
    finally:
        ours.send("end")
        process.join(10)


def _serve(make: Callable[[], Any], pipe: Connection, threads: int) -> None:
    logging.getLogger("waitress.queue").setLevel(
        logging.ERROR
    )  # the program tells nothing of it; nor do others
    with served(make(), threads=threads) as address:
        pipe.send(address)
        while pipe.recv() == "?":
            used = resource.getrusage(resource.RUSAGE_SELF)
            pipe.send(used.ru_utime + used.ru_stime)
