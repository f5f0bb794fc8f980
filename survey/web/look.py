"""The practice's own colour and logo on patients' and staff's pages: the owner's page, and what it makes.

Mails never carry them: a letter must not show from whom it is before it is opened. A colour that cannot be
read well is refused, with the nearest tone that can; of a picture nothing but its pixels is kept.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from flask import Blueprint, Response, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from survey.db import reading, transaction
from survey.practice import branding, logo
from survey.practice.logo import Fault, NotTaken
from survey.practice.model import Practice, Role
from survey.practice.palette import NoColour, TooPale
from survey.web import entering, look_sheet
from survey.web.doors import public, staff
from survey.web.installation import runtime
from survey.web.survey_page import find_practice

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
    return _for_good(found.text.encode("ascii"), "text/css")


@blueprint.get("/logo/<slug>/<digest>.png")
@public
def picture(slug: str, digest: str) -> ResponseReturnValue:
    """The logo of a practice; 404 for any but the present one."""
    practice = find_practice(slug)
    if practice is None or not practice.logo:
        abort(404)
    with reading(runtime().engine, practice.id) as db:
        png = branding.find_logo(db, practice, digest)
    if png is None:
        abort(404)
    return _for_good(png, "image/png")


@blueprint.get("/staff/look")
@staff(Role.OWNER)
def form() -> str:
    """Colour and logo as they are now."""
    return _page(entering.own_practice().accent)


@blueprint.post("/staff/look")
@staff(Role.OWNER)
def change() -> ResponseReturnValue:
    """Try a colour on this page alone, or take it."""
    wanted, kept = request.form.get("accent", "").strip().lower(), entering.own_practice().accent
    try:
        look_sheet.sheet(wanted)
    except NoColour:
        text = _("Write a colour as # and six digits or letters from a to f, such as %(ours)s.", ours=OURS)
        return _page(kept, filled=wanted, problem=text, at="accent"), 400
    except TooPale as trouble:
        text = _(
            "Words in this colour would be too pale to read. The nearest that can be read is chosen below."
        )
        return _page(trouble.nearest, problem=text, at="accent"), 400
    if "try" in request.form:
        return _page(wanted, trying=True)
    return _saved(accent="" if wanted == OURS else wanted)


@blueprint.post("/staff/look/logo")
@staff(Role.OWNER)
def change_logo() -> ResponseReturnValue:
    """Take a picture as the logo."""
    data, said = _sent()
    try:
        png = logo.redrawn(data, said=said)
    except NotTaken as trouble:
        return _page(entering.own_practice().accent, problem=_why(trouble.fault), at="logo"), 400
    return _saved(png=png)


@blueprint.post("/staff/look/back")
@staff(Role.OWNER)
def back() -> ResponseReturnValue:
    """To our own look: without the logo, or without logo and colour."""
    return _saved(png=b"") if "logo" in request.form else _saved(accent="", png=b"")


def _sent() -> tuple[bytes, str]:
    """The picture's bytes, and its kind as the browser has it; nothing where none was chosen."""
    file = request.files.get("logo")
    if file is None:
        return b"", ""
    with file.stream as stream:  # a large one lies in a file without a name until it is closed
        return stream.read(), file.mimetype


def _saved(*, accent: str | None = None, png: bytes | None = None) -> ResponseReturnValue:
    """Keep what is given; no bytes: no logo any more."""
    practice_id = entering.member().practice_id
    with transaction(runtime().engine, practice_id) as db:
        practice = db.get_one(Practice, practice_id)
        if accent is not None:
            practice.accent = accent
        if png:
            branding.set_logo(db, practice, png)
        elif png is not None:
            branding.drop_logo(db, practice)
        entering.note(db, CHANGED)
    return redirect(url_for("look.form", saved=1))


def _page(accent: str, *, filled: str = "", problem: str = "", at: str = "", trying: bool = False) -> str:
    """``accent``: the colour in which this page is drawn."""
    practice = entering.own_practice()
    return render_template(
        "staff/look.html",
        look=replace(look_sheet.look_of(practice), sheet=look_sheet.address(accent)),
        own=bool(practice.accent or practice.logo),
        filled=filled or accent or OURS,
        problem=problem,
        at=at,
        trying=trying,
        saved="saved" in request.args and not problem,
    )


def _for_good(body: bytes, kind: str) -> ResponseReturnValue:
    """The same bytes for everyone, at an address that never leads to others."""
    response = Response(body, mimetype=kind)
    response.headers["Cache-Control"] = FOR_GOOD
    response.add_etag()
    return response.make_conditional(request)


def _why(fault: Fault) -> str:
    """What is wrong with a picture, and what to do."""
    texts: dict[Fault, str] = {
        Fault.EMPTY: _("Choose a picture first."),
        Fault.LARGE: _("The picture has more than 1 MB. Save it smaller, then choose it again."),
        Fault.KIND: _("Choose a picture that was saved as PNG, JPEG or WebP."),
        Fault.DRAWING: _("A drawing as SVG can hold program code. Save it as PNG, then choose it again."),
        Fault.ANOTHER: _(
            "The picture is of another kind than its name says. Save it as PNG, then choose it again."
        ),
        Fault.MORE: _(
            "There is something else behind the picture. Save it anew as PNG, then choose it again."
        ),
        Fault.MOVING: _("The picture moves. Choose one that stands still."),
        Fault.PIXELS: _(
            "The picture is larger than any page needs. Save it with at most 2,000 by 2,000 points."
        ),
        Fault.BROKEN: _("The picture cannot be read; the file may be damaged. Save it anew as PNG."),
    }
    return texts[fault]
