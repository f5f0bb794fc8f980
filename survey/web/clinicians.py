"""Clinicians, for the owner: another name, leaving and coming back, and two records of one person.

Everything here decides what is said from now on and where new visits go. No result moves, and a merge is
told in full before it is done.
"""

from __future__ import annotations

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from survey.db import reading, transaction
from survey.practice import rostering
from survey.practice.model import Clinician, Role
from survey.practice.rostering import CannotRoster, Obstacle
from survey.practice.staffing import CannotChange
from survey.web import entering
from survey.web.doors import staff
from survey.web.installation import runtime

blueprint = Blueprint("clinicians", __name__, url_prefix="/staff/clinicians")

#: What is written into the audit log for each deed.
DEEDS = {
    "rename": "renamed clinician",
    "leave": "clinician left",
    "return": "clinician came back",
    "merge": "merged clinicians",
    "part": "parted clinicians",
}


@blueprint.get("")
@staff(Role.OWNER)
def listing() -> str:
    """Everybody whose visits were ever asked about."""
    return _page(done=request.args.get("done", ""))


@blueprint.post("")
@staff(Role.OWNER)
def change() -> ResponseReturnValue:
    """One deed for one record; ``go`` says which. A merge is asked about first."""
    who, go = entering.member(), request.form.get("go", "")
    if go not in DEEDS:
        abort(400)
    if go == "merge" and request.form.get("sure") != "yes":
        return _ask()
    try:
        with transaction(runtime().engine, who.practice_id) as db:
            subject = _do(db, _chosen(db, "clinician"), go)
            entering.note(db, DEEDS[go], subject)
    except CannotRoster as fault:
        return _page(problem=_obstacle(fault.obstacle)), 409
    except CannotChange:
        problem = _("Nothing was changed: their account is the only owner's. Let another owner in first.")
        return _page(problem=problem), 409
    return redirect(url_for("clinicians.listing", done=go))


def _do(db: Session, one: Clinician, go: str) -> str:
    """What the log is to say. Raises CannotRoster or CannotChange."""
    subject = before = one.name
    if go == "rename":
        rostering.rename(db, one, request.form.get("name", ""))
        subject = f"{before} > {one.name}"
    elif go == "leave":
        for address in rostering.leave(db, one, close_accounts=request.form.get("account") == "close"):
            entering.note(db, "closed account", address)
    elif go == "return":
        rostering.come_back(db, one)
    elif go == "merge":
        into = _chosen(db, "into")
        rostering.merge(db, one, into=into)
        subject = f"{before} > {into.name}"
    else:
        rostering.part(db, one)
    return subject


def _ask() -> ResponseReturnValue:
    """What a merge will do, before it is done. Writes nothing."""
    practice_id = entering.member().practice_id
    try:
        with reading(runtime().engine, practice_id) as db:
            one, into = _chosen(db, "clinician"), _chosen(db, "into")
            rostering.require_two(db, one, into=into)
    except CannotRoster as fault:
        return _page(problem=_obstacle(fault.obstacle)), 409
    return render_template("staff/clinicians_merge.html", one=one, into=into)


def _chosen(db: Session, field: str) -> Clinician:
    """The record that a field of the form names. Raises CannotRoster."""
    given = request.form.get(field, "")
    number = int(given) if given.isascii() and given.isdigit() and len(given) < 20 else 0
    return rostering.clinician(db, entering.member().practice_id, number if number < 2**63 else 0)


def _obstacle(obstacle: Obstacle) -> str:
    texts: dict[Obstacle, str] = {
        Obstacle.UNKNOWN: _("Choose a clinician from the list. Nothing was changed."),
        Obstacle.NO_NAME: _("Write a name of at most 120 characters on one line. Nothing was changed."),
        Obstacle.NAME_TAKEN: _(
            "Another clinician has or had this name. Nothing was changed. If both are one person, merge them."
        ),
        Obstacle.STANDING: _("Nothing was changed: the clinician is no longer as the page showed it."),
        Obstacle.ONE_RECORD: _("Choose two different clinicians to merge. Nothing was changed."),
    }
    return texts[obstacle]


def _page(*, done: str = "", problem: str = "") -> str:
    practice_id = entering.member().practice_id
    with reading(runtime().engine, practice_id) as db:
        people = rostering.listed(db, practice_id)
    return render_template("staff/clinicians.html", people=people, done=done, problem=problem)
