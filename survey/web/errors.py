"""Every trouble becomes a page here: what happened, what was kept, what to do next.

Never a trace, a code, an address or a word of a patient; in the log only the kind of trouble.
"""

from __future__ import annotations

from flask import Flask, Response, current_app, g, request
from flask_babel import force_locale
from flask_babel import gettext as _
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as NoConnection
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response as AnyResponse

from survey.db import UnsafeDatabase
from survey.keys.files import KeyTrouble
from survey.web import masking, problems, receiving
from survey.web.doors import READING
from survey.web.survey_page import INTERFACE, render
from survey.web.updating import Updating
from survey.web.wording import staff_language

SECONDS_TO_WAIT = "5"
SECONDS_OF_AN_UPDATE = "60"


def install(app: Flask) -> None:
    """Handlers for everything that can go wrong, and the filter that keeps codes out of the logs."""
    app.register_error_handler(HTTPException, _refused)
    for trouble in (OperationalError, NoConnection, KeyTrouble, UnsafeDatabase):
        app.register_error_handler(trouble, _not_saved)
    app.register_error_handler(Updating, _updating)
    masking.install(app.logger)


def page(status: int, *, language: str | None = None, updating: bool = False) -> AnyResponse:
    """The page of a status, in the language of the address unless another one is given."""
    if request.path.startswith("/api/"):
        return problems.answer(status)
    spoken = language or staff_language() or _language_of(request.path)
    with force_locale(spoken):
        if updating:
            heading, text = _update()
        else:
            heading, text = _too_large() if status == 413 and receiving.is_upload() else _words(status)
    body = render("errors/error.html", spoken, None, heading=heading, text=text, staff=_for_staff())
    return Response(body, status, mimetype="text/html")


def _refused(trouble: HTTPException) -> AnyResponse:
    """Flask's own refusals; what their answer carries besides the text (such as Allow) is kept."""
    if trouble.code is None or trouble.response is not None:
        return trouble.get_response()
    answer = page(trouble.code)
    for name, value in trouble.get_headers():
        if name.lower() not in {"content-type", "content-length"}:
            answer.headers[name] = value
    return answer


def _not_saved(trouble: Exception) -> AnyResponse:
    """The database or a key is out of reach: nothing was saved, and what was written comes back."""
    if isinstance(trouble, (KeyTrouble, UnsafeDatabase)):
        current_app.logger.error("%s: %s", type(trouble).__name__, trouble)  # names a file, never its content
    else:
        current_app.logger.error("the database did not answer: %s", type(trouble).__name__)
    again = g.get("unsaved")
    answer = again() if again is not None else page(503)
    answer.headers["Retry-After"] = SECONDS_TO_WAIT
    return answer


def _updating(_trouble: Updating) -> AnyResponse:
    """Another version of this program is being put in place, or already is; what was written comes back."""
    again = g.get("unsaved")
    answer = again() if again is not None else page(503, updating=True)
    answer.headers["Retry-After"] = SECONDS_OF_AN_UPDATE
    return answer


def _update() -> tuple[str, str]:
    if request.method in READING:
        text = _("This takes a few minutes. Nothing is lost. Please come back a little later.")
    else:
        text = _("This takes a few minutes. Nothing was saved. Go back, wait a little, and send again.")
    return _("We are updating this page"), text


def _words(status: int) -> tuple[str, str]:
    """Heading and text of a status."""
    table = {
        400: (_("This did not arrive whole"), _("Go back, load the page again, and try once more.")),
        403: (_("This page is for others"), _("Your sign-in does not open it. Ask the practice owner.")),
        404: (_("We cannot find this page"), _not_found()),
        405: (_("This address cannot be used that way"), _("Go back and use the buttons on the page.")),
        409: (
            _("Somebody was faster"),
            _("Go back, load the page again, and look before you try once more. Nothing was changed."),
        ),
        413: (
            _("That is too much at once"),
            _("Go back: your words are still there. Shorten them and send again. Nothing was saved."),
        ),
        429: (_("A little slower, please"), _("Wait a minute, then try again. Nothing was lost.")),
        503: (
            _("Not saved yet"),
            _("Our system did not answer in time. Wait a moment, then try again. Nothing is half-saved."),
        ),
    }
    if status in table:
        return table[status]
    if status < 500:
        return table[400]
    return (
        _("Something went wrong on our side"),
        _("It is not your fault. Nothing was saved half-way. Wait a moment, then try again."),
    )


def _too_large() -> tuple[str, str]:
    """What happened to files of visits that together are larger than two may be."""
    return (
        _("That is too much at once"),
        _("A file may have up to 200 MB. Export fewer visits at a time. Nothing was kept."),
    )


def _not_found() -> str:
    if _for_staff():
        return str(_("There is nothing at this address. Use the links at the top of the desk."))
    text = _(
        "A mail program may have cut the link short. Open the link in the mail once more, or copy the whole "
        "link into the address bar."
    )
    return str(text)


def _for_staff() -> bool:
    """A process that serves patients alone has no desk to go back to."""
    return request.path.startswith("/staff") and "access" in current_app.blueprints


def _language_of(path: str) -> str:
    """The first part of a patient's address that names a language of ours, else English."""
    parts = path.replace("#", "/").split("/")
    return next((part for part in parts[2:] if part in INTERFACE), "en")
