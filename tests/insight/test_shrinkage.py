"""Shrinkage and reliability against lme4, R and AHRQ."""

from __future__ import annotations

import math
from collections import defaultdict

import numpy as np
import pytest

from survey.insight.shrinkage import (
    beta_binomial,
    n_for_reliability,
    reliability,
    reliability_of_f,
    smoothed_variances,
    variance_components,
)
from tests.insight.known import answers, group, table


def test_services_are_shrunk_as_by_maximum_likelihood_in_r() -> None:
    known = group("beta_binomial_shrinkage")
    units = known["posterior"]
    found = beta_binomial([unit["positive"] for unit in units], [unit["n"] for unit in units])
    assert found.prior is not None
    assert found.prior.alpha == pytest.approx(known["alpha"], abs=1e-3)
    assert found.prior.beta == pytest.approx(known["beta"], abs=1e-3)
    for unit, shrunk in zip(units, found.units, strict=True):
        assert shrunk.share == pytest.approx(unit["shrunk"], abs=1e-4)
        assert shrunk.interval == pytest.approx(tuple(unit["interval95"]), abs=1e-3)


@pytest.mark.parametrize(
    ("x", "n"), [([4], [9]), ([9, 5], [9, 5]), ([0, 0], [9, 5]), ([8, 8, 8], [10, 10, 10])]
)
def test_without_differences_all_get_the_share_of_all(x: list[int], n: list[int]) -> None:
    found = beta_binomial(x, n)
    assert found.prior is None
    assert {unit.share for unit in found.units} == {sum(x) / sum(n)}
    assert all(unit.interval.lower < unit.interval.upper for unit in found.units)


def test_a_unit_without_answers_gets_what_is_known_of_all() -> None:
    found = beta_binomial(np.array([0, 95, 40, 0]), np.array([0, 100, 100, 0]))
    assert found.prior is not None
    middle = found.prior.alpha / (found.prior.alpha + found.prior.beta)
    assert found.units[0].share == pytest.approx(middle)


def test_shares_of_nobody_are_refused() -> None:
    for x, n in (([], []), ([0], [0])):
        with pytest.raises(ValueError, match="no answers"):
            beta_binomial(x, n)
    with pytest.raises(ValueError, match="pair 1"):
        beta_binomial([5], [4])
    with pytest.raises(ValueError, match=r"0\.95"):
        beta_binomial([50, 5], [60, 90], 95)


def ratings() -> dict[int, list[int]]:
    found: dict[int, list[int]] = defaultdict(list)
    for row in table("ratings/insteval.csv.gz"):
        found[int(row["rated"])].append(int(row["rating"]))
    return found


def test_ratings_of_lecturers_give_lme4s_components_and_means() -> None:
    known, groups = answers("ratings/expected_insteval.json"), ratings()
    found = variance_components(groups.values())
    assert found.tau2 == pytest.approx(known["tau2"], abs=1e-4)
    assert found.sigma2 == pytest.approx(known["sigma2"], abs=1e-4)
    assert found.mean == pytest.approx(known["grand_mean"], abs=1e-4)
    needed = n_for_reliability(found.tau2, found.sigma2)
    assert needed == pytest.approx(known["n_for_reliability_0_70"], rel=1e-3)
    assert sum(len(values) >= needed for values in groups.values()) == known["rated_with_R_ge_0_70"]
    for one in known["sample"]:
        values = groups[one["rated"]]
        assert found.shrink(sum(values) / len(values), len(values)) == pytest.approx(
            one["shrunk_mean"], abs=1e-4
        )
        exact = reliability(known["tau2"], known["sigma2"], one["n"])
        assert exact == pytest.approx(one["reliability"], abs=1e-6)
        mean = exact * one["raw_mean"] + (1 - exact) * known["grand_mean"]
        assert mean == pytest.approx(one["shrunk_mean"], abs=1e-6)


def test_units_that_are_alike_do_not_differ() -> None:
    assert variance_components([[3, 3], [3, 3, 3]]) == variance_components([[3] * 5])
    assert variance_components([[1, 5], [5, 1], []]).tau2 == 0
    assert variance_components([[1, 5, 3]]).sigma2 == 4
    assert variance_components([[4]]).sigma2 == 0


def test_units_without_spread_cannot_be_told_from_chance() -> None:
    with pytest.raises(ValueError, match="two different answers"):
        variance_components([[5, 5], [4, 4]])
    for nobody in ([], [[]]):
        with pytest.raises(ValueError, match="no answers"):
            variance_components(nobody)
    with pytest.raises(ValueError, match="value 2"):
        variance_components([[1, float("nan")]])


def test_reliability_and_the_answers_it_takes_are_met() -> None:
    for case in group("reliability")["cases"]:
        if "F" in case:
            assert reliability_of_f(case["F"]) == pytest.approx(case["R"], abs=1e-9)
        elif "target" in case:
            found = n_for_reliability(case["tau2"], case["sigma2"], case["target"])
            assert found == pytest.approx(case["n_needed"], abs=1e-4)
        else:
            assert reliability(case["tau2"], case["sigma2"], case["n"]) == pytest.approx(case["R"], abs=1e-6)


def test_where_nobody_differs_no_number_of_answers_is_enough() -> None:
    assert n_for_reliability(0, 1) == math.inf
    assert reliability(0, 0, 5) == 0
    assert reliability_of_f(0) == 0


def test_reliability_of_what_cannot_be_is_refused() -> None:
    for tau2, sigma2, n in ((-1, 1, 5), (1, float("nan"), 5), (1, 1, 0), (1, 1, float("nan"))):
        with pytest.raises(ValueError, match=r"variance|above 0"):
            reliability(tau2, sigma2, n)
    with pytest.raises(ValueError, match=r"0\.7"):
        n_for_reliability(1, 1, 1)
    with pytest.raises(ValueError, match="F"):
        reliability_of_f(-1)


def test_variances_are_smoothed_as_by_ahrq() -> None:
    case = group("cahps_variance_smoothing")["case"]
    found = smoothed_variances(case["v_macro"], case["m"], weight=case["A"])
    assert found == pytest.approx(tuple(case["smoothed"]), abs=1e-9)
    assert min(found) > 0


def test_variances_that_cannot_be_smoothed_are_refused() -> None:
    with pytest.raises(ValueError, match="two answers"):
        smoothed_variances([0, 0], [1, 1], weight=25)
    for variances, n in (([-1], [5]), ([1], [0]), ([1, 1], [5])):
        with pytest.raises(ValueError, match="one variance"):
            smoothed_variances(variances, n, weight=25)
