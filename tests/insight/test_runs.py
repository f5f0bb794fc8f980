"""Anhoej's rules against qicharts2, and what a chart says about now."""

from __future__ import annotations

from collections import defaultdict

import numpy as np
import pytest

from survey.insight.trend import Course, latest, p_chart, run_rules, signals, xmr
from tests.insight.known import answers, table


def test_the_limits_of_ten_to_a_hundred_points_are_met() -> None:
    rows = table("spc/anhoej_limits_10_100.csv")
    assert len(rows) == 91
    for row in rows:
        n = int(row["useful_points"])
        runs = run_rules([1, -1] * n, 0)
        assert runs.useful == 2 * n
        found = run_rules([(-1) ** place for place in range(n)], 0)
        assert found.longest_max == int(row["longest_run_max"])
        assert found.crossings_min == int(row["crossings_min"])
        assert not found.signal


def test_fifteen_departments_have_the_runs_of_qicharts2() -> None:
    shares: dict[str, list[float]] = defaultdict(list)
    for row in table("spc/ae_monthly.csv"):
        shares[row["org_code"]].append(int(row["within_4h"]) / int(row["attendances"]))
    names = ("n_useful", "longest_run", "longest_run_max", "n_crossings", "n_crossings_min")
    for row in table("spc/ae_p_pprime_run.csv"):
        if row["chart"] == "run":
            runs = run_rules(np.array(shares[row["org_code"]]))
            found = (runs.useful, runs.longest, runs.longest_max, runs.crossings, runs.crossings_min)
            assert found == tuple(int(row[name]) for name in names)
            assert runs.signal is (row["runs_signal"] == "True")


def test_twenty_weeks_have_a_run_of_seven() -> None:
    known = answers("spc/expected_nhs_ae_20weeks.json")["run_chart"]
    rows = table("spc/nhs_ae_20weeks.csv")
    runs = run_rules([int(row["within_4h"]) / int(row["attendances"]) for row in rows])
    assert (runs.useful, runs.longest, runs.crossings) == (
        known["useful"],
        known["longest_run"],
        known["crossings"],
    )
    assert (runs.longest_max, runs.crossings_min) == (known["longest_run_max"], known["crossings_min"])
    assert runs.signal is known["signal"]


def test_nine_yearly_figures_are_too_few_to_say_anything() -> None:
    rows = [row for row in table("hcahps/national_results.csv") if row["Measure ID"] == "H_COMP_1"]
    runs = run_rules([float(row["Top-box Percentage"]) for row in rows])
    assert len(rows) == 9
    assert (runs.judged, runs.signal) == (False, False)


@pytest.mark.parametrize("values", [[], [None, None], [5], [5, 5, 5, None] * 5])
def test_nothing_that_varies_is_no_signal(values: list[float | None]) -> None:
    runs = run_rules(values)
    assert (runs.useful, runs.longest, runs.crossings, runs.newest, runs.signal) == (0, 0, 0, 0, False)


def test_a_value_or_centre_that_is_no_number_is_refused() -> None:
    with pytest.raises(ValueError, match="value 2"):
        run_rules([1, float("nan")])
    with pytest.raises(ValueError, match="centre"):
        run_rules([1, 2], float("nan"))


def test_the_newest_run_says_its_side() -> None:
    assert run_rules([1, 2, 9, 9, 9], 5).newest == 3
    assert run_rules([9, 9, None, 1, 5, 2], 5).newest == -2


def test_a_point_below_the_limit_says_worse_and_one_above_better() -> None:
    n = [200] * 13
    assert latest(p_chart([180] * 12 + [120], n)) is Course.WORSE
    assert latest(p_chart([100] * 12 + [180], n)) is Course.BETTER
    assert latest(p_chart([180] * 13, n)) is Course.STEADY


def test_a_point_below_that_has_passed_says_nothing_about_now() -> None:
    chart = p_chart([180] * 6 + [120] + [180, 181] * 3, [200] * 13)
    assert signals(chart).below == (6,)
    assert latest(chart) is Course.STEADY


def test_a_long_run_at_the_end_says_its_side() -> None:
    lower = p_chart([90] * 8 + [84] * 8, [100] * 16)
    assert signals(lower).below == ()
    assert signals(lower).runs[0].too_few_crossings
    assert latest(lower) is Course.WORSE
    assert latest(xmr([84] * 8 + [90] * 8)) is Course.BETTER


def test_only_the_newest_phase_speaks_about_now() -> None:
    chart = p_chart([180] * 12 + [120], [200] * 13, phases=[12])
    assert latest(chart) is Course.STEADY
    everything = p_chart([180, 120], [200, 200], excluded=[1])
    assert latest(everything) is Course.STEADY
