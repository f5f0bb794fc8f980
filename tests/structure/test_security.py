"""The security page is whole: every row has all its columns and every test that it names is there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
TEXT = (ROOT / "docs" / "security.md").read_text("utf-8")
NAMED = re.compile(r"`(tests/[\w/]+\.py)(?:::(\w+))?`")
#: The tables and the head of each; one that has a column "Tests" names a test in every row.
TABLES = {
    "ASVS 5.0, level 2": ["Line", "What it asks", "How it is met", "Tests"],
    "Not met": ["Line", "What is missing", "What that means"],
    "HIPAA, technical safeguards": ["Standard", "What it asks", "How it is met", "Tests"],
}
#: The standards of 45 CFR 164.312 and, of the first, what it is made of.
SAFEGUARDS = (
    "(a)(2)(i) ",
    "(a)(2)(ii) ",
    "(a)(2)(iii) ",
    "(a)(2)(iv) ",
    "(b) ",
    "(c)(1) ",
    "(d) ",
    "(e)(1) ",
)
NUMBER = re.compile(r"\d+\.\d+\.\d+(–\d+\.\d+\.\d+)?")


def rows(heading: str, text: str) -> list[list[str]]:
    """The cells of the table below a heading, its head first and its line of dashes left out."""
    section = text.split(f"## {heading}\n")[1].split("\n## ", maxsplit=1)[0]
    lines = [line for line in section.splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines if set(line) - set("|-")]


def faults(text: str) -> list[str]:
    """What of the page leads nowhere or is missing."""
    found = []
    for path, name in NAMED.findall(text):
        file = ROOT / path
        if not file.is_file():
            found.append(f"{path} does not exist")
        elif name and f"def {name}(" not in file.read_text("utf-8"):
            found.append(f"{path} has no {name}")
    for heading, head in TABLES.items():
        first, *others = rows(heading, text)
        found += [] if first == head else [f"{heading}: the head is {first}"]
        for row in others:
            if len(row) != len(head) or not all(row):
                found.append(f"{heading}: {row[0]} lacks a column")
            elif head[-1] == "Tests" and not NAMED.search(row[-1]):
                found.append(f"{heading}: {row[0]} names no test")
            if head[0] == "Line" and not all(NUMBER.fullmatch(each) for each in row[0].split(", ")):
                found.append(f"{heading}: {row[0]} is no number of a line")
    held = [row[0] for row in rows("HIPAA, technical safeguards", text)]
    found += [
        f"{each}is not in the table" for each in SAFEGUARDS if not any(row.startswith(each) for row in held)
    ]
    return found


def test_every_row_is_whole_and_every_test_that_is_named_exists() -> None:
    assert faults(TEXT) == []


@pytest.mark.parametrize(
    ("before", "after", "fault"),
    [
        (
            "tests/practice/test_recording.py",
            "tests/practice/test_records.py",
            "test_records.py does not exist",
        ),
        ("::test_a_changed_entry_is_named", "::test_an_entry", "test_recording.py has no test_an_entry"),
        ("| 1.2.4 | Database queries take values as parameters only |", "| 1.2.4 |", "1.2.4 lacks a column"),
        ("| Uploads are not searched for viruses |", "| |", "5.4.3 lacks a column"),
        ("| 11.4.2 |", "| Passwords |", "Passwords is no number of a line"),
        ("| (d) Person", "| (f) Person", "(d) is not in the table"),
    ],
)
def test_a_row_that_is_wrong_would_be_noticed(before: str, after: str, fault: str) -> None:
    assert before in TEXT
    assert any(fault in each for each in faults(TEXT.replace(before, after)))


def test_a_row_without_a_test_would_be_noticed() -> None:
    bare = re.sub(r"^(\| 11\.4\.2 \|.*\|) `tests/[^|]*\|$", r"\1 none |", TEXT, flags=re.MULTILINE)
    assert faults(bare) == ["ASVS 5.0, level 2: 11.4.2 names no test"]
