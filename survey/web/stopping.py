"""No more mails: one button, and the one-click request that mail programs send (RFC 8058).

GET writes nothing, because mail scanners open every link. No cookie, no session, no redirect.
"""

from __future__ import annotations

from flask import Blueprint, Response, abort, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from survey.db import reading, transaction
from survey.invitations import opting_out, stop_links
from survey.invitations.model import Cause
from survey.practice.model import Practice
from survey.web.doors import public
from survey.web.installation import now, runtime
from survey.web.survey_page import INTERFACE, LANGUAGE, language_name, render

blueprint = Blueprint("stopping", __name__)

MOST_BYTES = 4 * 1024


@blueprint.get("/stop/<language>/<signed>")
@public
def ask(language: str, signed: str) -> AnyResponse:
    """The page with the button."""
    try:
        practice_id = stop_links.read(runtime().files, signed)[0]
    except stop_links.BadStopLink:
        return _page(language, signed, practice=None, stage="broken")
    with reading(runtime().engine) as db:
        practice = db.get(Practice, practice_id)
    return _page(language, signed, practice=practice, stage="ask" if practice else "broken")


@blueprint.post("/stop/<language>/<signed>")
@public
def stop(language: str, signed: str) -> AnyResponse:
    """Opt out; again and again with the same answer."""
    request.max_content_length = MOST_BYTES
    request.get_data(
        parse_form_data=True
    )  # a mail program's body says nothing more, but must not be too much
    cause = Cause.WRONG_ADDRESS if request.form.get("why") == Cause.WRONG_ADDRESS else Cause.ASKED
    place = runtime()
    try:
        practice_id = stop_links.read(place.files, signed)[0]
        with transaction(place.engine, practice_id) as db:
            practice = opting_out.opt_out(db, place, signed, now=now(), cause=cause)
    except stop_links.BadStopLink:
        return _page(language, signed, practice=None, stage="broken")
    return _page(language, signed, practice=practice, stage="done")


def _page(language: str, signed: str, *, practice: Practice | None, stage: str) -> AnyResponse:
    if not LANGUAGE.fullmatch(language):
        abort(404)
    others = [
        (each, language_name(each), url_for("stopping.ask", language=each, signed=signed))
        for each in INTERFACE
        if each != language
    ]
    body = render("patient/stop.html", language, practice, stage=stage, others=others)
    return Response(body, 400 if stage == "broken" else 200, mimetype="text/html")
