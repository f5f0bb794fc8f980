"""p and p' charts against qicharts2 and computed limits of real months."""

from __future__ import annotations

from collections import defaultdict

import numpy as np
import pytest

from survey.insight.trend import Chart, p_chart, p_prime_chart, signals
from tests.insight.known import answers, table


def departments() -> dict[str, tuple[list[int], list[int]]]:
    found: dict[str, tuple[list[int], list[int]]] = defaultdict(lambda: ([], []))
    for row in table("spc/ae_monthly.csv"):
        found[row["org_code"]][0].append(int(row["within_4h"]))
        found[row["org_code"]][1].append(int(row["attendances"]))
    return found


def test_fifteen_departments_have_the_limits_runs_and_signals_of_qicharts2() -> None:
    expected: dict[tuple[str, str], list[dict[str, str]]] = defaultdict(list)
    for row in table("spc/ae_p_pprime_run.csv"):
        if row["chart"] != "run":
            expected[row["org_code"], row["chart"]].append(row)
    assert len(expected) == 30
    for (code, kind), rows in expected.items():
        x, n = departments()[code]
        chart = p_chart(x, n) if kind == "p" else p_prime_chart(x, n, floor=False)
        (runs,) = signals(chart).runs
        for row, point in zip(rows, chart.points, strict=True):
            assert chart.phases[0].centre == pytest.approx(float(row["cl"]), abs=1e-9)
            assert point.lower == pytest.approx(float(row["lcl"]), abs=1e-9)
            assert point.upper == pytest.approx(float(row["ucl"]), abs=1e-9)
            assert bool(point.side_out) is (row["sigma_signal"] == "True")
            names = ("n_useful", "longest_run", "longest_run_max", "n_crossings", "n_crossings_min")
            found = (runs.useful, runs.longest, runs.longest_max, runs.crossings, runs.crossings_min)
            assert found == tuple(int(row[name]) for name in names)
            assert runs.signal is (row["runs_signal"] == "True")


def test_twenty_weeks_of_emergency_departments_are_met() -> None:
    rows, known = table("spc/nhs_ae_20weeks.csv"), answers("spc/expected_nhs_ae_20weeks.json")
    x, n = [int(row["within_4h"]) for row in rows], np.array([int(row["attendances"]) for row in rows])
    charts = {"p_chart": p_chart(x, n), "p_prime": p_prime_chart(x, n)}
    for name, chart in charts.items():
        assert [point.lower for point in chart.points] == pytest.approx(known[name]["lcl"], abs=1e-9)
        assert [point.upper for point in chart.points] == pytest.approx(known[name]["ucl"], abs=1e-9)
        out = sum(bool(point.side_out) for point in chart.points)
        assert out == known[name]["points_outside_3_sigma"]
    assert charts["p_chart"].phases[0].centre == pytest.approx(known["p_chart"]["cl"], abs=1e-9)
    assert charts["p_prime"].phases[0].spread == pytest.approx(known["p_prime"]["sigma_z"], abs=1e-9)


def test_months_of_an_ambulance_trust_are_met() -> None:
    rows = table("spc/expected_neas_monthly.csv")
    x, n = [int(row["positive"]) for row in rows], [int(row["n"]) for row in rows]
    plain, prime = p_chart(x, n), p_prime_chart(x, n)
    for row, p, pp in zip(rows, plain.points, prime.points, strict=True):
        assert (p.lower, p.upper) == pytest.approx((float(row["p_lcl"]), float(row["p_ucl"])), abs=1e-9)
        assert (pp.lower, pp.upper) == pytest.approx((float(row["pp_lcl"]), float(row["pp_ucl"])), abs=1e-9)
        assert prime.phases[0].spread == pytest.approx(float(row["sigma_z"]), abs=1e-9)


def test_a_lucky_calm_series_makes_no_narrow_limits() -> None:
    x, n = [90, 91] * 6, [100] * 12
    assert p_prime_chart(x, n) == p_chart(x, n)
    assert p_prime_chart(x, n, floor=False).phases[0].spread < 0.5


@pytest.mark.parametrize("x", [0, 9])
def test_where_all_or_nobody_is_positive_limits_equal_the_centre(x: int) -> None:
    for chart in (p_chart([x] * 12, [9] * 12), p_prime_chart([x] * 12, [9] * 12)):
        assert {(point.lower, point.upper) for point in chart.points} == {(x / 9, x / 9)}
        assert not signals(chart).found


def test_a_missing_month_is_a_gap_and_nothing_reaches_over_it() -> None:
    x, n = [80, 95, 80, None, 95, 80], [100, 100, 100, None, 100, 100]
    chart = p_prime_chart(x, n)
    assert [point.place for point in chart.points] == [0, 1, 2, 4, 5]
    zero = p_prime_chart([80, 95, 80, 0, 95, 80], [100, 100, 100, 0, 100, 100])
    assert chart == zero
    joined = p_prime_chart([80, 95, 80, 95, 80], [100] * 5)
    # Three steps of the same size either way: an average over a joined gap would be no different here ...
    assert chart.phases[0].spread == pytest.approx(joined.phases[0].spread)
    # ... and here it is.
    apart = p_prime_chart([80, 80, None, 95, 95], [100, 100, None, 100, 100], floor=False)
    assert apart.phases[0].spread == 0


def centres(chart: Chart) -> list[float]:
    return [phase.centre for phase in chart.phases]


def test_a_new_phase_has_its_own_centre() -> None:
    x, n = [50] * 6 + [90] * 6, [100] * 12
    assert centres(p_chart(x, n, phases=[6])) == [0.5, 0.9]
    assert not signals(p_chart(x, n, phases=[6])).found
    assert signals(p_chart(x, n)).found


def test_an_excluded_point_sets_no_limit_and_is_not_judged() -> None:
    x, n = [90] * 5 + [10] + [90] * 6, [100] * 12
    chart = p_chart(x, n, excluded=[5])
    assert centres(chart) == [0.9]
    assert chart.points[5].excluded
    assert not signals(chart).found
    assert signals(p_chart(x, n)).below == (5,)


def test_a_frozen_baseline_judges_what_comes_after() -> None:
    x, n = [90, 88, 92] * 4 + [70] * 4, [100] * 16
    chart = p_chart(x, n, frozen=12)
    assert centres(chart) == [0.9]
    assert signals(chart).below == (12, 13, 14, 15)
    assert not chart.trial
    assert p_chart(x, n, frozen=11).trial


def test_one_month_is_a_chart_with_trial_limits() -> None:
    chart = p_prime_chart([9], [10])
    assert chart.trial
    assert not signals(chart).found


@pytest.mark.parametrize(
    ("x", "n", "words"),
    [
        ([], [], "no answers in any month"),
        ([0, None], [0, None], "no answers in any month"),
        ([1, 7], [5, 5], "pair 2"),
        ([-1], [5], "pair 1"),
        ([1], [float("nan")], "pair 1"),
        ([None], [5], "pair 1"),
        ([1, 2], [5], "each needs its own"),
    ],
)
def test_months_that_cannot_be_are_refused(x: list[float | None], n: list[float | None], words: str) -> None:
    for chart in (p_chart, p_prime_chart):
        with pytest.raises(ValueError, match=words):
            chart(x, n)


def test_places_that_are_not_there_are_refused() -> None:
    for given in ({"phases": [3]}, {"excluded": [-1]}, {"frozen": -1}):
        with pytest.raises(ValueError, match="outside the series"):
            p_chart([1, 2, 3], [5, 5, 5], **given)
    with pytest.raises(ValueError, match="every point of a phase"):
        p_chart([1, 2], [5, 5], excluded=[0, 1])
