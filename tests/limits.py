"""A piece of work in a process of its own, which the kernel ends where it uses more processor than it may.

Nothing is measured here: how fast a machine is and how busy it is do not change the answer, because processor
seconds are counted, and the limit stands many times above what the work needs.
"""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
#: CPython needs a second or two for its imports; the work that is tried here a few more.
PLENTY = 120


def ends(work: str, *, seconds: int = PLENTY) -> bool:
    """Whether the Python text ``work`` comes to its end; False where it was stopped for using too much.

    Raises AssertionError with its output where it fails in any other way.
    """
    limit = f"import resource; resource.setrlimit(resource.RLIMIT_CPU, ({seconds}, {seconds + 1}))\n"
    done = subprocess.run(
        [sys.executable, "-c", limit + work], cwd=ROOT, capture_output=True, text=True, check=False
    )
    if done.returncode in {-signal.SIGXCPU, -signal.SIGKILL}:
        return False
    assert done.returncode == 0, done.stderr
    return True
