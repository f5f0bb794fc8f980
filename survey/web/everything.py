"""Everything of the practice to take away, in one file. A download is a POST, and noted in the log."""

from __future__ import annotations

from flask import Blueprint, Response, render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from survey.exporting import take_everything
from survey.practice.model import Role
from survey.reports.paper import CannotPrint
from survey.web import entering
from survey.web.doors import staff
from survey.web.installation import runtime

blueprint = Blueprint("everything", __name__, url_prefix="/staff/everything")


@blueprint.get("")
@staff(Role.OWNER)
def page() -> str:
    """What is in the file, and what is not."""
    return _page()


@blueprint.post("/zip")
@staff(Role.OWNER)
def take_away() -> ResponseReturnValue:
    """The file."""
    try:
        name, packed = take_everything(runtime(), entering.own_practice(), actor=entering.member().email)
    except CannotPrint:
        problem = _(
            "A report could not be printed, so there is no file. Please tell whoever runs the program."
        )
        return _page(problem=problem), 500
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return Response(packed, mimetype="application/zip", headers=headers)


def _page(*, problem: str = "") -> str:
    practice = entering.own_practice()
    return render_template("staff/everything.html", practice=practice, problem=problem)
