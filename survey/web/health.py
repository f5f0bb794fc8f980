"""Two addresses for whoever watches the service. They tell no version, no name and no count."""

from __future__ import annotations

from flask import Blueprint
from flask.typing import ResponseReturnValue

from survey import migrating
from survey.db import is_reachable
from survey.web.doors import public
from survey.web.installation import runtime

blueprint = Blueprint("health", __name__)

TEXT = {"Content-Type": "text/plain; charset=utf-8"}


@blueprint.get("/healthz")
@public
def healthz() -> ResponseReturnValue:
    """The process answers."""
    return "ok\n", 200, TEXT


@blueprint.get("/readyz")
@public
def readyz() -> ResponseReturnValue:
    """The database answers and has this program's schema; 503 with the reason where not."""
    engine = runtime().engine.execution_options(writing=False)  # must not wait for a writer
    if not is_reachable(engine):
        return "the database does not answer\n", 503, TEXT
    if not migrating.is_current(engine):
        return "the database has another schema\n", 503, TEXT
    return "ready\n", 200, TEXT
