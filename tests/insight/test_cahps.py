"""Case mix against the output of AHRQ's program and its manual's small example."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import pytest

from survey.insight.cahps import Analysis, analyse, spread
from tests.insight.known import answers, table

MEASURES = {"q38": ("q38",), "quick": ("q15", "q17", "q19", "q24")}


def people() -> list[dict[str, str]]:
    return [row for row in table("cahps/cahps_test.csv") if row["plan"] not in ("", "HMO_BE_1")]


def column(rows: list[dict[str, str]], name: str, scale: Collection[int]) -> list[int | None]:
    found = [int(row[name]) if row[name] and int(row[name]) in scale else None for row in rows]
    return [None if value is None else 5 - value for value in found] if name == "q24" else found


def measured(measure: str) -> tuple[Analysis, dict[str, Any]]:
    rows = people()
    scale = range(11) if measure == "q38" else range(1, 5)
    items = {name.upper(): column(rows, name, scale) for name in MEASURES[measure]}
    adjusters = {"GHR": column(rows, "q39", range(1, 6)), "AGE": column(rows, "q40", range(1, 8))}
    known = answers("cahps/expected_cahps41.json")["measures"][measure]
    return analyse([row["plan"] for row in rows], items, adjusters), known


@pytest.mark.parametrize("measure", MEASURES)
def test_every_plan_comes_out_as_from_ahrqs_program(measure: str) -> None:
    found, known = measured(measure)
    plans = known["macro_output"]["plans"]
    assert set(found.units) == set(plans)
    for name, unit in found.units.items():
        plan = plans[name]
        assert (unit.respondents, unit.analysed, unit.stars) == (
            plan["respondents"],
            plan["analysed"],
            plan["stars"],
        )
        assert unit.unadjusted_mean == pytest.approx(plan["unadjusted_mean"], abs=1e-9)
        assert unit.adjusted_mean == pytest.approx(plan["adjusted_mean"], abs=1e-9)
        assert unit.variance == pytest.approx(plan["variance_of_mean"], abs=1e-9)
        assert unit.difference == pytest.approx(plan["diff_from_overall"], abs=1e-9)
        assert unit.se_of_difference == pytest.approx(plan["se_of_diff"], abs=1e-9)


@pytest.mark.parametrize("measure", MEASURES)
def test_the_whole_comes_out_as_from_ahrqs_program(measure: str) -> None:
    found, known = measured(measure)
    printed = known["macro_output"]
    assert found.mean == pytest.approx(printed["overall_mean_of_adjusted"], abs=1e-9)
    assert found.precision_mean == pytest.approx(printed["precision_weighted_mean"], abs=1e-9)
    assert found.f == pytest.approx(printed["F"], abs=1e-9)
    assert found.p == pytest.approx(printed["p_value"], abs=1e-9)
    assert (found.df_between, found.df_within) == (printed["df_between"], printed["df_within"])
    for name, fit in found.fits.items():
        assert fit.coefficients == pytest.approx(printed["coefficients"][name], abs=1e-9)
        assert fit.r2 == pytest.approx(printed["r_squared"][name], abs=1e-9)


@pytest.mark.parametrize("measure", MEASURES)
def test_reliability_comes_out_as_derived_from_that_output(measure: str) -> None:
    found, known = measured(measure)
    moments, derived = spread(found), known["derived"]
    assert moments.grand_mean == pytest.approx(derived["grand_mean"], abs=1e-9)
    assert moments.within == pytest.approx(derived["within_variance"], abs=1e-9)
    between = derived["between_variance_with_v_times_D_over_N"]
    assert moments.between == pytest.approx(between, abs=1e-9)
    assert moments.reliability == pytest.approx(derived["reliability_per_plan"], abs=1e-9)
    assert moments.n_needed == pytest.approx(derived["responses_for_R_0_70"], rel=1e-9)
    assert moments.shrunk == pytest.approx(derived["empirical_bayes_mean"], abs=1e-9)


@pytest.mark.parametrize("measure", MEASURES)
def test_the_boxes_of_each_plan_are_met(measure: str) -> None:
    """Shares of an item in each plan, averaged over items: the cut points of AHRQ's program."""
    rows, known = people(), answers("cahps/expected_cahps41.json")["measures"][measure]
    scale, cuts = (range(11), (6, 8)) if measure == "q38" else (range(1, 5), (2, 3))
    for plan, expected in known["macro_output"]["plans"].items():
        low = top = 0.0
        for name in MEASURES[measure]:
            found = column([row for row in rows if row["plan"] == plan], name, scale)
            values = [value for value in found if value is not None]
            low += sum(value <= cuts[0] for value in values) / len(values) / len(MEASURES[measure])
            top += sum(value > cuts[1] for value in values) / len(values) / len(MEASURES[measure])
        assert (low, top) == (
            pytest.approx(expected["share_low"], abs=1e-9),
            pytest.approx(expected["share_top"], abs=1e-9),
        )


def small() -> tuple[dict[str, Any], list[str], dict[str, list[int | None]]]:
    known = answers("cahps/smalltest.json")
    items = {
        name: [row[name] if row[name] in range(1, 5) else None for row in known["data"]]
        for name in ("q1", "q2")
    }
    return known, [row["plan"] for row in known["data"]], items


def test_the_manuals_small_example_has_its_sums_of_squares() -> None:
    known, plans, items = small()
    found = analyse(plans, items)
    for plan, squares in known["run1_no_adjusters"]["sum_of_squares"].items():
        assert found.units[plan].variance == pytest.approx(squares, abs=0.0005)
    used = sum(unit.analysed for unit in found.units.values())
    assert used == known["run1_no_adjusters"]["used_rows"]


def test_the_manuals_small_example_is_adjusted_alike() -> None:
    known, plans, items = small()
    complete = [None not in (row["adj1"], row["adj2"]) for row in known["data"]]

    def kept(values: list[Any]) -> list[Any]:
        return [value for value, keep in zip(values, complete, strict=True) if keep]

    adjusters = {name: kept([row[name] for row in known["data"]]) for name in ("adj1", "adj2")}
    found = analyse(kept(plans), {name: kept(values) for name, values in items.items()}, adjusters)
    expected = known["run2_two_adjusters_no_imputation"]
    assert sum(unit.analysed for unit in found.units.values()) == expected["used_rows"]
    for plan, shift in expected["mean_adjustment"].items():
        unit = found.units[plan]
        assert unit.adjusted_mean - unit.unadjusted_mean == pytest.approx(shift, abs=0.005)


@pytest.mark.parametrize(
    ("units", "answered", "words"),
    [
        (["a", "a"], [1, 2], "two units"),
        (["a", "a", "b"], [1, 2, None], "no answer at all"),
        (["a", "a", "b", "b"], [1, 1, 2, 2], "no spread"),
        (["a", "b"], [1], "answers where there are 2 people"),
        (["a", "b"], [1, float("nan")], "value 2"),
    ],
)
def test_units_that_cannot_be_compared_are_refused(units: list[str], answered: list[Any], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        analyse(units, {"q": answered})


def test_an_adjuster_nobody_of_a_unit_answered_is_refused() -> None:
    with pytest.raises(ValueError, match="adjuster"):
        analyse(["a", "a", "b", "b"], {"q": [1, 2, 1, 2]}, {"age": [1, 2, None, None]})
