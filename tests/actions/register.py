"""Repairs for tests, brought as far as wanted through the real steps."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from sqlalchemy.orm import Session

from survey.actions import acting, telling
from survey.actions.acting import Measure, Origin, Promise
from survey.actions.model import Action, ActionState
from survey.actions.telling import Line
from survey.practice.model import Practice

WHO = "Olu Bello"
HEARD = "Nobody calls back."
WORDS = "A call the same day."


def open_repair(
    db: Session, practice: Practice, day: date, *, touchpoint: str = "phone", heard: str = HEARD
) -> Action:
    """A repair that somebody has just opened."""
    return acting.open_action(db, practice.id, Origin(touchpoint), heard=heard, by=WHO, today=day)


def promise_repair(
    db: Session,
    action: Action,
    day: date,
    *,
    due_on: date | None = None,
    words: str = WORDS,
    measure: Measure | None = None,
) -> None:
    """Acknowledged, apologised for and promised, all on one day."""
    acting.acknowledge(db, action, by=WHO, today=day)
    acting.apologise(db, action, words="A note at the desk.", by=WHO, today=day)
    acting.promise(db, action, Promise(words, WHO, due_on or day, measure), by=WHO, today=day)


def repair(
    db: Session,
    practice: Practice,
    day: date,
    *,
    until: ActionState = ActionState.PROMISED,
    touchpoint: str = "phone",
    heard: str = HEARD,
    words: str = WORDS,
    due_on: date | None = None,
    done_on: date | None = None,
    measure: Measure | None = None,
    lines: Mapping[str, Line] | None = None,
) -> Action:
    """A repair promised on ``day``; done and checked where ``until`` says so; published with ``lines``."""
    action = open_repair(db, practice, day, touchpoint=touchpoint, heard=heard)
    promise_repair(db, action, day, due_on=due_on, words=words, measure=measure)
    if until in acting.FINISHED:
        acting.finish(db, action, by=WHO, today=done_on or day)
    if until is ActionState.CHECKED:
        acting.check(db, action, by=WHO, today=done_on or day, note="Looked; it holds.")
    if lines:
        telling.publish(db, action, lines, by=WHO, today=done_on or day)
    return action
