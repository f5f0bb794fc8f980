"""The one form of a repair's next step: the fields that step needs, and what is said where one is missing."""

from __future__ import annotations

from datetime import date

from flask import request
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from survey.actions import acting
from survey.actions.acting import CannotSkip, Lack, Measure, Promise
from survey.actions.model import Action, ActionState
from survey.insight.effect import SPANS
from survey.instruments.model import Item


def take(db: Session, action: Action, *, item: Item | None, by: str, today: date) -> None:
    """The step that the form names, with its fields. Raises CannotSkip, NotReady."""
    words, wanted = request.form.get("words", ""), request.form.get("to", "")
    if wanted == ActionState.ACKNOWLEDGED:
        acting.acknowledge(db, action, by=by, today=today, note=words)
    elif wanted == ActionState.APOLOGISED:
        acting.apologise(db, action, words=words, by=by, today=today)
    elif wanted == ActionState.PROMISED:
        acting.promise(db, action, _promise(item), by=by, today=today)
    elif wanted == ActionState.DONE:
        acting.finish(db, action, by=by, today=today, note=words)
    elif wanted == ActionState.CHECKED:
        acting.check(db, action, by=by, today=today, note=words)
    else:
        raise CannotSkip("the form names no step")


def _promise(item: Item | None) -> Promise:
    form = request.form
    span = next((each for each in SPANS if str(each) == form.get("span", "")), SPANS[0])
    try:
        due_on = date.fromisoformat(form.get("due_on", ""))
    except ValueError:
        due_on = None
    measure = None if item is None else Measure(item.key, span)
    return Promise(form.get("words", ""), form.get("owner", ""), due_on, measure)


def lack_text(lack: Lack) -> str:
    """What is missing, to whoever wrote the form."""
    texts: dict[Lack, str] = {
        Lack.HEARD: _("Say in a few words what was heard."),
        Lack.QUOTED: _("These are words of the comment; say it in your own."),
        Lack.APOLOGY: _("Say in a few words how you apologised."),
        Lack.PROMISE: _("Say in a few words what will be done."),
        Lack.OWNER: _("Name who will see to it."),
        Lack.SEEN: _("Say in a few words what you looked at, and whether it holds."),
        Lack.DAY: _("Write the day by which it is due, like 2026-12-24: year, month, day."),
        Lack.PAST_DAY: _("The day it is due lies in the past; choose today or later."),
        Lack.FAR_DAY: _("The day it is due is more than a year away; promise something nearer."),
        Lack.LONG_TEXT: _("Please shorten the text; it takes at most 1,000 characters."),
        Lack.LONG_NAME: _("Please shorten the name; it takes at most 120 characters."),
        Lack.DONE: _("Only a repair that is done can be published; mark it done first."),
    }
    return texts[lack]
