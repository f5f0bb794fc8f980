"""``afterword attack``: carry out every attack and write down how it ended.

Each runs against the program as it is and, where one is made for it, against a deliberately broken variant.
"""

from __future__ import annotations

import logging
import subprocess
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import replace
from multiprocessing import get_context
from pathlib import Path
from secrets import token_hex
from tempfile import TemporaryDirectory

from sqlalchemy import create_engine, make_url, text

from survey import __version__
from survey.attacks.evidence import ATTACKS, REAL, Evidence, Options

HEAD = """# Evidence of anonymity

Written by `afterword attack --report`, which anyone can run again. Every attack is carried out on the real
program, living through the weeks of a simulated practice, and on variants in which one thing was broken on
purpose: there the attacker must win, or the attack has no teeth. Against whom, and why:
[threat model](threat-model.md). Three attacks are too long for this table and have pages of their own: every
screen of every week put together (LA-20, LA-22) in the [disclosure audit](anonymity-audit.md), nights that
are cut at each step (LA-27) in [faults](faults.md).

{about}

A *score* is, unless it says otherwise, the chance that the attacker's best guess at who gave a released
answer is right; the *floor* is the mean of 1/n over the released batches, which no design can deny. L1 to L4
are attackers with growing knowledge. The attackers are given each released answer whole, which the program
itself never shows.

| Attack | What is tried | Database | Variant | Score | Passes if | Passed |
|---|---|---|---|---|---|---|
"""


def load() -> tuple[str, ...]:
    """Import every module with attacks, which adds them to the list; returns the modules' names."""
    from survey.attacks import (
        browsing,
        copies,
        fakes,
        filters,
        headers,
        linkage,
        lint,
        logs,
        mails,
        neighbours,
        oracle,
        people,
        physical,
        planted,
        prefetch,
        racing,
        rejoin,
        remembered,
        seizing,
        surfaces,
    )

    stored = (linkage, physical, neighbours, seizing, people)
    shown = (headers, mails, filters, rejoin, planted, lint, copies, fakes)
    live = (oracle, prefetch, browsing, racing, logs, surfaces, remembered, *shown)
    return tuple(module.__name__.rsplit(".", 1)[-1] for module in (*stored, *live))


def run(
    options: Options, *, only: Sequence[str] = (), say: Callable[[str], object] = print
) -> list[Evidence]:
    """Every attack, or those whose modules are named; ``say`` hears each line as it comes."""
    load()
    logging.getLogger("alembic").setLevel(logging.WARNING)
    found = []
    for each in ATTACKS:
        if only and each.__module__.rsplit(".", 1)[-1] not in only:
            continue
        for evidence in each(options):
            found.append(evidence)
            say(line(evidence))
    return found


def line(evidence: Evidence) -> str:
    """One attack in one line."""
    mark = "passed" if evidence.passed else "NOT PASSED"
    where = f"{evidence.database} | {evidence.variant}"
    return f"{mark}  {evidence.attack} {evidence.title} | {where} | {evidence.score}"


def run_on(
    databases: Sequence[str | None],
    options: Options,
    *,
    only: Sequence[str] = (),
    say: Callable[[str], object] = print,
) -> list[Evidence]:
    """The attacks on each database, at the same time, each in a process of its own; None is SQLite, an
    address a PostgreSQL server where a scratch database is made and dropped again. ``say`` must be a plain
    function."""
    if len(databases) == 1:
        return _run_in_scratch(databases[0], options, only, say)
    apart = get_context("spawn")  # variants replace parts of the program: no process may share them
    with ProcessPoolExecutor(len(databases), mp_context=apart) as processes:
        runs = [processes.submit(_run_in_scratch, database, options, only, say) for database in databases]
        return [evidence for each in runs for evidence in each.result()]


def _run_in_scratch(
    database: str | None, options: Options, only: Sequence[str], say: Callable[[str], object]
) -> list[Evidence]:
    with TemporaryDirectory() as folder, scratch(database) as address:
        return run(replace(options, folder=Path(folder), database=address), only=only, say=say)


def scratch(server: str | None) -> AbstractContextManager[str | None]:
    """A database of our own on a server, dropped at the end."""
    return nullcontext(None) if server is None else _scratch_database(server)


@contextmanager
def _scratch_database(server: str) -> Iterator[str]:
    url = make_url(server)
    if url.drivername == "postgresql":
        url = url.set(drivername="postgresql+psycopg")
    name = f"afterword_attack_{token_hex(4)}"
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    try:
        with engine.connect() as connection:
            connection.execute(text(f"CREATE DATABASE {name}"))
            # Nobody pulls the plug on a rehearsal; waiting for the disk at each commit would tell nothing.
            connection.execute(text(f"ALTER DATABASE {name} SET synchronous_commit = off"))
        try:
            yield url.set(database=name).render_as_string(hide_password=False)
        finally:
            with engine.connect() as connection:
                connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    finally:
        engine.dispose()


def page(found: Sequence[Evidence], *, full: bool) -> str:
    """The evidence as a page."""
    real = [each for each in found if each.variant == REAL]
    passed = sum(each.passed for each in found)
    kind = "the full run" if full else "the short run, with few answers"
    about = (
        f"Version {__version__}{_commit()}; {kind}. {len(found)} results, {passed} passed; "
        f"{len(real)} of them on the program as it is, {sum(each.passed for each in real)} passed."
    )
    rows = [
        f"| {e.attack} | {e.title} | {e.database} | {e.variant} | {_in_a_line(e.score)} | {e.expected} | "
        f"{'yes' if e.passed else '**no**'} |"
        for e in sorted(found, key=lambda e: (_number(e.attack), e.attack))
    ]
    return HEAD.format(about=about) + "\n".join(rows) + "\n"


def _in_a_line(score: str) -> str:
    """A score as a cell of the table; of statements that differ only where."""
    first, *more = score.splitlines()
    return first + "".join(more[-1].partition(" in ")[1:]) if more else first


def _number(name: str) -> int:
    digits = "".join(mark for mark in name if mark.isdigit())
    return int(digits) if digits else 0


def _commit() -> str:
    """The commit of a checkout; an installed package has none."""
    place = Path(__file__).resolve().parents[2]
    try:
        command = ["git", "-C", str(place), "rev-parse", "--short", "HEAD"]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        return ""
    return f", commit {done.stdout.strip()}"
