"""A piece of work that may use only so much processor and memory; the kernel ends it or refuses it more.

Nothing is measured here: how fast a machine is and how busy it is do not change the answer, because processor
seconds and bytes are counted, and the limits stand many times above what the work needs.
"""

from __future__ import annotations

import resource
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

ROOT = Path(__file__).resolve().parents[1]
#: CPython needs a second or two for its imports; the work that is tried here a few more.
PLENTY = 120
#: Bytes of addresses; reading a survey file needs a fifth of it.
ROOMY = 1024**3
#: Bytes that work inside a running process may add to what is there.
MORE = 96 * 1024**2

LIMITS = """
import resource
resource.setrlimit(resource.RLIMIT_CPU, ({seconds}, {seconds} + 1))
resource.setrlimit(resource.RLIMIT_AS, ({memory}, {memory}))
"""


class TooMuchWork(Exception):
    """The work used more processor than it may."""


def ends(work: str, *, seconds: int = PLENTY, memory: int = ROOMY) -> bool:
    """Whether the Python text ``work`` comes to its end; False where it was stopped for using too much.

    Raises AssertionError with its output where it fails in any other way.
    """
    limits = LIMITS.format(seconds=seconds, memory=memory)
    done = subprocess.run(
        [sys.executable, "-c", limits + work], cwd=ROOT, capture_output=True, text=True, check=False
    )
    if done.returncode in {-signal.SIGXCPU, -signal.SIGKILL} or _last(done.stderr) == "MemoryError":
        return False
    assert done.returncode == 0, done.stderr
    return True


@contextmanager
def limited(*, seconds: int = PLENTY, memory: int = MORE) -> Iterator[None]:
    """The same for a test that needs its fixtures: raises TooMuchWork or MemoryError inside the block."""
    usage = resource.getrusage(resource.RUSAGE_SELF)
    pages = int(Path("/proc/self/statm").read_text("ascii").split()[0])
    limits = {
        resource.RLIMIT_CPU: int(usage.ru_utime + usage.ru_stime) + seconds,
        resource.RLIMIT_AS: pages * resource.getpagesize() + memory,
    }
    before = {kind: resource.getrlimit(kind) for kind in limits}
    handler = signal.signal(signal.SIGXCPU, _stop)
    try:
        for kind, most in limits.items():
            resource.setrlimit(kind, (most, before[kind][1]))
        yield
    finally:
        for kind, pair in before.items():
            resource.setrlimit(kind, pair)
        signal.signal(signal.SIGXCPU, handler)


def _stop(_signal: int, _frame: FrameType | None) -> None:
    raise TooMuchWork


def _last(output: str) -> str:
    return output.strip().rpartition("\n")[2]
