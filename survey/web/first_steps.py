"""What an owner does before the first patient is asked, as a list that ticks itself off."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, render_template, url_for
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from survey.db import reading
from survey.practice import admitting, mail_scheduling, reaching
from survey.practice.model import Practice, Role
from survey.visits.model import VisitImport
from survey.web import entering
from survey.web.doors import staff
from survey.web.installation import runtime

blueprint = Blueprint("first_steps", __name__, url_prefix="/staff/first-steps")


@dataclass(frozen=True)
class Step:
    """One thing to do: what it is, why, where, and whether it is done."""

    title: str
    words: str
    address: str
    done: bool


@blueprint.get("")
@staff(Role.OWNER)
def listing() -> str:
    """All steps; the first that is not done is the next one."""
    with reading(runtime().engine, entering.member().practice_id) as db:
        found = steps(db, db.get_one(Practice, entering.member().practice_id))
    waiting = next((number for number, step in enumerate(found) if not step.done), None)
    return render_template("staff/first_steps.html", steps=found, waiting=waiting)


def are_ahead(practice: Practice) -> bool:
    """Whether no mail can have gone out yet: sending is off, and no test mail has arrived."""
    with reading(runtime().engine, practice.id) as db:
        sender = runtime().settings.mail_from
        return not practice.sending and not mail_scheduling.is_trusted(db, practice.id, sender=sender)


def steps(db: Session, practice: Practice) -> tuple[Step, ...]:
    """The way to the first invitation, in order."""
    imported = select(VisitImport.number).where(VisitImport.practice_id == practice.id).limit(1)
    return _all(
        reachable=_is_reachable(practice),
        imported=db.scalar(imported) is not None,
        let_in=bool(admitting.clinicians_accounts(db, practice.id)),
        sending=practice.sending,
    )


def _is_reachable(practice: Practice) -> bool:
    try:
        reaching.require_reachable(runtime().settings, practice)
    except reaching.NotReachable:
        return False
    return True


def _all(*, reachable: bool, imported: bool, let_in: bool, sending: bool) -> tuple[Step, ...]:
    return (
        Step(
            _("Your questions are ready"),
            _("Ten short ones about the visit are ready. Change the words, or leave some out, as you like."),
            url_for("editor.listing"),
            True,
        ),
        Step(
            _("Say how patients reach you"),
            _("Your number and the lines for help in need stand on every page. Add who takes complaints."),
            url_for("reaching.form"),
            reachable,
        ),
        Step(
            _("Bring in visits"),
            _("A file from your practice software. You see first how it is read and who would be asked."),
            url_for("visits.desk"),
            imported,
        ),
        Step(
            _("Let your colleagues in"),
            _(
                "Each clinician sees their own feedback, in groups of five people or more. Colleagues get "
                "a link by mail and choose their own password."
            ),
            url_for("people.listing"),
            let_in,
        ),
        Step(
            _("Send yourself a test mail"),
            _(
                "It shows that your mails arrive. The code in it switches sending on: from the next morning, "
                "mails go out by themselves. You can pause them at any time."
            ),
            url_for("mail_test.ask"),
            sending,
        ),
    )
