"""A process that serves patients loads no library for figures, reports or files, which cost memory."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
HEAVY = {"icalendar", "numpy", "openpyxl", "pandas", "plotly", "scipy", "typst", "xlsxwriter"}
#: A new process opens an installation, shows the survey and takes an answer.
SERVING = """
import sys
from pathlib import Path
from survey import cli  # whose command starts the server
from survey.app import make_app
from survey.runtime import open_runtime
from survey.settings import load_settings
from tests import builders
from tests.journeys.days import CONTENT, PAGE, send

folder = Path(sys.argv[1])
runtime = open_runtime(load_settings({}, instance=folder / "instance", keys=folder / "keys", mail="folder"))
practice = builders.make_practice(runtime)
token = builders.make_token(runtime, practice, builders.make_clinician(runtime, practice))
client = make_app(runtime).test_client()
assert client.get(PAGE).status_code == 200
assert send(client, token, CONTENT, "Calm rooms.").status_code == 200
"""
TOLD = "\nprint(*{name.partition('.')[0] for name in sys.modules})"


def loaded(script: str, folder: Path) -> set[str]:
    """Heavy libraries that a new process has loaded at the end of a script."""
    command = [sys.executable, "-c", script + TOLD, str(folder)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    return HEAVY & set(done.stdout.split())


def test_serving_patients_loads_nothing_heavy(tmp_path: Path) -> None:
    assert loaded(SERVING, tmp_path) == set()


@pytest.mark.parametrize(
    ("planted", "found"),
    [
        ("from survey.comments import guesser", {"numpy", "scipy"}),
        ("from survey.visits import calendar_file", {"icalendar"}),
    ],
)
def test_what_a_planted_import_loads_is_found(tmp_path: Path, planted: str, found: set[str]) -> None:
    assert loaded("import sys\n" + planted, tmp_path) == found
