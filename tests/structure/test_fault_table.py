"""The table of faults is whole: every row has all its columns and every test that it names is there."""

from __future__ import annotations

import pytest

from tests.structure.naming_tests import NAMED, ROOT, dead_names, rows

TEXT = (ROOT / "docs" / "fault-table.md").read_text("utf-8")
HEAD = ["Row", "What breaks", "What is seen", "Never", "Tests"]


def faults(text: str) -> list[str]:
    """What of the page leads nowhere or is missing."""
    found, (head, *others) = dead_names(text), rows("Faults", text)
    found += [] if head == HEAD else [f"the head is {head}"]
    numbers = [row[0] for row in others]
    found += [] if numbers == sorted(set(numbers), key=int) else ["a row stands twice or out of order"]
    for row in others:
        if len(row) != len(HEAD) or not all(row):
            found.append(f"row {row[0]} lacks a column")
        elif not NAMED.search(row[-1]):
            found.append(f"row {row[0]} names no test")
    return found


def test_every_row_is_whole_and_every_test_that_is_named_exists() -> None:
    assert faults(TEXT) == []


@pytest.mark.parametrize(
    ("before", "after", "fault"),
    [
        ("tests/faults/test_stuck_worker.py", "tests/faults/test_stuck.py", "test_stuck.py does not exist"),
        ("::test_racing_answers_of_one_link_store_one", "::test_races", "has no test_races"),
        ("| 15 | the power fails |", "| 15 |", "row 15 lacks a column"),
        ("| 16 | the clock", "| 15 | the clock", "a row stands twice"),
    ],
)
def test_a_row_that_is_wrong_would_be_noticed(before: str, after: str, fault: str) -> None:
    assert before in TEXT
    assert any(fault in each for each in faults(TEXT.replace(before, after)))
