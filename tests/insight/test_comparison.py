"""Differences of shares against Newcombe's table, Benjamini and Hochberg's example and real quarters."""

from __future__ import annotations

import math
import random

import numpy as np
import pytest
from scipy.stats import binom

from survey.insight.comparison import (
    CLEAR_Q,
    QuarterChange,
    QuarterCount,
    benjamini_hochberg,
    cautious_p,
    newcombe,
    quarter_changes,
    trend_in_proportions,
    two_proportions_p,
)
from survey.insight.intervals import Interval
from tests.insight.known import group, table


def test_published_differences_are_met() -> None:
    for case in group("difference_of_two_proportions")["cases"]:
        counts = (case["a"], case["m"], case["b"], case["n"])
        assert newcombe(*counts) == pytest.approx(tuple(case["computed"]), abs=1e-9)
        p, test = two_proportions_p(*counts)
        assert p == pytest.approx(case["p_value"], abs=1e-9)
        assert test == case["test"]
        if case["newcombe"]:
            assert newcombe(*counts) == pytest.approx(tuple(case["newcombe"]), abs=1e-4)


def quarters() -> tuple[list[dict[str, str]], list[QuarterCount]]:
    rows = table("fft/expected_quarterly_neas.csv")
    return rows, [QuarterCount(r["unit"], r["quarter"], int(r["positive"]), int(r["n"])) for r in rows]


def test_real_quarters_of_an_ambulance_trust_are_met() -> None:
    rows, counts = quarters()
    found = {(change.unit, change.quarter): change for change in quarter_changes(counts)}
    assert set(found) == {(row["unit"], row["quarter"]) for row in rows if row["changed"] != "not compared"}
    assert len(found) == 17
    for row in rows:
        if row["p_value"]:
            change = found[row["unit"], row["quarter"]]
            interval = (float(row["change_lo"]), float(row["change_hi"]))
            assert 100 * change.difference == pytest.approx(float(row["change_pts"]), abs=1e-6)
            assert tuple(100 * limit for limit in change.interval) == pytest.approx(interval, abs=1e-6)
            assert (change.p, change.test) == (pytest.approx(float(row["p_value"]), abs=1e-9), row["test"])
            assert change.q == pytest.approx(float(row["q_bh"]), abs=1e-9)
            assert change.clear is (row["changed"] == "changed")


def test_two_small_p_of_seventeen_are_no_change() -> None:
    found = quarter_changes(quarters()[1])
    assert sum(change.p < 0.05 for change in found) == 2
    assert not any(change.clear for change in found)


def test_the_order_of_the_rows_does_not_matter() -> None:
    counts = quarters()[1]
    shuffled = random.Random(3).sample(counts, len(counts))
    assert quarter_changes(shuffled) == quarter_changes(counts)


def test_a_missing_quarter_and_a_thin_one_are_not_compared() -> None:
    counts = [
        QuarterCount("phone", "2025-Q4", 8, 10),
        QuarterCount("phone", "2026-Q2", 8, 10),
        QuarterCount("phone", "2026-Q3", 4, 4),
        QuarterCount("waiting", "2026-Q4", 5, 10),
        QuarterCount("waiting", "2027-Q1", 0, 0),
    ]
    assert quarter_changes(counts) == ()
    assert quarter_changes([]) == ()


def test_the_turn_of_the_year_is_compared() -> None:
    counts = [QuarterCount("phone", "2025-Q4", 190, 200), QuarterCount("phone", "2026-Q1", 120, 200)]
    (change,) = quarter_changes(counts)
    assert change.difference == pytest.approx(-0.35)
    assert change.clear


def test_a_quarter_given_twice_is_refused() -> None:
    twice = [QuarterCount("phone", "2026-Q1", 1, 9)] * 2
    with pytest.raises(ValueError, match="twice"):
        quarter_changes(twice)


def test_a_count_that_cannot_be_is_refused_by_its_place() -> None:
    with pytest.raises(ValueError, match="pair 1"):
        quarter_changes([QuarterCount("phone", "2026-Q1", 9, 1)])
    with pytest.raises(ValueError, match="2026-Q4"):
        quarter_changes([QuarterCount("phone", "spring", 1, 9)])


def change(*, difference: float, q: float) -> QuarterChange:
    return QuarterChange(
        "phone", "2026-Q1", difference, Interval(-1, 1), p=q, test="n-1 chi2", q=q, cautious_q=q
    )


def test_a_change_takes_both_evidence_and_five_points() -> None:
    assert change(difference=0.95 - 0.9, q=0.05).clear
    assert change(difference=-0.2, q=0.001).clear
    assert not change(difference=0.049, q=1e-9).clear
    assert not change(difference=0.5, q=0.0501).clear


def test_rare_events_take_the_exact_test() -> None:
    p, test = two_proportions_p(1, 40, 0, 5)
    assert test == "fisher"
    assert p == pytest.approx(1.0)


@pytest.mark.parametrize("counts", [(0, 0, 1, 5), (6, 5, 1, 5), (1, 5, -1, 5)])
def test_nothing_can_be_compared_with_nothing(counts: tuple[int, int, int, int]) -> None:
    with pytest.raises(ValueError, match="two shares"):
        two_proportions_p(*counts)


def test_millions_in_numpys_numbers_do_not_run_over() -> None:
    counts = (900_000, 1_000_000, 899_000, 1_000_000)
    small = tuple(np.int32(count) for count in counts)
    assert two_proportions_p(*small) == two_proportions_p(*counts)


def test_benjamini_and_hochbergs_example_is_met() -> None:
    known = group("benjamini_hochberg")
    found = benjamini_hochberg(known["p"])
    assert found == pytest.approx(known["adjusted"], abs=1e-9)
    assert sum(q is not None and q <= 0.05 for q in found) == known["rejected_at_005"]
    assert benjamini_hochberg(np.array(known["p"])) == found


def test_a_comparison_that_was_not_made_stays_out() -> None:
    known = group("benjamini_hochberg")["with_missing"]
    assert benjamini_hochberg(known["p"]) == tuple(known["adjusted"])
    assert benjamini_hochberg([None]) == (None,)
    assert benjamini_hochberg([]) == ()


@pytest.mark.parametrize("p", [1.5, -0.1, float("nan")])
def test_a_p_that_is_none_is_refused(p: float) -> None:
    with pytest.raises(ValueError, match="p-value"):
        benjamini_hochberg([0.5, p])


def test_a_published_trend_is_met() -> None:
    known = group("trend_in_proportions")
    found = trend_in_proportions(known["x"], np.array(known["n"]))
    assert found.chi2 == pytest.approx(known["chi2_trend"], abs=5e-5)
    assert found.p == pytest.approx(known["p_trend"], abs=5e-7)


@pytest.mark.parametrize(("x", "n"), [([], []), ([3], [9]), ([5, 5], [5, 5]), ([0, 0], [5, 0])])
def test_no_trend_can_be_seen_where_nothing_varies(x: list[int], n: list[int]) -> None:
    assert trend_in_proportions(x, n).p == 1


def test_a_gap_keeps_its_place_in_a_trend() -> None:
    near = trend_in_proportions([9, 7, 5], [10, 10, 10])
    far = trend_in_proportions([9, 7, None, 5], [10, 10, None, 10])
    assert far.chi2 != near.chi2
    assert far == trend_in_proportions([9, 7, 0, 5], [10, 10, 0, 10])


def test_what_calls_a_change_is_never_bolder_than_the_exact_test() -> None:
    """38 of 50 against 46 of 50: 0.029 by the chi-square, 0.054 by the exact test."""
    bold, _test = two_proportions_p(38, 50, 46, 50)
    assert bold < CLEAR_Q < cautious_p(38, 50, 46, 50) == pytest.approx(0.0538, abs=1e-4)
    assert cautious_p(38, 50, 38, 50) == two_proportions_p(38, 50, 38, 50)[0]
    assert cautious_p(1, 40, 0, 5) == two_proportions_p(1, 40, 0, 5)[0]


def test_the_size_of_the_test_is_kept_where_a_family_of_ten_decides() -> None:
    """Two quarters of 100 answers, half of them best: the chi-square's p is 0.005 or less in 5.7 of 1,000."""
    n, chances = 100, [float(one) for one in binom.pmf(range(101), 100, 0.5)]
    likely = [x for x in range(n + 1) if chances[x] > 1e-5]
    bold = [(a, b) for a in likely for b in likely if a < b and two_proportions_p(a, n, b, n)[0] <= 0.005]
    kept = [(a, b) for a, b in bold if chances[a] * chances[b] > 1e-9 and cautious_p(a, n, b, n) <= 0.005]

    def both_ways(pairs: list[tuple[int, int]]) -> float:
        return 2 * math.fsum(chances[a] * chances[b] for a, b in pairs)

    assert both_ways(bold) == pytest.approx(0.0057, abs=1e-4)
    assert both_ways(kept) + 2e-6 < 0.005
