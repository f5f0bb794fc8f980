"""The practice's own colour on patients' and staff's pages: the owner's page, and the style sheet it makes.

Mails never carry it: a letter must not show from whom it is before it is opened. What cannot be read well is
refused, with the nearest tone that can.
"""

from __future__ import annotations

from typing import Final

from flask import Blueprint, Response, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from survey.db import transaction
from survey.practice.model import Practice, Role
from survey.practice.palette import NoColour, TooPale
from survey.web import entering, look_sheet
from survey.web.doors import public, staff
from survey.web.installation import runtime

blueprint = Blueprint("look", __name__)

CHANGED: Final = "changed the look"
#: The accent of our own style sheet.
OURS: Final = "#0e5a58"
FOR_GOOD: Final = "public, max-age=31536000, immutable"


@blueprint.get("/look/<colour>.css")
@public
def sheet(colour: str) -> ResponseReturnValue:
    """The style sheet of a colour; 404 for one that cannot be read, and for an address of another version."""
    try:
        found = look_sheet.sheet(f"#{colour.partition('-')[0]}")
    except (NoColour, TooPale):
        abort(404)
    if found.address != f"/look/{colour}.css":
        abort(404)
    response = Response(found.text, mimetype="text/css")
    response.headers["Cache-Control"] = FOR_GOOD
    response.add_etag()
    return response.make_conditional(request)


@blueprint.get("/staff/look")
@staff(Role.OWNER)
def form() -> str:
    """The colour as it is now."""
    return _page(entering.own_practice().accent)


@blueprint.post("/staff/look")
@staff(Role.OWNER)
def change() -> ResponseReturnValue:
    """Try a colour on this page alone, take it, or go back to our own."""
    wanted = "" if "back" in request.form else request.form.get("accent", "").strip().lower()
    try:
        if wanted or "back" not in request.form:
            look_sheet.sheet(wanted)
    except NoColour:
        text = _("Write a colour as # and six digits or letters from a to f, such as %(ours)s.", ours=OURS)
        return _page(entering.own_practice().accent, filled=wanted, problem=text), 400
    except TooPale as trouble:
        text = _(
            "Words in this colour would be too pale to read. The nearest that can be read is chosen below."
        )
        return _page(trouble.nearest, filled=trouble.nearest, problem=text), 400
    if "try" in request.form:
        return _page(wanted, filled=wanted, trying=True)
    with transaction(runtime().engine, entering.member().practice_id) as db:
        db.get_one(Practice, entering.member().practice_id).accent = "" if wanted == OURS else wanted
        entering.note(db, CHANGED)
    return redirect(url_for("look.form", saved=1))


def _page(accent: str, *, filled: str = "", problem: str = "", trying: bool = False) -> str:
    """``accent``: the colour in which this page is drawn."""
    return render_template(
        "staff/look.html",
        look=look_sheet.address(accent),
        own=bool(entering.own_practice().accent),
        filled=filled or accent or OURS,
        problem=problem,
        trying=trying,
        saved="saved" in request.args and not problem,
    )
