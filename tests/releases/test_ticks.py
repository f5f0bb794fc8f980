"""Publishing days."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from survey.releases.ticks import is_due, latest_tick
from survey.responses.model import Kind

MONDAY = date(2026, 3, 2)  # also the first Monday of its month


@pytest.mark.parametrize("kind", list(Kind))
def test_the_first_tick_of_a_new_practice_is_on_the_planned_day(kind: Kind) -> None:
    assert is_due(kind, MONDAY, None)
    assert not is_due(kind, MONDAY + timedelta(days=1), None)


def test_ratings_are_published_once_a_week() -> None:
    assert not is_due(Kind.RATINGS, MONDAY + timedelta(days=6), MONDAY)
    assert is_due(Kind.RATINGS, MONDAY + timedelta(days=7), MONDAY)


def test_comments_are_published_once_a_month() -> None:
    assert not is_due(Kind.COMMENTS, date(2026, 3, 30), MONDAY)
    assert is_due(Kind.COMMENTS, date(2026, 4, 6), MONDAY)


def test_a_missed_day_is_made_up_for_at_once() -> None:
    assert is_due(Kind.RATINGS, MONDAY + timedelta(days=9), MONDAY)
    assert not is_due(Kind.RATINGS, MONDAY + timedelta(days=10), MONDAY + timedelta(days=9))


def test_before_the_first_monday_the_month_before_counts() -> None:
    assert latest_tick(Kind.COMMENTS, date(2026, 4, 5)) == MONDAY
    assert latest_tick(Kind.COMMENTS, date(2026, 1, 2)) == date(2025, 12, 1)
