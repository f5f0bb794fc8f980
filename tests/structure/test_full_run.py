"""The page of the full run holds what was found, and is not touched where anything failed."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from survey import bootstrap
from tests.full_run import PAGE, Run, page
from tests.limits import ends

ROOT = Path(__file__).resolve().parents[2]
PASSING = "def test_one(): pass\n\ndef test_two(): pass\n"


def run_in(folder: Path, tests: str, *options: str) -> str:
    """Run these tests as a project of their own with the page's plugin; returns what pytest printed."""
    (folder / "tests" / "group").mkdir(parents=True, exist_ok=True)
    (folder / "tests" / "group" / "test_it.py").write_text(tests)
    (folder / "pyproject.toml").write_text("[tool.pytest.ini_options]\n")
    command = [sys.executable, "-m", "pytest", "-p", "tests.full_run", "--rootdir", str(folder), *options]
    command += ["-c", str(folder / "pyproject.toml"), str(folder)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False).stdout


@pytest.mark.parametrize("workers", ["0", pytest.param("2", marks=pytest.mark.slow)])
def test_a_run_in_which_all_passed_is_written_down(tmp_path: Path, workers: str) -> None:
    output = run_in(tmp_path, PASSING, "-n", workers)
    written = (tmp_path / PAGE).read_text("utf-8")
    assert "2 passed" in output.splitlines()[-1]
    assert "| Result | 2 passed |" in written
    assert "| group | 2 |" in written
    assert "tests/group/test_it.py::test_two" in written


@pytest.mark.parametrize("broken", ["def test_three(): assert False\n", "import nothing_of_that_name\n"])
def test_a_run_in_which_something_failed_leaves_the_page_alone(tmp_path: Path, broken: str) -> None:
    (tmp_path / "docs").mkdir()
    (tmp_path / PAGE).write_text("as it was")
    output = run_in(tmp_path, PASSING + broken)
    assert "is left as it was" in output
    assert (tmp_path / PAGE).read_text() == "as it was"


def test_a_reason_to_skip_stands_on_the_page() -> None:
    run = Run("today", "abc", "here", ("SQLite 3",), {"skipped": 1}, 1.0, {}, ("redis: no server answers",))
    assert "- redis: no server answers" in page(run)
    assert "1 skipped" in page(run)


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        (["-n", "3"], []),
        (["-n0"], []),
        (["--pdb"], []),
    ],
)
def test_a_number_of_workers_that_was_given_is_kept(options: list[str], expected: list[str]) -> None:
    assert bootstrap._side_by_side(options) == expected


def test_every_core_is_used_where_there_are_several_and_none_where_there_is_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(bootstrap.os, "cpu_count", lambda: 2)
    assert bootstrap._side_by_side([])[:2] == ["-n", "auto"]
    monkeypatch.setattr(bootstrap.os, "cpu_count", lambda: 1)
    assert bootstrap._side_by_side([]) == []


def test_without_xdist_the_tests_still_run(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bootstrap.os, "cpu_count", lambda: 2)
    monkeypatch.setattr(bootstrap.importlib.util, "find_spec", lambda _: None)
    assert bootstrap._side_by_side([]) == []


def test_work_that_never_ends_is_stopped_and_a_mistake_is_shown() -> None:
    assert ends("pass")
    assert not ends("while True: pass", seconds=1)
    assert not ends("import re; re.match('(a+)+$', 'a' * 60 + 'b')", seconds=1)
    with pytest.raises(AssertionError, match="NameError"):
        ends("nothing")
