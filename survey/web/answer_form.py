"""A posted survey form, read without trusting it: every doubled, unknown or over-long field is named.

Pure apart from translation. Fields are ``item.<id>``, ``box.<id>``, ``audience``, ``token`` and ``go``;
others are ignored.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain, islice

from flask_babel import gettext as _

from survey.instruments.item import TOGETHER
from survey.instruments.model import Instrument, wording
from survey.responses import answers
from survey.responses.answers import Audience
from survey.web.survey_page import Filled, OpenSurvey, Problem

ITEM = "item."
BOX = "box."
AUDIENCE = "audience"
TOKEN = "token"  # noqa: S105 — the name of a field
LANGUAGE = "language:"
#: What one form may bring.
MOST_BYTES, MOST_FIELDS = 64 * 1024, 200
#: Most characters of a code that is still looked at; a pasted link is longer than a code.
MOST_CODE = 500
#: Most problems that one page lists; a hostile form could bring thousands.
MOST_PROBLEMS = 12

Fields = Mapping[str, Sequence[str]]


@dataclass(frozen=True)
class Answer:
    """What a form says. ``wrong`` is True where no browser would have sent it from our page."""

    ratings: Mapping[str, str]
    comments: Mapping[str, str]
    audience: Audience
    filled: Filled
    language: str
    wrong: bool


def read_form(fields: Fields, opened: OpenSurvey, language: str) -> Answer:
    """The form's content with every problem in it; ``language`` is that of the page."""
    instrument = opened.instrument
    ratings = _ratings(fields, instrument)
    comments = {name.removeprefix(BOX): values[0] for name, values in fields.items() if name.startswith(BOX)}
    audience, unclear = _audience(fields, opened)
    wrong = tuple(islice(chain(_wrong(fields, instrument, language), unclear), MOST_PROBLEMS))
    filled = Filled(
        chosen=ratings,
        written={key: answers.clean(text) for key, text in comments.items()},
        audience=audience,
        token=code_in(next(iter(fields.get(TOKEN, ())), "")),
    )
    filled = replace(filled, problems=wrong or tuple(_missing(filled, instrument, language)))
    return Answer(
        ratings=ratings,
        comments=comments,
        audience=audience,
        filled=filled,
        language=_wanted_language(fields, instrument),
        wrong=bool(wrong),
    )


def code_in(text: str) -> str:
    """The code in what was pasted: blanks are dropped, and of a whole link only the end is taken."""
    code = re.sub(r"\s+", "", text[:MOST_CODE])
    return re.split("#|%23", code)[-1]


def with_problem(filled: Filled, problem: Problem, heading: str = "") -> Filled:
    """The form with one more problem; a heading replaces the usual one."""
    return replace(filled, problems=(*filled.problems, problem), heading=heading or filled.heading)


def nothing_answered(instrument: Instrument) -> Problem:
    """What is said to somebody who left every question blank."""
    text = _("Answer at least one question. Any one will do. Nothing has been sent yet.")
    return Problem(ITEM + instrument.items[0].id, text)


def _ratings(fields: Fields, instrument: Instrument) -> dict[str, str]:
    """Item ids with what was chosen: one value, or of several choices all that were ticked."""
    several = {ITEM + item.id for item in instrument.items if item.several}
    return {
        name.removeprefix(ITEM): TOGETHER.join(filter(None, values)) if name in several else values[0]
        for name, values in fields.items()
        if name.startswith(ITEM)
    }


def _wrong(fields: Fields, instrument: Instrument, language: str) -> Iterator[Problem]:
    items = {item.id: item for item in instrument.items}
    boxes = {box.id for box in instrument.comments}
    numbers = {item.id: number for number, item in enumerate(instrument.items, start=1)}
    for name, values in fields.items():
        key = name.removeprefix(ITEM).removeprefix(BOX)
        if (name.startswith(ITEM) and key not in items) or (name.startswith(BOX) and key not in boxes):
            text = _("This survey has no question “%(name)s”. Answer on this page, then send.", name=key[:40])
            yield Problem(ITEM + instrument.items[0].id, text)
        elif name.startswith(ITEM) and len(values) > (len(set(values)) if items[key].several else 1):
            yield Problem(name, _("Question %(number)s came twice. Choose one answer.", number=numbers[key]))
        elif len(values) > 1 and name.startswith(BOX):
            title = wording(next(box.text for box in instrument.comments if box.id == key), language)
            yield Problem(name, _("“%(title)s” came twice. Write in one box only.", title=title))
        elif len(values) > 1 and name == TOKEN:
            yield Problem(TOKEN, _("The code came twice. Put it in once."))
        elif name.startswith(ITEM) and not {"", *items[key].scale.values}.issuperset(values):
            text = _("Question %(number)s: choose one of the answers shown.", number=numbers[key])
            yield Problem(name, text)


def _audience(fields: Fields, opened: OpenSurvey) -> tuple[Audience, tuple[Problem, ...]]:
    """Who may read the words. What is not offered here is asked again, and until then nobody may."""
    values = fields.get(AUDIENCE, (Audience.ALL,))
    if len(values) == 1 and values[0] in opened.audiences:
        return Audience(values[0]), ()
    text = _("Choose once more who may read your words. Nothing has been sent yet.")
    return Audience.NOBODY, (Problem(AUDIENCE, text),)


def _missing(filled: Filled, instrument: Instrument, language: str) -> Iterator[Problem]:
    if not any(filled.chosen.values()):
        yield nothing_answered(instrument)
    for item in instrument.items:
        if answers.contradicts(item, filled.picked(item.id)):
            none = wording(next(each.text for each in item.scale.options if each.alone), language)
            text = _(
                "“%(none)s” does not go with other answers. Take the tick from it, or from the others.",
                none=none,
            )
            yield Problem(ITEM + item.id, text)
    for box in instrument.comments:
        length = len(filled.written.get(box.id, ""))
        if length > box.limit:
            title = wording(box.text, language)
            text = _(
                "“%(title)s”: shorten your words to %(limit)s characters. Now there are %(length)s.",
                title=title,
                limit=box.limit,
                length=length,
            )
            yield Problem(BOX + box.id, text)
    if not filled.token:
        text = _("Put in the code from the mail or card, or open its link once more.")
        yield Problem(TOKEN, text)


def _wanted_language(fields: Fields, instrument: Instrument) -> str:
    go = next(iter(fields.get("go", ())), "")
    wanted = go.removeprefix(LANGUAGE)
    return wanted if go.startswith(LANGUAGE) and wanted in instrument.languages else ""
