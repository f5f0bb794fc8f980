"""The figures of a whole run, for ``docs/full-run.md``. A run in which anything failed writes nothing.

Loaded by ``python3 -m survey test --full`` alone; the tests themselves know nothing of it.
"""

from __future__ import annotations

import platform
import shutil
import sqlite3
import subprocess
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from survey.clock import SystemClock, monotonic
from tests.services import POSTGRES, REDIS

PAGE = Path("docs") / "full-run.md"
SLOWEST = 15
STARTED = pytest.StashKey[float]()
COUNTED = ("passed", "failed", "error", "skipped", "xfailed", "xpassed")


@dataclass(frozen=True)
class Run:
    """What a run found. ``seconds`` holds each test's own time, set-up and tear-down included."""

    when: str
    commit: str
    machine: str
    services: tuple[str, ...]
    counts: dict[str, int]
    wall: float
    seconds: dict[str, float]
    skipped: tuple[str, ...]


def pytest_sessionstart(session: pytest.Session) -> None:
    session.config.stash[STARTED] = monotonic()


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, exitstatus: int, config: pytest.Config
) -> None:
    """At the end of a run, and only where the numbers come together: write the page, or say why not."""
    target = config.rootpath / PAGE
    if exitstatus != pytest.ExitCode.OK:
        terminalreporter.write_line(f"{PAGE} is left as it was, because not everything passed.")
        return
    target.parent.mkdir(exist_ok=True)
    target.write_text(page(_read(terminalreporter, config)), "utf-8")
    terminalreporter.write_line(f"{PAGE} is written.")


def page(run: Run) -> str:
    """The page in Markdown."""
    return "\n".join(_lines(run)) + "\n"


def _lines(run: Run) -> Iterator[str]:
    yield from ("# The last full run", "")
    yield "Written by `python3 -m survey test --full`, which writes nothing where a test failed."
    yield from ("", "| | |", "|---|---|", f"| When | {run.when} |", f"| Commit | {run.commit} |")
    yield f"| Machine | {run.machine} |"
    yield f"| Found | {'; '.join(run.services)} |"
    yield f"| Result | {', '.join(f'{number} {name}' for name, number in run.counts.items())} |"
    yield f"| From start to end | {run.wall:.0f} s |"
    yield from ("", "## Where the time goes", "")
    yield "Seconds are those of the tests, added up; with several workers the run is shorter than their sum."
    yield from ("", "| Group | Tests | Seconds |", "|---|---|---|")
    for group, each in sorted(_groups(run.seconds).items(), key=lambda entry: -sum(entry[1])):
        yield f"| {group} | {len(each)} | {sum(each):.1f} |"
    yield from ("", "## The slowest", "", "| Test | Seconds |", "|---|---|")
    for name, took in sorted(run.seconds.items(), key=lambda entry: -entry[1])[:SLOWEST]:
        yield f"| `{name}` | {took:.1f} |"
    if run.skipped:
        yield from ("", "## Skipped", "", *(f"- {reason}" for reason in run.skipped))


def _groups(seconds: dict[str, float]) -> dict[str, list[float]]:
    """Folder below ``tests/`` -> the seconds of its tests."""
    groups: dict[str, list[float]] = defaultdict(list)
    for name, took in seconds.items():
        path = Path(name.partition("::")[0])
        groups[path.parts[1] if len(path.parts) > 2 else path.name].append(took)
    return groups


def _read(reporter: pytest.TerminalReporter, config: pytest.Config) -> Run:
    seconds: dict[str, float] = defaultdict(float)
    for reports in reporter.stats.values():
        for report in reports:
            if isinstance(report, pytest.TestReport):
                seconds[report.nodeid] += report.duration
    counts = {name: len(reporter.stats[name]) for name in COUNTED if reporter.stats.get(name)}
    skipped = {str(each.longrepr[2]) for each in reporter.stats.get("skipped", ())}
    return Run(
        when=f"{SystemClock().now():%Y-%m-%d %H:%M} UTC",
        commit=_commit(config.rootpath),
        machine=f"Python {platform.python_version()} on {platform.system()} {platform.machine()}, "
        f"{config.getoption('numprocesses', None) or 1} at a time",
        services=tuple(_services()),
        counts=counts,
        wall=monotonic() - config.stash[STARTED],
        seconds=seconds,
        skipped=tuple(sorted(skipped)),
    )


def _commit(root: Path) -> str:
    """The short commit, and whether anything but this page differs from it."""
    commit = _said("git", "-C", str(root), "rev-parse", "--short", "HEAD")
    changed = _said("git", "-C", str(root), "status", "--porcelain", "--", ".", f":!{PAGE}")
    return (commit or "unknown") + (", with changes not yet committed" if changed else "")


def _services() -> Iterator[str]:
    yield f"SQLite {sqlite3.sqlite_version}"
    yield f"PostgreSQL {_postgres() or 'not found'}"
    yield f"Redis {_redis() or 'not found'}"
    browser = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), "")
    yield (_said(browser, "--version") if browser else "") or "Chromium not found"


def _said(*command: str) -> str:
    try:
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()
    except (OSError, subprocess.CalledProcessError):
        return ""


def _postgres() -> str:
    try:
        import psycopg

        with psycopg.connect(POSTGRES, connect_timeout=3) as server:
            return str(server.info.parameter_status("server_version"))
    except (ImportError, psycopg.OperationalError):
        return ""


def _redis() -> str:
    try:
        import redis

        with redis.Redis.from_url(REDIS) as server:
            return str(server.info("server")["redis_version"])
    except (ImportError, redis.ConnectionError):
        return ""
