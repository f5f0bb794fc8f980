"""The threat model is whole: twelve adversaries, each with a promise; every test that it names is there."""

from __future__ import annotations

import re

import pytest

from tests.structure.naming_tests import NAMED, ROOT, dead_names

TEXT = (ROOT / "docs" / "threat-model.md").read_text("utf-8")
NUMBERED = re.compile(r"^\| (T\d+) \|(.*)\|$", re.MULTILINE)
ATTACK = re.compile(r"\bLA-(\d+)")
ADVERSARIES = [f"T{number}" for number in range(1, 13)]
#: Against these nothing is promised; a test can only show that they win.
WITHOUT_PROMISE = {"T9", "T10"}


def rows(text: str, heading: str) -> dict[str, str]:
    """The numbered rows of the table below a heading."""
    return dict(NUMBERED.findall(text.split(f"## {heading}\n")[1].split("\n## ", maxsplit=1)[0]))


def faults(text: str) -> list[str]:
    """What of the page leads nowhere or is missing."""
    found = dead_names(text)
    who, shown = rows(text, "Who might want to know"), rows(text, "Which test shows it")
    found += [f"{each} stands in no table" for each in ADVERSARIES if each not in who or each not in shown]
    found += [
        f"{each}: no test is named"
        for each, row in shown.items()
        if each not in WITHOUT_PROMISE and not NAMED.search(row)
    ]
    found += [
        f"{each}: it is not said that nothing is promised"
        for each in sorted(WITHOUT_PROMISE)
        if "**Nothing is promised.**" not in who.get(each, "")
    ]
    known = "".join(path.read_text("utf-8") for path in sorted((ROOT / "survey" / "attacks").glob("*.py")))
    carried_out = set(ATTACK.findall(known))
    found += [
        f"LA-{number} is not among the attacks"
        for number in ATTACK.findall(text)
        if number not in carried_out
    ]
    return found


def test_every_adversary_has_a_row_and_every_test_that_is_named_exists() -> None:
    assert faults(TEXT) == []


@pytest.mark.parametrize(
    ("before", "after", "fault"),
    [
        ("tests/journeys/test_marker.py", "tests/journeys/test_makers.py", "test_makers.py does not exist"),
        ("::test_a_random_fifth_is_held_back", "::test_a_fifth", "has no test_a_fifth"),
        ("| T4 | A thief", "| T0 | A thief", "T4 stands in no table"),
        ("`tests/web/test_masking.py`", "", ""),
        ("(LA-13, LA-18)", "(LA-13, LA-99)", "LA-99 is not among the attacks"),
        ("**Nothing is promised.** It is made", "Something is promised. It is made", "T10: it is not said"),
    ],
)
def test_a_page_that_names_what_is_not_there_would_be_noticed(before: str, after: str, fault: str) -> None:
    assert before in TEXT
    found = faults(TEXT.replace(before, after))
    assert any(fault in each for each in found) if fault else found == []


def test_an_adversary_without_a_test_would_be_noticed() -> None:
    bare = re.sub(r"^(\| T8 \| logs, masks, headers \|).*$", r"\1 – |", TEXT, flags=re.MULTILINE)
    assert faults(bare) == ["T8: no test is named"]


def test_the_attack_that_wins_is_documented() -> None:
    section = TEXT.split("## The n-1 attack\n")[1].split("\n## ", maxsplit=1)[0]
    assert "expected to win" in section
    assert "LA-30" in section
