"""On which day a mail goes out: business days, room, the warm-up, reminders, days that were missed."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from survey.db import transaction
from survey.invitations.mornings import LATEST_DAYS, Wanted, allot, reminded_on
from survey.invitations.postponing import postpone
from survey.practice import mail_scheduling
from survey.practice.model import Practice
from survey.practice.public_holidays import countries, holidays
from survey.practice.schedule import BusinessDays, Schedule
from survey.runtime import Runtime
from tests.invitations.post import invitations, invite_people, states

TODAY = date(2026, 3, 2)
USUAL = BusinessDays("US")
DAYS = st.dates(date(2024, 1, 1), date(2031, 12, 31))


def at_most(number: int) -> Schedule:
    return Schedule("America/New_York", USUAL, most_per_day=number, began=date(2020, 1, 1))


@given(DAYS, st.sampled_from(countries()))
def test_mails_go_out_on_the_next_business_day(today: date, country: str) -> None:
    day = BusinessDays(country).after(today)
    assert day > today
    assert day.weekday() < 5
    assert day not in holidays(country, day.year)
    between = [today + timedelta(days=n) for n in range(1, (day - today).days)]
    assert not any(BusinessDays(country).is_open(each) for each in between)


def test_known_holidays() -> None:
    assert date(2021, 12, 31) in holidays("US", 2021), "New Year's Day of 2022 is a Saturday"
    assert date(2026, 11, 26) in holidays("US", 2026)
    assert date(2026, 4, 3) in holidays("ES", 2026)
    assert {date(2022, 12, 26), date(2022, 12, 27)} <= holidays("GB", 2022)
    assert date(2026, 7, 10) in holidays("NZ", 2026)
    assert holidays("XX", 2026) == frozenset()


def test_the_practices_own_word_counts_more_than_the_calendar() -> None:
    thanksgiving, friday = date(2026, 11, 26), date(2026, 11, 27)
    days = BusinessDays("US", closed=frozenset({friday}), opened=frozenset({thanksgiving}))
    assert days.is_open(thanksgiving)
    assert not days.is_open(friday)


def test_a_new_sender_begins_small_and_doubles() -> None:
    schedule = Schedule("UTC", USUAL, most_per_day=100, began=date(2026, 11, 23))
    week = [date(2026, 11, day) for day in (24, 25, 27, 30)]
    assert [schedule.limit(day) for day in week] == [20, 40, 80, 100]
    assert Schedule("UTC", USUAL, most_per_day=5, began=TODAY).limit(TODAY) == 5


@given(st.lists(st.integers(0, 10), max_size=60), st.integers(1, 8), st.randoms())
def test_no_day_is_overfull_nobody_is_too_late_and_the_order_does_not_matter(
    ages: list[int], most: int, rng: object
) -> None:
    wanted = [Wanted(bytes([n]), TODAY - timedelta(days=age)) for n, age in enumerate(ages)]
    given_days = allot(wanted, today=TODAY, schedule=at_most(most), taken={})
    assert max(Counter(day for day in given_days.values() if day).values(), default=0) <= most
    for mail in wanted:
        day = given_days[mail.key]
        assert day is None or TODAY < day <= mail.day + timedelta(days=LATEST_DAYS)
    turned = allot(reversed(wanted), today=TODAY, schedule=at_most(most), taken={})
    assert turned == given_days


@given(DAYS)
def test_each_sending_day_is_reminded_of_once_on_a_business_day_from_day_four_on(sent: date) -> None:
    days = [sent + timedelta(days=n) for n in range(15)]
    reminded = [day for day in days if sent in reminded_on(day, USUAL)]
    assert len(reminded) == 1
    assert USUAL.is_open(reminded[0])
    assert 4 <= (reminded[0] - sent).days <= 8


def test_mails_that_missed_their_day_spread_over_the_next_ones(runtime: Runtime, practice: Practice) -> None:
    invite_people(runtime, practice, *[f"person{n}" for n in range(7)])
    with transaction(runtime.engine, practice.id) as db:
        mail_scheduling.set_limit(db, practice.id, 3)
        assert postpone(db, practice, today=date(2026, 3, 4)) == 7
        assert postpone(db, practice, today=date(2026, 3, 4)) == 0
    days = Counter(row.send_day for row in invitations(runtime, practice))
    assert days == {date(2026, 3, 4): 3, date(2026, 3, 5): 3, date(2026, 3, 6): 1}


def test_what_finds_no_room_within_three_days_of_its_week_is_cancelled(
    runtime: Runtime, practice: Practice
) -> None:
    invite_people(runtime, practice, *[f"person{n}" for n in range(4)])
    with transaction(runtime.engine, practice.id) as db:
        mail_scheduling.set_limit(db, practice.id, 1)
        postpone(db, practice, today=date(2026, 3, 9))
    assert states(runtime, practice) == {"due": 3, "cancelled": 1}
