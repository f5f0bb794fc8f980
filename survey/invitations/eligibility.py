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
#: A mail may go out so many days after the end of the week that its address is sealed for.
LATE_DAYS = 3


def _(sentence: str) -> str:
    """Marks a sentence for translation where no reader's language is known yet."""
    return sentence


class Reason(StrEnum):
    """Why a visit is not asked about, in the order in which the rules are asked."""

    NOT_ATTENDED = "not_attended"
    TOO_LONG_AGO = "too_long_ago"
    IN_THE_FUTURE = "in_the_future"
    DO_NOT_SURVEY = "do_not_survey"
    MINOR = "minor"
    NO_ADDRESS = "no_address"
    OPTED_OUT = "opted_out"
    ALREADY_INVITED = "already_invited"
    TYPE_NOT_ASKED = "type_not_asked"
    CLINICIAN_LEFT = "clinician_left"
    FIRST_VISIT = "first_visit"
    BETWEEN_VISITS = "between_visits"
    SHARED_ADDRESS = "shared_address"
    ASKED_RECENTLY = "asked_recently"
    NO_ROOM = "no_room"

    @property
    def sentence(self) -> str:
        """The reason in plain English, to be translated by the page."""
        return SENTENCES[self]


SENTENCES: dict[Reason, str] = {
    Reason.NOT_ATTENDED: _("The visit did not take place."),
    Reason.TOO_LONG_AGO: _("The visit was more than 10 days ago."),
    Reason.IN_THE_FUTURE: _("The visit lies in the future."),
    Reason.DO_NOT_SURVEY: _("The practice marked this person as not to be asked."),
    Reason.MINOR: _("This is a minor, and there is no address of a guardian."),
    Reason.NO_ADDRESS: _("There is no mail address."),
    Reason.OPTED_OUT: _(
        "This address gets no more mail: its owner asked for that, or mail did not reach it."
    ),
    Reason.ALREADY_INVITED: _("There is an invitation for this visit already."),
    Reason.TYPE_NOT_ASKED: _("Visits of this type are not asked about."),
    Reason.CLINICIAN_LEFT: _("This clinician has left, so nobody is asked about their visits."),
    Reason.FIRST_VISIT: _("First visits are not asked about."),
    Reason.BETWEEN_VISITS: _("The survey asks after every few visits only, and this one lies between."),
    Reason.SHARED_ADDRESS: _("Another person with the same address is asked."),
    Reason.ASKED_RECENTLY: _("This person was asked in the last 90 days."),
    Reason.NO_ROOM: _("So many mails are waiting that this one would come too late."),
}


@dataclass(frozen=True)
class Candidate:
    """What is known of one visit when the decision is made.

    ``has_address``: there is one that may be written to, a minor's guardian's for a minor. ``asked_week`` is
    the week in which this address was last asked; ``asked_other``: in this very file somebody else with this
    address is asked. ``stopped``: whoever reads there asked for no more, or it cannot be reached. ``number``
    counts the client's visits. ``is_asked``: there is a survey for its type. ``left``: the clinician.
    """

    attended: bool
    day: date
    has_address: bool
    do_not_survey: bool = False
    minor: bool = False
    stopped: bool = False
    invited: bool = False
    is_asked: bool = True
    left: bool = False
    asked_week: int | None = None
    asked_other: bool = False
    number: int = 1


@dataclass(frozen=True)
class Cadence:
    """From which visit on a survey asks, and then at every how many visits: 2 and 1 by default."""

    from_visit: int
    every: int = 1


def decide(candidate: Candidate, *, today: date, cadence: Cadence, cap_days: int = CAP_DAYS) -> Reason | None:
    """The first reason not to ask, or None. Whether there is room is seen only when all are decided."""
    visit = candidate
    rules = (
        (Reason.NOT_ATTENDED, not visit.attended),
        (Reason.TOO_LONG_AGO, is_too_long_ago(visit.day, today=today)),
        (Reason.IN_THE_FUTURE, visit.day > today),
        (Reason.DO_NOT_SURVEY, visit.do_not_survey),
        (Reason.MINOR, visit.minor and not visit.has_address),
        (Reason.NO_ADDRESS, not visit.has_address),
        (Reason.OPTED_OUT, visit.stopped),
        (Reason.ALREADY_INVITED, visit.invited),
        (Reason.TYPE_NOT_ASKED, not visit.is_asked),
        (Reason.CLINICIAN_LEFT, visit.left),
        (Reason.FIRST_VISIT, visit.number < cadence.from_visit),
        (Reason.BETWEEN_VISITS, (visit.number - cadence.from_visit) % cadence.every != 0),
        (Reason.SHARED_ADDRESS, visit.asked_other),
        (Reason.ASKED_RECENTLY, is_capped(visit.asked_week, today=today, cap_days=cap_days)),
    )
    return next((reason for reason, holds in rules if holds), None)


def is_too_long_ago(day: date, *, today: date) -> bool:
    """Whether nobody is asked about a visit of this day any more, whatever else holds."""
    return day < today - timedelta(days=MEMORY_DAYS)


def is_capped(asked_week: int | None, *, today: date, cap_days: int = CAP_DAYS) -> bool:
    """Only the week of the last mail is known; the days count from the last on which it may have gone.

    So they are never fewer than said.
    """
    if asked_week is None:
        return False
    return today < clock.week_sunday(asked_week) + timedelta(days=LATE_DAYS + cap_days)
