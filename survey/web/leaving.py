"""The owner closes the practice for good, and takes that back: what happens and when, in words.

Closing needs the practice's name and the owner's password; staying needs neither. Mails to all owners are the
worker's business (``parting``).
"""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from survey.clock import local_day
from survey.db import reading, transaction
from survey.practice import departing
from survey.practice.departing import TooLate
from survey.practice.model import Role
from survey.web import entering, own_password
from survey.web.doors import staff
from survey.web.installation import now, runtime
from survey.web.periods import PERIODS

blueprint = Blueprint("leaving", __name__, url_prefix="/staff/leaving")


@blueprint.get("")
@staff(Role.OWNER)
def page() -> str:
    """What closing means; or, where it is closing, until when it can be taken back."""
    return _page()


@blueprint.post("/close")
@staff(Role.OWNER)
def close() -> ResponseReturnValue:
    """Close it now, and have it deleted after the time to think again."""
    practice = entering.own_practice()
    if _plain(request.form.get("name", "")) != _plain(practice.name):
        problem = _("This is not the name of your practice. Write it as it stands beside the field.")
        return _page(problem=problem, at="name"), 400
    if not own_password.is_right("leaving refused"):
        return _page(problem=_("The password is not right."), at="password"), 400
    with transaction(runtime().engine, practice.id) as db:
        departing.leave(db, practice.id, today=local_day(now(), practice.time_zone))
        entering.note(db, "asked to leave")
    return redirect(url_for("leaving.page"))


@blueprint.post("/stay")
@staff(Role.OWNER)
def stay() -> ResponseReturnValue:
    """Delete nothing; pressing twice is harmless."""
    practice = entering.own_practice()
    if practice.leaves_on is not None:
        try:
            with transaction(runtime().engine, practice.id) as db:
                departing.stay(db, practice.id)
                entering.note(db, "took leaving back")
        except TooLate:
            return _page(problem=_("It is too late: the deletion has begun.")), 409
    return redirect(url_for("leaving.page", stayed=1))


def _plain(name: str) -> str:
    """As somebody types it: capitals and blanks do not matter."""
    return " ".join(name.split()).casefold()


def _page(*, problem: str = "", at: str = "") -> str:
    practice = entering.own_practice()
    with reading(runtime().engine, practice.id) as db:
        begun = departing.has_begun(db, practice.id)
    return render_template(
        "staff/leaving.html",
        practice=practice,
        begun=begun,
        today=local_day(now(), practice.time_zone),
        closes_until=local_day(now(), practice.time_zone) + departing.WAITING,
        periods=PERIODS,
        problem=problem,
        at=at,
        typed=request.form.get("name", ""),
        stayed="stayed" in request.args and practice.leaves_on is None and not problem,
    )
