""" "You said, we did": put a line up, take it down, print the sheet for the waiting room.

What is put up is read by patients and in waiting rooms, so each line is vetted first; the page says which
word is in the way, in which language.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from flask import Blueprint, Response, abort, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from survey import printing
from survey.actions import acting, telling
from survey.actions.acting import MovedMeanwhile, NoSuchAction, NotReady
from survey.actions.model import Action
from survey.actions.telling import Fault, Line, NotFit
from survey.clock import local_day
from survey.db import transaction
from survey.practice.model import Role
from survey.practice.neutrality import Telling
from survey.printing import Order
from survey.reports.paper import SIZES, CannotPrint
from survey.reports.tongues import PRINTED
from survey.web import entering, repair_form
from survey.web.doors import staff
from survey.web.installation import now, runtime
from survey.web.repairs import moved_text, number_of, repair_page, seen, sheet_problem
from survey.web.survey_page import language_name

blueprint = Blueprint("repairs_told", __name__, url_prefix="/staff/repairs")


@blueprint.post("/tell")
@staff(Role.OWNER)
def publish() -> ResponseReturnValue:
    """Tell patients, or tell them in other words."""
    form = request.form
    lines = {
        code: Line(form.get(f"said_{code}", ""), form.get(f"did_{code}", ""))
        for code in PRINTED
        if f"said_{code}" in form
    }
    if not lines:
        abort(400)

    def put_up(db: Session, action: Action, today: date) -> None:
        telling.publish(db, action, lines, by=entering.member().name, today=today)
        entering.note(db, "told patients of a repair", str(action.id))

    return _change(put_up)


@blueprint.post("/tell-no-longer")
@staff(Role.OWNER)
def withdraw() -> ResponseReturnValue:
    """Tell them no longer."""

    def take_down(db: Session, action: Action, today: date) -> None:
        telling.withdraw(db, action, by=entering.member().name, today=today)
        entering.note(db, "no longer told patients of a repair", str(action.id))

    return _change(take_down)


@blueprint.post("/sheet")
@staff(Role.OWNER)
def sheet() -> ResponseReturnValue:
    """The sheet for the waiting room as a PDF."""
    practice = entering.own_practice()
    tongue, size = request.form.get("language", ""), request.form.get("paper", "")
    if tongue not in PRINTED or size not in SIZES:
        return sheet_problem(_("Choose language and paper on this page. Nothing was printed.")), 400
    try:
        pdf = printing.print_sheet(
            runtime(), practice, Order(entering.member().email, tongue, size), now=now()
        )
    except printing.NothingToTell:
        return sheet_problem(_("There is nothing to print in this language yet.")), 400
    except CannotPrint:
        return sheet_problem(_("The sheet could not be set as a PDF. Nothing was printed.")), 500
    name = f"{practice.slug}-you-said-we-did.pdf"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return Response(pdf, mimetype="application/pdf", headers=headers)


def _change(change: Callable[[Session, Action, date], None]) -> ResponseReturnValue:
    number, practice_id = number_of(request.form.get("repair", "")), entering.member().practice_id
    today = local_day(now(), entering.own_practice().time_zone)  # before the transaction takes the database
    try:
        with transaction(runtime().engine, practice_id) as db:
            change(db, acting.action_to_move(db, practice_id, number, seen=seen()), today)
    except NoSuchAction:
        abort(404)
    except MovedMeanwhile:
        return repair_page(number, problem=moved_text(), conflict=True), 409
    except NotReady as trouble:
        return repair_page(number, problem=repair_form.lack_text(trouble.lack)), 400
    except NotFit as trouble:
        return repair_page(number, problem=_fault_text(trouble), at=f"{trouble.part}_{trouble.language}"), 400
    return redirect(url_for("repairs.show", repair=number, _anchor="tell"))


def _fault_text(trouble: NotFit) -> str:
    """Which line, and what to do about it."""
    name, first = language_name(trouble.language), next(iter(trouble.found), None)
    texts: dict[Fault, str] = {
        Fault.EMPTY: _("%(language)s: write both lines.", language=name),
        Fault.LONG: _("%(language)s: a line takes at most 120 characters.", language=name),
        Fault.TELLS: _telling_text(name, first),
        Fault.LINK: _("%(language)s: leave out links, addresses and numbers to call.", language=name),
        Fault.QUOTES: _(
            "%(language)s: these are words of a comment. Say it in your own words; nobody gave theirs to be "
            "shown around.",
            language=name,
        ),
    }
    return texts[trouble.fault]


def _telling_text(name: str, first: Telling | None) -> str:
    word = "" if first is None else first.word
    text: str = _(
        "%(language)s: “%(word)s” would tell who is treated, for what, or by whom. Say it without that word.",
        language=name,
        word=word,
    )
    return text
