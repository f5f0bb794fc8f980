"""Set up, renew and switch off one's own second factor; the owner decides whether everybody needs one.

Secret and recovery codes are in no address and no log, and on no page but the one that answers.
"""

from __future__ import annotations

import segno
from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from survey import clock
from survey.db import reading, transaction
from survey.practice import enrolling
from survey.practice.enrolling import WrongCode
from survey.practice.model import Practice, Role, Staff
from survey.web import entering, own_password
from survey.web.doors import staff
from survey.web.installation import now, runtime

blueprint = Blueprint("second_factor", __name__, url_prefix="/staff/account/second-factor")


@blueprint.get("")
@staff(*Role)
def page() -> str:
    """How it stands; the picture to scan where one is being set up."""
    return _page()


@blueprint.post("")
@staff(*Role)
def change() -> ResponseReturnValue:
    """Begin to set up an app, make new recovery codes, or switch off: after the password once more."""
    who, what = entering.member(), request.form.get("go", "")
    if what not in {"begin", "codes", "off"} or (what == "off" and entering.own_practice().second_factor):
        abort(400)
    if not own_password.is_right("second factor change refused"):
        return _page(problem=_("The password is not right. Nothing was changed.")), 400
    codes: list[str] = []
    with transaction(runtime().engine, who.practice_id) as db:
        mine = db.get_one(Staff, (who.practice_id, who.staff_id))
        if what == "begin":
            enrolling.begin(db, runtime().files, mine)
        elif what == "off":
            enrolling.switch_off(db, mine)
            entering.note(db, "second factor off")
        elif enrolling.is_on(db, mine):
            codes = enrolling.renew_codes(db, mine)
            entering.note(db, "new recovery codes")
    if codes:
        return render_template("staff/recovery_codes.html", codes=codes)
    return redirect(url_for("second_factor.page"))


@blueprint.post("/confirm")
@staff(*Role)
def confirm() -> ResponseReturnValue:
    """Take the app into use with a first code; shows the recovery codes, this once."""
    who = entering.member()
    today = clock.local_day(now(), entering.own_practice().time_zone)
    try:
        with transaction(runtime().engine, who.practice_id) as db:
            mine = db.get_one(Staff, (who.practice_id, who.staff_id))
            code = request.form.get("code", "")[:100]
            codes = enrolling.confirm(db, runtime().files, mine, code, now=now(), today=today)
            entering.note(db, "second factor on")
    except WrongCode:
        text = _("This code does not fit. Wait for the next one in your app, and type it in.")
        return _page(problem=text, field="code"), 400
    return render_template("staff/recovery_codes.html", codes=codes)


@blueprint.post("/everybody")
@staff(Role.OWNER)
def everybody() -> ResponseReturnValue:
    """Ask everybody of the practice for a second factor, or no longer."""
    who, wanted = entering.member(), request.form.get("go", "")
    if wanted not in {"on", "off"}:
        abort(400)
    with transaction(runtime().engine, who.practice_id) as db:
        db.get_one(Practice, who.practice_id).second_factor = wanted == "on"
        entering.note(db, f"second factor for everybody {wanted}")
    return redirect(url_for("second_factor.page"))


def _page(*, problem: str = "", field: str = "password") -> str:
    who = entering.member()
    with reading(runtime().engine, who.practice_id) as db:
        mine = db.get_one(Staff, (who.practice_id, who.staff_id))
        address = enrolling.waiting_address(db, runtime().files, mine)
        on, left = enrolling.is_on(db, mine), enrolling.codes_left(db, mine)
        required = db.get_one(Practice, who.practice_id).second_factor
    return render_template(
        "staff/second_factor.html",
        picture="" if address is None else _picture(address),
        typed="" if address is None else _in_fours(address),
        on=on,
        left=left,
        required=required,
        problem=problem,
        field=field,
    )


def _picture(address: str) -> str:
    """The QR code as an SVG in a data address, on white in the dark too."""
    return str(segno.make(address, error="m").svg_data_uri(scale=4, border=4, light="white"))


def _in_fours(address: str) -> str:
    """The secret, for those who type it in."""
    secret = address.partition("secret=")[2].partition("&")[0]
    return " ".join(secret[place : place + 4] for place in range(0, len(secret), 4))
