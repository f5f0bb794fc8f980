"""No known answer is forgotten: every group and every file is met by a test beside this one."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.services import data_folder

FOLDERS = ("cahps", "fft", "funnel", "spc", "ratings", "hcahps")
TESTS = Path(__file__).parent


def read_tests() -> str:
    files = [path for path in sorted(TESTS.rglob("*.py")) if path != Path(__file__)]
    return "\n".join(path.read_text() for path in files)


def missing_groups(text: str) -> list[str]:
    groups = json.loads((data_folder() / "known_answers.json").read_text())
    return [name for name in groups if f'group("{name}")' not in text]


def missing_files(text: str) -> list[str]:
    paths = [
        f"{path.parent.name}/{path.name}" for each in FOLDERS for path in (data_folder() / each).iterdir()
    ]
    return [path for path in sorted(paths) if f'"{path}"' not in text]


def test_every_group_of_known_answers_is_read_by_a_test() -> None:
    assert missing_groups(read_tests()) == []


def test_every_file_of_real_data_is_read_by_a_test() -> None:
    assert missing_files(read_tests()) == []


@pytest.mark.parametrize("forgotten", ["nps", "funnel/expected_summary.json"])
def test_a_forgotten_one_is_seen(forgotten: str) -> None:
    text = read_tests().replace(f'"{forgotten}"', '"something else"')
    assert [*missing_groups(text), *missing_files(text)] == [forgotten]
