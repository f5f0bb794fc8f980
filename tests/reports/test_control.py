"""Limits are made from what is shown: equal figures have equal limits, and too few months have none."""

from __future__ import annotations

from datetime import date

from survey.insight.response import Response, likely_month
from survey.insight.rounding import WITHHELD, Band, share
from survey.reports.control import control
from survey.reports.silence import bounds


def test_limits_tell_no_more_than_the_rounded_months() -> None:
    one, other = ([share(x, n)] * 8 for x, n in ((60, 80), (70, 94)))
    assert control(one) == control(other)


def test_gaps_and_fifths_have_no_limits_and_few_months_have_none_at_all() -> None:
    months = [share(15, 20)] * 6
    found = control([*months, WITHHELD, share(5, 6)])
    assert found is not None
    assert found.limits[-2:] == (None, None)
    assert found.trial
    assert control(months[:5]) is None
    assert control([]) is None


def test_months_that_are_all_best_or_all_worst_have_limits_that_are_numbers() -> None:
    for x in (0, 400):
        found = control([share(x, 400)] * 7)
        assert found is not None
        assert all(limit is not None and 0 <= limit[0] <= limit[1] <= 100 for limit in found.limits)


def test_silence_leaves_the_worst_case_open() -> None:
    assert bounds(share(190, 200), Response(low=20, sent=Band(500))) == (19, 99)
    assert bounds(WITHHELD, Response(low=20, sent=Band(500))) is None
    assert bounds(share(190, 200), None) is None


def test_answers_are_likely_by_a_month_or_it_cannot_be_said() -> None:
    today, usual = date(2026, 11, 28), Response(low=20, sent=Band(50))
    assert likely_month(30, usual, least=5, today=today) == "2027-02"
    assert likely_month(0, usual, least=5, today=today) is None
    assert likely_month(1, usual, least=5, today=today) is None
