"""Two users of the operating system: the pages run as one, the worker as another, and the keys stay apart.

Needs root, because only root can become two others. Each process really is that user; nothing is pretended.
"""

from __future__ import annotations

import json
import os
import shutil
import tempfile
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from survey import jobs
from survey.app import create_app, make_app
from survey.clock import SimulatedClock
from survey.commands import doctor
from survey.db import make_engine, reading
from survey.invitations.mailer import FolderMailer
from survey.keys.halves import PRIVATE
from survey.releases.model import Atom
from survey.responses.model import Pool
from survey.runtime import Runtime, open_runtime
from survey.settings import Settings, load_settings
from tests import builders
from tests.conftest import Served
from tests.journeys.days import CONTENT, MONDAY, live_through, send
from tests.services import needs

WORKER, WEB = 61001, 61002
PEOPLE = 5

pytestmark = needs(
    "root",
    there=hasattr(os, "geteuid") and os.geteuid() == 0,
    reason="only root can become two other users",
)


def as_user(uid: int, work: Callable[[], Any]) -> Any:
    """What ``work`` returns (as JSON) in a process of this user; its words as AssertionError."""
    back, there = os.pipe()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # other threads are not needed in the child
        child = os.fork()
    if child == 0:
        try:
            os.setgroups([])
            os.setgid(uid)
            os.setuid(uid)
            said: Any = {"said": work()}
        except BaseException as trouble:  # noqa: BLE001 — the child must never come back
            said = {"trouble": f"{type(trouble).__name__}: {trouble}"}
        os.write(there, json.dumps(said).encode())
        os._exit(0)
    os.close(there)
    with os.fdopen(back, "rb") as stream:
        found = json.loads(stream.read())
    os.waitpid(child, 0)
    assert "said" in found, found["trouble"]
    return found["said"]


@dataclass(frozen=True)
class House:
    """One installation on PostgreSQL as docs/operations.md sets it up for two users."""

    worker: Settings
    web: Settings
    clock: SimulatedClock

    def private(self) -> list[Path]:
        return sorted(path for path in self.worker.keys.rglob("*") if path.suffix in PRIVATE)

    def start_worker(self) -> list[str]:
        """A practice, a first waking, and links for five people."""
        opened = open_runtime(self.worker, self.clock)
        practice = builders.make_practice(opened)
        ana = builders.make_clinician(opened, practice)
        jobs.run_due(opened, FolderMailer(self.worker.mailbox))
        return [builders.make_token(opened, practice, ana) for _ in range(PEOPLE)]

    def take_answers(self, tokens: list[str]) -> list[int]:
        client = create_app(self.web, self.clock).test_client()
        return [send(client, token, CONTENT).status_code for token in tokens]

    def flush(self) -> None:
        self.clock.move_to(self.clock.instant.replace(day=9))  # the Monday after
        jobs.run_due(open_runtime(self.worker, self.clock), FolderMailer(self.worker.mailbox))


def readable(paths: list[Path]) -> list[str]:
    """Those of the files that this process can read; it is told their names."""
    return [path.name for path in paths if os.access(path, os.R_OK)]


@pytest.fixture
def house(empty_postgres: Served, sqlite_runtime: Runtime, clock: SimulatedClock) -> Iterator[House]:
    _load_everything(sqlite_runtime)
    address = empty_postgres.address
    empty_postgres.empty()
    folder = Path(tempfile.mkdtemp(prefix="two-users-"))
    folder.chmod(0o711)
    for name, mode, user, group in (
        ("keys", 0o700, WORKER, WORKER),
        ("keys-web", 0o2750, WORKER, WEB),
        ("instance-worker", 0o700, WORKER, WORKER),
        ("instance-web", 0o700, WEB, WEB),
    ):
        (folder / name).mkdir()
        os.chown(folder / name, user, group)
        (folder / name).chmod(mode)
    shared = {"database_url": address, "mail": "folder", "secret_key": "s" * 40}
    places = {"keys": folder / "keys", "keys_web": str(folder / "keys-web")}
    yield House(
        worker=load_settings({}, role="worker", instance=folder / "instance-worker", **shared, **places),
        web=load_settings({}, role="web", instance=folder / "instance-web", **shared, **places),
        clock=clock,
    )
    shutil.rmtree(folder)


def _load_everything(runtime: Runtime) -> None:
    """Import what the two users need while this process may still read every module."""
    practice = builders.make_practice(runtime)
    token = builders.make_token(runtime, practice, builders.make_clinician(runtime, practice))
    assert send(make_app(runtime).test_client(), token, CONTENT).status_code == 200
    live_through(runtime, practice, MONDAY, 12)
    runtime.clock.move_to(runtime.clock.now().replace(day=2, hour=15))  # type: ignore[attr-defined]


def test_the_web_user_takes_answers_and_can_read_no_private_key(house: House) -> None:
    tokens = as_user(WORKER, house.start_worker)
    assert as_user(WEB, lambda: house.take_answers(tokens)) == [200] * PEOPLE
    names = house.private()
    assert {path.parent.name for path in names} == {"issue", "pool"}
    assert {(path.stat().st_uid, path.stat().st_mode & 0o777) for path in names} == {(WORKER, 0o600)}
    assert as_user(WORKER, lambda: readable(names)) == [path.name for path in names]
    assert as_user(WEB, lambda: readable(names)) == []
    assert as_user(WEB, lambda: os.access(house.web.keys, os.R_OK | os.X_OK)) is False
    with pytest.raises(AssertionError, match="PermissionError"):
        as_user(WEB, lambda: len(names[0].read_bytes()))


def test_the_worker_publishes_what_the_web_user_took(house: House) -> None:
    tokens = as_user(WORKER, house.start_worker)
    as_user(WEB, lambda: house.take_answers(tokens))
    as_user(WORKER, house.flush)
    engine = make_engine(house.worker)
    with reading(engine) as db:
        assert db.scalars(select(Atom.n).where(Atom.kind == "ratings")).all() == [PEOPLE]
        assert db.scalars(select(Pool.id).where(Pool.kind == "ratings")).all() == []
    engine.dispose()


@pytest.mark.parametrize(("folder_mode", "file_mode"), [(0o755, 0o644), (0o750, 0o640)])
def test_a_key_folder_that_is_open_is_refused_and_named_by_everybody(
    house: House, folder_mode: int, file_mode: int
) -> None:
    """The broken variant: the same folder, open to the world or to the web user's group."""
    as_user(WORKER, house.start_worker)
    names = house.private()
    for path in (house.worker.keys, *house.worker.keys.rglob("*")):
        os.chown(path, WORKER, WEB)
        path.chmod(folder_mode if path.is_dir() else file_mode)
    assert as_user(WEB, lambda: readable(names)) == [path.name for path in names], "really in danger"
    complaints = as_user(WORKER, lambda: doctor.examine(house.worker))
    assert any("can be read by others; run: chmod 700" in each for each in complaints)
    with pytest.raises(AssertionError, match=r"KeyTrouble.*can be read by others"):
        as_user(WORKER, house.flush)
    with pytest.raises(AssertionError, match=r"PrivateKeyInReach.*another user than the worker"):
        as_user(WEB, lambda: house.take_answers([]))
