"""Two versions of a survey side by side, in words: what came, what went, what says something else."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from survey.instruments import comparison
from survey.instruments.comparison import Comparison, Wording
from survey.instruments.model import Instrument, wording
from survey.practice.model import Role
from survey.web import drafts, editor_words
from survey.web.doors import staff
from survey.web.survey_page import language_name
from survey.web.wording import language

blueprint = Blueprint("editor_compare", __name__, url_prefix="/staff/surveys/<survey>/compare")

#: Stands in the address for what is being written.
DRAFT = "draft"


@dataclass(frozen=True)
class Line:
    """One text before and after."""

    place: str
    language: str
    code: str
    before: str
    after: str


@dataclass(frozen=True)
class Block:
    """One question or box that is not what it was."""

    id: str
    kind: str
    words: str
    text: str
    rules: bool
    lines: tuple[Line, ...]


@blueprint.get("")
@staff(Role.OWNER)
def choose(survey: str) -> str:
    """Which two."""
    return _page(survey, *_offered(survey))


@blueprint.post("")
@staff(Role.OWNER)
def chosen(survey: str) -> ResponseReturnValue:
    """To the address of the two; writes nothing."""
    known = _offered(survey)[0]
    one, other = request.form.get("before", ""), request.form.get("after", "")
    if one not in known or other not in known:
        abort(400)
    return redirect(url_for("editor_compare.show", survey=survey, before=one, after=other))


@blueprint.get("/<before>/<after>")
@staff(Role.OWNER)
def show(survey: str, before: str, after: str) -> str:
    """What differs."""
    known, faulty = _offered(survey)
    if before not in known or after not in known:
        abort(404)
    return _page(survey, known, faulty, before, after)


def _offered(survey: str) -> tuple[dict[str, Instrument], bool]:
    """What can be compared, the oldest first and the draft last; and whether the draft cannot."""
    own = [each for each in drafts.published().values() if each.id == survey]
    found = {each.label: each for each in sorted(own, key=lambda each: each.version)}
    begun = drafts.find(survey)
    if begun is None and not found:
        abort(404)
    instrument = begun.examined.instrument if begun else None
    if instrument is not None:
        found[DRAFT] = instrument
    return found, begun is not None and instrument is None


def _page(survey: str, known: dict[str, Instrument], faulty: bool, before: str = "", after: str = "") -> str:
    labels = list(known)
    changes = comparison.compare(known[before], known[after]) if before else None
    return render_template(
        "staff/surveys/compare.html",
        survey=survey,
        labels=labels,
        faulty=faulty,
        before=before or (labels[-2] if len(labels) > 1 else next(iter(labels), "")),
        after=after or next(reversed(labels), ""),
        changes=changes,
        lines=lines(changes) if changes else [],
        settings=setting_names(changes) if changes else [],
        title=wording(known[labels[-1]].title, language()) if labels else survey.replace("_", " "),
    )


def lines(changes: Comparison) -> list[Block]:
    """The differences in words; those beside the questions first."""
    beside = tuple(_lines(changes.wordings))
    found = [Block("", "", "", "", False, beside)] if beside else []
    names = editor_words.kinds()
    for each in changes.changes:
        text = wording(each.part.text, language())
        block = Block(
            each.part.id, each.kind, names[each.kind], text, each.rules, tuple(_lines(each.wordings))
        )
        found.append(block)
    return found


def setting_names(changes: Comparison) -> list[str]:
    """What else differs, by name."""
    names = editor_words.settings()
    return [names[each] for each in changes.settings]


def _lines(wordings: tuple[Wording, ...]) -> Iterator[Line]:
    for each in wordings:
        name = language_name(each.language)
        yield Line(editor_words.place(each.place), name, each.language, each.before, each.after)
