"""Open repairs and move them on, one step at a time, each step written into the history.

Nothing is deleted and no step can be skipped. The caller opens the transaction.
"""

from __future__ import annotations

from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from survey.actions.model import Action, ActionState, ActionStep
from survey.db import random_number

ORDER = tuple(ActionState)
FINISHED = frozenset({ActionState.DONE, ActionState.CHECKED})
LONGEST_TEXT = 1000


class CannotSkip(Exception):
    """A step that is not the next one; the text names the one that is."""


class NotReady(Exception):
    """A step that needs something first: a text, an owner, a day, or that the repair is done."""


def open_action(
    db: Session, practice_id: int, *, touchpoint: str, heard: str, by: str, today: date
) -> Action:
    """A new repair from what was heard at a touchpoint. Raises NotReady without words."""
    action = Action(
        practice_id=practice_id,
        id=random_number(),
        touchpoint=touchpoint,
        heard=_words(heard, "Say in a few words what was heard."),
        promise="",
        owner="",
        state=ActionState.BREAKDOWN,
        published=False,
    )
    db.add(action)
    db.flush()
    _step(db, action, by=by, today=today, note="")
    return action


def acknowledge(db: Session, action: Action, *, by: str, today: date, note: str = "") -> None:
    """Say that it was heard. Raises CannotSkip."""
    _move(db, action, to=ActionState.ACKNOWLEDGED, by=by, today=today, note=note)


def promise(
    db: Session, action: Action, *, words: str, owner: str, due_on: date, by: str, today: date
) -> None:
    """Promise what will be done, by whom and by when. Raises CannotSkip, NotReady."""
    _require_next(action, ActionState.PROMISED)
    if due_on < today:
        raise NotReady("The day it is due lies in the past; choose today or later.")
    action.promise = _words(words, "Say in a few words what will be done.")
    action.owner = _words(owner, "Name who will see to it.")[:120]
    action.due_on = due_on
    _move(db, action, to=ActionState.PROMISED, by=by, today=today, note="")


def finish(db: Session, action: Action, *, by: str, today: date, note: str = "") -> None:
    """Say that it is done. Raises CannotSkip."""
    _move(db, action, to=ActionState.DONE, by=by, today=today, note=note)
    action.done_on = today
    db.flush()


def check(db: Session, action: Action, *, by: str, today: date, note: str = "") -> None:
    """Say that somebody looked whether it holds. Raises CannotSkip."""
    _move(db, action, to=ActionState.CHECKED, by=by, today=today, note=note)


def publish(db: Session, action: Action, *, by: str, today: date) -> None:
    """Show a finished repair as "You said, we did". Raises NotReady before it is done."""
    if action.state not in FINISHED:
        raise NotReady("Only a repair that is done can be published; mark it done first.")
    if not action.published:
        action.published = True
        db.flush()
        _step(db, action, by=by, today=today, note="published")


def find_action(db: Session, practice_id: int, action_id: int) -> Action | None:
    return db.get(Action, (practice_id, action_id))


def open_actions(db: Session, practice_id: int) -> list[Action]:
    """Repairs that are not done: those with a day first, the earliest first."""
    query = select(Action).where(Action.practice_id == practice_id, Action.state.not_in(FINISHED))
    return sorted(db.scalars(query), key=lambda one: (one.due_on or date.max, one.touchpoint, one.id))


def finished_actions(db: Session, practice_id: int) -> list[Action]:
    """Repairs that are done, newest first."""
    query = select(Action).where(Action.practice_id == practice_id, Action.state.in_(FINISHED))
    return sorted(db.scalars(query), key=lambda one: (one.done_on or date.min, one.id), reverse=True)


def published(db: Session, practice_id: int, limit: int = 3) -> list[Action]:
    """Published repairs for "You said, we did", newest first."""
    return [action for action in finished_actions(db, practice_id) if action.published][:limit]


def history(db: Session, action: Action) -> list[ActionStep]:
    """Every step of a repair, first to last."""
    query = (
        select(ActionStep)
        .where(ActionStep.practice_id == action.practice_id, ActionStep.action_id == action.id)
        .order_by(ActionStep.number)
    )
    return list(db.scalars(query))


def _move(db: Session, action: Action, *, to: ActionState, by: str, today: date, note: str) -> None:
    _require_next(action, to)
    action.state = to
    db.flush()
    _step(db, action, by=by, today=today, note=note)


def _require_next(action: Action, to: ActionState) -> None:
    place = ORDER.index(ActionState(action.state)) + 1
    if place == len(ORDER):
        raise CannotSkip("This repair has been checked; it has no further step.")
    if ORDER[place] is not to:
        raise CannotSkip(f"The next step of this repair is “{ORDER[place]}”; it cannot become “{to}” yet.")


def _step(db: Session, action: Action, *, by: str, today: date, note: str) -> None:
    query = select(func.max(ActionStep.number)).where(
        ActionStep.practice_id == action.practice_id, ActionStep.action_id == action.id
    )
    db.add(
        ActionStep(
            practice_id=action.practice_id,
            action_id=action.id,
            number=(db.scalar(query) or 0) + 1,
            state=action.state,
            day=today,
            by=by[:120],
            note=note[:LONGEST_TEXT],
        )
    )
    db.flush()


def _words(text: str, remedy: str) -> str:
    found = text.strip()
    if not found:
        raise NotReady(remedy)
    return found[:LONGEST_TEXT]
