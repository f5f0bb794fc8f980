""" "You said, we did": what patients are told about a repair, put up and taken down again.

Must never carry a patient's words, name a clinician, or tell what kind of care somebody gets: it reaches the
mailbox, the waiting room and a page that anybody can open. The caller opens the transaction.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from survey.actions.acting import FINISHED, Lack, NotReady, finished_actions, note_step
from survey.actions.model import LONGEST_LINE, Action, ActionState, ActionText, StepKind
from survey.actions.words import quotes, tidy
from survey.insight.effect import Effect
from survey.insight.rounding import RoundedShare, recalled
from survey.practice import declaring
from survey.practice.neutrality import Telling, telling
from survey.releases.model import Comment

#: So many are shown, the newest first.
SHOWN = 3
#: What a mail program would turn into a link, or what leads to a person.
LINK = re.compile(r"://|www\.|@|\d{7}", re.IGNORECASE)


class Fault(StrEnum):
    """Why a line cannot be shown to patients."""

    EMPTY = "empty"
    LONG = "long"
    TELLS = "tells"
    LINK = "link"
    QUOTES = "quotes"


@dataclass(frozen=True)
class Line:
    """What was heard and what was done, in one language."""

    said: str
    did: str


@dataclass(frozen=True)
class Told:
    """A published repair in one language; ``before`` and ``after`` where a change was measured."""

    line: Line
    before: RoundedShare | None = None
    after: RoundedShare | None = None


class NotFit(Exception):
    """A line must not be shown; which one, in which language, and why."""

    def __init__(self, fault: Fault, language: str, part: str, found: tuple[Telling, ...] = ()) -> None:
        super().__init__(f"the line cannot be shown: {fault}")
        self.fault, self.language, self.part, self.found = fault, language, part, found


def publish(db: Session, action: Action, lines: Mapping[str, Line], *, by: str, today: date) -> None:
    """Show a finished repair, or show it in other words. Raises NotReady before it is done, NotFit.

    ``lines``: by language. The same words again change nothing.
    """
    if ActionState(action.state) not in FINISHED:
        raise NotReady(Lack.DONE)
    fit = _fit(db, action.practice_id, lines)
    if action.published and fit.items() <= texts(db, action).items():
        return
    action.published = True
    for language, line in fit.items():
        db.merge(  # new words take the place of the old; the history keeps both
            ActionText(
                practice_id=action.practice_id,
                action_id=action.id,
                language=language,
                said=line.said,
                did=line.did,
            )
        )
    db.flush()
    note = " / ".join(f"{line.said} – {line.did}" for line in fit.values())
    note_step(db, action, by=by, today=today, note=note, kind=StepKind.PUBLISHED)


def withdraw(db: Session, action: Action, *, by: str, today: date) -> None:
    """Show it no more. The words stay in the history, and in the form for the next time."""
    if action.published:
        action.published = False
        db.flush()
        note_step(db, action, by=by, today=today, kind=StepKind.WITHDRAWN)


def texts(db: Session, action: Action) -> dict[str, Line]:
    """The lines of a repair by language, also of one that was taken down."""
    query = select(ActionText).where(
        ActionText.practice_id == action.practice_id, ActionText.action_id == action.id
    )
    return {row.language: Line(row.said, row.did) for row in db.scalars(query)}


def told(db: Session, practice_id: int, *, language: str, limit: int = SHOWN) -> tuple[Told, ...]:
    """Published repairs that have lines in a language, newest first."""
    query = (
        select(Action, ActionText)
        .join(
            ActionText,
            (ActionText.practice_id == Action.practice_id) & (ActionText.action_id == Action.id),
        )
        .where(Action.practice_id == practice_id, Action.published.is_(True), ActionText.language == language)
        .order_by(Action.done_on.desc(), Action.id.desc())
        .limit(limit)
    )
    return tuple(_told(action, Line(text.said, text.did)) for action, text in db.execute(query))


def _told(action: Action, line: Line) -> Told:
    """A change is told where one was measured for the whole practice, whichever way it went."""
    if action.clinician_id is not None or action.effect not in {Effect.BETTER, Effect.WORSE}:
        return Told(line)
    return Told(line, *measured(action))


def measured(action: Action) -> tuple[RoundedShare, RoundedShare]:
    """The shares before and after, as they were rounded then. ValueError where nothing was measured."""
    kept = (action.share_before, action.band_before, action.share_after, action.band_after)
    if None in kept:
        raise ValueError("nothing was measured")
    share_before, band_before, share_after, band_after = (int(each or 0) for each in kept)
    return recalled(share_before, band_before), recalled(share_after, band_after)


def newest_line(db: Session, practice_id: int, *, languages: Iterable[str]) -> dict[str, Line]:
    """By language, the one line for the next invitation; only what is still neutral by today's names."""
    people = _people(db, practice_id)
    found = {}
    for language in languages:
        for one in told(db, practice_id, language=language, limit=1):
            if not telling(f"{one.line.said} {one.line.did}", people=people):
                found[language] = one.line
    return found


def published_count(db: Session, practice_id: int) -> int:
    """How many repairs patients are told about."""
    return sum(one.published for one in finished_actions(db, practice_id))


def _fit(db: Session, practice_id: int, lines: Mapping[str, Line]) -> dict[str, Line]:
    people, comments = _people(db, practice_id), _comments(db, practice_id)
    fit = {}
    for language, line in lines.items():
        tidied = Line(tidy(line.said), tidy(line.did))
        for part, text in (("said", tidied.said), ("did", tidied.did)):
            _require_fit(text, language, part, people=people, comments=comments)
        fit[language] = tidied
    return fit


def _require_fit(
    text: str, language: str, part: str, *, people: tuple[str, ...], comments: tuple[str, ...]
) -> None:
    if not text:
        raise NotFit(Fault.EMPTY, language, part)
    if len(text) > LONGEST_LINE:
        raise NotFit(Fault.LONG, language, part)
    if found := telling(text, people=people):
        raise NotFit(Fault.TELLS, language, part, found)
    if LINK.search(text):
        raise NotFit(Fault.LINK, language, part)
    if quotes(text, comments):
        raise NotFit(Fault.QUOTES, language, part)


def _people(db: Session, practice_id: int) -> tuple[str, ...]:
    return tuple(sorted(declaring.clinician_ids(db, practice_id)))


def _comments(db: Session, practice_id: int) -> tuple[str, ...]:
    return tuple(db.scalars(select(Comment.text).where(Comment.practice_id == practice_id)))
