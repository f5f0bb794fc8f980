"""One question or box of a draft: its words in every language side by side, and when it is asked."""

from __future__ import annotations

import copy
from typing import cast

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from survey.instruments import draft, draft_change
from survey.instruments.document import Data
from survey.instruments.draft import Entry, UnknownPart
from survey.instruments.model import wording
from survey.practice.drafting import Outdated
from survey.practice.model import Role
from survey.web import drafts, editor_draft, editor_words
from survey.web.doors import staff
from survey.web.drafts import Opened
from survey.web.survey_page import language_name
from survey.web.wording import language, touchpoints

blueprint = Blueprint("editor_question", __name__, url_prefix="/staff/surveys/<survey>/draft/question")

#: Between a question and an answer of it, in the field that says when a follow-up is asked.
AFTER = "|"


@blueprint.get("/<part>")
@staff(Role.OWNER)
def form(survey: str, part: str) -> str:
    """The question as it is saved."""
    found = drafts.opened(survey)
    try:
        draft.part(found.data, part)
    except UnknownPart:
        abort(404)
    return _page(found, part)


@blueprint.post("/<part>")
@staff(Role.OWNER)
def save(survey: str, part: str) -> ResponseReturnValue:
    """Save the words, faulty or not."""
    found = drafts.find(survey)
    if found is None:
        return drafts.gone()
    before = copy.deepcopy(found.data)
    try:
        key, entry = draft.part(found.data, part)
    except UnknownPart:
        return drafts.gone()
    _write(found.data, entry)
    problem = _write_question(found.data, entry) if key == "items" else _write_box(entry)
    if problem:
        return _page(found, part, problem=problem), 400
    try:
        drafts.save(found, number=drafts.number())
    except Outdated:
        saved = draft.part(before, part)[1]
        return _page(found, part, saved=saved, problem=drafts.outdated()), 409
    if request.form.get("do") == "own":
        return redirect(url_for("editor_answers.form", survey=survey, part=entry["scale"]))
    return redirect(url_for("editor_draft.show", survey=survey, _anchor=part))


def _write(data: Entry, entry: Entry) -> None:
    """What questions and boxes share: the words."""
    entry["text"] = drafts.words("text", draft.languages(data))


def _write_question(data: Entry, entry: Entry) -> str:
    """Everything else of a question; returns what is wrong with it, or nothing."""
    note = drafts.words("note", draft.languages(data))
    if any(note.values()):
        entry["note"] = note
    else:
        entry.pop("note", None)
    if request.form.get("touchpoint") in touchpoints():
        entry["touchpoint"] = request.form["touchpoint"]
    wanted = request.form.get("scale", "")
    if entry.get("several") != "true" and wanted in dict(editor_draft.shared(data)):
        entry["scale"] = wanted
    if request.form.get("do") == "own":
        draft_change.own_answers(data, str(entry["id"]))
    draft_change.draw(data, str(entry["id"]), drawn=bool(request.form.get("lot")))
    return _write_condition(entry)


def _write_condition(entry: Entry) -> str:
    given = [each.partition(AFTER) for each in request.form.getlist("after")[:40]]
    questions = {question for question, _mark, _answer in given}
    if len(questions) > 1:
        return str(_("A follow-up follows one question. Tick answers of one question only."))
    if not questions:
        entry.pop("only_if", None)
        return ""
    values: list[Data] = [answer for _question, _mark, answer in given]
    entry["only_if"] = {"item": questions.pop(), "values": values}
    return ""


def _write_box(entry: Entry) -> str:
    about = request.form.get("touchpoint", "")
    if about in touchpoints():
        entry["touchpoint"] = about
    else:
        entry.pop("touchpoint", None)
    entry["limit"] = drafts.text("limit")[:12]
    return ""


def _page(found: Opened, part: str, *, saved: Entry | None = None, problem: str = "") -> str:
    key, entry = draft.part(found.data, part)
    examined = found.examined
    scale = str(entry.get("scale", ""))
    findings = examined.about("question", part)
    return render_template(
        "staff/surveys/question.html",
        draft=found,
        entry=entry,
        saved=saved,
        problem=problem,
        is_box=key == "comments",
        codes=draft.languages(found.data),
        language_name=language_name,
        said=lambda name: editor_words.said(f for f in findings if f.path[2:3] == (name,)),
        answers_said=editor_words.said(examined.about("answers", scale)) if scale else [],
        touchpoints=[(name, wording(each.name, language())) for name, each in touchpoints().items()],
        lists=editor_draft.shared(found.data),
        answers=editor_draft.answers(found.data, scale),
        users=_users(found.data, scale, part),
        earlier=[] if key == "comments" else _earlier(found.data, part),
        ticked=_ticked(entry),
        drawn=draft_change.is_drawn(found.data, part),
    )


def _users(data: Entry, scale: str, part: str) -> int:
    """How many other questions use the same answers."""
    return sum(each.get("scale") == scale and each["id"] != part for each in draft.listed(data, "items"))


def _earlier(data: Entry, part: str) -> list[tuple[str, list[tuple[str, str]]]]:
    """Questions that stand before, each with its answers and the values of their fields."""
    found = []
    for each in draft.listed(data, "items"):
        if each["id"] == part:
            break
        if not draft.is_off(each):
            answers = [
                (f"{each['id']}{AFTER}{value}", words) for value, words in _values(data, str(each["scale"]))
            ]
            found.append((editor_draft.words_in(each["text"]) or str(each["id"]), answers))
    return found


def _values(data: Entry, scale: str) -> list[tuple[str, str]]:
    if scale in draft.named(data, "numbers"):
        return [(str(number), str(number)) for number in range(11)]
    options = draft_change.options(data, scale)
    return [(str(one["value"]), editor_draft.words_in(one["text"]) or "…") for one in options]


def _ticked(entry: Entry) -> set[str]:
    condition = entry.get("only_if")
    if not isinstance(condition, dict):
        return set()
    values = cast(list[str], condition["values"])
    return {f"{condition['item']}{AFTER}{value}" for value in values}
