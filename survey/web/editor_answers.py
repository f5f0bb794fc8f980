"""One list of answers of a draft: the words of each, how it counts, its order; or the ends of 0 to 10.

Every button saves what was typed, whatever else it does.
"""

from __future__ import annotations

import copy
from contextlib import suppress
from typing import cast

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from survey.instruments import draft, draft_change
from survey.instruments.document import Data
from survey.instruments.draft import Entry
from survey.instruments.draft_change import NoRoom
from survey.instruments.model import wording
from survey.practice.drafting import Outdated
from survey.practice.model import Role
from survey.web import drafts, editor_draft, editor_words
from survey.web.doors import staff
from survey.web.drafts import Opened
from survey.web.survey_page import language_name
from survey.web.wording import language, touchpoints

blueprint = Blueprint("editor_answers", __name__, url_prefix="/staff/surveys/<survey>/draft/answers")

BANDS = ("best_from", "good_from", "problem_to")


@blueprint.get("/<part>")
@staff(Role.OWNER)
def form(survey: str, part: str) -> str:
    """The list as it is saved."""
    found = drafts.opened(survey)
    if part not in draft.names(found.data):
        abort(404)
    return _page(found, part)


@blueprint.post("/<part>")
@staff(Role.OWNER)
def save(survey: str, part: str) -> ResponseReturnValue:
    """Save the words, and do what the button says."""
    found = drafts.find(survey)
    if found is None or part not in draft.names(found.data):
        return drafts.gone()
    before = copy.deepcopy(found.data)
    problem = ""
    if part in draft.named(found.data, "numbers"):
        _write_numbers(found.data, part)
    elif request.form.get("count") != str(len(draft_change.options(found.data, part))):
        return drafts.gone()  # answers were added or taken away: which words belong where is not certain
    else:
        _write_options(found.data, part)
        try:
            _do(found.data, part)
        except NoRoom:
            problem = _("A list has at most 12 answers. What you wrote is saved.")
    try:
        found = drafts.save(found, number=drafts.number())
    except Outdated:
        return _page(found, part, saved=before, problem=drafts.outdated()), 409
    if problem:
        return _page(found, part, problem=problem), 400
    if request.form.get("do", "save") == "save":
        return redirect(url_for("editor_draft.show", survey=survey))
    return redirect(url_for("editor_answers.form", survey=survey, part=part, _anchor="answers"))


def _do(data: Entry, scale: str) -> None:
    what, _colon, number = request.form.get("do", "").partition(":")
    place = int(number) if number.isascii() and number.isdecimal() and len(number) < 3 else -1
    match what:
        case "add":
            draft_change.add_option(data, scale)
        case "up":
            draft_change.move_option(data, scale, place, -1)
        case "down":
            draft_change.move_option(data, scale, place, 1)
        case "remove":
            draft_change.remove_option(data, scale, place)


def _write_options(data: Entry, scale: str) -> None:
    codes, several = draft.languages(data), _several(data, scale)
    for place, option in enumerate(draft_change.options(data, scale)):
        option["text"] = drafts.words(f"{place}.text", codes)
        _count(option, request.form.get(f"{place}.counts", ""), several=several)
        if several:
            about = request.form.get(f"{place}.touchpoint", "")
            option.pop("touchpoint", None)
            if about in touchpoints():
                option["touchpoint"] = about


def _count(option: Entry, chosen: str, *, several: bool) -> None:
    """How an answer counts; what is not offered changes nothing."""
    if chosen not in (editor_words.choices() if several else editor_words.standings()):
        return
    standing, _plus, more = chosen.partition("+")
    option["standing"] = standing
    for key in ("repaired", "alone"):
        option.pop(key, None)
    if more:
        option["alone" if more == "alone" else "repaired"] = "true" if more == "alone" else more


def counts(option: Entry) -> str:
    """The value of the field that says how an answer counts."""
    more = "alone" if option.get("alone") == "true" else option.get("repaired", "")
    return f"{option.get('standing')}+{more}" if more else str(option.get("standing"))


def _write_numbers(data: Entry, scale: str) -> None:
    entry = cast(Entry, draft.named(data, "numbers")[scale])
    for key in ("low", "high"):
        entry[key] = drafts.words(key, draft.languages(data))
    for key in BANDS:
        entry[key] = drafts.text(key)[:4]
    if not entry["good_from"]:
        del entry["good_from"]


def _several(data: Entry, scale: str) -> bool:
    items = draft.listed(data, "items")
    return any(each.get("scale") == scale and each.get("several") == "true" for each in items)


def _page(found: Opened, scale: str, *, saved: Entry | None = None, problem: str = "") -> str:
    several, findings = _several(found.data, scale), found.examined.about("answers", scale)
    numbers = cast(Entry | None, draft.named(found.data, "numbers").get(scale))
    return render_template(
        "staff/surveys/answers.html",
        draft=found,
        scale=scale,
        numbers=numbers,
        options=[] if numbers else draft_change.options(found.data, scale),
        saved=_saved(saved, scale),
        problem=problem,
        several=several,
        codes=draft.languages(found.data),
        language_name=language_name,
        counts=counts,
        standings=editor_words.choices() if several else editor_words.standings(),
        said=lambda place: editor_words.said(f for f in findings if f.path[2:3] == (place,)),
        whole=editor_words.said(f for f in findings if len(f.path) == 2),
        users=[
            editor_draft.words_in(each["text"]) or str(each["id"])
            for each in draft.listed(found.data, "items")
            if each.get("scale") == scale and not draft.is_off(each)
        ],
        touchpoints=[(name, wording(each.name, language())) for name, each in touchpoints().items()],
    )


def _saved(saved: Entry | None, scale: str) -> Data | None:
    """The list as it is saved now, where somebody was faster."""
    if saved is None:
        return None
    with suppress(KeyError):
        return draft.named(saved, "numbers")[scale]
    return draft.named(saved, "scales").get(scale)
