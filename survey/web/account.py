"""One's own account: where one is signed in, and the password. Shows nobody else's."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import format_date
from flask_babel import gettext as _

from survey.db import reading, transaction
from survey.practice import admitting, enrolling, listing_sign_ins, passwords, signing_on
from survey.practice.model import Role, Staff
from survey.practice.passwords import PasswordRefused
from survey.web import entering, own_password
from survey.web.access import why
from survey.web.doors import staff
from survey.web.installation import now, runtime

blueprint = Blueprint("account", __name__, url_prefix="/staff/account")


@blueprint.get("")
@staff(*Role)
def page() -> str:
    """The account as it stands."""
    return _page()


@blueprint.post("/end")
@staff(*Role)
def end() -> ResponseReturnValue:
    """End one sign-in of one's own, or all but this one: after the password once more."""
    who, mark = entering.member(), request.form.get("mark", "")
    if not own_password.is_right("ending sign-ins refused"):
        return _page(problem=_("The password is not right. Nothing was changed."), at="sign-ins"), 400
    with transaction(runtime().engine, who.practice_id) as db:
        if mark == "others":
            ended = listing_sign_ins.end_others(db, who.practice_id, who.staff_id, secret=entering.secret())
        else:
            ended = int(listing_sign_ins.end_marked(db, who.practice_id, who.staff_id, mark))
        if ended:
            entering.note(db, "ended own sign-ins", str(ended))
    return redirect(url_for("account.page"))


@blueprint.post("/password")
@staff(*Role)
def change_password() -> ResponseReturnValue:
    """Take a new password; every sign-in ends, this one too."""
    who, new = entering.member(), request.form.get("password", "")
    if not own_password.is_right("password change refused", field="present"):
        return _page(problem=_("The present password is not right.")), 400
    if new != request.form.get("again", ""):
        return _page(problem=_("The two passwords are not the same.")), 400
    try:
        with transaction(runtime().engine, who.practice_id) as db:
            mine = db.get_one(Staff, (who.practice_id, who.staff_id))
            admitting.set_password(db, mine, new)
            entering.note(db, "changed own password")
    except PasswordRefused as refused:
        return _page(problem=why(refused.reason)), 400
    entering.forget()
    return redirect(url_for("access.sign_in", changed=1))


def _page(*, problem: str = "", at: str = "present") -> str:
    who, zone = entering.member(), ZoneInfo(entering.own_practice().time_zone)
    with reading(runtime().engine, who.practice_id) as db:
        mine = db.get_one(Staff, (who.practice_id, who.staff_id))
        found = listing_sign_ins.open_sign_ins(
            db, who.practice_id, who.staff_id, secret=entering.secret(), now=now()
        )
        bound = signing_on.bound_since(db, mine)
        factor, left = enrolling.is_on(db, mine), enrolling.codes_left(db, mine)
    hours = [(each, *(_hour(at.astimezone(zone)) for at in (each.opened_at, each.seen_at))) for each in found]
    return render_template(
        "staff/account.html",
        sign_ins=hours,
        problem=problem,
        at=at,
        factor=factor,
        left=left,
        bound=bound,
        least=passwords.LEAST,
    )


def _hour(at: datetime) -> str:
    """Day and hour, without minutes."""
    return f"{format_date(at.date(), 'medium')}, {at:%H}:00"
