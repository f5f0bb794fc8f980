"""Mails out: where they stand, what is uncertain, pause and resume. For the owner and the front desk.

Shows counts and reasons only: never an address, a patient or whether anybody answered. Everybody at the desk
may pause mail; the owner alone resumes it.
"""

from __future__ import annotations

from dataclasses import dataclass
from zoneinfo import ZoneInfo

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import format_date, format_time
from flask_babel import gettext as _

from survey.db import reading, transaction
from survey.invitations import deciding, opting_out, overseeing, trying_out
from survey.invitations.deciding import Decision
from survey.invitations.model import InvitationState
from survey.invitations.overseeing import MailState
from survey.practice import reaching
from survey.practice.model import Practice, Role
from survey.web import entering, mail_words
from survey.web.doors import staff
from survey.web.installation import now, runtime

blueprint = Blueprint("mail", __name__, url_prefix="/staff/mail")

#: States that are shown only while there are mails in them.
PASSING = frozenset({InvitationState.CLAIMED, InvitationState.HANDING_OVER, InvitationState.UNKNOWN})


@dataclass(frozen=True)
class StateLine:
    """About how many mails are in one state, and what that means."""

    name: str
    meaning: str
    count: str
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
    except reaching.NotReachable:
        return _page(problem=mail_words.nobody_to_call()), 409
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


@blueprint.post("/stop")
@staff(Role.OWNER, Role.FRONT_DESK)
def stop() -> ResponseReturnValue:
    """No more mail to an address, for somebody who asked. Says the same whether it was known or not."""
    place, practice = runtime(), entering.own_practice()
    try:
        with transaction(place.engine, practice.id) as db:
            opting_out.opt_out_address(db, place, practice, request.form.get("address", ""), now=now())
            entering.note(db, "enter opt-out")
    except opting_out.NoAddress:
        why = _("This is not one complete mail address, such as name@example.org.")
        return _page(problem=why, at="address"), 400
    return _page(stopped=True)


def _page(*, problem: str = "", at: str = "", stopped: bool = False) -> str:
    practice = entering.own_practice()
    with reading(runtime().engine, practice.id) as db:
        state = overseeing.oversee(db, runtime().settings, practice, now=now())
    return render_template(
        "staff/mail.html",
        sending=practice.sending,
        may_resume=entering.member().role is Role.OWNER,
        state=state,
        lines=_lines(state),
        counts=[(name, mail_words.about(state.counts[cause])) for cause, name in mail_words.causes().items()],
        counted_days=overseeing.COUNTED_DAYS,
        next_day=format_date(state.next_run.date(), "full"),
        next_time=format_time(state.next_run, "short", rebase=False),
        rest_until=_local_time(state, practice),
        codes=[(code, mail_words.code(code)) for code in state.codes],
        about=mail_words.about,
        problem=problem,
        at=at,
        stopped=stopped,
    )


def _lines(state: MailState) -> list[StateLine]:
    """The states of mails, those that pass only while there are mails in them."""
    lines = []
    for which, count in state.states.items():
        uncertain = which is InvitationState.UNKNOWN
        if which not in PASSING or count or (uncertain and state.unknown):
            name, meaning = mail_words.state(which)
            number = str(len(state.unknown)) if uncertain else mail_words.about(count)
            lines.append(StateLine(name, meaning, number, needs_person=uncertain))
    return lines


def _local_time(state: MailState, practice: Practice) -> str:
    """When a relay that rests is called again, on the practice's clock."""
    if state.rest is None:
        return ""
    local = state.rest.until.astimezone(ZoneInfo(practice.time_zone))
    return str(format_time(local, "short", rebase=False))
