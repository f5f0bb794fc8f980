"""While the database has another version's schema no page works with it: one page asks for patience instead.

An older process that still runs after an update would read and write tables that are not as it knows them.
Forms in which patients write look for themselves, so that their words come back.
"""

from __future__ import annotations

from dataclasses import dataclass

from flask import Flask, current_app, request
from sqlalchemy.exc import SQLAlchemyError

from survey import migrating
from survey.clock import monotonic
from survey.db import UnsafeDatabase
from survey.web.installation import runtime

LOOK = "afterword schema"
#: Seconds for which one look at the schema counts.
FRESH = 1.0
#: What tells the state itself, and files that every version has.
OPEN = frozenset({"health.healthz", "health.readyz", "static"})
#: These keep what was written and call ``require_schema`` once they have it.
WITH_WORDS = frozenset({"patient.answer", "contact.ask"})


class Updating(UnsafeDatabase):
    """The schema is another version's; nothing was read or written."""


@dataclass
class Look:
    """When this process last looked, and what was wrong then."""

    at: float = float("-inf")
    wrong: str = ""


def install(app: Flask) -> None:
    """Must come before whatever reads the database."""
    app.extensions[LOOK] = Look()
    app.before_request(_guard)


def _guard() -> None:
    if request.endpoint not in OPEN | WITH_WORDS:
        require_schema()


def require_schema() -> None:
    """Raises Updating where the schema is another version's. Looks at most once a second."""
    look: Look = current_app.extensions[LOOK]
    if monotonic() - look.at >= FRESH:
        before, look.wrong, look.at = look.wrong, _complaint(), monotonic()
        if look.wrong and look.wrong != before:
            current_app.logger.error("no page is shown: %s", look.wrong)
    if look.wrong:
        raise Updating(look.wrong)


def _complaint() -> str:
    """A database that does not answer is told by whoever needs it, with words that fit."""
    try:
        return migrating.complaint(runtime().engine.execution_options(writing=False))
    except SQLAlchemyError:
        return ""
