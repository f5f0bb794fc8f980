"""Differences of shares against Newcombe's table and real quarters."""

from __future__ import annotations

import csv
import json
from itertools import pairwise

import pytest

from survey.insight.comparison import newcombe, two_proportions_p
from tests.services import data_folder


def test_published_differences_are_met() -> None:
    known = json.loads((data_folder() / "known_answers.json").read_text())
    for case in known["difference_of_two_proportions"]["cases"]:
        counts = (case["a"], case["m"], case["b"], case["n"])
        assert newcombe(*counts) == pytest.approx(tuple(case["computed"]), abs=1e-9)
        p, test = two_proportions_p(*counts)
        assert p == pytest.approx(case["p_value"], abs=1e-9)
        assert test == case["test"]
        if case["newcombe"]:
            assert newcombe(*counts) == pytest.approx(tuple(case["newcombe"]), abs=1e-4)


def test_real_quarters_of_an_ambulance_trust_are_met() -> None:
    with (data_folder() / "fft" / "expected_quarterly_neas.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    pairs = [(before, after) for before, after in pairwise(rows) if after["p_value"]]
    assert len(pairs) >= 10
    for before, after in pairs:
        counts = (int(after["positive"]), int(after["n"]), int(before["positive"]), int(before["n"]))
        expected = (float(after["change_lo"]), float(after["change_hi"]))
        assert tuple(100 * limit for limit in newcombe(*counts)) == pytest.approx(expected, abs=1e-6)
        p, test = two_proportions_p(*counts)
        assert (p, test) == (pytest.approx(float(after["p_value"]), abs=1e-9), after["test"])


def test_rare_events_take_the_exact_test() -> None:
    p, test = two_proportions_p(1, 40, 0, 5)
    assert test == "fisher"
    assert p == pytest.approx(1.0)


def test_nothing_can_be_compared_with_nothing() -> None:
    with pytest.raises(ValueError, match="two shares"):
        two_proportions_p(0, 0, 1, 5)
