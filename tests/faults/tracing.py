"""Work in a process of its own, under strace, which kills it or makes its system calls fail."""

from __future__ import annotations

import ctypes
import os
import shutil
import subprocess
import warnings
from collections.abc import Callable
from pathlib import Path

from survey.clock import pause
from tests.services import miss, needs

NEEDS_FORK = needs("fork", there=hasattr(os, "fork"), reason="this system has none")
#: Every call that changes something outside the process.
CALLS = "pwrite64,fsync,fdatasync,link,linkat,unlink,rename,ftruncate,sendto"


def require() -> None:
    """Skips where nobody may trace a process."""
    if shutil.which("strace") is None:
        miss("strace", "strace is not installed")
    probe = subprocess.run(["strace", "-qq", "-o", "/dev/null", "true"], capture_output=True, check=False)
    if probe.returncode:
        miss("strace", "this machine lets nobody trace a process")


def killed_at(work: Callable[[], None], call: int, *, calls: str = CALLS, follow: bool = True) -> bool:
    """Kill the work, or where they are followed a child or thread of it, at its n-th call; False where it has
    fewer."""
    inject = ("-e", f"trace={calls}", "-e", f"inject={calls}:signal=SIGKILL:when={call}")
    code = traced(work, *inject, follow=follow)
    assert code in (0, -9), f"the work itself went wrong (exit {code})"
    return code == -9


def failing_at(work: Callable[[], None], call: int, error: str, *, calls: str) -> None:
    """Run the work while its n-th of these calls, and every one after it, fails with this error."""
    code = traced(work, "-e", f"trace={calls}", "-e", f"inject={calls}:error={error}:when={call}+")
    assert code == 0, f"the work itself went wrong (exit {code})"


def traced(
    work: Callable[[], None], *options: str, log: Path = Path("/dev/null"), follow: bool = True
) -> int:
    """Run the work in a child under strace, which notes its calls; the exit code, negative for a signal."""

    def waiting() -> None:
        _wait_for_tracer()
        work()

    child = forked(waiting)
    tracer = subprocess.Popen(
        ["strace", *(["-f"] if follow else []), "-qq", "-o", str(log), *options, "-p", str(child)]
    )
    code = ended(child)
    tracer.wait(timeout=60)
    return code


def forked(work: Callable[[], None]) -> int:
    """A child that does the work and ends with 0, or with 3 where it raised; its number."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # other threads are not needed in the child
        child = os.fork()
    if child == 0:
        try:
            work()
        except BaseException:  # noqa: BLE001 — the child must never come back
            os._exit(3)
        os._exit(0)
    return child


def ended(child: int) -> int:
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def _wait_for_tracer() -> None:
    anybody = ctypes.c_ulong(-1)
    ctypes.CDLL(None).prctl(0x59616D61, anybody, 0, 0, 0)  # PR_SET_PTRACER: strace is no ancestor of ours
    for _ in range(6000):
        if "TracerPid:\t0\n" not in Path("/proc/self/status").read_text("ascii"):
            return
        pause(0.01)
    os._exit(4)
