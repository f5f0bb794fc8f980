"""The owner's surveys: what is in force, what comes, what is being written; begin, bring in, take away.

Shows words and rules of surveys, never an answer. A file that is brought in is only read; what is wrong with
it is said, and its text comes back.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from flask import Blueprint, Response, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from survey.clock import local_day
from survey.db import reading, transaction
from survey.instruments import draft, source
from survey.instruments.document import MOST_BYTES
from survey.instruments.faults import Fault
from survey.instruments.loading import InstrumentFaults, load_all
from survey.instruments.model import Instrument, wording
from survey.instruments.written import written
from survey.practice import drafting, mail_scheduling, publishing
from survey.practice.drafting import Outdated
from survey.practice.model import PublishedInstrument, Role
from survey.web import drafts, entering
from survey.web.doors import staff
from survey.web.installation import now, runtime
from survey.web.wording import language, touchpoints, translate

blueprint = Blueprint("editor", __name__, url_prefix="/staff/surveys")

SHIPPED, VERSION = "shipped:", "version:"


@dataclass(frozen=True)
class Version:
    """One published version as the page lists it."""

    label: str
    number: int
    from_day: date
    note: str
    state: str  # past, now or coming


@dataclass(frozen=True)
class Survey:
    """One survey: its versions, the newest first, and whether there is a draft."""

    id: str
    title: str
    versions: tuple[Version, ...]
    drafted: bool
    asked: str  # everybody, some or nobody

    @property
    def newest(self) -> str:
        """The label of the newest version, or nothing."""
        return self.versions[0].label if self.versions else ""


@dataclass(frozen=True)
class Trouble:
    """Why nothing was begun. ``faults`` are those of a file, and ``text`` its text."""

    sentence: str = ""
    faults: Sequence[Fault] = ()
    text: str = ""
    at: str = ""


@blueprint.get("")
@staff(Role.OWNER)
def listing() -> str:
    """Every survey of the practice, and the ways to begin one."""
    return _page(Trouble())


@blueprint.post("/begin")
@staff(Role.OWNER)
def begin() -> ResponseReturnValue:
    """A draft made from a published version or a shipped survey."""
    chosen, found = request.form.get("from", ""), None
    if chosen.startswith(VERSION):
        found = drafts.published().get(chosen.removeprefix(VERSION))
    elif chosen.startswith(SHIPPED):
        found = shipped().get(chosen.removeprefix(SHIPPED))
    if found is None:
        return _page(Trouble(_("Choose a survey from the list."), at="from")), 400
    return _begun(found, "")


@blueprint.post("/file")
@staff(Role.OWNER)
def bring_in() -> ResponseReturnValue:
    """A draft made from a YAML file, or from its pasted text."""
    file = request.files.get("file")
    raw = file.read(MOST_BYTES + 1) if file and file.filename else b""
    raw = raw or request.form.get("text", "").encode("utf-8", "replace")
    if not raw.strip():
        return _page(Trouble(_("Choose a file, or paste its text."), at="file")), 400
    found = source.examine_instrument(raw, file="", touchpoints=touchpoints())
    text = raw[:MOST_BYTES].decode("utf-8", "replace")
    if found.instrument is None:
        why = _("This file cannot be used yet. Put right what is listed, and bring it in again.")
        return _page(Trouble(why, found.faults, text, at="text")), 400
    return _begun(found.instrument, text)


@blueprint.get("/file/<label>.yaml")
@staff(Role.OWNER)
def take_away(label: str) -> ResponseReturnValue:
    """A published version as its file. It says what is asked, and nothing of what was answered."""
    found = drafts.published().get(label)
    if found is None:
        abort(404)
    return yaml_file(label, written(found))


def yaml_file(name: str, text: str) -> Response:
    """A survey's file to keep."""
    headers = {"Content-Disposition": f'attachment; filename="{name}.yaml"'}
    return Response(text, mimetype="application/yaml", headers=headers)


def shipped() -> dict[str, Instrument]:
    """The surveys that come with the program, or that whoever runs it put there."""
    try:
        return load_all(runtime().settings.surveys_config)
    except InstrumentFaults:  # whoever runs this is told by the command; the editor goes on without them
        return {}


def _begun(found: Instrument, text: str) -> ResponseReturnValue:
    practice = entering.own_practice()
    data = draft.begun(found, [each for each in drafts.published().values() if each.id == found.id])
    try:
        with transaction(runtime().engine, practice.id) as db:
            drafting.begin(db, practice.id, found.id, data)
            entering.note(db, "began a survey draft", found.id)
    except Outdated:
        why = _(
            "There is a draft of this survey already. Go on with it, or throw it away first. "
            "Nothing was changed."
        )
        return _page(Trouble(why, text=text, at="text" if text else "from")), 409
    return redirect(url_for("editor_draft.show", survey=found.id))


def _page(trouble: Trouble) -> str:
    known = shipped()
    return render_template(
        "staff/surveys/list.html",
        surveys=_surveys(known),
        shipped=[(each.id, wording(each.title, language()), each) for each in known.values()],
        trouble=trouble,
        translate=translate,
    )


def _surveys(known: dict[str, Instrument]) -> list[Survey]:
    practice = entering.own_practice()
    today = local_day(now(), practice.time_zone)
    with reading(runtime().engine, practice.id) as db:
        begun = drafting.drafts(db, practice.id)
        ours = sorted(publishing.versions(db, practice.id).values(), key=lambda each: each.version)
        special = set(mail_scheduling.schedule_of(db, practice).types.values())
        titles = {each.id: each.title for each in ours}
        histories = {name: publishing.history(db, practice.id, name) for name in {*titles, *begun}}
    found = []
    for name, history in histories.items():
        title = titles.get(name) or (known[name].title if name in known else {"en": name.replace("_", " ")})
        asked = "everybody" if name == practice.instrument else "some" if name in special else "nobody"
        versions = _versions(history, today)
        found.append(Survey(name, wording(title, language()), versions, name in begun, asked))
    order = ["everybody", "some", "nobody"]
    return sorted(found, key=lambda each: (order.index(each.asked), each.id))


def _versions(history: Sequence[PublishedInstrument], today: date) -> tuple[Version, ...]:
    current = next((each.label for each in history if each.from_day <= today), "")
    return tuple(
        Version(
            each.label,
            each.version,
            each.from_day,
            each.note,
            "now" if each.label == current else "coming" if each.from_day > today else "past",
        )
        for each in history
    )
