"""The demo lived through: a small one adds up, a foreign folder is left alone, Ctrl-C ends all it started."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import func, select

from survey import clock
from survey.clock import SimulatedClock
from survey.db import reading
from survey.demo import fresh, running, story, summary
from survey.demo.year import DemoFailed, Year, at_start, found_practice
from survey.practice.model import Cell, Clinician
from survey.releases.model import Atom, Tally
from survey.reports import filing
from survey.runtime import open_runtime
from survey.settings import load_settings
from tests.jobs.towns import ROOT, free_port, interruptible, is_running

LAST_DAY = date(2026, 11, 22)
PASSWORD = "four odd words walking"


@pytest.fixture(scope="module")
def year(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Year]:
    """A hundred days of two hundred patients, lived through, with three fresh answers at the end."""
    folder = tmp_path_factory.mktemp("demo")
    settings = load_settings({}, instance=folder / "instance", keys=folder / "keys", mail="folder", demo=True)
    settings = replace(settings, mail_from="feedback@riverside.example")
    told = story.tell(LAST_DAY, days=100, patients=200)
    runtime = open_runtime(settings, SimulatedClock(at_start(told.first_day)))
    practice = found_practice(runtime, told.first_day, PASSWORD)
    lived = Year(runtime, practice, told, lambda day: None, PASSWORD)
    lived.live()
    fresh.send_and_answer(lived)
    fresh.to_next_tick(lived)
    yield lived
    runtime.engine.dispose()


def reports(year: Year, folder: Path) -> tuple[Path, ...]:
    today = clock.local_day(year.runtime.clock.now(), story.TIME_ZONE)
    with reading(year.runtime.engine, year.practice.id) as db:
        return filing.write_files(
            db, year.practice, "2026-Q3", folder=folder, today=today, settings=year.runtime.settings
        )


def test_a_small_demo_adds_up(year: Year, tmp_path: Path) -> None:
    counted = summary.sum_up(year, reports(year, tmp_path))
    assert counted.problems == ()
    assert counted.visits == year.story.total + fresh.FRESH
    posted = counted.responses_released + counted.responses_waiting + counted.responses_expired
    assert counted.responses_posted == posted == year.counted.posted
    assert counted.smallest_atom >= 5
    assert counted.report_files == tuple(f"riverside-2026-Q3.{kind}" for kind in ("csv", "pdf", "xlsx"))
    written = json.loads(summary.write(counted, tmp_path).read_text("utf-8"))
    assert written["atoms"] == counted.atoms > 0
    assert year.counted.mails_over_smtp >= fresh.FRESH


def test_a_summary_that_does_not_add_up_says_which_sum(year: Year, tmp_path: Path) -> None:
    """The check sees an answer that was lost, a tally that was doubled and a report that is missing."""
    year.counted.posted += 1
    problems = summary.sum_up(year, reports(year, tmp_path)[:1]).problems
    year.counted.posted -= 1
    assert any("answers were posted" in each for each in problems)
    assert "the quarterly report is missing" in problems


def test_the_year_left_counts_and_no_answers(year: Year) -> None:
    with reading(year.runtime.engine, year.practice.id) as db:
        tallies = db.execute(select(Tally.item, Tally.n)).all()
    assert {row.item.partition(".")[0] for row in tallies} >= {"overall", "phone", "billing"}


def test_a_folder_that_is_not_the_demos_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("years of work")
    with pytest.raises(DemoFailed, match="is not empty and not a demo's folder; choose another with --dir"):
        running.run_once(tmp_path, lambda words: None)
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.txt"]
    assert (tmp_path / "thesis.txt").read_text() == "years of work"


def test_the_demos_own_folder_is_made_anew(tmp_path: Path) -> None:
    (tmp_path / "this-is-a-demo").write_text("")
    (tmp_path / "old").mkdir()
    running._clear(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["this-is-a-demo"]


def children(pid: int) -> list[int]:
    """Processes that a process has started."""
    command = ["ps", "--ppid", str(pid), "-o", "pid="]
    found = subprocess.run(command, capture_output=True, text=True, check=False)
    return [int(each) for each in found.stdout.split()]


@pytest.mark.slow
def test_ctrl_c_ends_web_and_worker(tmp_path: Path) -> None:
    port = free_port()
    demo = subprocess.Popen(
        [sys.executable, "-m", "survey", "demo", "--dir", str(tmp_path / "demo"), "--port", str(port)],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        cwd=ROOT,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
        start_new_session=True,
        preexec_fn=interruptible,  # noqa: PLW1509 — a simple function, and this test starts it alone
    )
    try:
        assert demo.stdout is not None
        lines = []
        for line in demo.stdout:
            lines.append(line)
            if "Ctrl-C ends it." in line:
                break
        told = "".join(lines)
        assert demo.poll() is None, told
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=10) as answer:
            assert answer.status == 200
        assert re.search(rf"http://127\.0\.0\.1:{port}/s/riverside/after-visit-1/e[ns]#\S{{56}}", told)
        assert f"http://127.0.0.1:{port}/demo/mailbox" in told
        started = children(demo.pid)
        assert len(started) == 2
        os.killpg(demo.pid, signal.SIGINT)  # as a terminal does
        assert demo.wait(timeout=30) == 0
        assert not any(is_running(pid) for pid in started)
    finally:
        if demo.poll() is None:
            os.killpg(demo.pid, signal.SIGKILL)
        demo.communicate()


@pytest.mark.slow
def test_the_whole_demo_adds_up_and_exits_with_zero(tmp_path: Path) -> None:
    began = clock.monotonic()
    done = subprocess.run(
        [sys.executable, "-m", "survey", "demo", "--once", "--dir", str(tmp_path / "out")],
        capture_output=True,
        text=True,
        cwd=ROOT,
        timeout=600,
        check=False,
    )
    took = clock.monotonic() - began
    assert done.returncode == 0, done.stdout + done.stderr
    found = json.loads((tmp_path / "out" / "demo-summary.json").read_text("utf-8"))
    print(f"the whole demo took {took:.0f} s: {found['visits']} visits, {found['atoms']} atoms")
    assert 2300 <= found["visits"] <= 2710
    assert found["problems"] == []
    assert found["smallest_atom"] >= 5
    atoms = atoms_by_clinician(tmp_path / "out")
    assert atoms.pop("Ines Duarte, LMFT") == 0, "one clinician has too few answers to be shown"
    assert len(atoms) == 4
    assert min(atoms.values()) > 0


def atoms_by_clinician(folder: Path) -> dict[str, int]:
    """How many ratings atoms each clinician of a demo has."""
    settings = load_settings({}, instance=folder / "instance", keys=folder / "keys", mail="folder")
    runtime = open_runtime(settings)
    with reading(runtime.engine) as db:
        mine = (Atom.practice_id == Cell.practice_id) & (Atom.cell_id == Cell.id) & (Atom.kind == "ratings")
        own = (Cell.practice_id == Clinician.practice_id) & (Cell.clinician_id == Clinician.id)
        query = select(Clinician.name, func.count(Atom.id)).join(Cell, own).outerjoin(Atom, mine)
        found = {row[0]: row[1] for row in db.execute(query.group_by(Clinician.name))}
    runtime.engine.dispose()
    return found
