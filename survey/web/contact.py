"""Please contact me: an openly named form of its own, which is not anonymous and says so.

The same page for everyone, without a cookie; opening it writes nothing. It knows no link, survey or answer,
and no answer knows of it. What is written is never logged.
"""

from __future__ import annotations

import hmac
import secrets
import unicodedata
from dataclasses import asdict, dataclass, field
from datetime import date

from flask import Blueprint, Response, abort, current_app, g, request
from flask_babel import force_locale
from flask_babel import gettext as _
from limits import RateLimitItemPerHour
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter
from werkzeug.wrappers import Response as AnyResponse

from survey import clock
from survey.db import transaction
from survey.invitations import contacting
from survey.invitations.contact import LIMITS, Asked
from survey.keys.sealing import BoxTooSmall
from survey.practice.model import Practice
from survey.web import updating
from survey.web.doors import public
from survey.web.installation import now, runtime
from survey.web.survey_page import INTERFACE, LANGUAGE, Problem, find_practice, language_name, render

blueprint = Blueprint("contact", __name__)

PUBLIC_FOR_A_WHILE = "public, max-age=300"
MOST_BYTES = 16 * 1024
#: Requests from one connection in an hour, for each web process.
RATE = RateLimitItemPerHour(5)
KEY = "afterword.contact_limits"


@dataclass
class Doorkeeper:
    """Counts requests in memory, under marks that nobody can undo and that change every day."""

    limiter: MovingWindowRateLimiter = field(default_factory=lambda: MovingWindowRateLimiter(MemoryStorage()))
    day: date = date.min
    salt: bytes = b""

    def lets_in(self, caller: str, *, today: date) -> bool:
        """Whether this connection may send one more request."""
        if today != self.day:
            self.day, self.salt = today, secrets.token_bytes(32)
        return self.limiter.hit(RATE, hmac.digest(self.salt, caller.encode(), "sha256").hex())


@blueprint.get("/contact/<slug>/<language>")
@public
def form(slug: str, language: str) -> AnyResponse:
    """The form; or whom to call, where the practice takes no requests here."""
    practice = _practice(slug, language)
    response = _page(practice, language, stage="ask" if contacting.takes_requests(practice) else "off")
    response.headers["Cache-Control"] = PUBLIC_FOR_A_WHILE
    response.add_etag()
    return response.make_conditional(request)


@blueprint.post("/contact/<slug>/<language>")
@public
def ask(slug: str, language: str) -> AnyResponse:
    """Keep the request, or show the form again with everything that was written."""
    request.max_content_length = request.max_form_memory_size = MOST_BYTES
    practice = _practice(slug, language)
    asked = Asked(**{name: _clean(request.form.get(name, "")) for name in LIMITS})
    with force_locale(language if language in INTERFACE else "en"):
        problems = _missing(asked)
        if problems:
            return _page(practice, language, asked=asked, problems=problems, status=422)
        g.unsaved = lambda: _again(practice, language, asked)
        updating.require_schema()
        return _kept(practice, language, asked)


def _kept(practice: Practice, language: str, asked: Asked) -> Response:
    today, place = clock.local_day(now(), practice.time_zone), runtime()
    if not _doorkeeper().lets_in(request.remote_addr or "", today=today):
        return _too_many(practice, language, asked)
    try:
        with transaction(place.engine, practice.id) as db:
            contacting.ask(db, place.files, practice, asked, today=today)
    except contacting.NobodyToAsk:
        return _page(practice, language, stage="off", status=409)
    except contacting.TooMany:
        return _too_many(practice, language, asked)
    except BoxTooSmall:
        words = _("Please shorten your words.")
        return _page(practice, language, asked=asked, problems=(Problem("words", words),), status=422)
    return _page(practice, language, stage="done")


def _too_many(practice: Practice, language: str, asked: Asked) -> Response:
    words = _("Too many requests came at once. Yours was not sent. Please call, or try again later.")
    return _page(practice, language, asked=asked, problems=(Problem("send", words),), status=429)


def _again(practice: Practice, language: str, asked: Asked) -> Response:
    """The form once more, for the case that the database or a key is out of reach."""
    words = _("It was not sent. What you wrote is still here. Wait a moment, then send again, or call.")
    return _page(practice, language, asked=asked, problems=(Problem("send", words),), status=503)


def _missing(asked: Asked) -> tuple[Problem, ...]:
    wanted = {
        "name": _("Write your name, so that the practice knows who asks."),
        "reach": _("Write a phone number or an address, so that the practice can reach you."),
    }
    found = [Problem(name, words) for name, words in wanted.items() if not getattr(asked, name)]
    for name, limit in LIMITS.items():
        length = len(getattr(asked, name))
        if length > limit:
            words = _(
                "Shorten this to %(limit)s characters. Now there are %(length)s.", limit=limit, length=length
            )
            found.append(Problem(name, words))
    return tuple(found)


def _clean(text: str) -> str:
    """Without control characters; lines end in one way."""
    lines = "\n".join(text.splitlines())
    return "".join(mark for mark in lines if mark == "\n" or unicodedata.category(mark) != "Cc").strip()


def _practice(slug: str, language: str) -> Practice:
    practice = find_practice(slug) if LANGUAGE.fullmatch(language) else None
    if practice is None:
        abort(404)
    return practice


def _doorkeeper() -> Doorkeeper:
    found: Doorkeeper = current_app.extensions.setdefault(KEY, Doorkeeper())
    return found


def _page(
    practice: Practice,
    language: str,
    *,
    stage: str = "ask",
    asked: Asked | None = None,
    problems: tuple[Problem, ...] = (),
    status: int = 200,
) -> Response:
    body = render(
        "patient/contact.html",
        language,
        practice,
        stage=stage,
        written=asdict(asked or Asked("", "")),
        problems=problems,
        wrong={each.field: each.message for each in problems},
        limits=LIMITS,
        others=[(code, language_name(code)) for code in INTERFACE if code != language],
    )
    return Response(body, status, mimetype="text/html")
