"""Open repairs and move them on, one step at a time, each step written into the history.

Nothing is deleted and no step can be skipped. The caller opens the transaction.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from survey.actions.model import MOVES, Action, ActionState, ActionStep, StepKind
from survey.actions.words import tidy
from survey.db import random_number
from survey.insight.effect import SPANS

FINISHED = frozenset({ActionState.DONE, ActionState.CHECKED})
LONGEST_TEXT = 1000
LONGEST_NAME = 120
#: A promise for later than this is none.
FURTHEST = timedelta(days=366)


class Lack(StrEnum):
    """What a step still needs."""

    HEARD = "Say in a few words what was heard."
    QUOTED = "These are words of the comment; say it in your own."
    APOLOGY = "Say in a few words how you apologised."
    PROMISE = "Say in a few words what will be done."
    OWNER = "Name who will see to it."
    SEEN = "Say in a few words what you looked at, and whether it holds."
    DAY = "Write the day by which it is due."
    PAST_DAY = "The day it is due lies in the past; choose today or later."
    FAR_DAY = "The day it is due is more than a year away; promise something nearer."
    LONG_TEXT = "Please shorten the text; it takes at most 1,000 characters."
    LONG_NAME = "Please shorten the name; it takes at most 120 characters."
    DONE = "Only a repair that is done can be published; mark it done first."


class CannotSkip(Exception):
    """A step that is not the next one; the text names the one that is."""


class NotReady(Exception):
    """A step that needs something first; ``lack`` says what."""

    def __init__(self, lack: Lack) -> None:
        super().__init__(lack.value)
        self.lack = lack


class NoSuchAction(LookupError):
    """This practice has no repair with this number."""


class MovedMeanwhile(Exception):
    """Somebody else has moved this repair since it was looked at; nothing was changed."""


@dataclass(frozen=True)
class Origin:
    """Where a repair comes from: a clinician's results, or (None) the practice's; perhaps a comment."""

    touchpoint: str
    clinician_id: int | None = None
    comment_id: bytes | None = None


@dataclass(frozen=True)
class Measure:
    """Which item is compared, over how many months on each side; fixed before anything is done."""

    item: str
    span: int


@dataclass(frozen=True)
class Promise:
    """What will be done, by whom and by when; ``measure`` None where the survey does not ask about it."""

    words: str
    owner: str
    due_on: date | None
    measure: Measure | None = None


@dataclass(frozen=True)
class Kept:
    """Of ``due`` promises whose day has come or that are done: how many were kept in time, how many wait."""

    in_time: int
    due: int
    overdue: int


def open_action(db: Session, practice_id: int, origin: Origin, *, heard: str, by: str, today: date) -> Action:
    """A new repair from what was heard at a touchpoint. Raises NotReady without words."""
    action = Action(
        practice_id=practice_id,
        id=random_number(),
        touchpoint=origin.touchpoint,
        clinician_id=origin.clinician_id,
        comment_id=origin.comment_id,
        heard=_words(heard, Lack.HEARD),
        promise="",
        owner="",
        state=ActionState.BREAKDOWN,
        published=False,
        measure="",
    )
    db.add(action)
    db.flush()
    note_step(db, action, by=by, today=today)
    return action


def acknowledge(db: Session, action: Action, *, by: str, today: date, note: str = "") -> None:
    """Say that it was heard. Raises CannotSkip, NotReady."""
    _move(db, action, to=ActionState.ACKNOWLEDGED, by=by, today=today, note=_at_most(note))


def apologise(db: Session, action: Action, *, words: str, by: str, today: date) -> None:
    """Say how the practice apologised. Raises CannotSkip, NotReady."""
    _require_next(action, ActionState.APOLOGISED)
    _move(db, action, to=ActionState.APOLOGISED, by=by, today=today, note=_words(words, Lack.APOLOGY))


def promise(db: Session, action: Action, promised: Promise, *, by: str, today: date) -> None:
    """Promise what will be done, by whom and by when. Raises CannotSkip, NotReady."""
    _require_next(action, ActionState.PROMISED)
    words, owner = _words(promised.words, Lack.PROMISE), _words(promised.owner, Lack.OWNER, LONGEST_NAME)
    action.due_on = _due(promised.due_on, today)
    action.promise, action.owner = words, owner
    if promised.measure is not None:
        if promised.measure.span not in SPANS:
            raise ValueError("no such span")
        action.measure, action.span = promised.measure.item, promised.measure.span
    _move(db, action, to=ActionState.PROMISED, by=by, today=today, note="")


def finish(db: Session, action: Action, *, by: str, today: date, note: str = "") -> None:
    """Say that it is done. Raises CannotSkip, NotReady."""
    _require_next(action, ActionState.DONE)
    action.done_on = today
    _move(db, action, to=ActionState.DONE, by=by, today=today, note=_at_most(note))


def check(db: Session, action: Action, *, by: str, today: date, note: str) -> None:
    """Say what somebody saw who looked whether it holds. Raises CannotSkip, NotReady."""
    _require_next(action, ActionState.CHECKED)
    _move(db, action, to=ActionState.CHECKED, by=by, today=today, note=_words(note, Lack.SEEN))


def find_action(db: Session, practice_id: int, action_id: int) -> Action | None:
    return db.get(Action, (practice_id, action_id))


def action_to_move(db: Session, practice_id: int, action_id: int, *, seen: int) -> Action:
    """The repair, held until the transaction ends, if its history still has ``seen`` steps.

    Raises NoSuchAction, MovedMeanwhile.
    """
    query = select(Action).where(Action.practice_id == practice_id, Action.id == action_id)
    action = db.scalars(query.with_for_update()).one_or_none()
    if action is None:
        raise NoSuchAction("this practice has no such repair")
    if _steps(db, action) != seen:
        raise MovedMeanwhile("somebody else has moved this repair meanwhile")
    return action


def all_actions(db: Session, practice_id: int) -> list[Action]:
    """Every repair: those that are not done by the day they are due, then the others, newest first."""
    return [*open_actions(db, practice_id), *finished_actions(db, practice_id)]


def open_actions(db: Session, practice_id: int) -> list[Action]:
    """Repairs that are not done: those with a day first, the earliest first."""
    query = select(Action).where(Action.practice_id == practice_id, Action.state.not_in(FINISHED))
    return sorted(db.scalars(query), key=lambda one: (one.due_on or date.max, one.touchpoint, one.id))


def finished_actions(db: Session, practice_id: int) -> list[Action]:
    """Repairs that are done, newest first."""
    query = select(Action).where(Action.practice_id == practice_id, Action.state.in_(FINISHED))
    return sorted(db.scalars(query), key=lambda one: (one.done_on or date.min, one.id), reverse=True)


def is_overdue(action: Action, *, today: date) -> bool:
    """Whether it was promised for a day that is over, and is not done."""
    return action.done_on is None and action.due_on is not None and action.due_on < today


def kept(actions: Iterable[Action], *, today: date) -> Kept:
    """How promises were kept. One that is neither done nor due counts nowhere."""
    promised = [(one, one.due_on) for one in actions if one.due_on is not None]
    in_time = sum(one.done_on is not None and one.done_on <= due_on for one, due_on in promised)
    overdue = sum(is_overdue(one, today=today) for one, _ in promised)
    done = sum(one.done_on is not None for one, _ in promised)
    return Kept(in_time=in_time, due=done + overdue, overdue=overdue)


def history(db: Session, action: Action) -> list[ActionStep]:
    """Every step of a repair, first to last."""
    query = (
        select(ActionStep)
        .where(ActionStep.practice_id == action.practice_id, ActionStep.action_id == action.id)
        .order_by(ActionStep.number)
    )
    return list(db.scalars(query))


def note_step(
    db: Session, action: Action, *, by: str, today: date, note: str = "", kind: StepKind = StepKind.MOVED
) -> None:
    """Append one entry to the history."""
    db.add(
        ActionStep(
            practice_id=action.practice_id,
            action_id=action.id,
            number=_steps(db, action) + 1,
            kind=kind,
            state=action.state,
            day=today,
            by=tidy(by)[:LONGEST_NAME],
            note=note,
        )
    )
    db.flush()


def _steps(db: Session, action: Action) -> int:
    query = select(func.max(ActionStep.number)).where(
        ActionStep.practice_id == action.practice_id, ActionStep.action_id == action.id
    )
    return db.scalar(query) or 0


def _move(db: Session, action: Action, *, to: ActionState, by: str, today: date, note: str) -> None:
    _require_next(action, to)
    action.state = to
    db.flush()
    note_step(db, action, by=by, today=today, note=note)


def _require_next(action: Action, to: ActionState) -> None:
    following = MOVES[ActionState(action.state)]
    if following is None:
        raise CannotSkip("This repair has been checked; it has no further step.")
    if following is not to:
        raise CannotSkip(f"The next step of this repair is “{following}”; it cannot become “{to}” yet.")


def _due(due_on: date | None, today: date) -> date:
    if due_on is None:
        raise NotReady(Lack.DAY)
    if due_on < today:
        raise NotReady(Lack.PAST_DAY)
    if due_on > today + FURTHEST:
        raise NotReady(Lack.FAR_DAY)
    return due_on


def _words(text: str, lack: Lack, most: int = LONGEST_TEXT) -> str:
    found = _at_most(text, most)
    if not found:
        raise NotReady(lack)
    return found


def _at_most(text: str, most: int = LONGEST_TEXT) -> str:
    found = tidy(text)
    if len(found) > most:
        raise NotReady(Lack.LONG_NAME if most == LONGEST_NAME else Lack.LONG_TEXT)
    return found
