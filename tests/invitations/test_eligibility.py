"""Who is asked: each rule, their order, the cap that never undercuts, and the cadence of a survey."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey import clock
from survey.invitations.eligibility import (
    CAP_DAYS,
    LATE_DAYS,
    Cadence,
    Candidate,
    Reason,
    decide,
    is_capped,
)
from survey.practice.schedule import BusinessDays

TODAY = date(2026, 3, 2)
GOOD = Candidate(attended=True, day=TODAY, has_address=True, number=2)
THIS_WEEK = clock.week_number(TODAY)
FAULTS: dict[Reason, dict[str, object]] = {
    Reason.NOT_ATTENDED: {"attended": False},
    Reason.TOO_LONG_AGO: {"day": TODAY - timedelta(days=11)},
    Reason.IN_THE_FUTURE: {"day": TODAY + timedelta(days=1)},
    Reason.DO_NOT_SURVEY: {"do_not_survey": True},
    Reason.MINOR: {"minor": True, "has_address": False},
    Reason.NO_ADDRESS: {"has_address": False},
    Reason.OPTED_OUT: {"stopped": True},
    Reason.ALREADY_INVITED: {"invited": True},
    Reason.TYPE_NOT_ASKED: {"is_asked": False},
    Reason.CLINICIAN_LEFT: {"left": True},
    Reason.FIRST_VISIT: {"number": 1},
    Reason.BETWEEN_VISITS: {"number": 3},
    Reason.SHARED_ADDRESS: {"asked_other": True},
    Reason.ASKED_RECENTLY: {"asked_week": THIS_WEEK - 1},
}
EVERY_FOURTH = Cadence(from_visit=2, every=4)
#: Reasons that never stand beside each other, and the one that only the whole batch can give.
ALONE = {Reason.IN_THE_FUTURE, Reason.BETWEEN_VISITS}


def ask(candidate: Candidate, cadence: Cadence = EVERY_FOURTH) -> Reason | None:
    return decide(candidate, today=TODAY, cadence=cadence)


def test_a_second_visit_of_today_is_asked_about() -> None:
    assert ask(GOOD) is None


def test_ten_days_are_remembered() -> None:
    assert ask(replace(GOOD, day=TODAY - timedelta(days=10))) is None


def test_a_survey_may_ask_about_first_visits() -> None:
    assert ask(replace(GOOD, number=1), Cadence(1)) is None


@given(st.integers(1, 99), st.integers(1, 12), st.integers(1, 200))
def test_a_survey_asks_from_its_first_visit_on_and_at_every_nth_after_it(
    first: int, every: int, number: int
) -> None:
    asked = ask(replace(GOOD, number=number), Cadence(first, every)) is None
    assert asked == (number in range(first, 300, every))


def test_a_minor_is_asked_where_there_is_a_guardians_address() -> None:
    assert ask(replace(GOOD, minor=True)) is None


def test_every_reason_has_a_rule_and_a_sentence() -> None:
    assert set(FAULTS) == set(Reason) - {Reason.NO_ROOM}
    assert len({reason.sentence for reason in Reason}) == len(Reason)
    assert all(reason.sentence.endswith(".") for reason in Reason)


@pytest.mark.parametrize("reason", FAULTS)
def test_each_rule_gives_its_reason(reason: Reason) -> None:
    assert ask(replace(GOOD, **FAULTS[reason])) is reason  # type: ignore[arg-type]


@pytest.mark.parametrize("reason", [r for r in FAULTS if r not in ALONE])
def test_the_first_rule_in_the_order_is_the_reason(reason: Reason) -> None:
    later = [r for r in list(FAULTS)[list(FAULTS).index(reason) :] if r not in ALONE]
    changes = {key: value for other in later for key, value in FAULTS[other].items()}
    assert ask(replace(GOOD, **changes)) is reason  # type: ignore[arg-type]


@given(st.dates(date(2024, 1, 1), date(2030, 12, 31)), st.integers(0, 200))
def test_two_mails_to_a_person_are_never_closer_than_ninety_days(sent: date, gap: int) -> None:
    today = sent + timedelta(days=gap)
    for week in (clock.week_number(sent), clock.week_number(sent - timedelta(days=LATE_DAYS))):  # sent late
        if not is_capped(week, today=today):
            assert BusinessDays("US").after(today) - sent >= timedelta(days=CAP_DAYS)


def test_counting_from_the_monday_would_undercut_and_is_not_what_we_do() -> None:
    sent, today = date(2026, 3, 8), date(2026, 5, 31)  # a Sunday, and only 84 days later
    week = clock.week_number(sent)
    assert today >= clock.week_monday(week) + timedelta(days=CAP_DAYS)
    assert today - sent < timedelta(days=CAP_DAYS)
    assert is_capped(week, today=today)


def test_counting_from_the_end_of_the_week_would_undercut_where_a_mail_went_out_late() -> None:
    week = clock.week_number(date(2026, 3, 2))
    sent = clock.week_sunday(week) + timedelta(days=LATE_DAYS)
    too_soon = clock.week_sunday(week) + timedelta(days=CAP_DAYS)
    assert (too_soon - sent).days < CAP_DAYS
    assert is_capped(week, today=too_soon)


def test_the_cap_ends() -> None:
    last = clock.week_sunday(THIS_WEEK) + timedelta(days=LATE_DAYS)
    assert not is_capped(THIS_WEEK, today=last + timedelta(days=CAP_DAYS))
    assert not is_capped(None, today=TODAY)
