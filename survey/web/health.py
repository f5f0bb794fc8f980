"""Two addresses for whoever watches the service. They tell no version, no name and no count."""

from __future__ import annotations

from flask import Blueprint
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import SQLAlchemyError

from survey import clock_guard, migrating
from survey.db import is_reachable, reading
from survey.keys import matching
from survey.keys.files import KeyTrouble
from survey.web.doors import public
from survey.web.installation import now, runtime

blueprint = Blueprint("health", __name__)

TEXT = {"Content-Type": "text/plain; charset=utf-8"}


@blueprint.get("/healthz")
@public
def healthz() -> ResponseReturnValue:
    """The process answers; nothing is looked at."""
    return "ok\n", 200, TEXT


@blueprint.get("/readyz")
@public
def readyz() -> ResponseReturnValue:
    """One word: ready; or with 503 what is wrong. Strangers read it, so the doctor has the details."""
    word = _trouble()
    return (f"{word}\n", 503, TEXT) if word else ("ready\n", 200, TEXT)


def _trouble() -> str:
    """Database, schema, keys or clock, whichever is wrong first; empty where nothing is."""
    place = runtime()
    engine = place.engine.execution_options(writing=False)  # must not wait for a writer
    if not is_reachable(engine):
        return "database"
    if not migrating.is_current(engine):
        return "schema"
    try:
        with reading(engine) as db:
            matching.check(db, place.files)
            return "clock" if clock_guard.examine(db, place.settings, now()) else ""
    except (KeyTrouble, OSError):
        return "keys"
    except SQLAlchemyError:
        return "database"
