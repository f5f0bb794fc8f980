"""A draft as patients would see it, in the frame of a phone, and a test that never counts.

The page in the frame is the patients' own. Its form comes back here, is read as a real one would be, and
what would be kept is shown. Nothing here knows how an answer is sealed, spent or stored: this module, and
what the test is made of, reach no pool, no key and no writing transaction.
"""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, Response, abort, make_response, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import force_locale
from flask_wtf.csrf import generate_csrf

from survey.db import reading
from survey.instruments.model import Instrument, wording
from survey.practice import declaring
from survey.practice.model import Role
from survey.web import assets, drafts, editor_words, entering, headers
from survey.web.answer_form import MOST_BYTES, MOST_FIELDS, Answer, read_form
from survey.web.doors import staff
from survey.web.installation import runtime
from survey.web.survey_page import (
    INTERFACE,
    LEAST_CLINICIANS,
    Filled,
    OpenSurvey,
    Trial,
    language_name,
    render,
    survey_body,
)

blueprint = Blueprint("editor_preview", __name__, url_prefix="/staff/surveys/<survey>")

#: Stands where a link's code would; it opens nothing.
NO_CODE = "test"


@dataclass(frozen=True)
class Kept:
    """One question or box, and what of the test would be kept of it; empty where it was left blank."""

    question: str
    answer: str


@blueprint.get("/preview/<language>")
@staff(Role.OWNER)
def preview(survey: str, language: str) -> ResponseReturnValue:
    """The page around the frame; what is missing where the draft is not whole."""
    found = drafts.opened(survey)
    examined = found.examined
    known = examined.instrument
    if known is not None and language not in known.languages:
        abort(404)
    page = render_template(
        "staff/surveys/preview.html",
        draft=found,
        instrument=known,
        faults=editor_words.said(examined.errors),
        language=language,
        languages=[(code, language_name(code)) for code in known.languages] if known else [],
    )
    answer = make_response(page, 200 if known else 409)
    # This page may hold a page of ours, and the page inside may stand in one of ours; nothing else may.
    answer.headers["Content-Security-Policy"] = f"{headers.POLICY.format(sheets='')}; frame-src 'self'"
    return answer


@blueprint.get("/phone/<language>")
@staff(Role.OWNER)
def phone(survey: str, language: str) -> ResponseReturnValue:
    """The patients' page, of the draft."""
    return _shown(_open(survey, language), survey, language, Filled(token=NO_CODE))


@blueprint.post("/phone/<language>")
@staff(Role.OWNER)
def tested(survey: str, language: str) -> ResponseReturnValue:
    """What would be kept of a test, or what a patient would be asked to put right."""
    place = _open(survey, language)
    request.max_content_length = request.max_form_memory_size = MOST_BYTES
    request.max_form_parts = MOST_FIELDS
    with force_locale(language if language in INTERFACE else "en"):
        given = read_form(dict(request.form.lists()), place, language)
        if given.language:
            filled = Filled(given.filled.chosen, given.filled.written, given.filled.audience, NO_CODE)
            return _shown(place, survey, given.language, filled)
        if given.filled.problems:
            return _shown(place, survey, language, given.filled, 422)
        page = render(
            "staff/surveys/tested.html",
            language,
            place.practice,
            kept=kept(place.instrument, given, language),
            audience=given.audience,
            words=any(given.filled.written.values()),
            again=url_for("editor_preview.phone", survey=survey, language=language),
        )
    return _inside(page.encode("utf-8"), 200)


def kept(instrument: Instrument, given: Answer, language: str) -> list[Kept]:
    """The content of a test, question by question."""
    found = []
    for item in instrument.items:
        picked = (item.scale.option(value) for value in given.filled.picked(item.id))
        answer = ", ".join(wording(one.text, language) for one in picked)
        found.append(Kept(wording(item.text, language), answer))
    for box in instrument.comments:
        found.append(Kept(wording(box.text, language), given.filled.written.get(box.id, "")))
    return found


def _open(survey: str, language: str) -> OpenSurvey:
    """The draft as a published survey would be; 404 where it is not whole or speaks another language."""
    instrument = drafts.opened(survey).examined.instrument
    if instrument is None or language not in instrument.languages:
        abort(404)
    practice = entering.own_practice()
    with reading(runtime().engine, practice.id) as db:
        seen = len(declaring.asked_about(db, practice.id))
    return OpenSurvey(practice=practice, instrument=instrument, management=seen >= LEAST_CLINICIANS)


def _shown(place: OpenSurvey, survey: str, language: str, filled: Filled, status: int = 200) -> Response:
    action = url_for("editor_preview.tested", survey=survey, language=language)
    return _inside(survey_body(place, language, filled, Trial(action, generate_csrf())), status)


def _inside(body: bytes, status: int) -> Response:
    answer = Response(body, status, mimetype="text/html")
    policy = headers.POLICY.format(sheets=assets.sheet_digests())
    own = policy.replace("frame-ancestors 'none'", "frame-ancestors 'self'")
    answer.headers["Content-Security-Policy"] = own
    return answer
