"""Days and times in the spellings of people's programs; clock changes; nothing guessed."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey.visits.faults import FaultyCell
from survey.visits.match import DateOrder
from survey.visits.moments import moment, order_of, zone_of

NEW_YORK = zone_of("America/New_York")


@pytest.mark.parametrize(
    ("text", "order"),
    [
        ("2026-07-01 14:30", DateOrder.YMD),
        ("2026-07-01T14:30:00", DateOrder.DMY),
        ("2026-07-01T18:30:00Z", DateOrder.MDY),
        ("2026/7/1 2:30 PM", DateOrder.YMD),
        ("01/07/2026 14:30", DateOrder.DMY),
        ("7/1/2026 2:30 PM", DateOrder.MDY),
        ("7/1/2026, 2:30pm", DateOrder.MDY),
        ("01.07.2026 14:30", DateOrder.DMY),
        ("Jul 1, 2026 2:30 p.m.", DateOrder.YMD),
        ("1 July 2026 14:30", DateOrder.YMD),
        ("July 1, 2026 14:30", DateOrder.MDY),
    ],
)
def test_every_spelling_of_one_moment_is_that_moment(text: str, order: DateOrder) -> None:
    found = moment(text, order, NEW_YORK)
    assert (found.day, found.instant) == (date(2026, 7, 1), datetime(2026, 7, 1, 18, 30, tzinfo=UTC))


@pytest.mark.parametrize(
    ("text", "hour"), [("12:05 AM", 0), ("12:05 PM", 12), ("1:05 AM", 1), ("11:05 pm", 23)]
)
def test_noon_and_midnight_are_told_apart(text: str, hour: int) -> None:
    found = moment(f"2026-07-01 {text}", DateOrder.YMD, zone_of("UTC"))
    assert found.instant == datetime(2026, 7, 1, hour, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("2026-07-01 25:00", "no such time"),
        ("2026-07-01 13:00 PM", "no such time"),
        ("2026-07-01 10", "no such time"),
        ("31/06/2026", "no such day"),
        ("1 Jux 2026", "no such day"),
        ("07/01/26", "Write the day"),
        ("45000", "Write the day"),
        ("tomorrow", "Write the day"),
        ("2026-03-08 02:30", "put forward"),
        ("0001-01-01 00:00+14:00", "no such day"),
    ],
)
def test_what_is_no_moment_is_named(text: str, words: str) -> None:
    with pytest.raises(FaultyCell, match=words):
        moment(text, DateOrder.DMY, NEW_YORK)


@pytest.mark.parametrize(
    ("zone", "gap", "twice", "first"),
    [
        ("America/New_York", "2026-03-08 02:30", "2026-11-01 01:30", "2026-11-01T05:30"),
        ("Europe/Berlin", "2026-03-29 02:30", "2026-10-25 02:30", "2026-10-25T00:30"),
        ("Australia/Lord_Howe", "2026-10-04 02:15", "2026-04-05 01:45", "2026-04-04T14:45"),
    ],
)
def test_clock_changes_in_three_zones(zone: str, gap: str, twice: str, first: str) -> None:
    with pytest.raises(FaultyCell, match="put forward"):
        moment(gap, DateOrder.YMD, zone_of(zone))
    assert moment(twice, DateOrder.YMD, zone_of(zone)).instant == datetime.fromisoformat(first + "+00:00")


def test_a_time_with_offset_needs_no_zone_and_the_day_is_the_practices() -> None:
    assert moment("2026-03-08T02:30:00-05:00", DateOrder.YMD, NEW_YORK).day == date(2026, 3, 8)
    assert moment("2026-07-02T01:00:00Z", DateOrder.YMD, NEW_YORK).day == date(2026, 7, 1)


@given(st.dates(date(1900, 1, 1), date(2100, 1, 1)), st.sampled_from(list(DateOrder)))
def test_an_order_is_proved_only_by_days_that_allow_one_reading(day: date, order: DateOrder) -> None:
    text = {DateOrder.YMD: "%Y-%m-%d", DateOrder.DMY: "%d/%m/%Y", DateOrder.MDY: "%m/%d/%Y"}[order]
    found = order_of([day.strftime(text)])
    if found.order is not DateOrder.YMD:
        assert found.order is order
        assert moment(day.strftime(text), found.order, NEW_YORK).day == day
    elif order is not DateOrder.YMD:
        assert day.day <= 12
        assert bool(found.open) is (day.day != day.month)


@given(st.text(max_size=40))
def test_any_text_is_a_moment_or_is_named(text: str) -> None:
    try:
        ending: object = moment(text, DateOrder.DMY, NEW_YORK).day
    except FaultyCell as fault:
        ending = fault.sentence or None
    assert isinstance(ending, date | str)
