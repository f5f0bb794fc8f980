"""Days, weeks, months and quarters in the practice's own time zone."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey import clock


def test_the_local_day_differs_from_the_utc_day() -> None:
    late = datetime(2026, 3, 3, 2, 30, tzinfo=UTC)
    assert clock.local_day(late, "America/New_York") == date(2026, 3, 2)
    assert clock.local_day(late, "Europe/Madrid") == date(2026, 3, 3)


@given(st.dates(date(2000, 1, 1), date(2100, 1, 1)))
def test_weeks_have_seven_days_and_two_bytes(day: date) -> None:
    week = clock.week_number(day)
    assert clock.week_monday(week) <= day <= clock.week_sunday(week)
    assert 0 <= week < 65536
    year, number, _ = day.isocalendar()
    assert clock.week_label(week) == f"{year}-W{number:02d}"


@given(st.dates(date(2000, 1, 1), date(2100, 1, 1)))
def test_a_fortnight_begins_at_most_thirteen_days_ago(day: date) -> None:
    start = clock.fortnight_start(clock.fortnight_number(day))
    assert timedelta(0) <= day - start <= timedelta(days=13)


@given(st.dates(date(2000, 1, 1), date(2100, 1, 1)))
def test_a_day_lies_in_a_month_of_its_quarter(day: date) -> None:
    quarter = clock.quarter_of(day)
    assert clock.month_of(day) in clock.quarter_months(quarter)
    assert clock.quarter_of(clock.quarter_end(quarter)) == quarter
    assert clock.quarter_of(clock.quarter_end(quarter) + timedelta(days=1)) > quarter
    assert clock.quarter_before(quarter) < quarter


@pytest.mark.parametrize("text", ["2026", "2026-Q5", "26-Q1", "2026-q1", "Q1-2026", ""])
def test_a_wrong_quarter_shows_the_right_form(text: str) -> None:
    with pytest.raises(ValueError, match="write it as 2026-Q4"):
        clock.parse_quarter(text)


def test_a_skipped_hour_still_has_an_instant() -> None:
    assert clock.at_local(date(2026, 3, 8), 2, "America/New_York", 30) == datetime(
        2026, 3, 8, 7, 30, tzinfo=UTC
    )


def test_a_simulated_clock_refuses_a_naive_instant() -> None:
    with pytest.raises(ValueError, match="time zone"):
        clock.SimulatedClock(datetime(2026, 1, 1, tzinfo=UTC)).move_to(datetime(2026, 1, 1))  # noqa: DTZ001
