"""Visits in, mails out: the import page, the state of the outbox, the pause switch.

Shows counts and reasons only: never an address, a patient or whether anybody answered. An upload is read in
memory and taken whole or not at all.
"""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import format_date
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from survey.db import reading, transaction
from survey.invitations import deciding, outbox, trying_out
from survey.invitations.deciding import Decision
from survey.invitations.model import InvitationState
from survey.invitations.scheduling import Intake, NoSurveyPublished, dry_run, take_visits
from survey.practice import recording
from survey.practice.model import Practice, Role
from survey.visits.visit_file import UnreadableFile
from survey.web import entering
from survey.web.doors import staff
from survey.web.installation import now, runtime
from survey.web.wording import translate

blueprint = Blueprint("operations", __name__, url_prefix="/staff")

#: Rows with errors that are listed one by one; the rest is counted.
LISTED = 50
#: States that are shown even where no mail is in them.
ALWAYS = frozenset({InvitationState.DUE, InvitationState.SENT})


@dataclass(frozen=True)
class StateLine:
    """How many mails are in one state, and what that means."""

    name: str
    meaning: str
    count: int
    needs_person: bool


@blueprint.get("/visits")
@staff(Role.OWNER)
def visits() -> str:
    """Where a file is uploaded and sending is paused or resumed."""
    return _page()


@blueprint.post("/visits")
@staff(Role.OWNER)
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
        _note(db, "imported visits", f"{intake.file.rows} visits, {intake.invited} invitations")
        return intake


@blueprint.post("/sending")
@staff(Role.OWNER)
def switch() -> ResponseReturnValue:
    """Pause or resume all mail of the practice."""
    wanted = request.form.get("sending")
    if wanted not in {"on", "off"}:
        return _page(problem=_("Nothing was changed. Use the button on this page.")), 400
    try:
        _switch(wanted == "on")
    except trying_out.NotTested:
        return _page(problem=_("First send a test mail to yourself and type in its code.")), 409
    return redirect(url_for("operations.visits"))


def _switch(on: bool) -> None:
    with transaction(runtime().engine, entering.member().practice_id) as db:
        practice = db.get_one(Practice, entering.member().practice_id)
        if practice.sending == on:
            return
        if on:
            trying_out.resume(db, runtime().settings, practice.id)
        else:
            practice.sending = False
        _note(db, "resumed sending" if on else "paused sending", "")


@blueprint.post("/unknown")
@staff(Role.OWNER)
def settle() -> ResponseReturnValue:
    """What a person says of a mail that may or may not have arrived."""
    practice = entering.own_practice()
    try:
        decision = Decision(request.form.get("decision", ""))
        with transaction(runtime().engine, practice.id) as db:
            deciding.decide(db, practice.id, request.form.get("mail", ""), decision)
            _note(db, "mail decided", decision.value)
    except (ValueError, deciding.NothingToDecide):
        return _page(problem=_("This mail does not wait for a decision any more. Nothing was changed.")), 409
    return redirect(url_for("operations.visits"))


def _note(db: Session, action: str, subject: str) -> None:
    member = entering.member()
    recording.record(db, member.practice_id, actor=member.email, action=action, subject=subject, now=now())


def _page(*, intake: Intake | None = None, only_shown: bool = False, problem: str = "") -> str:
    practice = entering.own_practice()
    with reading(runtime().engine, practice.id) as db:
        counts = outbox.states(db, practice.id)
        unknown = deciding.unknown_mails(db, practice.id)
    return render_template(
        "staff/visits.html",
        sending=practice.sending,
        states=[
            _state_line(state, counts.get(state, 0))
            for state in InvitationState
            if counts.get(state, 0) or state in ALWAYS
        ],
        unknown=[(mail.id, mail.reference, format_date(mail.send_day, "medium")) for mail in unknown],
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


def _state_line(state: InvitationState, count: int) -> StateLine:
    names = {
        InvitationState.DUE: (_("Waiting"), _("Goes out on its morning.")),
        InvitationState.CLAIMED: (_("Being prepared"), _("A worker has taken it.")),
        InvitationState.HANDING_OVER: (_("Being handed over"), _("The mail server is receiving it.")),
        InvitationState.SENT: (_("Sent"), _("The mail server has taken it.")),
        InvitationState.FAILED: (_("Refused"), _("The mail server refused it for good.")),
        InvitationState.UNKNOWN: (
            _("Not certain"),
            _(
                "The line broke while it was handed over. Somebody must decide; it is not sent again "
                "by itself."
            ),
        ),
        InvitationState.SUPPRESSED: (_("Held back"), _("The person asked for no more mail.")),
        InvitationState.CANCELLED: (_("Cancelled"), _("Its time had passed.")),
    }
    name, meaning = names[state]
    needs = state in {InvitationState.UNKNOWN, InvitationState.FAILED} and count > 0
    return StateLine(name=name, meaning=meaning, count=count, needs_person=needs)
