"""No more mails: one button, and the one-click request that mail programs send (RFC 8058).

GET writes nothing, because mail scanners open every link. No cookie, no session, no redirect.
"""

from __future__ import annotations

from flask import Blueprint, Response, abort, request
from werkzeug.wrappers import Response as AnyResponse

from survey.db import transaction
from survey.web.doors import public
from survey.web.installation import runtime
from survey.web.survey_page import INTERFACE, language_name, render

blueprint = Blueprint("stopping", __name__)

MOST_BYTES = 4 * 1024


@blueprint.get("/stop/<language>/<signed>")
@public
def ask(language: str, signed: str) -> AnyResponse:
    """The page with the button."""
    return _page(language, stage="ask", status=200)


@blueprint.post("/stop/<language>/<signed>")
@public
def stop(language: str, signed: str) -> AnyResponse:
    """Opt out; again and again with the same answer."""
    from survey.invitations import opting_out

    request.max_content_length = MOST_BYTES
    place = runtime()
    try:
        with transaction(place.engine) as db:
            opting_out.opt_out(db, place.files, signed)
    except opting_out.BadStopLink:
        return _page(language, stage="broken", status=400)
    return _page(language, stage="done", status=200)


def _page(language: str, *, stage: str, status: int) -> AnyResponse:
    if language not in INTERFACE:
        abort(404)
    own = request.path
    others = [(each, language_name(each), own.replace(f"/{language}/", f"/{each}/", 1)) for each in INTERFACE]
    body = render(
        "patient/stop.html",
        language,
        None,
        stage=stage,
        others=[each for each in others if each[0] != language],
    )
    return Response(body, status, mimetype="text/html")
