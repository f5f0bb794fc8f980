"""The patient's pages as bytes.

The survey page is made once per published version, language and practice text, and served from memory: the
same bytes for everyone. Pages are rendered without the request's context, so that no cookie, session or
reader can leave a trace in them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, cast

from babel import Locale
from flask import Flask, current_app
from flask_babel import force_locale
from flask_babel import gettext as _

from survey.clock import monotonic
from survey.db import reading
from survey.instruments.item import chosen
from survey.instruments.loading import COMPLAINT_LINES, HELP_LINES
from survey.instruments.model import Instrument, Item, wording
from survey.practice import declaring, publishing
from survey.practice.help_lines import HelpLine, dial, load_help_lines
from survey.practice.model import Practice
from survey.responses.answers import Audience
from survey.runtime import Runtime
from survey.settings import Settings
from survey.web import assets, look_sheet
from survey.web.installation import runtime
from survey.web.packed import Packed, pack

#: Languages that the pages themselves are written in.
INTERFACE = ("en", "es")
#: A survey may speak others; what is not translated yet is then shown in English.
LANGUAGE = re.compile("[a-z]{2,3}(-[A-Z]{2})?")
#: Seconds after which a changed phone number or name reaches the pages.
FRESH = 60.0
#: Fewer active clinicians: whoever manages is the one whom patients see, so "management only" means nothing.
LEAST_CLINICIANS = 2
KEY = "afterword.survey_pages"
HTML = ("Content-Type", "text/html; charset=utf-8")
PUBLIC_FOR_A_WHILE = ("Cache-Control", "public, max-age=300")


@dataclass(frozen=True)
class OpenSurvey:
    """One published version at one practice, and its page in each language."""

    practice: Practice
    instrument: Instrument
    #: Whether somebody else manages than the one person whom patients see.
    management: bool = False
    pages: dict[str, Packed] = field(default_factory=dict)
    #: The page after an answer in each language, and when it was made: the same for everyone.
    thanks: dict[str, tuple[float, bytes]] = field(default_factory=dict)

    @property
    def audiences(self) -> tuple[Audience, ...]:
        """Who may be allowed to read the words, as far as that makes a difference here."""
        return tuple(each for each in Audience if self.management or each is not Audience.MANAGEMENT)


@dataclass(frozen=True)
class Problem:
    """Something to put right: the field it belongs to, and what to do."""

    field: str
    message: str


@dataclass(frozen=True)
class Filled:
    """A form that was sent and comes back: what was chosen and written, and what is wrong."""

    chosen: Mapping[str, str] = field(default_factory=dict)
    written: Mapping[str, str] = field(default_factory=dict)
    audience: Audience = Audience.ALL
    token: str = ""
    heading: str = ""
    problems: tuple[Problem, ...] = ()

    def picked(self, item: str) -> tuple[str, ...]:
        """The values chosen for an item."""
        return chosen(self.chosen.get(item, ""))

    def problem_of(self, name: str) -> str:
        """The message of a field, or an empty text."""
        return next((problem.message for problem in self.problems if problem.field == name), "")


@dataclass(frozen=True)
class Trial:
    """Where the form of a preview goes instead of a patient's address, and its proof against forgery."""

    action: str
    proof: str


@dataclass
class Shelf:
    """What one process holds ready; forgotten when it ends."""

    help_lines: dict[str, tuple[HelpLine, ...]]
    complaint_lines: dict[str, tuple[HelpLine, ...]]
    surveys: dict[tuple[str, str], tuple[float, OpenSurvey]] = field(default_factory=dict)


def find_survey(slug: str, label: str) -> OpenSurvey | None:
    """A published version by the names in its link; from memory where it was read within a minute."""
    kept = shelf().surveys.get((slug, label))
    return kept[1] if kept is not None and monotonic() - kept[0] < FRESH else read_anew(slug, label)


def read_anew(slug: str, label: str) -> OpenSurvey | None:
    """The same, read now; from here on it is at hand for a minute."""
    kept = shelf().surveys.get((slug, label))
    found = _read_survey(runtime(), slug, label)
    if found is None:
        shelf().surveys.pop((slug, label), None)
        return None
    if kept is not None and _facts(kept[1]) == _facts(found):
        found = kept[1]  # nothing on the page has changed: its bytes stay
    shelf().surveys[slug, label] = (monotonic(), found)
    return found


def find_practice(slug: str) -> Practice | None:
    """A practice by the name in its links."""
    if not declaring.SLUG.fullmatch(slug):
        return None
    with reading(runtime().engine) as db:
        return declaring.practice_by_slug(db, slug)


def blank_page(survey: OpenSurvey, language: str) -> Packed:
    """The survey as everybody first sees it."""
    page = survey.pages.get(language)
    if page is None:
        told = (HTML, PUBLIC_FOR_A_WHILE, ("Content-Language", language))
        page = survey.pages[language] = pack(survey_body(survey, language, Filled()), *told)
    return page


def at_hand(shelf: Shelf, names: str) -> tuple[OpenSurvey, str] | None:
    """Survey and language of ``slug/label/language`` if it is open and was read within a minute.

    Asks no database. Whether there is such a language is not looked at.
    """
    slug, _, rest = names.partition("/")
    label, _, language = rest.partition("/")
    kept = shelf.surveys.get((slug, label))
    if kept is None or kept[1].practice.closed_on is not None or monotonic() - kept[0] >= FRESH:
        return None
    return kept[1], language


def survey_body(survey: OpenSurvey, language: str, filled: Filled, trial: Trial | None = None) -> bytes:
    """The survey with what was filled in; ``trial`` for the owner's preview, which sends it elsewhere."""
    instrument = survey.instrument
    return render(
        "patient/survey.html",
        language,
        survey.practice,
        instrument=survey.instrument,
        only_if=lambda item: only_if(instrument, item, language),
        scripted=bool(instrument.rotated) or any(item.several or item.only_if for item in instrument.items),
        numbers=any(item.scale.numbers for item in instrument.items),
        audiences=survey.audiences,
        filled=filled,
        trial=trial,
        others=[(code, language_name(code)) for code in survey.instrument.languages if code != language],
        wording=lambda text: wording(text, language),
    ).encode("utf-8")


def only_if(instrument: Instrument, item: Item, language: str) -> str:
    """When a follow-up is to be answered, in words; nothing for a question that is always asked."""
    if item.only_if is None:
        return ""
    earlier = next(each for each in instrument.items if each.id == item.only_if.item)
    said = [wording(earlier.scale.option(value).text, language) for value in item.only_if.values]
    return str(
        _(
            "Only if you answered %(answers)s to “%(question)s”",
            answers=_(" or ").join(_("“{answer}”").format(answer=each) for each in said),
            question=wording(earlier.text, language),
        )
    )


def render(template: str, language: str, practice: Practice | None, **values: Any) -> str:
    """A template in a language, told nothing about the request."""
    tongue = spoken(language)
    with force_locale(tongue):
        return current_app.jinja_env.get_template(template).render(
            language=language,
            spoken=tongue,
            practice=practice,
            look=look_sheet.look_of(practice),
            help_lines=_lines(shelf().help_lines, practice, tongue),
            complaint_lines=_lines(shelf().complaint_lines, practice, tongue),
            dial=dial,
            **assets.page_context(),
            **values,
        )


def spoken(language: str) -> str:
    """The language of our own words on a page in ``language``."""
    return language if language in INTERFACE else "en"


def language_name(code: str) -> str:
    """A language's name in itself, such as Español."""
    name = Locale.parse(code, sep="-").get_display_name() or code
    return name[:1].upper() + name[1:]


def install(app: Flask, settings: Settings) -> None:
    """Read the lines to call before anybody asks for a page. Raises InstrumentFaults."""
    folder = settings.surveys_config
    app.extensions[KEY] = Shelf(
        help_lines=load_help_lines(folder / HELP_LINES),
        complaint_lines=load_help_lines(folder / COMPLAINT_LINES),
    )


def shelf() -> Shelf:
    """This application's shelf."""
    return cast(Shelf, current_app.extensions[KEY])


def _read_survey(installation: Runtime, slug: str, label: str) -> OpenSurvey | None:
    with reading(installation.engine) as db:
        practice = declaring.practice_by_slug(db, slug)
    if practice is None:
        return None
    with reading(installation.engine, practice.id) as db:
        instrument = publishing.version_by_label(db, practice.id, label)
        seen = len(declaring.asked_about(db, practice.id))
    if instrument is None:
        return None
    return OpenSurvey(practice=practice, instrument=instrument, management=seen >= LEAST_CLINICIANS)


def _facts(survey: OpenSurvey) -> tuple[object, ...]:
    """Everything about a practice that a page shows."""
    practice = survey.practice
    shown = (practice.id, practice.neutral_name, practice.phone, practice.country, practice.time_zone)
    reached = (practice.contact_address, practice.complaints_to, practice.closed_on)
    worn = (practice.accent, practice.logo)
    return (*shown, *reached, *worn, practice.k_ratings, practice.k_comments, survey.management)


def _lines(
    by_country: Mapping[str, tuple[HelpLine, ...]], practice: Practice | None, language: str
) -> list[tuple[HelpLine, str]]:
    lines = by_country.get(practice.country if practice else "", ())
    return [(line, wording(line.words, language)) for line in lines]
