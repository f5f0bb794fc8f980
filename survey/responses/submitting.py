"""Take one answer: spend the link or card and seal the answer in one transaction.

Reads nothing from the identified side. A first and a repeated answer do the same work and the caller shows
the same page, so that nobody can find out whether a link was used. Nothing is logged.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from typing import Any, cast

from sqlalchemy import Connection, Table, bindparam, insert

from survey import clock
from survey.db import once, random_id
from survey.instruments.model import Instrument
from survey.keys.files import KeyFiles
from survey.keys.sealing import PLAIN_COMMENTS, PLAIN_RATINGS, seal
from survey.practice.model import Practice
from survey.prepared import Prepared
from survey.responses import answers
from survey.responses.answers import NothingAnswered, NotTaken, TooLong, UnknownAnswer
from survey.responses.model import Kind, Pool, Scratch, Spent, SpentCard
from survey.responses.spending import ExpiredCard, ForeignToken, Spending, spending

__all__ = ["ExpiredCard", "ForeignToken", "NotTaken", "NothingAnswered", "TooLong", "UnknownAnswer", "submit"]

#: Both boxes of an answer in one statement, made once because every answer needs one of them.
_BOXES: list[dict[str, Any]] = [
    {"practice_id": bindparam("practice"), "cell_id": bindparam("cell")}
    | {name: bindparam(f"{kind}_{name}") for name in ("id", "kind", "kid", "sealed")}
    for kind in Kind
]
_PUT = {table: Prepared(insert(cast(Table, table.__table__)).values(_BOXES)) for table in (Pool, Scratch)}
_SIZES = {Kind.RATINGS: PLAIN_RATINGS, Kind.COMMENTS: PLAIN_COMMENTS}


def submit(
    connection: Connection,
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
    """Store an answer if its link or card is unused; otherwise do the same work for nothing.

    ``ratings`` maps item ids to option values, ``comments`` box ids to words. Raises BadToken, ForeignToken,
    ExpiredToken, UnknownAnswer, NothingAnswered or TooLong; then nothing is spent and nothing kept.
    """
    spent = spending(connection, files, practice, instrument, token=token, today=today)
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
    first = spend_once(connection, spent)
    _put(connection, practice.id, spent, boxes, table=Pool if first else Scratch)


def spend_once(connection: Connection, spent: Spending) -> bool:
    """Write down that a code was used; True if it was not before."""
    return bool(_spend(spent.table, connection.dialect.name).rows(connection, spent.row))


@lru_cache(maxsize=4)
def _spend(table: type[Spent | SpentCard], dialect: str) -> Prepared:
    return Prepared(once(table, dialect), tuple(table.__table__.columns.keys()))


def _put(
    connection: Connection,
    practice_id: int,
    spent: Spending,
    boxes: Mapping[Kind, bytes],
    *,
    table: type[Pool] | type[Scratch],
) -> None:
    values: dict[str, int | str | bytes] = {"practice": practice_id, "cell": spent.cell_id}
    for kind, content in boxes.items():
        to = spent.public[kind]
        values |= {
            f"{kind}_id": random_id(),
            f"{kind}_kind": kind.value,
            f"{kind}_kid": to.kid,
            f"{kind}_sealed": seal(content, to.public, _SIZES[kind]),
        }
    _PUT[table].rows(connection, values)
