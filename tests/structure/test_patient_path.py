"""A process that serves patients loads no library for figures, reports or files, which cost memory."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from survey.runtime import open_runtime
from survey.settings import load_settings
from tests import builders

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
#: What only pages for staff, reports, letters to patients or a new schema need.
FOR_OTHERS = {"alembic", "flask_wtf", "mako", "openpyxl", "pygments", "segno", "webauthn", "wtforms"}
FOR_OTHERS |= {"survey.all_commands", "survey.jobs", "survey.printing", "survey.reports.gathering"}
FOR_OTHERS |= {"survey.web.access", "survey.web.api", "survey.web.entering", "survey.web.status"}
#: The process that ``afterword serve --only patients`` starts, on an installation that is there.
FOR_PATIENTS = """
import sys
from pathlib import Path
from survey import cli
from survey.commands import serving as command
from survey.app import make_app
from survey.runtime import open_runtime
from survey.settings import load_settings
from survey.web import serving

folder = Path(sys.argv[1])
runtime = open_runtime(load_settings({}, instance=folder / "instance", keys=folder / "keys", mail="folder"))
client = make_app(runtime, only_patients=True).test_client()
for each in ("after-visit-1/en", "after-visit-1/es", "kept/en", "stored/en"):
    assert client.get(f"/s/riverside/{each}").status_code == 200
answer = {"token": (folder / "token").read_text(), "item.overall": "very_good"}
assert client.post("/s/riverside/after-visit-1/en", data=answer).status_code == 200
"""
NAMED = "\nprint(*sys.modules)"


def loaded(script: str, folder: Path) -> set[str]:
    """Heavy libraries that a new process has loaded at the end of a script."""
    return HEAVY & set(said(script + TOLD, folder).split())


def said(script: str, folder: Path) -> str:
    command = [sys.executable, "-c", script, str(folder)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout


@pytest.fixture
def furnished(tmp_path: Path) -> Path:
    """A folder with an installation and one link that nobody has used."""
    runtime = open_runtime(
        load_settings({}, instance=tmp_path / "instance", keys=tmp_path / "keys", mail="folder")
    )
    practice = builders.make_practice(runtime)
    person = builders.make_clinician(runtime, practice)
    (tmp_path / "token").write_text(builders.make_token(runtime, practice, person))
    runtime.engine.dispose()
    return tmp_path


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


def test_a_process_for_patients_alone_loads_nothing_of_others(furnished: Path) -> None:
    assert (HEAVY | FOR_OTHERS) & set(said(FOR_PATIENTS + NAMED, furnished).split()) == set()


def test_a_whole_process_loads_it(furnished: Path) -> None:
    whole = FOR_PATIENTS.replace("only_patients=True", "only_patients=False")
    found = FOR_OTHERS & set(said(whole + NAMED, furnished).split())
    assert {"flask_wtf", "survey.web.entering", "survey.reports.gathering"} <= found
