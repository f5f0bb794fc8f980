"""One address for a program that watches the service. It is not there unless a token is set."""

from __future__ import annotations

import hmac

from flask import Blueprint, abort, request
from flask.typing import ResponseReturnValue

from survey import gauging
from survey.web.doors import public
from survey.web.installation import now, runtime

blueprint = Blueprint("metrics", __name__)

TEXT = {"Content-Type": "text/plain; version=0.0.4; charset=utf-8"}
WANTED = {"Content-Type": "text/plain; charset=utf-8", "WWW-Authenticate": "Bearer"}


@blueprint.get("/metrics")
@public
def metrics() -> ResponseReturnValue:
    """All figures, for whoever shows the token."""
    token = runtime().settings.metrics_token
    if not token:
        abort(404)
    shown = request.headers.get("Authorization", "").encode("utf-8", "surrogateescape")
    if not hmac.compare_digest(shown, f"Bearer {token}".encode()):
        return "This address wants the token of the setting metrics_token.\n", 401, WANTED
    return gauging.written(gauging.gauges(runtime(), now=now())), 200, TEXT
