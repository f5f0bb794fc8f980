"""Take one answer: spend the link and seal the answer in one transaction.

Reads nothing from the identified side. A first and a repeated answer do the same work and the caller shows
the same page, so that nobody can find out whether a link was used. Nothing is logged.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from survey import clock
from survey.db import insert_once, random_id
from survey.instruments.model import Instrument
from survey.keys import issue, tokens
from survey.keys.files import KeyFiles
from survey.keys.sealing import PLAIN_COMMENTS, PLAIN_RATINGS, seal
from survey.practice.model import CellPractice, Practice
from survey.responses import answers, pooling
from survey.responses.answers import NothingAnswered, NotTaken, TooLong, UnknownAnswer
from survey.responses.model import Kind, Pool, Scratch, Spent

__all__ = ["ForeignToken", "NotTaken", "NothingAnswered", "TooLong", "UnknownAnswer", "submit"]


class ForeignToken(tokens.BadToken):
    """A link of another practice."""


def submit(
    db: Session,
    files: KeyFiles,
    practice: Practice,
    instrument: Instrument,
    *,
    token: str,
    ratings: Mapping[str, str],
    comments: Mapping[str, str],
    today: date,
    audience: answers.Audience = answers.Audience.ALL,
) -> None:
    """Store an answer if its link is unused; otherwise do the same work for nothing.

    ``ratings`` maps item ids to option values, ``comments`` box ids to words. Raises BadToken, ForeignToken,
    ExpiredToken, UnknownAnswer, NothingAnswered or TooLong; then nothing is spent and nothing kept.
    """
    read = tokens.read_token(files, token)
    _require_open(db, practice, read, today)
    fortnight = clock.fortnight_number(today)
    boxes = {
        Kind.RATINGS: answers.pack_ratings(
            instrument,
            answers.Ratings(instrument.label, fortnight, answers.check_ratings(instrument, ratings)),
        ),
        Kind.COMMENTS: answers.pack_comments(
            answers.Words(instrument.label, fortnight, answers.check_comments(instrument, comments), audience)
        ),
    }
    tag = issue.spent_tag(files, read.week, read.nonce)
    first = insert_once(db, Spent, practice_id=practice.id, tag=tag, issue_week=read.week)
    _put(db, practice.id, read.cell_id, boxes, table=Pool if first else Scratch)


def _require_open(db: Session, practice: Practice, token: tokens.Token, today: date) -> None:
    owner = db.scalar(select(CellPractice.practice_id).where(CellPractice.cell_id == token.cell_id))
    if owner != practice.id:
        raise ForeignToken("this code belongs to another survey")
    if today > issue.last_day(token.week):
        raise tokens.ExpiredToken("this link's week is over")


def _put(
    db: Session,
    practice_id: int,
    cell_id: int,
    boxes: Mapping[Kind, bytes],
    *,
    table: type[Pool] | type[Scratch],
) -> None:
    sizes = {Kind.RATINGS: PLAIN_RATINGS, Kind.COMMENTS: PLAIN_COMMENTS}
    public = pooling.public_keys(db, practice_id)
    rows = [
        {
            "practice_id": practice_id,
            "id": random_id(),
            "cell_id": cell_id,
            "kind": kind,
            "kid": public[kind].kid,
            "sealed": seal(content, public[kind].public, sizes[kind]),
        }
        for kind, content in boxes.items()
    ]
    db.execute(insert(table), rows)
