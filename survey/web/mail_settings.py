"""When mail goes out and what is asked after which visits, for the owner; the same as ``afterword mail``.

What is entered here holds for mails that are planned from now on. A value that cannot be used changes nothing
and is named.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from survey import clock
from survey.db import reading, transaction
from survey.instruments.loading import load_all
from survey.instruments.model import Instrument
from survey.practice import mail_scheduling
from survey.practice.declaring import CannotDeclare
from survey.practice.model import Practice, Reminders, Role
from survey.practice.public_holidays import countries
from survey.practice.publishing import AlreadyPublished, TellingTitle
from survey.web import entering
from survey.web.doors import staff
from survey.web.installation import now, runtime
from survey.web.unusable import Unusable
from survey.web.wording import language

blueprint = Blueprint("mail_settings", __name__, url_prefix="/staff/mail/settings")

AS_USUAL = "as-usual"
#: What a form says of a visit type besides the name of a survey.
NOTHING = ""


@dataclass(frozen=True)
class Choice:
    """One thing to choose from, as it is sent and as it is read."""

    value: str
    name: str


@blueprint.get("")
@staff(Role.OWNER)
def form() -> str:
    """Everything as it is now."""
    return _page()


@blueprint.post("/hours")
@staff(Role.OWNER)
def hours() -> ResponseReturnValue:
    """Between which hours, and at most how many a day."""
    first, last, most = (_number(name) for name in ("from_hour", "until_hour", "most_per_day"))

    def change(db: Session, practice: Practice) -> None:
        with _said(
            _("Mail goes out between 6 and 21 o’clock; the first hour is before the last."), "from_hour"
        ):
            mail_scheduling.set_hours(db, practice.id, from_hour=first, until_hour=last)
        with _said(_("The daily limit is a number from 1 to 100,000."), "most_per_day"):
            mail_scheduling.set_limit(db, practice.id, most)

    return _change("hours and limit of mail", change)


@blueprint.post("/holidays")
@staff(Role.OWNER)
def holidays() -> ResponseReturnValue:
    """Whose public holidays are days off."""

    def change(_db: Session, practice: Practice) -> None:
        with _said(_("Choose a country from the list."), "country"):
            mail_scheduling.set_country(practice, request.form.get("country", ""))

    return _change("country of holidays", change)


@blueprint.post("/day")
@staff(Role.OWNER)
def own_day() -> ResponseReturnValue:
    """A single day with mail, without, or as the calendar says."""
    what = request.form.get("what", "")

    def change(db: Session, practice: Practice) -> None:
        try:
            day = date.fromisoformat(request.form.get("day", ""))
        except ValueError:
            raise Unusable(_("Write the day like 2026-12-24: year, month, day."), "day") from None
        if what == AS_USUAL:
            mail_scheduling.forget_day(db, practice.id, day)
        elif what in {"open", "closed"}:
            mail_scheduling.set_day(db, practice.id, day, is_open=what == "open")
        else:
            raise Unusable(_("Choose whether mail goes out on that day."), "what")

    return _change("day of mail", change)


@blueprint.post("/reminders")
@staff(Role.OWNER)
def reminders() -> ResponseReturnValue:
    """Who gets the one reminder."""

    def change(_db: Session, practice: Practice) -> None:
        with _said(_("Choose who gets a reminder."), "reminders"):
            mail_scheduling.set_reminders(practice, request.form.get("reminders", ""))

    return _change("reminders", change)


@blueprint.post("/type")
@staff(Role.OWNER)
def visit_type() -> ResponseReturnValue:
    """Which survey is asked after visits of a type."""
    name, wanted = request.form.get("name", "").strip(), request.form.get("instrument", AS_USUAL)

    def change(db: Session, practice: Practice) -> None:
        known = _surveys()
        if wanted not in {*known, NOTHING, AS_USUAL}:
            raise Unusable(_("Choose a survey from the list."), "instrument")
        if wanted == AS_USUAL:
            mail_scheduling.forget_visit_type(db, practice.id, name)
            return
        today = clock.local_day(now(), practice.time_zone)
        with _said(_("A visit type has 1 to 40 characters, as it stands in the visits file."), "name"):
            mail_scheduling.ask_after(db, practice.id, name, known.get(wanted), today=today)

    return _change("survey of a visit type", change)


@contextmanager
def _said(words: str, at: str) -> Iterator[None]:
    """A refusal from below, in the reader's language and beside its field."""
    try:
        yield
    except CannotDeclare:
        raise Unusable(words, at) from None
    except (TellingTitle, AlreadyPublished):
        why = _("This survey cannot be published as it is. The command afterword instrument check says why.")
        raise Unusable(why, "instrument") from None


def _change(what: str, change: Callable[[Session, Practice], None]) -> ResponseReturnValue:
    """Carry a change out as a whole, or say what is wrong with it."""
    practice_id = entering.member().practice_id
    try:
        with transaction(runtime().engine, practice_id) as db:
            change(db, db.get_one(Practice, practice_id))
            entering.note(db, f"changed {what}")
    except Unusable as fault:
        return _page(problem=str(fault), at=fault.at), 400
    return redirect(url_for("mail_settings.form", saved=1))


def _number(name: str) -> int:
    """The whole number of a field; 0, which no rule allows, where there is none."""
    text = request.form.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 6 else 0


def _surveys() -> dict[str, Instrument]:
    return load_all(runtime().settings.surveys_config)


def _page(*, problem: str = "", at: str = "") -> str:
    practice = entering.own_practice()
    with reading(runtime().engine, practice.id) as db:
        schedule = mail_scheduling.schedule_of(db, practice)
    surveys = [Choice(each.id, each.title.get(language(), each.id)) for each in _surveys().values()]
    names = {each.value: each.name for each in surveys} | {NOTHING: _("Nothing is asked")}
    today = clock.local_day(now(), practice.time_zone)
    return render_template(
        "staff/mail_settings.html",
        schedule=schedule,
        time_zone=practice.time_zone,
        country=practice.country,
        countries=[Choice(code, _country(code)) for code in _countries(practice)],
        known_country=practice.country in countries(),
        days=sorted(
            [(day, False) for day in schedule.days.closed if day >= today]
            + [(day, True) for day in schedule.days.opened if day >= today]
        ),
        reminders=practice.reminders,
        reminder_choices=_reminder_choices(),
        types=[(name, names.get(wanted, wanted)) for name, wanted in sorted(schedule.types.items())],
        surveys=surveys,
        problem=problem,
        at=at,
        saved="saved" in request.args and not problem,
    )


def _countries(practice: Practice) -> list[str]:
    """The countries whose holidays are known, and the practice's own."""
    return sorted({*countries(), practice.country}, key=_country)


def _country(code: str) -> str:
    spoken = get_locale()
    return str(spoken.territories.get(code, code)) if spoken else code


def _reminder_choices() -> list[Choice]:
    return [
        Choice(Reminders.UNANSWERED, _("Whoever has not answered, but for a random fifth of them")),
        Choice(Reminders.EVERYONE, _("Everyone, whether they have answered or not")),
        Choice(Reminders.OFF, _("Nobody")),
    ]
