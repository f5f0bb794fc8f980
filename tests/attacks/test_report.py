"""The page of evidence says what was tried, how it ended, and what did not end as it must."""

from __future__ import annotations

from dataclasses import replace

from survey.attacks.evidence import ATTACKS, REAL, Evidence
from survey.attacks.report import line, load, page

GOOD = Evidence("LA-10", "late key", "SQLite", REAL, "0", "0", True)
BAD = Evidence("LA-2", "transactions", "PostgreSQL", REAL, "3 pairs", "0 pairs", False)


def test_the_page_lists_every_result_in_the_order_of_the_attacks() -> None:
    text = page([GOOD, BAD], full=True)
    assert "| LA-10 | late key | SQLite | as it is | 0 | 0 | yes |" in text
    assert "| LA-2 | transactions | PostgreSQL | as it is | 3 pairs | 0 pairs | **no** |" in text
    assert text.index("LA-2 ") < text.index("LA-10 ")
    assert "2 results, 1 passed" in text


def test_a_score_of_many_lines_is_one_cell_of_the_table() -> None:
    score = "told apart by statements\n--- first\n+++ again\n COMMIT in 40 posts"
    text = page([replace(BAD, score=score), replace(GOOD, score="none\nmore")], full=True)
    assert "| told apart by statements in 40 posts | 0 pairs | **no** |" in text
    assert "| none | 0 | yes |" in text


def test_a_result_that_is_not_as_it_must_be_stands_out() -> None:
    assert line(BAD).startswith("NOT PASSED")
    assert line(GOOD).startswith("passed")


def test_all_attacks_are_on_the_list() -> None:
    modules = load()
    assert {each.__module__.rsplit(".", 1)[-1] for each in ATTACKS} == set(modules)
