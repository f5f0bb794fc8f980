"""Windows of release months."""

from __future__ import annotations

from datetime import date

import pytest

from survey.insight.period import last_four, last_month, months_back, newest_and_before, one_quarter


def test_months_go_back_over_the_year() -> None:
    assert months_back("2026-02", 4) == ("2025-11", "2025-12", "2026-01", "2026-02")


def test_the_newest_three_stand_against_the_four_before() -> None:
    recent, before = newest_and_before("2026-03")
    assert recent == ("2026-01", "2026-02", "2026-03")
    assert before == ("2025-09", "2025-10", "2025-11", "2025-12")


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
