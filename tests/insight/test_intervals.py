"""Intervals of shares, means and net promoter scores against published and computed answers."""

from __future__ import annotations

import numpy as np
import pytest

from survey.insight.intervals import Interval, mean_t, nps, quantile, wilson, wilson_corrected
from survey.insight.scoring import net_promoter
from tests.insight.known import group, table


def test_published_and_computed_answers_are_met() -> None:
    known = group("proportion_intervals")
    for case in known["published"]:
        assert wilson(case["x"], case["n"]) == pytest.approx(tuple(case["wilson"]), abs=1e-4)
        if "wilson998" in case:
            assert wilson(case["x"], case["n"], 0.998) == pytest.approx(tuple(case["wilson998"]), abs=1e-4)
        if "wilson_cc" in case:
            found = wilson_corrected(case["x"], case["n"])
            assert found == pytest.approx(tuple(case["wilson_cc"]), abs=1e-4)
    for case in known["computed"]:
        assert wilson(case["x"], case["n"]) == pytest.approx(tuple(case["wilson"]), abs=1e-9)


def test_real_units_of_the_friends_and_family_test_are_met() -> None:
    rows = [row for row in table("fft/expected_units.csv") if int(row["n_fft"])]
    assert len(rows) == 21
    for row in rows:
        good = int(row["very_good"]) + int(row["good"])
        for ending, n in (("", int(row["n_fft"])), ("_excl_dk", int(row["n_fft"]) - int(row["dont_know"]))):
            expected = (float(row[f"wilson_lo{ending}"]), float(row[f"wilson_hi{ending}"]))
            assert tuple(100 * limit for limit in wilson(good, n)) == pytest.approx(expected, abs=1e-7)


def test_the_ends_are_exact() -> None:
    assert wilson(0, 7).lower == 0
    assert wilson(7, 7).upper == 1


def test_the_quantile_is_the_known_one() -> None:
    assert quantile(0.95) == pytest.approx(1.959964, abs=1e-6)


@pytest.mark.parametrize(
    ("x", "n"), [(1, 0), (-1, 5), (6, 5), (float("nan"), 5), (1, float("nan")), (1, float("inf"))]
)
def test_a_share_that_cannot_be_is_refused(x: float, n: float) -> None:
    with pytest.raises(ValueError, match="no share"):
        wilson(x, n)


def test_a_confidence_that_makes_no_sense_is_refused() -> None:
    with pytest.raises(ValueError, match=r"0\.95"):
        wilson(1, 5, 95)
    with pytest.raises(ValueError, match=r"0\.95"):
        mean_t([1, 2], 95)


def test_means_of_a_public_workbook_are_met() -> None:
    for case in group("mean_t_interval")["cases"]:
        assert mean_t(case["values"]) == pytest.approx(tuple(case["t95"]), abs=1e-6)
        assert mean_t(np.array(case["values"]), 0.998) == pytest.approx(tuple(case["t998"]), abs=1e-6)


def test_a_mean_that_has_no_interval_says_so() -> None:
    alike, alone, nobody = (case["values"] for case in group("mean_t_interval")["degenerate"])
    assert mean_t(alike) is None
    assert mean_t(alone) is None
    with pytest.raises(ValueError, match="no answers"):
        mean_t(nobody)


def test_real_units_have_the_computed_mean_or_none() -> None:
    points = {"very_good": 100, "good": 75, "neither": 50, "poor": 25, "very_poor": 0}
    none = 0
    for row in table("fft/expected_units.csv"):
        values = [score for answer, score in points.items() for _ in range(int(row[answer]))]
        found = mean_t(values) if values else None
        none += found is None
        if row["t_lo"]:
            clipped = (max(0, float(row["t_lo"])), min(100, float(row["t_hi"])))
            assert found == pytest.approx(clipped, abs=1e-7)
        else:
            assert found is None
    assert none >= 2


def test_a_mean_stays_on_its_scale() -> None:
    assert mean_t([100, 100, 100, 90]) == Interval(pytest.approx(89.54, abs=0.01), 100)
    with pytest.raises(ValueError, match="scale from 1 to 5"):
        mean_t([1, 6], scale=(1, 5))


@pytest.mark.parametrize("values", [[1, float("nan")], [float("inf"), 2], [None, 2]])
def test_a_value_that_is_no_number_is_named_by_its_place(values: list[float]) -> None:
    with pytest.raises(ValueError, match=r"value [12] is not a number"):
        mean_t(values)


def test_net_promoter_scores_are_met() -> None:
    for case in group("nps")["cases"]:
        counts = (case["promoters"], case["passives"], case["detractors"])
        assert net_promoter(*counts) == pytest.approx(case["nps"], abs=1e-6)
        assert nps(*counts) == pytest.approx(tuple(case["adjusted_wald"]), abs=1e-6)


def test_full_agreement_keeps_a_width() -> None:
    assert nps(10, 0, 0).lower < 50


@pytest.mark.parametrize("counts", [(0, 0, 0), (-1, 2, 3), (float("nan"), 1, 1)])
def test_a_net_promoter_score_of_nobody_is_refused(counts: tuple[int, int, int]) -> None:
    with pytest.raises(ValueError, match="count"):
        nps(*counts)
    with pytest.raises(ValueError, match="count"):
        net_promoter(*counts)
