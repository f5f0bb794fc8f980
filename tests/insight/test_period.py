"""Windows of release months."""

from __future__ import annotations

from datetime import date

import pytest

from survey.insight.period import compared, last_four, last_month, months_back, one_quarter


def test_months_go_back_over_the_year() -> None:
    assert months_back("2026-02", 4) == ("2025-11", "2025-12", "2026-01", "2026-02")


def test_the_newest_closed_quarter_stands_against_the_one_before() -> None:
    today = date(2026, 4, 20)
    assert compared(last_four(today), today=today) == ("2026-Q1", "2025-Q4")
    assert compared(one_quarter("2026-Q1", today=today), today=today) == ("2026-Q1", "2025-Q4")


def test_a_running_quarter_is_not_compared() -> None:
    today = date(2026, 3, 31)
    assert compared(one_quarter("2026-Q1", today=today), today=today) is None


def test_last_four_quarters_end_with_the_running_one() -> None:
    period = last_four(date(2026, 11, 23))
    assert period.quarters == ("2026-Q1", "2026-Q2", "2026-Q3", "2026-Q4")
    assert (period.months[0], period.months[-1], period.part) == ("2026-01", "2026-12", True)
    assert period.before[-1] == "2025-12"
    assert last_month(period, today=date(2026, 11, 23)) == "2026-11"


def test_a_closed_quarter_is_no_part() -> None:
    assert not one_quarter("2026-Q3", today=date(2026, 10, 1)).part
    assert one_quarter("2026-Q4", today=date(2026, 10, 1)).part


def test_text_that_is_no_quarter_is_refused() -> None:
    with pytest.raises(ValueError, match="2026-Q4"):
        one_quarter("Q4 2026", today=date(2026, 10, 1))
