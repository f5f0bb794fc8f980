"""Who to call: the shipped file is usable, and a faulty one is named."""

from __future__ import annotations

from pathlib import Path

import pytest

from survey.instruments.faults import InstrumentFaults
from survey.practice.help_lines import dial, load_help_lines
from survey.settings import shipped

GOOD = 'US:\n  - number: "911"\n    words: {en: "Danger"}\n'


def write(folder: Path, text: str) -> Path:
    path = folder / "help_lines.yaml"
    path.write_text(text, "utf-8")
    return path


def test_every_shipped_country_has_an_emergency_and_a_talking_line_in_both_languages() -> None:
    lines = load_help_lines(shipped("surveys_config") / "help_lines.yaml")
    assert {"US", "CA", "GB", "IE", "AU", "NZ", "ES", "MX"} <= set(lines)
    for country in lines.values():
        assert len(country) >= 2
        assert all(set(line.words) == {"en", "es"} for line in country)


def test_numbers_and_countries_stay_as_written(tmp_path: Path) -> None:
    text = 'NO:\n  - number: 024\n    words: {en: "Help"}\n'
    lines = load_help_lines(write(tmp_path, text))
    assert lines["NO"][0].dial == "024"


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("", "help_lines.yaml:1"),
        ("- a\n", "first level"),
        ("US:\n", "US"),
        (GOOD.replace("US", "usa"), "two capitals"),
        (GOOD.replace("911", "nine one one"), "US[1]"),
        (GOOD.replace("words", "wrds"), "US[1]"),
        (GOOD.replace("en:", "es:"), "US[1]"),
        (GOOD + "US: []\n", "help_lines.yaml:4"),
    ],
)
def test_a_faulty_file_is_refused_with_its_place(tmp_path: Path, text: str, named: str) -> None:
    with pytest.raises(InstrumentFaults) as caught:
        load_help_lines(write(tmp_path, text))
    assert named in str(caught.value)


@pytest.mark.parametrize(
    ("number", "dialled"), [("555-0100", "5550100"), ("+1 (555) 010-0", "+15550100"), ("", "")]
)
def test_a_number_is_dialled_without_its_punctuation(number: str, dialled: str) -> None:
    assert dial(number) == dialled
