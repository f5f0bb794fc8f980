"""The code after the password. Opening the page uses nothing up and opens nothing."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue

from survey.db import reading, transaction
from survey.practice import confirming, signing_in
from survey.practice.confirming import CodeRefused, PendingOver
from survey.web import entering
from survey.web.access import go_on
from survey.web.doors import public
from survey.web.installation import now, runtime

blueprint = Blueprint("second_step", __name__, url_prefix="/staff/code")


@blueprint.get("")
@public
def form() -> ResponseReturnValue:
    """Asks for the code, where a sign-in waits for one."""
    waiting = entering.waiting()
    if waiting is None:
        return redirect(url_for("access.sign_in"))
    with reading(runtime().engine, waiting[0]) as db:
        if confirming.waiting_staff(db, *waiting, now=now()) is None:
            return redirect(url_for("access.sign_in", over=1))
    return render_template("staff/second_step.html", refused=False)


@blueprint.post("")
@public
def sent() -> ResponseReturnValue:
    """Sign in, where the code is right; a wrong one may be corrected a few times."""
    waiting, place, secret = entering.waiting(), runtime(), ""
    if waiting is None:
        return redirect(url_for("access.sign_in"))
    practice_id, code = waiting[0], request.form.get("code", "")[:100]
    with transaction(place.engine, practice_id) as db:
        try:  # caught inside: the counted try and the note in the audit log stay
            secret = confirming.finish(db, place.files, *waiting, code, now=now())
        except CodeRefused:
            return render_template("staff/second_step.html", refused=True), 401
        except PendingOver:
            entering.forget()
            return redirect(url_for("access.sign_in", over=1))
    wanted = str(session.get("wanted", "")) or url_for("access.home")
    with reading(place.engine, practice_id) as db:
        who = signing_in.staff_of(db, practice_id, secret, seen=now(), now=now())
    entering.admit(practice_id, secret)
    return go_on(practice_id, 0 if who is None else who.staff_id, wanted)
