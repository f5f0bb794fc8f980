"""Who is asked about a visit, and the one reason why somebody is not.

Pure. The rules stand in one order and the first that holds is the reason, so that a dry run, the real run and
the page all say the same.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from survey import clock

CAP_DAYS = 90
MEMORY_DAYS = 10


def _(sentence: str) -> str:
    """Marks a sentence for translation where no reader's language is known yet."""
    return sentence


class Reason(StrEnum):
    """Why a visit is not asked about."""

    NOT_ATTENDED = "not_attended"
    TOO_LONG_AGO = "too_long_ago"
    IN_THE_FUTURE = "in_the_future"
    NO_ADDRESS = "no_address"
    DO_NOT_SURVEY = "do_not_survey"
    OPTED_OUT = "opted_out"
    ALREADY_INVITED = "already_invited"
    ASKED_RECENTLY = "asked_recently"
    FIRST_VISIT = "first_visit"

    @property
    def sentence(self) -> str:
        """The reason in plain English, to be translated by the page."""
        return SENTENCES[self]


SENTENCES: dict[Reason, str] = {
    Reason.NOT_ATTENDED: _("The visit did not take place."),
    Reason.TOO_LONG_AGO: _("The visit was more than 10 days ago."),
    Reason.IN_THE_FUTURE: _("The visit lies in the future."),
    Reason.NO_ADDRESS: _("There is no mail address."),
    Reason.DO_NOT_SURVEY: _("The practice marked this person as not to be asked."),
    Reason.OPTED_OUT: _("This person asked for no more mail."),
    Reason.ALREADY_INVITED: _("There is an invitation for this visit already."),
    Reason.ASKED_RECENTLY: _("This person was asked in the last 90 days."),
    Reason.FIRST_VISIT: _("First visits are not asked about."),
}


@dataclass(frozen=True)
class Candidate:
    """What is known of one visit when the decision is made.

    ``asked_week`` is the week in which this address was last asked; ``number`` counts the client's visits.
    """

    attended: bool
    day: date
    has_address: bool
    do_not_survey: bool = False
    opted_out: bool = False
    invited: bool = False
    asked_week: int | None = None
    number: int = 1


def decide(
    candidate: Candidate, *, today: date, asked_from_visit: int, cap_days: int = CAP_DAYS
) -> Reason | None:
    """The first reason not to ask, or None. ``asked_from_visit``: 2 leaves first visits in peace."""
    rules = (
        (Reason.NOT_ATTENDED, not candidate.attended),
        (Reason.TOO_LONG_AGO, is_too_long_ago(candidate.day, today=today)),
        (Reason.IN_THE_FUTURE, candidate.day > today),
        (Reason.NO_ADDRESS, not candidate.has_address),
        (Reason.DO_NOT_SURVEY, candidate.do_not_survey),
        (Reason.OPTED_OUT, candidate.opted_out),
        (Reason.ALREADY_INVITED, candidate.invited),
        (Reason.ASKED_RECENTLY, is_capped(candidate.asked_week, today=today, cap_days=cap_days)),
        (Reason.FIRST_VISIT, candidate.number < asked_from_visit),
    )
    return next((reason for reason, holds in rules if holds), None)


def is_too_long_ago(day: date, *, today: date) -> bool:
    """Whether nobody is asked about a visit of this day any more, whatever else holds."""
    return day < today - timedelta(days=MEMORY_DAYS)


def is_capped(asked_week: int | None, *, today: date, cap_days: int = CAP_DAYS) -> bool:
    """Only the week of the last mail is known, so the days count from its last one: never fewer than said."""
    if asked_week is None:
        return False
    return today < clock.week_sunday(asked_week) + timedelta(days=cap_days)
