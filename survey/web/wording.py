"""The reader's language, handed to code that knows nothing of Flask."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path

from flask import g, request
from flask_babel import get_domain, get_locale

from survey.instruments.loading import load_touchpoints
from survey.instruments.model import Touchpoint
from survey.web.installation import runtime

LANGUAGES = ("en", "es")


def staff_language() -> str | None:
    """Pages for staff and programmers follow the browser; patients' take their language from the address."""
    if not request.path.startswith(("/staff", "/api")):
        return None
    return request.accept_languages.best_match(LANGUAGES)


def language() -> str:
    """Two letters of the page's language."""
    return str(get_locale() or "en")[:2]


def country_name(code: str) -> str:
    """The country of a two-letter code as the reader calls it."""
    spoken = get_locale()
    return str(spoken.territories.get(code, code)) if spoken else code


def translate(text: str) -> str:
    """The text in the page's language; named places are left for the caller to fill."""
    # Looked up once a request, whose language is one: a dashboard asks for thousands of texts.
    catalogue = g.get("catalogue")
    if catalogue is None:
        catalogue = g.catalogue = get_domain().get_translations()
    return str(catalogue.ugettext(text))


def touchpoints() -> Mapping[str, Touchpoint]:
    """The installation's touchpoints; its file is read once, as instruments are."""
    return _read(runtime().settings.surveys_config / "touchpoints.yaml")


@cache
def _read(path: Path) -> Mapping[str, Touchpoint]:
    return load_touchpoints(path)
