"""The monthly mail to clinicians: each stops or begins their own, the owner anybody's.

A clinician sees one line, their own; no address and no result is shown.
"""

from __future__ import annotations

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from survey.db import reading, transaction
from survey.practice import admitting
from survey.practice.model import Role, Staff
from survey.web import entering
from survey.web.doors import staff
from survey.web.installation import runtime

blueprint = Blueprint("news", __name__, url_prefix="/staff/news")


@blueprint.get("")
@staff(Role.CLINICIAN, Role.OWNER)
def form() -> str:
    """Who gets the mail, with a button each."""
    with reading(runtime().engine, entering.member().practice_id) as db:
        return render_template("staff/news.html", people=_people(db), saved=False)


@blueprint.post("")
@staff(Role.CLINICIAN, Role.OWNER)
def choose() -> ResponseReturnValue:
    """Begin or stop it for one account."""
    wanted, who = request.form.get("go", ""), request.form.get("who", "")
    if wanted not in {"on", "off"}:
        return redirect(url_for("news.form"))
    with transaction(runtime().engine, entering.member().practice_id) as db:
        found = next((one for one in _people(db) if str(one.id) == who), None)
        if found is None:
            abort(404)
        found.news = wanted == "on"
        entering.note(db, "monthly mail on" if found.news else "monthly mail off", found.name)
        db.flush()
        return render_template("staff/news.html", people=_people(db), saved=True)


def _people(db: Session) -> list[Staff]:
    """Accounts that the mail can go to: the owner sees all of them, anybody else their own."""
    who = entering.member()
    found = admitting.clinicians_accounts(db, who.practice_id)
    return [one for one in found if who.role is Role.OWNER or one.id == who.staff_id]
