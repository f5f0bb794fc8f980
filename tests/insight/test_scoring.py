"""Who counts, and as what."""

from __future__ import annotations

import csv

import pytest

from survey.insight.scoring import Repair, Score, positive, problem_rate, repair_rate, score, top_box
from survey.instruments.loading import load_all
from survey.instruments.model import Denominator, Instrument
from survey.settings import shipped
from tests.services import data_folder

SURVEYS = load_all(shipped("surveys_config"))
AFTER_VISIT: Instrument = SURVEYS["after_visit"]
FFT: Instrument = SURVEYS["fft"]


def test_blank_and_does_not_apply_leave_the_denominator() -> None:
    item = AFTER_VISIT.item("phone.1")
    counts = {"definitely": 12, "mostly": 4, "no": 3, "does_not_apply": 5, "": 7}
    assert score(item, counts) == Score(n=19, best=12, positive=16, problem=3)
    assert top_box(item, counts) == (12, 19)
    assert problem_rate(item, counts) == (3, 19)


def test_the_friends_and_family_test_keeps_dont_know_and_drops_blank() -> None:
    item = FFT.item("overall.1")
    counts = {"very_good": 6, "good": 2, "dont_know": 2, "": 9}
    assert positive(item, counts, denominator=FFT.denominator) == (8, 10)
    assert positive(item, counts, denominator=Denominator.ANSWERED) == (8, 8)


def test_real_units_get_their_published_percentages() -> None:
    item = FFT.item("overall.1")
    with (data_folder() / "fft" / "expected_units.csv").open(newline="") as file:
        for row in csv.DictReader(file):
            counts = {value: int(row[value]) for value in item.scale.values} | {"": int(row["not_answered"])}
            x, n = positive(item, counts, denominator=FFT.denominator)
            bad, _ = problem_rate(item, counts, denominator=FFT.denominator)
            assert n == int(row["n_fft"])
            if n:
                assert 100 * x / n == pytest.approx(float(row["pct_positive_fft"]), abs=1e-9)
                assert 100 * bad / n == pytest.approx(float(row["pct_negative_fft"]), abs=1e-9)


def test_put_right_is_counted_among_those_for_whom_something_went_wrong() -> None:
    counts = {"nothing_wrong": 30, "put_right": 4, "not_put_right": 2, "rather_not_say": 1}
    assert repair_rate(AFTER_VISIT.item("breakdown.1"), counts) == Repair(n=6, put_right=4)


def test_an_item_about_something_else_has_no_repair_rate() -> None:
    assert repair_rate(AFTER_VISIT.item("phone.1"), {"no": 3}) is None


def test_nobody_is_nobody() -> None:
    assert score(AFTER_VISIT.item("phone.1"), {"": 9, "does_not_apply": 2}).n == 0
