"""A disk that lets nobody write any more (row 13): pages are read, an answer is not thanked for, words stay.

That a running disk turns read-only is what the system says to each write (EROFS), so strace says it to a
running server, and is taken away again. At a start the folder really is read-only, in a mount namespace of
its own.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy.exc import OperationalError

from survey import clock
from survey.app import make_app
from survey.clock import SystemClock
from survey.practice.model import Practice
from survey.runtime import Runtime
from survey.settings import environment_for
from survey.web import patient
from tests import builders
from tests.cli.test_serving import answers
from tests.faults import tracing
from tests.jobs.towns import ROOT, command, free_port
from tests.services import miss
from tests.web.patients import GOOD, NOTHING, PAGE, kept, send

WORDS = "The waiting room was calm."
WRITES = "pwrite64,fsync,fdatasync,ftruncate"
REFUSING = ("-e", f"trace={WRITES}", "-e", f"inject={WRITES}:error=EROFS")
READ_ONLY = 'mount --bind "$0" "$0" && mount -o remount,ro,bind "$0" && exec "$@"'


@pytest.fixture
def runtime(sqlite_runtime: Runtime) -> Runtime:
    return replace(sqlite_runtime, clock=SystemClock())


@pytest.fixture
def practice(runtime: Runtime) -> Practice:
    return builders.make_practice(runtime)


@contextmanager
def nobody_writes(process: int) -> Iterator[None]:
    """Every write of a running process, and of its threads, is refused as on a disk that is read-only."""
    tracer = subprocess.Popen(["strace", "-f", "-qq", "-o", "/dev/null", *REFUSING, "-p", str(process)])
    try:
        for _ in range(600):
            if "TracerPid:\t0\n" not in Path(f"/proc/{process}/status").read_text("ascii"):
                break
            clock.pause(0.05)
        clock.pause(0.3)  # its threads come after it
        yield
    finally:
        tracer.terminate()
        tracer.wait(timeout=60)


def post(port: int, token: str) -> tuple[int, str]:
    body = urllib.parse.urlencode({**GOOD, "token": token, "box.works_well": WORDS}).encode("ascii")
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}{PAGE}", data=body, timeout=60) as reply:
            return reply.status, reply.read().decode()
    except urllib.error.HTTPError as refused:
        with refused:
            return refused.code, refused.read().decode()


def test_a_disk_that_turns_read_only_keeps_the_words_and_goes_on_afterwards(
    runtime: Runtime, practice: Practice
) -> None:
    tracing.require()
    token = builders.make_token(runtime, practice, builders.make_clinician(runtime, practice))
    port = free_port()
    with command(runtime.settings, "serve", "--port", str(port)) as server:
        assert answers(port, server) == "ok\n"
        with nobody_writes(server.pid):
            status, page = post(port, token)
            assert (status, "Not saved yet" in page, WORDS in page) == (503, True, True)
            assert (token in page, "value=good checked" in page) == (True, True)
            for path in (PAGE, "/healthz", "/staff/sign-in"):
                with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=60) as reply:
                    assert reply.status == 200
            assert server.poll() is None
        assert kept(runtime, practice) == NOTHING
        status, page = post(port, token)
        assert (status, "Thank you" in page) == (200, True)
    assert kept(runtime, practice).spent == 1


@pytest.mark.parametrize("program", ["work", pytest.param("serve", marks=pytest.mark.slow)])
def test_a_start_on_a_read_only_folder_is_one_sentence_and_ends(
    runtime: Runtime, practice: Practice, tmp_path: Path, program: str
) -> None:
    runtime.engine.dispose()
    ended = started_read_only(tmp_path, runtime, program)
    said = (ended.stdout + ended.stderr).strip().splitlines()
    assert (ended.returncode, len(said)) == (1, 1), said
    assert "read-only" in said[0] or "can be written to" in said[0], said
    assert "Traceback" not in said[0]


def started_read_only(folder: Path, runtime: Runtime, program: str) -> subprocess.CompletedProcess[str]:
    """A command on an installation whose folder nobody can write to, root neither."""
    if os.geteuid() != 0 or shutil.which("unshare") is None:
        miss("root", "only root can mount a folder read-only for one process")
    start = [sys.executable, "-m", "survey.cli", program]
    return subprocess.run(
        ["unshare", "-m", "sh", "-c", READ_ONLY, str(folder), *start],
        check=False,
        env=environment_for(runtime.settings),
        capture_output=True,
        text=True,
        timeout=60,
        cwd=ROOT,
    )


def thanks_unsaved(app: Flask, token: str) -> bool:
    """Whether a child of this process, which can write nothing, thanks for an answer."""

    def work() -> None:
        assert send(app.test_client(), token).status_code == 200

    return tracing.traced(work, *REFUSING) == 0


def test_a_page_that_thanks_whatever_the_disk_says_would_be_noticed(
    runtime: Runtime, practice: Practice, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The broken variant."""
    tracing.require()
    token = builders.make_token(runtime, practice, builders.make_clinician(runtime, practice))
    real, app = patient.keep, make_app(runtime)
    assert not thanks_unsaved(app, token)

    def careless(*given: Any) -> None:
        with suppress(OperationalError):
            real(*given)

    monkeypatch.setattr(patient, "keep", careless)
    assert thanks_unsaved(app, token)
    assert kept(runtime, practice) == NOTHING
