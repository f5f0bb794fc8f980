"""How long everything is kept, in one table: what public pages print and documents are checked against.

Every figure is the constant of the code that keeps or deletes; none may ever be written here as a number.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from survey.invitations.destroying import CAP_MARK_DAYS
from survey.invitations.eligibility import CAP_DAYS
from survey.invitations.mornings import REMINDER_DAY
from survey.keys.cards import GRACE_DAYS as CARD_GRACE_DAYS
from survey.keys.issue import GRACE_DAYS, LINK_DAYS, WEEKS_AHEAD
from survey.keys.uploads import KEPT
from survey.practice.departing import NOTICE, WAITING
from survey.practice.forgetting_passwords import KEPT as PASSWORD_REQUEST_KEPT
from survey.practice.model import JOB_RUN_DAYS
from survey.practice.signing_in import IDLE, LONGEST
from survey.practice.signing_on import LIFE as SSO_LIFE
from survey.releases.ticks import HOLD
from survey.reports.model import DAYS_AFTER_END
from survey.responses.model import Kind
from survey.visits.model import KEPT_DAYS
from survey.visits.repeating import KEPT_DAYS as REQUEST_DAYS

#: Figures by the name that texts use between braces. Days unless the name says otherwise.
PERIODS: Mapping[str, int] = {
    "link_days": LINK_DAYS,
    "gone_days": 7 + GRACE_DAYS,  # from the Monday of the mail's week to the day on which all of it is gone
    "card_days": CARD_GRACE_DAYS,
    "reminder_day": REMINDER_DAY,
    "weeks_ahead": WEEKS_AHEAD,
    "cap_days": CAP_DAYS,
    "ratings_days": HOLD[Kind.RATINGS].days,
    "comments_days": HOLD[Kind.COMMENTS].days,
    "visit_days": KEPT_DAYS,
    "request_days": REQUEST_DAYS,
    "mark_days": CAP_MARK_DAYS,
    "job_days": JOB_RUN_DAYS,
    "freeze_days": DAYS_AFTER_END,
    "idle_minutes": IDLE // timedelta(minutes=1),
    "upload_hours": KEPT // timedelta(hours=1),
    "sso_minutes": SSO_LIFE // timedelta(minutes=1),
    "password_hours": PASSWORD_REQUEST_KEPT // timedelta(hours=1),
    "leaving_days": WAITING.days,
    "notice_days": NOTICE.days,
    "session_hours": LONGEST // timedelta(hours=1),
}
