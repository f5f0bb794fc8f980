"""The security page is whole: every row has all its columns and every test that it names is there."""

from __future__ import annotations

import re

import pytest

from tests.structure.naming_tests import NAMED, ROOT, dead_names, rows

TEXT = (ROOT / "docs" / "security.md").read_text("utf-8")
#: The tables and the head of each; one that has a column "Tests" names a test in every row.
TABLES = {
    "ASVS 5.0, level 2": ["Line", "What it asks", "How it is met", "Tests"],
    "Built in or written down": ["Line", "What it asks", "Where"],
    "Does not apply": ["Line", "What does not exist here"],
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
#: Sections of ASVS 5.0.0 and how many of their lines are of level 1 or 2; in every section these come first.
LINES = (
    *(("1.1", 2), ("1.2", 9), ("1.3", 11), ("1.4", 3), ("1.5", 2)),
    *(("2.1", 3), ("2.2", 3), ("2.3", 4), ("2.4", 1)),
    *(("3.2", 2), ("3.3", 4), ("3.4", 6), ("3.5", 5), ("3.7", 2)),
    *(("4.1", 3), ("4.2", 1), ("4.3", 2), ("4.4", 4)),
    *(("5.1", 1), ("5.2", 3), ("5.3", 2), ("5.4", 3)),
    *(("6.1", 3), ("6.2", 12), ("6.3", 4), ("6.4", 4), ("6.5", 5), ("6.6", 3), ("6.8", 4)),
    *(("7.1", 3), ("7.2", 4), ("7.3", 2), ("7.4", 5), ("7.5", 2), ("7.6", 2)),
    *(("8.1", 2), ("8.2", 3), ("8.3", 1), ("8.4", 1)),
    *(("9.1", 3), ("9.2", 4)),
    *(("10.1", 2), ("10.2", 2), ("10.3", 4), ("10.4", 11), ("10.5", 5), ("10.6", 2), ("10.7", 3)),
    *(("11.1", 2), ("11.2", 3), ("11.3", 3), ("11.4", 4), ("11.5", 1), ("11.6", 1)),
    *(("12.1", 3), ("12.2", 2), ("12.3", 4)),
    *(("13.1", 1), ("13.2", 5), ("13.3", 2), ("13.4", 5)),
    *(("14.1", 2), ("14.2", 4), ("14.3", 3)),
    *(("15.1", 3), ("15.2", 3), ("15.3", 7)),
    *(("16.1", 1), ("16.2", 5), ("16.3", 4), ("16.4", 3), ("16.5", 3)),
    *(("17.1", 1), ("17.2", 4), ("17.3", 2)),
)
#: Lines of level 3 that the page names too.
MORE = {"1.2.10", "4.1.4", "6.3.8", "6.7.2", "14.2.7"}
PATHS = re.compile(r"`((?:survey|templates|static|deploy)(?:/[\w./-]+)?)`")
NUMBER = re.compile(r"\d+\.\d+\.\d+(–\d+\.\d+\.\d+)?")


def named_lines(text: str) -> list[set[str]]:
    """The numbers that each table of lines names, ranges taken apart."""
    tables = [rows(heading, text)[1:] for heading, head in TABLES.items() if head[0] == "Line"]
    return [{number for row in table for number in numbers(row[0])} for table in tables]


def numbers(cell: str) -> list[str]:
    """``1.2.1–1.2.3, 1.2.5`` are four numbers."""
    found = []
    for each in cell.split(", "):
        first, _, last = each.partition("–")
        section, _, start = first.rpartition(".")
        found += [f"{section}.{n}" for n in range(int(start), int((last or first).rpartition(".")[2]) + 1)]
    return found


def lines_out_of_place(text: str) -> list[str]:
    """Lines of the standard that are nowhere, lines that it does not have, and those said to be none of ours
    that stand elsewhere too."""
    asked = {f"{section}.{number}" for section, many in LINES for number in range(1, many + 1)}
    met, built, none_of_ours, missing = named_lines(text)
    found = met | built | none_of_ours | missing
    twice = none_of_ours & (met | built | missing) | met & built
    return [
        *(f"{each} is nowhere" for each in sorted(asked - found)),
        *(f"{each} is no line of the standard" for each in sorted(found - asked - MORE)),
        *(f"{each} cannot stand in both" for each in sorted(twice)),
    ]


def faults(text: str) -> list[str]:
    """What of the page leads nowhere or is missing."""
    found = dead_names(text)
    found += [f"{path} does not exist" for path in PATHS.findall(text) if not (ROOT / path).exists()]
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


def test_every_line_of_the_first_two_levels_stands_where_it_belongs() -> None:
    assert sum(many for _, many in LINES) == 253
    assert lines_out_of_place(TEXT) == []


@pytest.mark.parametrize(
    ("before", "after", "fault"),
    [
        ("| 1.2.4 |", "| 1.2.3 |", "1.2.4 is nowhere"),
        ("| 1.4.1–1.4.3 |", "| 1.4.1–1.4.2 |", "1.4.3 is nowhere"),
        ("| 6.8.3 |", "| 6.8.5 |", "6.8.5 is no line of the standard"),
        ("| 6.8.3 |", "| 6.8.2–6.8.3 |", "6.8.2 cannot stand in both"),
        ("| 6.4.2 |", "| 6.4.1–6.4.2 |", "6.4.1 cannot stand in both"),
        ("| 16.4.3 |", "| 16.4.2 |", "16.4.3 is nowhere"),
    ],
)
def test_a_line_that_is_left_out_or_misplaced_would_be_noticed(before: str, after: str, fault: str) -> None:
    assert before in TEXT
    assert fault in lines_out_of_place(TEXT.replace(before, after))


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
