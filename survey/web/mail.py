"""Mails out: where they stand, what is uncertain, pause and resume. For the owner and the front desk.

Shows counts and reasons only: never an address, a patient or whether anybody answered. Everybody at the desk
may pause mail; the owner alone resumes it.
"""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import format_date
from flask_babel import gettext as _

from survey.db import reading, transaction
from survey.invitations import deciding, outbox, trying_out
from survey.invitations.deciding import Decision
from survey.invitations.model import InvitationState
from survey.practice.model import Practice, Role
from survey.web import entering
from survey.web.doors import staff
from survey.web.installation import runtime

blueprint = Blueprint("mail", __name__, url_prefix="/staff/mail")

#: States that are shown even where no mail is in them.
ALWAYS = frozenset({InvitationState.DUE, InvitationState.SENT})


@dataclass(frozen=True)
class StateLine:
    """How many mails are in one state, and what that means."""

    name: str
    meaning: str
    count: int
    needs_person: bool


@blueprint.get("")
@staff(Role.OWNER, Role.FRONT_DESK)
def desk() -> str:
    """Where the mails stand."""
    return _page()


@blueprint.post("/pause")
@staff(Role.OWNER, Role.FRONT_DESK)
def pause() -> ResponseReturnValue:
    """No mail of the practice goes out from now on."""
    with transaction(runtime().engine, entering.member().practice_id) as db:
        practice = db.get_one(Practice, entering.member().practice_id)
        if practice.sending:
            practice.sending = False
            entering.note(db, "paused sending")
    return redirect(url_for("mail.desk"))


@blueprint.post("/resume")
@staff(Role.OWNER)
def resume() -> ResponseReturnValue:
    """End a pause; only where a test mail has arrived."""
    practice_id = entering.member().practice_id
    try:
        with transaction(runtime().engine, practice_id) as db:
            if not db.get_one(Practice, practice_id).sending:
                trying_out.resume(db, runtime().settings, practice_id)
                entering.note(db, "resumed sending")
    except trying_out.NotTested:
        return _page(problem=_("First send a test mail to yourself and type in its code.")), 409
    return redirect(url_for("mail.desk"))


@blueprint.post("/unknown")
@staff(Role.OWNER, Role.FRONT_DESK)
def settle() -> ResponseReturnValue:
    """What a person says of a mail that may or may not have arrived."""
    practice = entering.own_practice()
    try:
        decision = Decision(request.form.get("decision", ""))
        with transaction(runtime().engine, practice.id) as db:
            deciding.decide(db, practice.id, request.form.get("mail", ""), decision)
            entering.note(db, "mail decided", decision.value)
    except (ValueError, deciding.NothingToDecide):
        return _page(problem=_("This mail does not wait for a decision any more. Nothing was changed.")), 409
    return redirect(url_for("mail.desk"))


def _page(*, problem: str = "") -> str:
    practice = entering.own_practice()
    with reading(runtime().engine, practice.id) as db:
        counts = outbox.states(db, practice.id)
        unknown = deciding.unknown_mails(db, practice.id)
    return render_template(
        "staff/mail.html",
        sending=practice.sending,
        may_resume=entering.member().role is Role.OWNER,
        states=[
            _state_line(state, counts.get(state, 0))
            for state in InvitationState
            if counts.get(state, 0) or state in ALWAYS
        ],
        unknown=[(mail.id, mail.reference, format_date(mail.send_day, "medium")) for mail in unknown],
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
