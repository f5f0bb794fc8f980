"""The code on a card: typed by people, random, and of one quarter."""

from __future__ import annotations

import pytest

from survey.keys import codes

CODE = "B7HP0N1EZG7B"


@pytest.mark.parametrize(
    "typed",
    [
        "B7HP 0N1E ZG7B",
        "b7hp0n1ezg7b",
        "b7hp-0n1e-zg7b",
        " B7HP–0N1E.ZG7B ",
        "B7HP ON1E ZG7B",
        "b7hp oNIe zg7b",
        "B7HP 0NLE ZG7B",
        "b7hp onle zg7b",
    ],
)
def test_a_code_is_read_as_people_type_it(typed: str) -> None:
    assert codes.read_code(typed) == CODE


@pytest.mark.parametrize(
    "typed", ["", "B7HP 0N1E ZG7", "B7HP 0N1E ZG7BB", "B7HP 0N1E ZG7U", "B7HP 0N1E ZG7ß", "A" * 56]
)
def test_what_cannot_be_a_code_is_none(typed: str) -> None:
    assert codes.read_code(typed) is None


def test_a_code_reads_back_as_it_is_printed() -> None:
    code = codes.new_code("2026-Q4")
    assert codes.read_code(codes.grouped(code)) == code
    assert [len(part) for part in codes.grouped(code).split()] == [4, 4, 4]


def test_codes_are_random_but_for_their_quarter() -> None:
    made = [codes.new_code("2026-Q4") for _ in range(500)]
    assert len(set(made)) == 500
    assert len({code[0] for code in made}) == 1
    for place in range(1, codes.LENGTH):
        assert len({code[place] for code in made}) > 24, "32 characters, 500 draws"


@pytest.mark.parametrize(
    ("made", "today", "found"),
    [
        ("2026-Q4", "2026-Q4", "2026-Q4"),
        ("2026-Q4", "2027-Q1", "2026-Q4"),
        ("2026-Q4", "2028-Q4", "2026-Q4"),
        ("2026-Q4", "2029-Q1", None),
        ("2026-Q4", "2026-Q3", None),
    ],
)
def test_a_code_tells_its_quarter_for_two_years(made: str, today: str, found: str | None) -> None:
    assert codes.quarter_of_code(codes.new_code(made), today=today) == found
