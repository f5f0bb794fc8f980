"""Surveys that are being written: one draft for each practice and survey, in the database.

A draft holds the words and rules of a survey and its faults; never an answer or a person. Whoever saves says
which save they started from: an older one is refused, so that nobody's work is overwritten unseen.
"""

from __future__ import annotations

import json

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from survey.db import insert_once
from survey.instruments.document import Data
from survey.practice.model import SurveyDraft


class Outdated(Exception):
    """Somebody saved this draft, began it or threw it away in the meantime."""


def draft_of(db: Session, practice_id: int, instrument: str) -> SurveyDraft | None:
    """The draft of a survey, if there is one."""
    return db.get(SurveyDraft, (practice_id, instrument))


def drafts(db: Session, practice_id: int) -> list[str]:
    """The surveys of which there is a draft, by name."""
    query = select(SurveyDraft.instrument).where(SurveyDraft.practice_id == practice_id)
    return list(db.scalars(query.order_by(SurveyDraft.instrument)))


def content(draft: SurveyDraft) -> dict[str, Data]:
    """What a draft says, in the form of a survey file."""
    data: dict[str, Data] = json.loads(draft.body)
    return data


def begin(db: Session, practice_id: int, instrument: str, data: dict[str, Data]) -> None:
    """A first save. Raises Outdated where there is a draft already."""
    values = {"practice_id": practice_id, "instrument": instrument, "number": 1, "body": _body(data)}
    if not insert_once(db, SurveyDraft, **values):
        raise Outdated


def save(db: Session, practice_id: int, instrument: str, data: dict[str, Data], *, number: int) -> None:
    """Put another content in the place of save ``number``. Raises Outdated where that is not the last one."""
    changed = db.execute(
        update(SurveyDraft)
        .where(
            SurveyDraft.practice_id == practice_id,
            SurveyDraft.instrument == instrument,
            SurveyDraft.number == number,
        )
        .values(number=number + 1, body=_body(data))
        .returning(SurveyDraft.number)
    )
    if changed.one_or_none() is None:
        raise Outdated


def discard(db: Session, practice_id: int, instrument: str, *, number: int) -> None:
    """Throw a draft away. Raises Outdated where it was saved since."""
    gone = db.execute(
        delete(SurveyDraft)
        .where(
            SurveyDraft.practice_id == practice_id,
            SurveyDraft.instrument == instrument,
            SurveyDraft.number == number,
        )
        .returning(SurveyDraft.number)
    )
    if gone.one_or_none() is None:
        raise Outdated


def _body(data: dict[str, Data]) -> str:
    # ASCII alone: no database refuses a zero byte or half a character that somebody pasted.
    return json.dumps(data, ensure_ascii=True)
