"""A night that dies at its n-th step: a real process that ends without a word; then the nights after it.

A step is counted inside the process (statements, commits, changes of key files), or from outside by strace,
which kills the process at its n-th system call that writes or sends.

Before the night five things are prepared whose end is known: seven answers that will be published, three that
wait, comments that wait, and two atoms of a closed month that will become one.
"""

from __future__ import annotations

import os
import shutil
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, Table, delete, event, insert, select
from sqlalchemy.orm import Session

from survey import jobs
from survey.clock import SimulatedClock
from survey.db import make_engine, reading, transaction
from survey.invitations.mailer import FolderMailer
from survey.keys import pool as pool_keys
from survey.keys.files import KeyFiles
from survey.keys.sealing import BoxUnreadable, opener
from survey.migrations.tables import METADATA
from survey.practice.model import JobRun, Practice
from survey.releases.model import Atom, Tally, Unreleased
from survey.responses.model import Kind, Pool, PoolKey
from survey.runtime import Runtime, open_runtime
from survey.settings import Settings
from tests import builders
from tests.faults import tracing

DEAD = 77
NIGHT = datetime(2026, 3, 9, 8, 0, tzinfo=UTC)  # Monday, four in the morning in New York
PUBLISHED, WAITING = 7, 3


@dataclass(frozen=True)
class Scene:
    """A prepared installation; the same one can be copied before each death."""

    settings: Settings
    practice: Practice
    rows: dict[Table, list[dict[str, Any]]] = field(repr=False)

    def moved(self, folder: Path) -> Scene:
        """The same on a fresh copy of both folders; on a server its rows are put back as they were."""
        shutil.rmtree(folder, ignore_errors=True)
        shutil.copytree(self.settings.instance, folder / "instance")
        shutil.copytree(self.settings.keys, folder / "keys")
        places: dict[str, Any] = {"instance": folder / "instance", "keys": folder / "keys"}
        copy = replace(self, settings=replace(self.settings, **places))
        if self.settings.database_url:
            engine = make_engine(copy.settings)
            put_back(engine, self.rows)
            engine.dispose()
        return copy

    def open(self, now: datetime = NIGHT) -> Runtime:
        return Runtime(
            self.settings, make_engine(self.settings), KeyFiles(self.settings.keys), SimulatedClock(now)
        )


def prepare(runtime: Runtime) -> Scene:
    """The five things, on whichever database."""
    practice = builders.make_practice(runtime)
    ana = builders.make_clinician(runtime, practice, "Ana Ortiz")
    ben = builders.make_clinician(runtime, practice, "Ben Adler")
    for clinician, times in ((ana, PUBLISHED), (ben, WAITING)):
        for _ in range(times):
            token = builders.make_token(runtime, practice, clinician)
            builders.answer(runtime, practice, token, words="The waiting room was calm.")
    with transaction(runtime.engine, practice.id) as db:
        for _ in range(2):
            builders.make_atom(
                db, practice, counts={"overall@1": {"good": 5}}, clinician=ana, month="2026-02"
            )
    rows = rows_of(runtime.engine)
    runtime.engine.dispose()
    return Scene(runtime.settings, practice, rows)


def rows_of(engine: Engine) -> dict[Table, list[dict[str, Any]]]:
    """Everything in the database."""
    with reading(engine) as db:
        return {
            table: [dict(row) for row in db.execute(select(table)).mappings()]
            for table in METADATA.sorted_tables
        }


def put_back(engine: Engine, rows: dict[Table, list[dict[str, Any]]]) -> None:
    """The database as it was, as after a restore."""
    with transaction(engine) as db:
        for table in reversed(METADATA.sorted_tables):
            db.execute(delete(table))
        for table, content in rows.items():
            if content:
                db.execute(insert(table), content)


def live(scene: Scene, now: datetime) -> None:
    """One waking of the worker."""
    runtime = scene.open(now)
    try:
        jobs.run_due(runtime, FolderMailer(scene.settings.mailbox))
    finally:
        runtime.engine.dispose()


def die_at(scene: Scene, step: int) -> bool:
    """Run the night in a process that ends at this step; False where the night has fewer steps."""

    def night() -> None:
        runtime = scene.open()
        _plant(runtime, step)
        jobs.run_due(runtime, FolderMailer(scene.settings.mailbox))

    code = tracing.ended(tracing.forked(night))
    assert code in (0, DEAD), f"the night itself went wrong (exit {code})"
    return code == DEAD


def killed_at(scene: Scene, call: int) -> bool:
    """Start the worker and run the night under strace, which kills it at its n-th system call that writes
    or sends; False where there are fewer."""

    def night() -> None:
        opened = open_runtime(scene.settings, SimulatedClock(NIGHT))
        jobs.run_due(opened, FolderMailer(scene.settings.mailbox))

    return tracing.killed_at(night, call)


def _plant(runtime: Runtime, step: int) -> None:
    """End this process at the n-th statement, commit, or change of a key file."""
    count = 0

    def tick(*_: object, **__: object) -> None:
        nonlocal count
        count += 1
        if count == step:
            os._exit(DEAD)

    def ticking(call: Callable[..., Any]) -> Callable[..., Any]:
        def wrapped(*given: Any, **named: Any) -> Any:
            tick()
            done = call(*given, **named)
            tick()
            return done

        return wrapped

    for name in ("write", "fsync", "link", "unlink"):
        setattr(os, name, ticking(getattr(os, name)))
    event.listen(runtime.engine, "before_cursor_execute", _writes_only(tick))
    event.listen(runtime.engine, "commit", tick)


def _writes_only(tick: Callable[[], None]) -> Callable[..., None]:
    def before(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if not statement.lstrip().upper().startswith(("SELECT", "PRAGMA", "BEGIN", "SET")):
            tick()

    return before


def harm(scene: Scene) -> list[str]:
    """What is wrong after the worker woke again that night and the next two."""
    for later in (timedelta(), timedelta(days=1), timedelta(days=2)):
        live(scene, NIGHT + later)
    runtime = scene.open()
    try:
        with reading(runtime.engine) as db:
            return [
                *_harmed_results(db.execute(select(Atom.kind, Atom.month, Atom.n)).all()),
                *_harmed_sums(_sums(db)),
                *_harmed_pools(db, runtime.files, scene.practice.id),
                *(f"{row.n} {row.kind} {row.cause}" for row in db.scalars(select(Unreleased))),
                *(
                    []
                    if db.get(JobRun, (scene.practice.id, "night", NIGHT.date()))
                    else ["night not noted as done"]
                ),
            ]
    finally:
        runtime.engine.dispose()


def _harmed_results(atoms: Any) -> list[str]:
    expected = [("ratings", "2026-02", 10), ("ratings", "2026-03", PUBLISHED)]
    found = sorted(tuple(row) for row in atoms)
    return [] if found == expected else [f"atoms are {found}"]


def _sums(db: Session) -> Counter[str]:
    sums: Counter[str] = Counter()
    for row in db.execute(select(Tally.item, Tally.n)):
        sums[row.item] += row.n
    return sums


def _harmed_sums(tallies: Counter[str]) -> list[str]:
    expected = dict.fromkeys(tallies, PUBLISHED) | {"overall@1": 10}
    return [] if tallies == expected and len(tallies) > 1 else [f"tallies are {dict(tallies)}"]


def _harmed_pools(db: Any, files: KeyFiles, practice_id: int) -> list[str]:
    keys = {row.kind: row.kid for row in db.scalars(select(PoolKey))}
    wrong = []
    if pool_keys.ids_held(files, practice_id) != set(keys.values()):
        wrong.append("keys on disk are not those that the pools name")
    for kind, number in ((Kind.RATINGS, WAITING), (Kind.COMMENTS, PUBLISHED + WAITING)):
        boxes = db.scalars(select(Pool.sealed).where(Pool.kind == kind)).all()
        if not pool_keys.holds(files, practice_id, keys[kind]):
            wrong.append(f"the key of the {kind} is gone")
            continue
        opened = opener(pool_keys.private_key(files, practice_id, keys[kind]))
        good = sum(1 for box in boxes if _opens(opened, box))
        if (good, len(boxes)) != (number, number):
            wrong.append(f"{number} {kind} waited, {len(boxes)} are there, {good} can be opened")
    return wrong


def _opens(opened: Callable[[bytes], bytes], box: bytes) -> bool:
    try:
        opened(box)
    except BoxUnreadable:
        return False
    return True
