"""Where a mail service reports bounces and complaints. Reads no cookie; the proof is in the report.

Nothing of a report is logged or repeated. An unknown practice, a wrong proof and an old one look the same. A
web process without private keys cannot find the mail that is meant: it says so and takes nothing.
"""

from __future__ import annotations

import hashlib
from datetime import datetime

from flask import Blueprint, Response, request

from survey.db import reading, transaction
from survey.invitations import mail_report, reporting
from survey.invitations.mail_report import WINDOW, Forged, Form, Unreadable
from survey.keys import hook
from survey.keys.halves import WebHalves
from survey.practice import declaring
from survey.practice.model import Practice
from survey.web.doors import public
from survey.web.installation import now, runtime

blueprint = Blueprint("mail_hook", __name__, url_prefix="/hooks/mail")

MOST_BYTES = 256 * 1024
MOST_SEEN = 10_000
#: To everybody alike, whatever is reported, so it tells nothing of a practice or of a secret.
NO_KEYS = (
    "This installation takes no reports over the web: its pages hold no key that finds a mail again. "
    "Let the service send notices by mail to the sender's address."
)


class Seen:
    """Reports of the last minutes, by their digest, so that one sent twice is taken once.

    Each web process has its own; where there are several, a delay may be counted twice and nothing else.
    """

    def __init__(self) -> None:
        self._until: dict[bytes, datetime] = {}

    def is_new(self, report: bytes, *, now: datetime) -> bool:
        """Whether this report was not taken yet."""
        self._until = {name: until for name, until in self._until.items() if until > now}
        return hashlib.sha256(report).digest() not in self._until

    def note(self, report: bytes, *, now: datetime) -> None:
        """It is taken; called after the commit, so that a failed one may come again."""
        if len(self._until) < MOST_SEEN:
            self._until[hashlib.sha256(report).digest()] = now + 2 * WINDOW


SEEN = Seen()


@blueprint.post("/<slug>")
@public
def own(slug: str) -> Response:
    """A report in our own form."""
    return _take(slug, Form.OWN)


@blueprint.post("/<slug>/<form>")
@public
def service(slug: str, form: str) -> Response:
    """A report as a service writes it."""
    return _take(slug, Form(form)) if form in set(Form) else _answer(401)


def _take(slug: str, form: Form) -> Response:
    if isinstance(runtime().files, WebHalves):
        return _answer(501, NO_KEYS)
    request.max_content_length = MOST_BYTES
    body = request.get_data(cache=False)
    practice = _practice(slug)
    try:
        _require_proof(practice, form, body)
        reports = mail_report.read(form, body)
    except Forged:
        return _answer(401)
    except Unreadable as fault:
        return _answer(400, str(fault))
    assert practice is not None  # without one there is no proof
    report = f"{practice.id}|{form}|".encode() + body
    if SEEN.is_new(report, now=now()):
        with transaction(runtime().engine, practice.id) as db:
            reporting.take_reports(db, runtime(), practice, reports, now=now())
        SEEN.note(report, now=now())
    return _answer(200)


def _practice(slug: str) -> Practice | None:
    with reading(runtime().engine) as db:
        return declaring.practice_by_slug(db, slug)


def _require_proof(practice: Practice | None, form: Form, body: bytes) -> None:
    """Raises Forged; also where the practice, or a secret of it, does not exist."""
    secret = None if practice is None else hook.secret(runtime().files, practice.id, form)
    if secret is None:
        raise Forged
    mail_report.check(form, secret, dict(request.headers), body, now=now())


def _answer(status: int, text: str = "") -> Response:
    words = {200: "taken", 401: "refused"}
    return Response((text or words[status]) + "\n", status, mimetype="text/plain")
