"""The short path of an answer: a whole form without a fault is kept before Flask looks at the request.

It is read, checked and kept by the same functions as on the long path. Whatever needs words of its own (a
fault in the form, a link that is over, a database out of reach) is told there: the form goes on untouched,
and with it what was met when it was to be kept, so that nothing is tried twice. No cookie is read.
"""

from __future__ import annotations

from collections import defaultdict
from io import BytesIO
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl

from babel import Locale
from flask import Flask
from flask_babel import force_locale

from survey.web import patient
from survey.web.answer_form import MOST_BYTES, MOST_FIELDS, Fields, read_form
from survey.web.survey_page import OpenSurvey

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

#: Read from its name once: that costs as much as sealing a box.
ENGLISH = Locale("en")
FORM = "application/x-www-form-urlencoded"


class AnswerPath:
    """Takes answers where the survey and its page of thanks are at hand."""

    def __init__(self, app: Flask) -> None:
        self._app = app

    def thanks(self, environ: WSGIEnvironment, opened: OpenSurvey, language: str) -> bytes:
        """The page after an answer that was kept; empty where the long path has to answer."""
        page = patient.thanks_at_hand(opened, language)
        fields = _fields(environ) if page else {}
        if not fields:
            return b""
        with self._app.app_context(), force_locale(ENGLISH):  # faults are worded here, but told elsewhere
            given = read_form(fields, opened, language)
            if given.language or given.filled.problems:
                return b""
            try:
                patient.keep(opened, given)
            except Exception as trouble:  # noqa: BLE001 — every kind has its page on the long path
                environ[patient.MET] = trouble
                return b""
        return page


def _fields(environ: WSGIEnvironment) -> Fields:
    """What a form brings; nothing where it is not one of ours, which the long path then reads anew."""
    length = environ.get("CONTENT_LENGTH", "")
    if environ.get("CONTENT_TYPE") != FORM or not length.isdecimal() or int(length) > MOST_BYTES:
        return {}
    body = environ["wsgi.input"].read(int(length))
    environ["wsgi.input"] = BytesIO(body)
    try:
        pairs = parse_qsl(
            body.decode(), keep_blank_values=True, max_num_fields=MOST_FIELDS, errors="werkzeug.url_quote"
        )
    except ValueError:  # too many fields, or bytes that no browser sends as they are
        return {}
    fields: defaultdict[str, list[str]] = defaultdict(list)
    for name, value in pairs if len(body) == int(length) else ():
        fields[name].append(value)
    return fields
