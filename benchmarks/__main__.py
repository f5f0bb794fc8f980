"""The speed table: ``python -m benchmarks [--quick] [--only NAME …] [--postgres SERVER]``.

Runs each benchmark one after the other in a process of its own, reads its figures, and prints one table: what
was measured, the goal, and whether it is met, with the commit and the machine's load before and after. Each
ratio is taken side by side within one run; where other work shares the machine, the ratio by the processor
says more than the one by the clock. Exits with 1 where a benchmark breaks, not where a goal is missed.
"""

from __future__ import annotations

import argparse
import os
import re
import secrets
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).resolve().parent


@dataclass(frozen=True)
class Figure:
    """One line of the table: a number in what a benchmark prints, and its goal."""

    name: str
    pattern: str
    goal: float
    at_least: bool = False
    unit: str = ""

    def read(self, text: str) -> float:
        """The middle one of all numbers that the pattern finds. Raises LookupError where there is none."""
        found = sorted(float(each.replace(",", "")) for each in re.findall(self.pattern, text, re.MULTILINE))
        if not found:
            raise LookupError(f"no figure for {self.name!r}")
        return found[len(found) // 2]

    def line(self, value: float, where: str) -> str:
        met = value >= self.goal if self.at_least else value <= self.goal
        sign, verdict = ("≥" if self.at_least else "≤"), ("met" if met else "**not met**")
        goal = f"{sign} {self.goal:,g}{self.unit}"
        return f"| {self.name}{where} | {value:,.2f}{self.unit} | {goal} | {verdict} |"


@dataclass(frozen=True)
class Benchmark:
    """A file here, what it is told, what it is told where there is little time, and its figures."""

    file: str
    options: tuple[str, ...]
    quick: tuple[str, ...]
    figures: tuple[Figure, ...]
    on_postgres: bool = False


def ratios(name: str, goal: float, by_clock: str, by_processor: str) -> tuple[Figure, Figure]:
    """Side by side with something bare: by the clock, and by the processor, which others hardly disturb."""
    return (
        Figure(f"{name}, by the clock", by_clock, goal, at_least=True),
        Figure(f"{name}, by the processor", by_processor, goal, at_least=True),
    )


PAGE = ratios(
    "the survey page against a bare hello", 0.8, r"^ratio ([\d.]+), from", r"; by processor ([\d.]+)$"
)
ANSWER = (
    *ratios(
        "an answer against one bare insert",
        0.6,
        r"^ratio ([\d.]+) \(.*by the clock",
        r"by the clock, ([\d.]+) \(.*by the processor",
    ),
    Figure("99 of 100 answers, eight connections", r"p99 ([\d.]+) \(from", 30, unit=" ms"),
    Figure("a repeated answer against a first one", r"repeated answer costs ([\d.]+)", 1.1),
    Figure("a respondent, page and answer", r"a respondent: ([\d.]+) ", 2.0, unit=" ms"),
)
DASHBOARD = (
    Figure("a practice's dashboard, warm", r"/staff/practice \|[^|]+\| ([\d.]+) ms", 30, unit=" ms"),
    Figure("a clinician's dashboard, warm", r"/staff/clinician \|[^|]+\| ([\d.]+) ms", 30, unit=" ms"),
)
MAIL = (
    *ratios(
        "sending against a bare smtplib loop",
        0.5,
        r"^by the clock: ratio ([\d.]+) in",
        r"^processor time: ratio ([\d.]+) in",
    ),
    Figure("two workers against one, sink beside them", r"^replies 0 .* are ([\d.]+)", 1.7, at_least=True),
    Figure("two workers against one, replies 10 ms late", r"^replies 10 .* are ([\d.]+)", 1.7, at_least=True),
)
FLUSH = (
    Figure("ratings sealed again, a second of a core", r"sealed again: ([\d,]+)/s", 8000, at_least=True),
    Figure("ratings published, a second of a core", r"published: ([\d,]+)/s", 8000, at_least=True),
)
VISITS = (
    Figure("taking visits, memory", r"at most ([\d,]+) MB", 300, unit=" MB"),
    Figure("another writer meanwhile, at most", r"writer waited: .* ([\d.]+) s at most", 1.0, unit=" s"),
)
REPORTS = (
    Figure("a quarterly report as PDF", r"^pdf: ([\d.]+) s", 3, unit=" s"),
    Figure("a quarterly report as XLSX", r"^xlsx: ([\d.]+) s", 2, unit=" s"),
)
MEMORY = (
    Figure("start of a web process, processor", r"processor until then ([\d.]+) s", 3, unit=" s"),
    Figure("memory after a page and an answer", r"memory ([\d.]+) MB", 60, unit=" MB"),
)
BENCHMARKS = (
    Benchmark("page.py", (), ("--requests", "1000", "--rounds", "3"), PAGE),
    Benchmark("answer.py", (), ("--answers", "500", "--rounds", "3"), ANSWER, on_postgres=True),
    Benchmark("dashboard.py", (), ("--answers", "10000", "1000000", "--rounds", "15"), DASHBOARD),
    Benchmark("mail.py", (), ("--mails", "1500", "--rounds", "3"), MAIL, on_postgres=True),
    Benchmark("flush.py", (), ("--answers", "20000"), FLUSH),
    Benchmark("visits.py", (), ("--lines", "60000"), VISITS),
    Benchmark("reports.py", (), (), REPORTS),
    Benchmark("memory.py", (), (), MEMORY),
)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks")
    parser.add_argument("--quick", action="store_true", help="Fewer rounds; the figures are rougher.")
    parser.add_argument("--only", nargs="*", default=[], help="Such as: page answer")
    parser.add_argument("--postgres", default="", help="A server on which scratch databases may be made.")
    given = parser.parse_args()
    print(f"Commit {said('git', 'rev-parse', '--short', 'HEAD')}, load {load()} at the start.\n")
    print("| What | Measured | Goal | |\n|---|---|---|---|", flush=True)
    broken: list[str] = []
    for each in BENCHMARKS:
        if not given.only or each.file.removesuffix(".py") in given.only:
            options = each.quick if given.quick else each.options
            broken += show(each, options)
            if given.postgres and each.on_postgres:
                with scratch_database(given.postgres) as address:
                    broken += show(each, (*options, "--postgres", address), where=" (PostgreSQL)")
    print(f"\nLoad {load()} at the end.", *broken, sep="\n")
    sys.exit(bool(broken))


def show(benchmark: Benchmark, options: Sequence[str], *, where: str = "") -> list[str]:
    """Run it and print its lines; returns what was missing in what it said."""
    command = [sys.executable, str(HERE / benchmark.file), *options]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    missing = []
    for figure in benchmark.figures:
        try:
            print(figure.line(figure.read(done.stdout), where), flush=True)
        except LookupError as trouble:
            missing.append(
                f"{benchmark.file}: {trouble}. It ended with {done.returncode}: {done.stderr[-400:]}"
            )
    return missing


@contextmanager
def scratch_database(server: str) -> Iterator[str]:
    """Address of an empty database on the server, dropped at the end."""
    import psycopg
    from psycopg import sql
    from sqlalchemy.engine import make_url

    name = f"afterword_speed_{secrets.token_hex(4)}"
    url = make_url(server).set(drivername="postgresql")
    with psycopg.connect(url.render_as_string(hide_password=False), autocommit=True) as line:
        line.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        try:
            own = url.set(drivername="postgresql+psycopg", database=name)
            yield own.render_as_string(hide_password=False)
        finally:
            line.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


def said(*command: str) -> str:
    return subprocess.run(command, cwd=HERE, capture_output=True, text=True, check=False).stdout.strip()


def load() -> str:
    return f"{os.getloadavg()[0]:.0f}"


if __name__ == "__main__":
    main()
