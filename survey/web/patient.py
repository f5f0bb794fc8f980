"""What a patient meets behind the link in the mail or on a card: the survey and the thank-you.

GET writes nothing and is the same for everyone. No cookie is read or set, no session is touched, nothing is
logged. Only a POST with at least one answer spends the link, and a repeated one gets the same page.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

from flask import Blueprint, Response, abort, g, redirect, request, url_for
from flask_babel import force_locale
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from survey.clock import local_day, monotonic
from survey.db import reading
from survey.keys.tokens import BadToken, ExpiredToken
from survey.practice import publishing
from survey.practice.declaring import SLUG
from survey.prepared import plain_transaction
from survey.reports import told_lines
from survey.responses import submitting
from survey.web import packed, survey_page, updating
from survey.web.answer_form import (
    BOX,
    MOST_BYTES,
    MOST_FIELDS,
    TOKEN,
    Answer,
    nothing_answered,
    read_form,
    with_problem,
)
from survey.web.doors import public
from survey.web.installation import now, runtime
from survey.web.survey_page import (
    INTERFACE,
    OpenSurvey,
    Problem,
    find_survey,
    render,
)

blueprint = Blueprint("patient", __name__)

#: Where the short path (``answer_path``) leaves what it met when it tried to keep an answer.
MET = "afterword.met"
LABEL = re.compile("[a-z][a-z0-9-]{0,59}")
CODE = re.compile("[A-Za-z0-9_-]{1,200}")


@blueprint.get("/s/<slug>/<language>")
@public
def typed(slug: str, language: str) -> AnyResponse:
    """The short address on a printed card: leads to the survey in force."""
    practice = survey_page.find_practice(slug)
    if practice is None or not survey_page.LANGUAGE.fullmatch(language):
        abort(404)
    today = local_day(now(), practice.time_zone)
    with reading(runtime().engine, practice.id) as db:
        found = publishing.version_on(db, practice.id, practice.instrument, today)
    if found is None or language not in found.languages:
        abort(404)
    return redirect(url_for("patient.survey", slug=slug, label=found.label, language=language), 302)


@blueprint.get("/s/<slug>/<label>/<language>")
@public
def survey(slug: str, label: str, language: str) -> AnyResponse:
    """The survey; or, where a mail program made the ``#`` part of the path, the way back to it."""
    language, mark, code = language.partition("#")
    if mark:
        return _to_fragment(slug, label, language, code)
    opened = _open(slug, label, language)
    if opened.practice.closed_on is not None:
        return _closed(opened, language, survey_page.Filled())
    asked = request.headers
    page = packed.answer(
        survey_page.blank_page(opened, language),
        accepted=asked.get("Accept-Encoding", ""),
        known=asked.get("If-None-Match", ""),
    )
    return Response(page.body, page.status, page.headers)


@blueprint.get("/s/<slug>/<label>/<language>/<rest>")
@public
def broken_link(slug: str, label: str, language: str, rest: str) -> AnyResponse:
    """The same repair where the ``%23`` stands in a part of its own."""
    if not rest.startswith("#"):
        abort(404)
    return _to_fragment(slug, label, language, rest[1:])


@blueprint.post("/s/<slug>/<label>/<language>")
@public
def answer(slug: str, label: str, language: str) -> AnyResponse:
    """Take an answer, or show the form again with everything that was chosen and written."""
    opened = _open(slug, label, language)
    request.max_content_length = request.max_form_memory_size = MOST_BYTES
    request.max_form_parts = MOST_FIELDS
    with force_locale(language if language in INTERFACE else "en"):
        given = read_form(dict(request.form.lists()), opened, language)
        if opened.practice.closed_on is not None:
            return _closed(opened, language, given.filled)
        return _answered(opened, language, given)


def _answered(opened: OpenSurvey, language: str, given: Answer) -> AnyResponse:
    if given.language:
        return _form(opened, given.language, replace(given.filled, problems=()), 200)
    if given.filled.problems:
        return _form(opened, language, given.filled, 400 if given.wrong else 422)
    g.unsaved = _unsaved(opened, language, given)
    met: Exception | None = request.environ.pop(MET, None)
    try:
        if met is not None:
            raise met
        keep(opened, given)
    except ExpiredToken as over:
        card = isinstance(over, submitting.ExpiredCard)
        page = render("patient/expired.html", language, opened.practice, filled=given.filled, card=card)
        return _html(page, 410)
    except BadToken as trouble:
        return _form(opened, language, _not_complete(given, trouble), 400)
    except submitting.NotTaken as trouble:
        return _form(opened, language, with_problem(given.filled, _problem(opened, trouble)), 422)
    return _html(thanks(opened, language), 200)


def keep(opened: OpenSurvey, given: Answer) -> None:
    """Take an answer without a fault. Raises what ``submitting.submit`` does, and Updating."""
    updating.require_schema()
    practice, place = opened.practice, runtime()
    with plain_transaction(place.engine, practice.id) as connection:
        submitting.submit(
            connection,
            place.files,
            practice,
            opened.instrument,
            token=given.filled.token,
            ratings=given.ratings,
            comments=given.comments,
            audience=given.audience,
            today=local_day(now(), practice.time_zone),
        )


def thanks(opened: OpenSurvey, language: str) -> bytes:
    """The same bytes after a first and a repeated answer; made once a minute, as what it tells may change."""
    return thanks_at_hand(opened, language) or thanks_anew(opened, language)


def thanks_anew(opened: OpenSurvey, language: str) -> bytes:
    """The same, made now; from here on it is at hand for a minute."""
    with reading(runtime().engine, opened.practice.id) as db:
        done = told_lines.published(db, opened.practice, survey_page.spoken(language))
    page = render("patient/thanks.html", language, opened.practice, done=done).encode("utf-8")
    opened.thanks[language] = (monotonic(), page)
    return page


def thanks_at_hand(opened: OpenSurvey, language: str) -> bytes:
    """The same, if it was made within a minute; else nothing. Needs no request."""
    made, page = opened.thanks.get(language, (0.0, b""))
    return page if page and monotonic() - made < survey_page.FRESH else b""


def _closed(opened: OpenSurvey, language: str, filled: survey_page.Filled) -> AnyResponse:
    """The practice asks no more; what was written comes back to be copied."""
    return _html(render("patient/closed.html", language, opened.practice, filled=filled), 410)


def _not_complete(given: Answer, trouble: BadToken) -> survey_page.Filled:
    if isinstance(trouble, submitting.ForeignToken):
        text = _("This code belongs to another survey. Open the link in the mail, or on the card, once more.")
    else:
        text = _(
            "Part of the code is missing or changed. Open the link in the mail once more, or copy the whole "
            "code printed in the mail or on the card and put it here."
        )
    return with_problem(given.filled, Problem(TOKEN, text), heading=_("This link is not complete"))


def _problem(opened: OpenSurvey, trouble: submitting.NotTaken) -> Problem:
    """What the form did not see: together the words need more bytes than a sealed box has."""
    if isinstance(trouble, submitting.TooLong):
        key = trouble.key or opened.instrument.comments[0].id
        return Problem(BOX + key, _("Please shorten your words; together they are too long."))
    return nothing_answered(opened.instrument)


def _unsaved(opened: OpenSurvey, language: str, given: Answer) -> Callable[[], AnyResponse]:
    """The form once more, for the case that the database or a key is out of reach."""

    def again() -> AnyResponse:
        text = _("Your answers are still here. Wait a moment, then send again. Sending twice does no harm.")
        filled = with_problem(given.filled, Problem("send", text), heading=_("Not saved yet"))
        return _form(opened, language, filled, 503)

    return again


def _open(slug: str, label: str, language: str) -> OpenSurvey:
    """The survey of a link; 404 where a part of it is unknown."""
    if SLUG.fullmatch(slug) and LABEL.fullmatch(label):
        opened = find_survey(slug, label)
        if opened is not None and language in opened.instrument.languages:
            return opened
    abort(404)


def _to_fragment(slug: str, label: str, language: str, code: str) -> AnyResponse:
    _open(slug, label, language)
    if not CODE.fullmatch(code):
        abort(404)
    return redirect(url_for("patient.survey", slug=slug, label=label, language=language, _anchor=code), 302)


def _form(opened: OpenSurvey, language: str, filled: survey_page.Filled, status: int) -> AnyResponse:
    return _html(survey_page.survey_body(opened, language, filled), status)


def _html(body: str | bytes, status: int) -> AnyResponse:
    return Response(body, status, mimetype="text/html")
