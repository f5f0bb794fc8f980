"""Funnels against public health data, and exact tails for small units."""

from __future__ import annotations

import numpy as np
import pytest

from survey.insight.funnel import Flag, limits, overdispersion, tail_flags
from tests.insight.known import answers, group, table


def test_real_units_have_the_computed_limits_tails_and_flags() -> None:
    rows = table("funnel/expected_fft_units.csv")
    x, n = [int(row["positive"]) for row in rows], [int(row["n"]) for row in rows]
    target = answers("funnel/expected_summary.json")["fft_units_dev"]["target"]
    assert overdispersion(x, n).target == pytest.approx(target)
    found = zip(rows, limits(target, n), tail_flags(x, n), overdispersion(x, n).units, strict=True)
    for row, limit, tail, unit in found:
        near = (float(row["score_lo95"]), float(row["score_hi95"]))
        far = (float(row["score_lo998"]), float(row["score_hi998"]))
        assert limit.near == pytest.approx(near, abs=1e-9)
        assert limit.far == pytest.approx(far, abs=1e-9)
        assert tail.low == pytest.approx(float(row["tail_low"]), rel=1e-9)
        assert tail.high == pytest.approx(float(row["tail_high"]), rel=1e-9)
        assert tail.flag == (row["flag_tail_998"] or Flag.WITHIN)
        assert unit.z == pytest.approx(float(row["z_arcsine"]), abs=1e-9)
        assert unit.z_adjusted == pytest.approx(float(row["z_overdispersed"]), abs=1e-9)
        assert unit.flag == (row["flag_overdispersed_998"] or Flag.WITHIN)


def test_the_spread_between_real_units_is_met() -> None:
    known = answers("funnel/expected_summary.json")
    small, large = table("funnel/expected_fft_units.csv"), table("funnel/phe_pct_303.csv")
    found = {
        "fft_units_dev": overdispersion([int(r["positive"]) for r in small], [int(r["n"]) for r in small]),
        "phe_303": overdispersion(
            [float(r["numerator"]) for r in large], [float(r["denominator"]) for r in large]
        ),
    }
    for name, spread in found.items():
        assert spread.applied
        assert spread.target == pytest.approx(known[name]["target"], abs=1e-9)
        assert spread.phi == pytest.approx(known[name]["phi"], rel=1e-9)
        assert spread.tau2 == pytest.approx(known[name]["tau2_arcsine"], rel=1e-9)
    flagged = [unit.flag for unit in found["phe_303"].units]
    assert (
        flagged.count(Flag.LOW) + flagged.count(Flag.HIGH) == known["phe_303"]["outliers_998_overdispersed"]
    )
    plain = sum(abs(unit.z) > 3.090232 for unit in found["phe_303"].units)
    assert plain == known["phe_303"]["outliers_998_unadjusted"]


def test_the_curve_of_a_public_program_is_met() -> None:
    for row in table("funnel/phe_pct_303_curve.csv"):
        (limit,) = limits(float(row["baseline"]) / 100, [int(row["n"])])
        near = (float(row["lo_025"]), float(row["hi_025"]))
        far = (float(row["lo_001"]), float(row["hi_001"]))
        assert tuple(100 * end for end in limit.near) == pytest.approx(near, abs=1e-4)
        assert tuple(100 * end for end in limit.far) == pytest.approx(far, abs=1e-4)


def test_all_areas_have_the_flag_of_that_program() -> None:
    rows = table("funnel/phe_pct_303.csv")
    assert len(rows) == 303
    x, n = [float(row["numerator"]) for row in rows], [float(row["denominator"]) for row in rows]
    for row, a, b, limit in zip(rows, x, n, limits(sum(x) / sum(n), n), strict=True):
        side = "Low" if a / b < limit.near.lower else "High" if a / b > limit.near.upper else ""
        beyond = not limit.far.lower <= a / b <= limit.far.upper
        expected = f"{side} ({'0.001' if beyond else '0.025'})" if side else "Not significant"
        assert row["expected_flag"] == expected


def test_a_unit_where_all_are_satisfied_is_flagged_only_when_it_is_large() -> None:
    for case in group("exact_tail_flag")["cases"]:
        n, target = case["smallest_n_all_positive"], case["target"]
        assert tail_flags([n], [n], target=target)[0].flag is Flag.HIGH
        assert tail_flags([n - 1], [n - 1], target=target)[0].flag is Flag.WITHIN


def test_drawn_limits_would_flag_what_the_exact_tail_does_not() -> None:
    """The broken variant: flags by the arcsine limits, as other programs have it."""
    units = overdispersion([22, *[86] * 6], [22, *[100] * 6]).units
    assert abs(units[0].z) > 3.09
    assert tail_flags([22, *[86] * 6], [22, *[100] * 6])[0].flag is Flag.WITHIN


def test_four_units_are_no_funnel() -> None:
    assert {tail.flag for tail in tail_flags([9, 0, 9, 9], [9] * 4)} == {Flag.UNJUDGED}
    assert {unit.flag for unit in overdispersion([9, 0, 9, 9], [9] * 4).units} == {Flag.UNJUDGED}


def test_one_unit_has_no_spread() -> None:
    found = overdispersion([4], [9])
    assert (found.tau2, found.applied, found.units[0].flag) == (0, False, Flag.UNJUDGED)


def test_a_unit_without_answers_is_not_judged() -> None:
    x, n = [9, 9, 9, 9, 9, 0], [10, 10, 10, 10, 10, 0]
    assert [tail.flag for tail in tail_flags(x, n)] == [Flag.WITHIN] * 5 + [Flag.UNJUDGED]
    assert overdispersion(np.array(x), np.array(n)).units[5].flag is Flag.UNJUDGED
    assert {tail.flag for tail in tail_flags([0] * 6, [0] * 6)} == {Flag.UNJUDGED}


@pytest.mark.parametrize("positive", [0, 9])
def test_where_all_units_are_alike_nobody_is_flagged(positive: int) -> None:
    x, n = [positive] * 25, [9] * 25
    assert {tail.flag for tail in tail_flags(x, n)} == {Flag.WITHIN}
    found = overdispersion(x, n)
    assert (found.tau2, {unit.flag for unit in found.units}) == (0, {Flag.WITHIN})


@pytest.mark.parametrize(
    ("target", "n"), [(1.2, [5]), (float("nan"), [5]), (0.9, [0]), (0.9, [float("nan")])]
)
def test_limits_of_nothing_are_refused(target: float, n: list[float]) -> None:
    with pytest.raises(ValueError, match=r"target|n 1|above 0"):
        limits(target, n)


def test_bad_units_are_refused_by_their_place() -> None:
    with pytest.raises(ValueError, match="pair 2"):
        tail_flags([1, 9], [5, 5])
    with pytest.raises(ValueError, match="pair 1 is not made of whole"):
        tail_flags([1.5], [5], target=0.5)
    with pytest.raises(ValueError, match="alpha"):
        tail_flags([1], [5], 0.7)
    with pytest.raises(ValueError, match="each needs its own"):
        overdispersion([1], [5, 5])
    with pytest.raises(ValueError, match="no answers"):
        overdispersion([0], [0])
