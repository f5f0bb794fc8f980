"""A package with a known hole fails a change; what cannot be looked up fails nothing and is said."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

SCRIPT = Path(__file__).resolve().parents[2] / ".ci" / "advisories.py"
SOUND = {"name": "flask", "version": "3.1.2", "vulns": []}
SKIPPED = {"name": "waitress", "skip_reason": "Dependency not found on PyPI and could not be audited"}
HOLE = {"id": "PYSEC-2099-1", "fix_versions": ["9.9"], "aliases": [], "description": "planted"}
NOT_LOOKED = "NOT looked for"


def run(tmp_path: Path, report: str | None) -> tuple[int, str]:
    """Exit code and what is printed, for what pip-audit has written or None where it wrote nothing."""
    file = tmp_path / "report.json"
    if report is not None:
        file.write_text(report, "utf-8")
    done = subprocess.run(
        [sys.executable, str(SCRIPT), str(file)], capture_output=True, text=True, check=False
    )
    assert done.stderr == ""
    return done.returncode, done.stdout


def report(*packages: Mapping[str, object]) -> str:
    return json.dumps({"dependencies": packages, "fixes": []})


def test_a_package_with_a_known_hole_fails_and_is_named(tmp_path: Path) -> None:
    code, text = run(tmp_path, report(SOUND, {**SOUND, "name": "planted", "vulns": [HOLE]}, SKIPPED))
    assert code == 1
    assert "planted 3.1.2: PYSEC-2099-1, mended in 9.9" in text
    assert "2 of 3 packages could be checked, 1 known holes" in text


def test_sound_packages_pass_and_are_counted(tmp_path: Path) -> None:
    code, text = run(tmp_path, report(SOUND, SKIPPED))
    assert (code, text) == (0, "1 of 2 packages could be checked, 0 known holes\n")


def test_a_service_that_knows_no_package_is_not_taken_for_all_clear(tmp_path: Path) -> None:
    code, text = run(tmp_path, report(SKIPPED))
    assert code == 0
    assert "0 of 1 packages could be checked" in text
    assert NOT_LOOKED in text


def test_without_a_report_or_with_half_of_one_it_is_said(tmp_path: Path) -> None:
    for nothing in (None, "", '{"dependencies": [', "[]"):
        code, text = run(tmp_path, nothing)
        assert code == 0
        assert NOT_LOOKED in text
