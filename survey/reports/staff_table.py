"""The people who may sign in, as a CSV table, and what their roles are called. Pure; never a password."""

from __future__ import annotations

from collections.abc import Iterable

from survey.insight.words import Translate
from survey.practice.model import Role
from survey.practice.staffing import Colleague, Standing
from survey.reports.repair_table import table_bytes


def people_csv(people: Iterable[Colleague], *, translate: Translate) -> bytes:
    """One row per account."""
    _, roles = translate, role_names(translate)
    standing = {
        Standing.OPEN: _("Can sign in"),
        Standing.WAITING: _("No password yet"),
        Standing.CLOSED: _("Closed"),
    }
    heading = (_("Name"), _("Email address"), _("Role"), _("Feedback shown"), _("Account"))
    rows = (
        (each.name, each.email, roles[each.role], each.clinician, standing[each.standing]) for each in people
    )
    return table_bytes(heading, rows)


def role_names(_: Translate) -> dict[Role, str]:
    """What each role is called."""
    return {
        Role.OWNER: _("Owner: sees everything of the practice"),
        Role.CLINICIAN: _("Clinician: sees their own feedback"),
        Role.FRONT_DESK: _("Front desk: visits and mail, no results"),
        Role.AUDITOR: _("Auditor: reads the log and who may sign in, no results"),
    }
