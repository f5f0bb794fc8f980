"""Results for attacks on what is shown: whole atoms of four months, believable and made up."""

from __future__ import annotations

from collections.abc import Iterator

from survey.actions.model import Action, ActionState
from survey.attacks.house import INSTRUMENT, House
from survey.db import random_id, transaction
from survey.instruments.model import Item, Standing
from survey.practice import declaring
from survey.releases.model import Atom, Comment, Tally
from survey.responses.model import Kind

MONTHS = ("2025-12", "2026-01", "2026-02", "2026-03")
#: Random keys of one comment and of one repair, known here so that their pages can be looked at.
COMMENT, REPAIR = bytes.fromhex("5c" * 16), 5_000_000_001
WORDS = ("The phone rang for a long time.", "Somebody listened to me.", "A warmer room would help.")


def stage_results(house: House) -> None:
    """Twenty answers a month for each clinician; the further down the list, the fewer are content."""
    with transaction(house.runtime.engine, house.practice.id) as db:
        for place, person in enumerate(house.clinicians):
            cell = declaring.cell_for(db, house.practice.id, instrument=INSTRUMENT, clinician_id=person.id)
            for month in MONTHS:
                atom = _atom(house, cell.id, month, Kind.RATINGS, 20)
                db.add(atom)
                db.flush()
                for item in house.instrument.items:
                    db.add_all(_tallies(house, atom.id, item, content=18 - 6 * place))
            words = _atom(house, cell.id, MONTHS[-1], Kind.COMMENTS, 10)
            db.add(words)
            db.flush()
            db.add_all(_comments(house, words.id, known=place == 0))
        db.add(_repair(house))


def _atom(house: House, cell_id: int, month: str, kind: Kind, n: int) -> Atom:
    return Atom(
        practice_id=house.practice.id,
        id=random_id(),
        cell_id=cell_id,
        instrument=INSTRUMENT,
        kind=kind,
        month=month,
        n=n,
    )


def _tallies(house: House, atom_id: bytes, item: Item, *, content: int) -> Iterator[Tally]:
    values = {option.standing: option.value for option in reversed(item.scale.options)}
    counts = {values[Standing.BEST]: max(content, 2), values[Standing.PROBLEM]: 20 - max(content, 2)}
    for value, number in counts.items():
        yield Tally(practice_id=house.practice.id, atom_id=atom_id, item=item.key, value=value, n=number)


def _repair(house: House) -> Action:
    """A repair of the first clinician's, so that both roles can look at it."""
    return Action(
        practice_id=house.practice.id,
        id=REPAIR,
        touchpoint="phone",
        clinician_id=house.clinicians[0].id,
        heard="Calls wait.",
        promise="",
        owner="",
        state=ActionState.BREAKDOWN,
        published=False,
        measure="",
    )


def _comments(house: House, atom_id: bytes, *, known: bool) -> Iterator[Comment]:
    for place, text in enumerate(WORDS):
        yield Comment(
            practice_id=house.practice.id,
            id=COMMENT if known and place == 0 else random_id(),
            atom_id=atom_id,
            box=house.instrument.comments[0].id,
            audience="all",
            text=text,
        )
