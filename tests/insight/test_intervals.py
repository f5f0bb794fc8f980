"""Wilson's interval against published and computed answers."""

from __future__ import annotations

import csv
import json

import pytest

from survey.insight.intervals import quantile, wilson
from tests.services import data_folder


def test_published_and_computed_answers_are_met() -> None:
    known = json.loads((data_folder() / "known_answers.json").read_text())["proportion_intervals"]
    for case in known["published"]:
        assert wilson(case["x"], case["n"]) == pytest.approx(tuple(case["wilson"]), abs=1e-4)
        if "wilson998" in case:
            assert wilson(case["x"], case["n"], 0.998) == pytest.approx(tuple(case["wilson998"]), abs=1e-4)
    for case in known["computed"]:
        assert wilson(case["x"], case["n"]) == pytest.approx(tuple(case["wilson"]), abs=1e-9)


def test_real_units_of_the_friends_and_family_test_are_met() -> None:
    with (data_folder() / "fft" / "expected_units.csv").open(newline="") as file:
        rows = [row for row in csv.DictReader(file) if int(row["n_fft"])]
    assert len(rows) == 21
    for row in rows:
        positive = int(row["very_good"]) + int(row["good"])
        limits = wilson(positive, int(row["n_fft"]))
        expected = (float(row["wilson_lo"]), float(row["wilson_hi"]))
        assert tuple(100 * limit for limit in limits) == pytest.approx(expected, abs=1e-7)


def test_the_ends_are_exact() -> None:
    assert wilson(0, 7).lower == 0
    assert wilson(7, 7).upper == 1


def test_the_quantile_is_the_known_one() -> None:
    assert quantile(0.95) == pytest.approx(1.959964, abs=1e-6)


@pytest.mark.parametrize(("x", "n"), [(1, 0), (-1, 5), (6, 5)])
def test_a_share_that_cannot_be_is_refused(x: int, n: int) -> None:
    with pytest.raises(ValueError, match="no share"):
        wilson(x, n)


def test_a_confidence_that_makes_no_sense_is_refused() -> None:
    with pytest.raises(ValueError, match=r"0\.95"):
        wilson(1, 5, 95)
