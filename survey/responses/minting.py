"""Make printed cards: random codes, of which nothing but keyed tags is kept.

The codes exist on paper only. Must never write down a code, its place on a sheet, or which cards were
printed together: tags go in in the order of their own bytes, and every night all of them are written anew.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy import insert
from sqlalchemy.orm import Session

from survey import clock
from survey.keys import cards, codes
from survey.keys.files import KeyFiles
from survey.practice import declaring
from survey.practice.model import CARDS, Practice
from survey.responses.model import Card

#: Cards on one sheet. Only whole sheets are printed: a single card could be meant for a single person.
PER_SHEET = 8
MOST = 1000


class CannotMint(Exception):
    """A number of cards that cannot be printed; the text says which can."""


def new_codes(number: int, *, today: date) -> tuple[str, ...]:
    """Codes for at least so many cards of today's quarter, filling whole sheets. Raises CannotMint."""
    if not 1 <= number <= MOST:
        raise CannotMint(f"print from 1 to {MOST} cards at a time; more can follow")
    whole = -(-number // PER_SHEET) * PER_SHEET
    quarter, found = clock.quarter_of(today), set[str]()
    while len(found) < whole:
        found.add(codes.new_code(quarter))
    return tuple(found)


def mint(db: Session, files: KeyFiles, practice: Practice, made: Sequence[str], *, today: date) -> None:
    """From now until the quarter's cards end, each of these codes takes one answer. Raises KeyTrouble."""
    quarter = clock.quarter_of(today)
    cards.ensure_quarter(files, quarter, today=today)
    declaring.cell_for(db, practice.id, instrument=practice.instrument, clinician_id=None, visit_type=CARDS)
    tags = sorted(cards.card_tag(files, quarter, practice.id, code) for code in made)
    db.execute(insert(Card), [{"practice_id": practice.id, "tag": tag, "quarter": quarter} for tag in tags])
