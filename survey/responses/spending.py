"""What a code stands for: the cell it counts in, and the one row that says it was used.

A link from a mail, or a printed card. Both are read only; who submits an answer writes the row. Must never
look at the identified side, nor write down anything about a code but its tag.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection, select

from survey import clock
from survey.instruments.model import Instrument
from survey.keys import cards, codes, issue, tokens
from survey.keys.files import KeyFiles
from survey.practice.model import CARDS, Cell, Practice
from survey.responses import pooling
from survey.responses.model import Card, Kind, Spent, SpentCard
from survey.responses.pooling import PublicKey


class ForeignToken(tokens.BadToken):
    """A link of another practice, or a card of another survey."""


class ExpiredCard(tokens.ExpiredToken):
    """A card whose quarter is over."""


@dataclass(frozen=True)
class Spending:
    """The cell of an answer, what it is sealed to, and the row whose key gives one answer per code."""

    cell_id: int
    public: Mapping[Kind, PublicKey]
    table: type[Spent | SpentCard]
    row: Mapping[str, int | bytes]


def spending(
    connection: Connection,
    files: KeyFiles,
    practice: Practice,
    instrument: Instrument,
    *,
    token: str,
    today: date,
) -> Spending:
    """Raises BadToken, ForeignToken, ExpiredToken or ExpiredCard."""
    code = codes.read_code(token)
    if code is None:
        return _of_link(connection, files, practice, token, today)
    return _of_card(connection, files, practice, instrument, code=code, today=today)


def _of_link(
    connection: Connection, files: KeyFiles, practice: Practice, token: str, today: date
) -> Spending:
    read = tokens.read_token(files, token)
    public = pooling.public_keys(connection, practice.id, read.cell_id)
    if not public:
        raise ForeignToken("this code belongs to another survey")
    if today > issue.last_day(read.week):
        raise tokens.ExpiredToken("this link's week is over")
    return Spending(
        cell_id=read.cell_id,
        public=public,
        table=Spent,
        row={"practice_id": practice.id, "tag": read.tag, "issue_week": read.week},
    )


def _of_card(
    connection: Connection,
    files: KeyFiles,
    practice: Practice,
    instrument: Instrument,
    *,
    code: str,
    today: date,
) -> Spending:
    quarter = codes.quarter_of_code(code, today=clock.quarter_of(today))
    if quarter is None:
        raise tokens.BadToken("no card of ours")
    if today > cards.last_day(quarter):
        raise ExpiredCard("this card's quarter is over")
    try:
        tag = cards.card_tag(files, quarter, practice.id, code)
    except cards.NoCardKey:
        raise tokens.BadToken("no card of this quarter was printed") from None
    known = select(Card.tag).where(Card.practice_id == practice.id, Card.tag == tag)
    if connection.scalar(known) is None:
        raise tokens.BadToken("no card of ours")
    cell = select(Cell.id).where(
        Cell.practice_id == practice.id,
        Cell.instrument == instrument.id,
        Cell.visit_type == CARDS,
        Cell.clinician_id.is_(None),
    )
    cell_id = connection.scalar(cell)
    if cell_id is None:
        raise ForeignToken("this card belongs to another survey")
    return Spending(
        cell_id=cell_id,
        public=pooling.public_keys(connection, practice.id, cell_id),
        table=SpentCard,
        row={"practice_id": practice.id, "tag": tag},
    )
