"""Publish a draft: what changes, from which day on, which changes of words are typos put right, and why.

Publishing takes nothing away: links to older versions go on being answered, and what was answered stays.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import format_date
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from survey.clock import local_day
from survey.db import reading, transaction
from survey.instruments import comparison, draft
from survey.instruments.model import Instrument, wording
from survey.instruments.revisions import Difference, Reworded, reworded
from survey.practice import drafting, publishing
from survey.practice.drafting import Outdated
from survey.practice.model import Role
from survey.practice.publishing import AlreadyPublished, Rewording, TellingTitle, TooSoon
from survey.web import drafts, editor_words, entering
from survey.web.doors import staff
from survey.web.drafts import Opened
from survey.web.editor_compare import lines, setting_names
from survey.web.editor_words import Said
from survey.web.installation import now, runtime
from survey.web.wording import language

blueprint = Blueprint("editor_publish", __name__, url_prefix="/staff/surveys/<survey>/publish")

MOST_NOTE = 300
#: How many Mondays are offered.
MONDAYS = 8


@dataclass(frozen=True)
class Asked:
    """What the form says."""

    day: str = ""
    note: str = ""
    typos: frozenset[str] = frozenset()


@blueprint.get("")
@staff(Role.OWNER)
def ask(survey: str) -> ResponseReturnValue:
    """What would change, and the form."""
    return _page(drafts.opened(survey), Asked())


@blueprint.post("")
@staff(Role.OWNER)
def publish(survey: str) -> ResponseReturnValue:
    """Publish, and throw the draft away: it is a version now."""
    found = drafts.find(survey)
    asked = Asked(
        day=request.form.get("day", ""),
        note=drafts.text("note.text"),
        typos=frozenset(request.form.getlist("typo")),
    )
    if found is None:
        return drafts.gone()
    instrument = found.examined.instrument
    if instrument is None:
        return _page(found, asked), 409
    wrong = _wrong(asked)
    if wrong:
        return _page(found, asked, problem=wrong[0], at=wrong[1]), 400
    try:
        _publish(found, instrument, asked)
    except Outdated:
        why = _(
            "Somebody changed the draft while you were reading. Read once more what changes, then publish."
        )
        return _page(found, asked, problem=why), 409
    except (TooSoon, ValueError):
        return _page(found, asked, problem=_("Choose a day from the list."), at="day"), 400
    except TellingTitle:
        return _page(found, asked), 409
    except (AlreadyPublished, Rewording):
        why = _("Another version was published in the meantime. Read once more what changes, then publish.")
        return _page(found, asked, problem=why), 409
    return redirect(url_for("editor.listing", _anchor=survey))


def _wrong(asked: Asked) -> tuple[str, str] | None:
    if not asked.note:
        return _("Say in a few words what you changed. Your staff and you will read it later."), "note"
    if len(asked.note) > MOST_NOTE:
        return _("Shorten the note to %(most)s characters.", most=MOST_NOTE), "note"
    return None


def _publish(found: Opened, instrument: Instrument, asked: Asked) -> None:
    practice = entering.own_practice()
    today = local_day(now(), practice.time_zone)
    wanted = date.fromisoformat(asked.day) if asked.day else None
    with transaction(runtime().engine, practice.id) as db:
        drafting.discard(db, practice.id, found.survey, number=drafts.number())
        known = tuple(publishing.versions(db, practice.id).values())
        typos = {each.key for each in _words_only(instrument, known)} & asked.typos
        ready = draft.numbered(instrument, known, typos)
        day = publishing.first_day(db, practice.id, ready.id, today=today, wanted=wanted)
        publishing.publish(db, practice.id, ready, from_day=day, typos=typos, note=asked.note)
        entering.note(db, "published a survey", f"{ready.label} from {day}")


def _words_only(instrument: Instrument, known: tuple[Instrument, ...]) -> list[Reworded]:
    """Questions of which only the words changed: the owner may call it a typo put right."""
    fresh = draft.numbered(instrument, known, [item.key for item in instrument.items])
    asked = {item.key: item for item in instrument.items}
    plain = fresh.model_copy(update={"items": tuple(asked.values())})
    return [each for each in reworded(plain, known) if each.difference is Difference.WORDS]


def _page(found: Opened, asked: Asked, *, problem: str = "", at: str = "") -> str:
    practice = entering.own_practice()
    examined = found.examined
    instrument = examined.instrument
    faults = editor_words.said(examined.errors)
    if instrument is None:
        return render_template("staff/surveys/publish.html", draft=found, faults=faults, ready=None)
    with reading(runtime().engine, practice.id) as db:
        known = tuple(publishing.versions(db, practice.id).values())
        days = _days(db, found.survey)
    own = [each for each in known if each.id == instrument.id]
    newest = max(own, key=lambda each: each.version, default=None)
    try:
        ready = draft.numbered(instrument, known, asked.typos)
    except ValueError:  # new revisions have longer names, and one answer holds only so much
        faults = [Said(_("These are too many questions for one answer. Switch some off."), warning=False)]
        return render_template("staff/surveys/publish.html", draft=found, faults=faults, ready=None)
    changes = comparison.compare(newest, ready) if newest else None
    titles = [*instrument.title.values(), instrument.id.replace("_", " ")]
    return render_template(
        "staff/surveys/publish.html",
        draft=found,
        ready=ready,
        newest=newest,
        faults=faults,
        telling=editor_words.telling_words(titles),
        changes=changes,
        lines=lines(changes) if changes else [],
        settings=setting_names(changes) if changes else [],
        typos=[(each.key, wording(each.after.text, language())) for each in _words_only(instrument, known)],
        warnings=[each for each in editor_words.said(examined.findings) if each.warning],
        days=days,
        asked=asked,
        k=practice.k_ratings,
        most=MOST_NOTE,
        problem=problem,
        at=at,
    )


def _days(db: Session, survey: str) -> list[tuple[str, str]]:
    """The days on which a version may begin, with words; the first is proposed."""
    practice = entering.own_practice()
    today = local_day(now(), practice.time_zone)
    usual = publishing.first_day(db, practice.id, survey, today=today, wanted=None)
    if not publishing.history(db, practice.id, survey):
        return [("", _("Today"))]
    found = [("", _("The next quarter: %(day)s", day=format_date(usual, "long")))]
    monday = today + timedelta(days=-today.weekday() % 7)
    for _week in range(2 * MONDAYS + 60):
        try:
            publishing.first_day(db, practice.id, survey, today=today, wanted=monday)
        except TooSoon:
            monday += timedelta(days=7)
            continue
        found.append((monday.isoformat(), _("Monday, %(day)s", day=format_date(monday, "long"))))
        monday += timedelta(days=7)
        if len(found) > MONDAYS:
            break
    return found
