"""Visits in: the import page.

Shows counts and reasons only: never an address, a patient or whether anybody answered. An upload is read in
memory and taken whole or not at all.
"""

from __future__ import annotations

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from survey.db import reading, transaction
from survey.invitations.scheduling import Intake, NoSurveyPublished, dry_run, take_visits
from survey.practice.model import Practice, Role
from survey.visits.visit_file import UnreadableFile
from survey.web import entering
from survey.web.doors import staff
from survey.web.installation import now, runtime
from survey.web.wording import translate

blueprint = Blueprint("operations", __name__, url_prefix="/staff")

#: Rows with errors that are listed one by one; the rest is counted.
LISTED = 50


@blueprint.get("/visits")
@staff(Role.OWNER, Role.FRONT_DESK)
def visits() -> str:
    """Where a file is uploaded."""
    return _page()


@blueprint.post("/visits")
@staff(Role.OWNER, Role.FRONT_DESK)
def take() -> ResponseReturnValue:
    """Take an uploaded file of visits; a file that cannot be read changes nothing."""
    upload = request.files.get("file")
    if upload is None or not upload.filename:
        return _page(problem=_("Choose a file first.")), 400
    practice, only_show = entering.own_practice(), request.form.get("go") == "preview"
    try:
        intake = _preview(practice, upload.read()) if only_show else _take(practice, upload.read())
    except UnreadableFile as fault:
        return _page(problem=fault.in_words(translate)), 400
    except NoSurveyPublished:
        return _page(problem=_("No survey is published for this practice yet. Publish one first.")), 409
    return _page(intake=intake, only_shown=only_show)


def _preview(practice: Practice, data: bytes) -> Intake:
    """What taking the file now would do, found by reading alone."""
    with reading(runtime().engine, practice.id) as db:
        return dry_run(db, runtime().files, practice, data, now=now())


def _take(practice: Practice, data: bytes) -> Intake:
    with transaction(runtime().engine, practice.id) as db:
        intake = take_visits(db, runtime().files, practice, data, now=now())
        entering.note(db, "imported visits", f"{intake.file.rows} visits, {intake.invited} invitations")
        return intake


def _page(*, intake: Intake | None = None, only_shown: bool = False, problem: str = "") -> str:
    return render_template(
        "staff/visits.html",
        intake=intake,
        only_shown=only_shown,
        skipped=[]
        if intake is None
        else [(translate(why.sentence), count) for why, count in intake.skipped.items()],
        errors=[]
        if intake is None
        else [(error.line, error.column, error.in_words(translate)) for error in intake.file.errors[:LISTED]],
        problem=problem,
    )
