"""Who is asked: each rule, their order, and the cap that never undercuts."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey import clock
from survey.invitations.eligibility import CAP_DAYS, Candidate, Reason, decide, is_capped
from survey.invitations.send_days import next_send_day

TODAY = date(2026, 3, 2)
GOOD = Candidate(attended=True, day=TODAY, has_address=True, number=2)
THIS_WEEK = clock.week_number(TODAY)
FAULTS: dict[Reason, dict[str, object]] = {
    Reason.NOT_ATTENDED: {"attended": False},
    Reason.TOO_LONG_AGO: {"day": TODAY - timedelta(days=11)},
    Reason.IN_THE_FUTURE: {"day": TODAY + timedelta(days=1)},
    Reason.NO_ADDRESS: {"has_address": False},
    Reason.DO_NOT_SURVEY: {"do_not_survey": True},
    Reason.OPTED_OUT: {"opted_out": True},
    Reason.ALREADY_INVITED: {"invited": True},
    Reason.ASKED_RECENTLY: {"asked_week": THIS_WEEK - 1},
    Reason.FIRST_VISIT: {"number": 1},
}


def ask(candidate: Candidate, *, asked_from_visit: int = 2) -> Reason | None:
    return decide(candidate, today=TODAY, asked_from_visit=asked_from_visit)


def test_a_second_visit_of_today_is_asked_about() -> None:
    assert ask(GOOD) is None


def test_ten_days_are_remembered() -> None:
    assert ask(replace(GOOD, day=TODAY - timedelta(days=10))) is None


def test_a_survey_may_ask_about_first_visits() -> None:
    assert ask(replace(GOOD, number=1), asked_from_visit=1) is None


def test_every_reason_has_a_rule_and_a_sentence() -> None:
    assert set(FAULTS) == set(Reason)
    assert len({reason.sentence for reason in Reason}) == len(Reason)
    assert all(reason.sentence.endswith(".") for reason in Reason)


@pytest.mark.parametrize("reason", Reason)
def test_each_rule_gives_its_reason(reason: Reason) -> None:
    assert ask(replace(GOOD, **FAULTS[reason])) is reason  # type: ignore[arg-type]


@pytest.mark.parametrize("reason", [r for r in Reason if r is not Reason.IN_THE_FUTURE])
def test_the_first_rule_in_the_order_is_the_reason(reason: Reason) -> None:
    later = [r for r in list(Reason)[list(Reason).index(reason) :] if r is not Reason.IN_THE_FUTURE]
    changes = {key: value for other in later for key, value in FAULTS[other].items()}
    assert ask(replace(GOOD, **changes)) is reason  # type: ignore[arg-type]


@given(st.dates(date(2024, 1, 1), date(2030, 12, 31)), st.integers(0, 200))
def test_two_mails_to_a_person_are_never_closer_than_ninety_days(sent: date, gap: int) -> None:
    today = sent + timedelta(days=gap)
    if not is_capped(clock.week_number(sent), today=today):
        assert next_send_day(today) - sent >= timedelta(days=CAP_DAYS)


def test_counting_from_the_monday_would_undercut_and_is_not_what_we_do() -> None:
    sent, today = date(2026, 3, 8), date(2026, 5, 31)  # a Sunday, and only 84 days later
    week = clock.week_number(sent)
    assert today >= clock.week_monday(week) + timedelta(days=CAP_DAYS)
    assert today - sent < timedelta(days=CAP_DAYS)
    assert is_capped(week, today=today)


def test_the_cap_ends() -> None:
    assert not is_capped(THIS_WEEK, today=clock.week_sunday(THIS_WEEK) + timedelta(days=CAP_DAYS))
    assert not is_capped(None, today=TODAY)


@given(st.dates(date(2024, 1, 1), date(2030, 12, 31)))
def test_mails_go_out_on_the_next_day_from_monday_to_friday(today: date) -> None:
    day = next_send_day(today)
    assert day.weekday() < 5
    assert 1 <= (day - today).days <= 3
