"""What we keep, in short, and what we store, column by column: two public pages.

The same bytes for everyone: no cookie, no session, nothing written, nothing logged. Both are made from what
the program does (schema, periods, packer), so that they cannot fall behind it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, cast

from flask import Blueprint, Flask, Response, abort, current_app, request
from flask_babel import force_locale
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from survey import clock
from survey.comments import model as _comments  # noqa: F401 — its tables are shown, too
from survey.db import Base, reading
from survey.instruments.model import Instrument
from survey.practice import publishing
from survey.practice.model import Practice
from survey.settings import Settings
from survey.web import stored
from survey.web.doors import public
from survey.web.example_record import Example, example
from survey.web.installation import now, runtime
from survey.web.periods import PERIODS
from survey.web.survey_page import INTERFACE, LANGUAGE, find_practice, language_name, render

blueprint = Blueprint("disclosing", __name__)

PUBLIC_FOR_A_WHILE = "public, max-age=300"
KEY = "afterword.stored"


@dataclass(frozen=True)
class Section:
    """One group of tables with its heading."""

    id: str
    title: str
    lead: str
    tables: list[stored.TableCard]


def install(app: Flask, settings: Settings) -> None:
    """Read the words before anybody asks for them. Raises InstrumentFaults."""
    app.extensions[KEY] = stored.load(settings.templates / stored.FILE)


@blueprint.get("/s/<slug>/kept/<language>")
@public
def kept(slug: str, language: str) -> AnyResponse:
    """What is stored and what is not, in plain words, with one example record as it really is."""
    practice = _practice(slug, language)
    return _page(
        "patient/kept.html", language, practice, periods=PERIODS, record=_example(practice, language)
    )


@blueprint.get("/s/<slug>/stored/<language>")
@public
def everything(slug: str, language: str) -> AnyResponse:
    """Every table and every column of the database."""
    practice = _practice(slug, language)
    sections = _sections(practice, _spoken(language))
    tables = [table for section in sections for table in section.tables]
    columns = sum(len(table.columns) for table in tables)
    return _page(
        "patient/stored.html",
        language,
        practice,
        sections=sections,
        periods=PERIODS,
        count_tables=len(tables),
        count_columns=columns,
    )


def _practice(slug: str, language: str) -> Practice:
    practice = find_practice(slug) if LANGUAGE.fullmatch(language) else None
    if practice is None:
        abort(404)
    return practice


def _page(template: str, language: str, practice: Practice, **values: Any) -> AnyResponse:
    others = [(code, language_name(code)) for code in INTERFACE if code != language]
    response = Response(render(template, language, practice, others=others, **values), mimetype="text/html")
    response.headers["Cache-Control"] = PUBLIC_FOR_A_WHILE
    response.add_etag()
    return response.make_conditional(request)


def _sections(practice: Practice, language: str) -> list[Section]:
    words = cast(stored.Words, current_app.extensions[KEY])
    figures = {
        **PERIODS,
        "k": practice.k_ratings,
        "k_comments": practice.k_comments,
        "texts": practice.least_texts,
    }
    cards = stored.cards(words, Base.metadata, language=language, figures=figures)
    with force_locale(language):
        headings = _headings()
    return [Section(group, *headings[group], cards[group]) for group in stored.Group]


def _headings() -> dict[stored.Group, tuple[str, str]]:
    return {
        stored.Group.BEFORE: (
            _("About you, before you answer"),
            _("What it takes to send one mail about a visit. No answer stands here or leads here."),
        ),
        stored.Group.ANSWER: (
            _("Your answer"),
            _("From here on nothing says who it was. No row here names a row above, and none may be added."),
        ),
        stored.Group.SEEN: (
            _("What anyone can see"),
            _("Counts and comments of whole groups. Everything on screens and in reports is made of this."),
        ),
        stored.Group.OWN: (
            _("The practice's own"),
            _("Its settings, its people and its work. Nothing about patients."),
        ),
    }


def _example(practice: Practice, language: str) -> Example | None:
    """The example in the words of the survey that is in use; None before a first one is published."""
    instrument = _in_use(practice)
    if instrument is None:
        return None
    with force_locale(_spoken(language)):
        written = _("Nobody answered the phone for two days.")
    return example(instrument, language=language, written=written)


def _in_use(practice: Practice) -> Instrument | None:
    today = clock.local_day(now(), practice.time_zone)
    with reading(runtime().engine, practice.id) as db:
        return publishing.version_on(db, practice.id, practice.instrument, today)


def _spoken(language: str) -> str:
    return language if language in INTERFACE else "en"
