"""One draft: its questions as cards with what is wrong, moved and switched by plain buttons; and its frame.

The frame is what a survey says beside its questions: title, introduction, languages, time. No answer of a
patient is read anywhere here.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, cast

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from survey.db import transaction
from survey.instruments import draft, draft_change
from survey.instruments.document import Data
from survey.instruments.draft import Entry, Examined, UnknownPart
from survey.instruments.draft_change import NoRoom
from survey.instruments.faults import Finding
from survey.instruments.model import Text, estimated_seconds, wording
from survey.instruments.rules import LONGEST_SECONDS
from survey.instruments.written import written
from survey.practice import drafting
from survey.practice.drafting import Outdated
from survey.practice.model import Role
from survey.web import drafts, editor, editor_words, entering
from survey.web.doors import staff
from survey.web.drafts import Opened
from survey.web.editor_words import Said
from survey.web.installation import runtime
from survey.web.survey_page import language_name
from survey.web.wording import language, touchpoints

blueprint = Blueprint("editor_draft", __name__, url_prefix="/staff/surveys/<survey>/draft")

#: Languages that are offered beside those of the draft; a file may name any other.
OFFERED = ("en", "es", "fr", "pt-BR", "zh", "vi", "ru", "ar", "ko", "ht", "tl", "pl", "de", "it", "uk")


@dataclass(frozen=True)
class Card:
    """A question or box as the page shows it."""

    id: str
    kind: str  # one, several, numbers or box
    text: str
    hint: str
    touchpoint: str
    answers: tuple[str, ...]
    answers_name: str
    follows: str
    drawn: bool
    said: tuple[Said, ...]


@blueprint.get("")
@staff(Role.OWNER)
def show(survey: str) -> str:
    """The whole draft."""
    return page(drafts.opened(survey))


@blueprint.post("/part")
@staff(Role.OWNER)
def change(survey: str) -> ResponseReturnValue:
    """Move a question, switch it off or on, take it out."""
    found = drafts.opened(survey)
    what, _colon, name = request.form.get("do", "").partition(":")
    deeds: dict[str, Callable[[], None]] = {
        "up": lambda: draft_change.move(found.data, name, -1),
        "down": lambda: draft_change.move(found.data, name, 1),
        "switch": lambda: draft_change.switch(found.data, name),
        "remove": lambda: draft_change.remove(found.data, name),
    }
    try:
        deeds[what]()
    except (KeyError, UnknownPart):
        abort(400)
    with drafts.nothing_lost():
        drafts.save(found, number=drafts.number())
    away = what in ("switch", "remove")
    return redirect(url_for("editor_draft.show", survey=survey, _anchor=None if away else name))


@blueprint.post("/add")
@staff(Role.OWNER)
def add(survey: str) -> ResponseReturnValue:
    """One more question or box, without words yet; leads to the page where they are written."""
    found, touchpoint = drafts.opened(survey), request.form.get("touchpoint", "")
    kind = request.form.get("kind", "")
    if touchpoint not in touchpoints() and (touchpoint or kind != "box"):
        return page(found, problem=_("Choose what the question is about."), at="touchpoint"), 400
    taken = {item.id for version in drafts.published().values() for item in version.items}
    try:
        name = draft_change.add(found.data, kind, touchpoint=touchpoint, taken=taken)
    except UnknownPart:
        return page(found, problem=_("Choose how the question is answered."), at="kind"), 400
    except NoRoom:
        why = _("There are 60 questions and boxes, with those switched off. Remove one first.")
        return page(found, problem=why, at="kind"), 400
    with drafts.nothing_lost():
        drafts.save(found, number=drafts.number())
    return redirect(url_for("editor_question.form", survey=survey, part=name))


@blueprint.post("/discard")
@staff(Role.OWNER)
def discard(survey: str) -> ResponseReturnValue:
    """Throw the draft away, after a tick."""
    found, practice = drafts.opened(survey), entering.own_practice()
    if not request.form.get("sure"):
        why = _("Tick the box first. The draft cannot be brought back.")
        return page(found, problem=why, at="sure"), 400
    with drafts.nothing_lost(), transaction(runtime().engine, practice.id) as db:
        drafting.discard(db, practice.id, survey, number=drafts.number())
        entering.note(db, "threw a survey draft away", survey)
    return redirect(url_for("editor.listing"))


@blueprint.get("/file.yaml")
@staff(Role.OWNER)
def take_away(survey: str) -> ResponseReturnValue:
    """The draft as a file; 409 with what is missing where it has faults."""
    found = drafts.opened(survey)
    instrument = found.examined.instrument
    if instrument is None:
        why = _("The draft becomes a file once what is listed here is put right.")
        return page(found, problem=why), 409
    return editor.yaml_file(f"{instrument.label}-draft", written(instrument))


@blueprint.get("/frame")
@staff(Role.OWNER)
def frame(survey: str) -> str:
    """Title, introduction, languages and time."""
    return _frame(drafts.opened(survey))


@blueprint.post("/frame")
@staff(Role.OWNER)
def frame_sent(survey: str) -> ResponseReturnValue:
    """Save them, faulty or not."""
    found = drafts.find(survey)
    if found is None:
        return drafts.gone()
    before = drafts.opened(survey).data
    codes = [code for code in request.form.getlist("language") if editor_words.LANGUAGE.fullmatch(code)][:20]
    old = draft.languages(found.data)
    for key in ("title", "intro"):
        found.data[key] = drafts.words(key, old)
    for key in ("seconds", "asked_from_visit", "asked_every"):
        _put(found.data, key, drafts.text(key))
    if isinstance(lot := found.data.get("rotated"), dict):
        lot["ask"] = drafts.text("ask")
    if codes and set(codes) != set(old):
        kept = [code for code in old if code in codes]
        draft_change.set_languages(found.data, [*kept, *(code for code in codes if code not in old)])
    try:
        drafts.save(found, number=drafts.number())
    except Outdated:
        return _frame(found, saved=before), 409
    if codes and set(codes) != set(old):
        return redirect(url_for("editor_draft.frame", survey=survey))
    return redirect(url_for("editor_draft.show", survey=survey))


def _put(data: Entry, key: str, value: str) -> None:
    if value:
        data[key] = value[:12]
    elif key == "asked_every":
        data.pop(key, None)
    else:
        data[key] = ""


def _frame(found: Opened, *, saved: Entry | None = None) -> str:
    codes = draft.languages(found.data)
    examined = found.examined
    titles = [*cast(dict[str, str], found.data["title"]).values(), found.survey.replace("_", " ")]
    return render_template(
        "staff/surveys/frame_form.html",
        draft=found,
        saved=saved,
        problem=drafts.outdated() if saved is not None else "",
        codes=codes,
        said=lambda key: editor_words.said(f for f in examined.about("survey") if f.path[1:2] == (key,)),
        telling=editor_words.telling_words(titles),
        offered=[(code, language_name(code)) for code in dict.fromkeys([*codes, *OFFERED])],
        language_name=language_name,
        estimate=estimate(found.data),
    )


def page(found: Opened, *, problem: str = "", at: str = "") -> str:
    """The page of a draft."""
    examined = found.examined
    cards = {key: [_card(found.data, each, examined) for each in _on(found.data, key)] for key in PARTS}
    titles = [*cast(dict[str, str], found.data["title"]).values(), found.survey.replace("_", " ")]
    seconds = estimate(found.data)
    return render_template(
        "staff/surveys/draft.html",
        draft=found,
        title=words_in(found.data["title"]),
        intro=words_in(found.data["intro"]),
        languages=[language_name(code) for code in draft.languages(found.data)],
        cards=cards,
        off=[_card(found.data, each, examined) for key in PARTS for each in _off(found.data, key)],
        frame_said=editor_words.said(examined.about("survey")),
        telling=editor_words.telling_words(titles),
        ready=examined.instrument is not None,
        faults=len(editor_words.said(examined.errors)),
        seconds=seconds,
        long=seconds > LONGEST_SECONDS,
        touchpoints=[(name, wording(each.name, language())) for name, each in touchpoints().items()],
        lists=shared(found.data),
        problem=problem,
        at=at,
    )


PARTS = ("items", "comments")


def _on(data: Entry, key: str) -> list[Entry]:
    return [each for each in draft.listed(data, key) if not draft.is_off(each)]


def _off(data: Entry, key: str) -> list[Entry]:
    return [each for each in draft.listed(data, key) if draft.is_off(each)]


def estimate(data: Entry) -> int:
    """Seconds that the questions take, as the check of a file estimates them."""
    shown = _on(data, "items")
    lot: Any = draft.asked(data).get("rotated")
    spared = 0
    if isinstance(lot, dict) and str(lot.get("ask")).isdecimal():
        spared = max(len(lot["of"]) - int(str(lot["ask"])[:2]), 0)
    return estimated_seconds(len(shown) + sum(each.get("several") == "true" for each in shown) - spared)


def words_in(text: Data) -> str:
    """A text in the reader's language, or what there is of it."""
    known: Text = {code: words for code, words in cast(dict[str, str], text).items() if words}
    return wording(known, language()) if known else ""


def _card(data: Entry, entry: Entry, examined: Examined) -> Card:
    name, scale = str(entry["id"]), str(entry.get("scale", ""))
    about = str(entry.get("touchpoint", ""))
    findings: list[Finding] = list(examined.about("question", name))
    if scale and not draft.is_off(entry):
        findings += examined.about("answers", scale)
    numbers = scale in draft.named(data, "numbers")
    kind = "several" if entry.get("several") == "true" else "numbers" if numbers else "one"
    point = touchpoints().get(about)
    return Card(
        id=name,
        kind=kind if scale else "box",
        text=words_in(entry["text"]),
        hint=words_in(entry.get("note", {})),
        touchpoint=wording(point.name, language()) if point else about,
        answers=answers(data, scale),
        answers_name=scale,
        follows=_follows(data, entry),
        drawn=draft_change.is_drawn(data, name),
        said=tuple(editor_words.said(findings)),
    )


def shared(data: Entry) -> list[tuple[str, tuple[str, ...]]]:
    """Lists of answers that one more question may use: those of one answer."""
    alone = {each.get("scale") for each in draft.listed(data, "items") if each.get("several") == "true"}
    return [(name, answers(data, name)) for name in draft.names(data) if name not in alone]


def answers(data: Entry, scale: str) -> tuple[str, ...]:
    listed = draft.named(data, "scales").get(scale)
    if isinstance(listed, list):
        return tuple(words_in(cast(Entry, each)["text"]) or "…" for each in listed)
    ends = draft.named(data, "numbers").get(scale)
    if isinstance(ends, dict):
        return (f"0 = {words_in(ends['low']) or '…'}", f"10 = {words_in(ends['high']) or '…'}")
    return ()


def _follows(data: Entry, entry: Entry) -> str:
    """The question that this one follows, in words."""
    condition = entry.get("only_if")
    if not isinstance(condition, dict):
        return ""
    try:
        return words_in(draft.part(data, str(condition["item"]))[1]["text"])
    except UnknownPart:
        return str(condition["item"])
