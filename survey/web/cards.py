"""Printed cards and the poster for the waiting room, as files to print.

Looking makes nothing. A POST makes cards, hands them over and notes that it did; no code is kept, and no page
tells how many cards were used.
"""

from __future__ import annotations

from datetime import date

from flask import Blueprint, Response, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import format_date
from flask_babel import gettext as _

from survey import printing
from survey.clock import local_day, quarter_of
from survey.db import reading
from survey.keys import cards as card_keys
from survey.practice.model import Role
from survey.printing import Order
from survey.reports import poster as posters
from survey.reports import told_lines
from survey.reports.paper import SIZES, CannotPrint, size_for
from survey.responses.minting import MOST, PER_SHEET, CannotMint
from survey.web import entering
from survey.web.doors import staff
from survey.web.installation import now, runtime
from survey.web.survey_page import language_name
from survey.web.wording import language

blueprint = Blueprint("cards", __name__, url_prefix="/staff/cards")

USUAL = 5 * PER_SHEET


@blueprint.get("")
@staff(Role.OWNER)
def show() -> str:
    """What cards are, and the two forms."""
    return _page()


@blueprint.post("")
@staff(Role.OWNER)
def print_out() -> ResponseReturnValue:
    """Sheets of new cards as a PDF; a wrong number makes none."""
    practice, order, number = entering.own_practice(), _order(), _number()
    if order is None:
        return _page(problem=_("Choose language and paper on this page. Nothing was printed.")), 400
    try:
        if number is None:
            raise CannotMint
        made = printing.print_cards(runtime(), practice, order, number=number, now=now())
    except CannotMint:
        text = _("Write how many cards you need, from 1 to %(most)s. Nothing was printed.", most=MOST)
        return _page(problem=text), 400
    except CannotPrint:
        return _page(problem=_("The cards could not be set as a PDF. Nothing was printed.")), 500
    return _file(made.pdf, f"{practice.slug}-cards.pdf")


@blueprint.post("/poster")
@staff(Role.OWNER)
def poster() -> ResponseReturnValue:
    """The poster as a PDF."""
    practice, order = entering.own_practice(), _order()
    if order is None:
        return _page(problem=_("Choose language and paper on this page. Nothing was printed.")), 400
    try:
        pdf = printing.print_poster(runtime(), practice, order, now=now())
    except CannotPrint:
        return _page(problem=_("The poster could not be set as a PDF. Nothing was printed.")), 500
    return _file(pdf, f"{practice.slug}-poster.pdf")


def _order() -> Order | None:
    tongue, size = request.form.get("language", ""), request.form.get("paper", "")
    if tongue not in _languages() or size not in SIZES:
        return None
    return Order(entering.member().email, tongue, size)


def _number() -> int | None:
    text = request.form.get("number", "").strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) < 6 else None


def _languages() -> tuple[str, ...]:
    practice = entering.own_practice()
    with reading(runtime().engine, practice.id) as db:
        return printing.languages_of(printing.survey_in_force(db, practice, today=_today()))


def _file(pdf: bytes, name: str) -> Response:
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return Response(pdf, mimetype="application/pdf", headers=headers)


def _today() -> date:
    return local_day(now(), entering.own_practice().time_zone)


def _page(*, problem: str = "") -> str:
    practice = entering.own_practice()
    with reading(runtime().engine, practice.id) as db:
        done = told_lines.published(db, practice, language())
        people = printing.clinicians(db, practice)
    return render_template(
        "staff/cards.html",
        problem=problem,
        until=format_date(card_keys.last_day(quarter_of(_today())), "long"),
        languages=[(each, language_name(each)) for each in _languages()],
        chosen=language(),
        papers=[("a4", "A4"), ("letter", _("US Letter"))],
        usual_paper=size_for(practice.country),
        number=request.form.get("number", str(USUAL)),
        per_sheet=PER_SHEET,
        most=MOST,
        k=practice.k_ratings,
        left_out=len(done) - len(posters.neutral(done, people=people)),
    )
