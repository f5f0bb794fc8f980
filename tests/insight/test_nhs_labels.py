"""XmR charts and the NHS labels of single points against NHSRplotthedots and qicharts2."""

from __future__ import annotations

from collections import defaultdict

import pytest

from survey.insight.nhs_labels import nhs_labels, shift_ends, trend_ends, two_in_three
from survey.insight.trend import signals, xmr
from tests.insight.known import answers, table


def test_published_examples_are_met_with_and_without_screening() -> None:
    for case in answers("spc/expected_xmr_rules.json")["cases"]:
        chart = xmr(case["values"], case["screen_outliers"])
        found = (chart.points[0].lower, chart.phases[0].centre, chart.points[0].upper)
        assert found == pytest.approx((case["lpl"], case["mean"], case["upl"]), abs=1e-9)


def test_every_month_of_fifteen_departments_has_its_limits_and_label() -> None:
    series: dict[str, list[float]] = defaultdict(list)
    for row in table("spc/ae_monthly.csv"):
        series[row["org_code"]].append(int(row["within_4h"]) / int(row["attendances"]))
    expected: dict[tuple[str, str], list[dict[str, str]]] = defaultdict(list)
    for row in table("spc/ae_xmr_labels.csv"):
        expected[row["org_code"], row["outliers_screened"]].append(row)
    assert len(expected) == 30
    for (code, screened), rows in expected.items():
        chart = xmr(series[code], screened == "True")
        assert list(nhs_labels(chart)) == [row["label"] for row in rows]
        for row, point in zip(rows, chart.points, strict=True):
            limits = (float(row["lpl"]), float(row["upl"]))
            assert (point.lower, point.upper) == pytest.approx(limits, abs=1e-9)


def test_twenty_weeks_are_met_by_both_factors() -> None:
    known = answers("spc/expected_nhs_ae_20weeks.json")
    rows = table("spc/nhs_ae_20weeks.csv")
    values = [int(row["within_4h"]) / int(row["attendances"]) for row in rows]
    ours, theirs = xmr(values), xmr(values, False, factor=3 / 1.128)
    nhs, other = known["xmr_constant_2_66"], known["xmr_constant_3_over_1_128"]
    assert (ours.points[0].lower, ours.points[0].upper) == pytest.approx((nhs["lpl"], nhs["upl"]), abs=1e-9)
    expected = (other["lcl"], other["ucl"])
    assert (theirs.points[0].lower, theirs.points[0].upper) == pytest.approx(expected, abs=1e-9)
    assert list(nhs_labels(ours)) == nhs["labels"]


def test_the_small_rules_are_those_of_the_nhs() -> None:
    rules = answers("spc/expected_xmr_rules.json")["rule_cases"]
    for case in rules["seven_one_side"]:
        assert [abs(end) for end in shift_ends(case["side"])] == case["ends_at"]
    for case in rules["seven_trend"]:
        assert trend_ends(case["y"]) == case["ends_at"]
    for case in rules["two_of_three"]:
        assert two_in_three(case["close"], case["side"]) == case["window_member"]


def test_a_constant_series_signals_nothing() -> None:
    chart = xmr([4, 4, 4, None, 4] * 4)
    assert {(point.lower, point.upper) for point in chart.points} == {(4, 4)}
    assert not signals(chart).found
    assert set(nhs_labels(chart)) == {"Common Cause"}


def test_no_range_reaches_over_a_gap_or_an_excluded_point() -> None:
    assert xmr([1, 1, None, 9, 9]).phases[0].spread == 0
    assert xmr([1, 1, 500, 9, 9], excluded=[2]).phases[0].spread == 0


def test_one_value_alone_is_its_own_limit() -> None:
    (point,) = xmr([7]).points
    assert (point.lower, point.upper) == (7, 7)


def test_values_that_are_none_are_refused() -> None:
    for values, words in (([], "no answers"), ([None], "no answers"), ([1, float("nan")], "value 2")):
        with pytest.raises(ValueError, match=words):
            xmr(values)
