"""Once a repair's months are over, compare before with after and write the outcome down, once and for all.

What is written is rounded already. All comparisons of a practice are one family; an outcome that stands is
never written again, so that what patients were told stays true. The caller opens the transaction.
"""

from __future__ import annotations

from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from survey.actions.model import Action
from survey.insight import effect, reading
from survey.insight.effect import Outcome, Sides
from survey.insight.reading import Results
from survey.insight.rounding import RoundedShare
from survey.insight.scoring import NOTHING, Score, score
from survey.instruments.model import Instrument, Item
from survey.practice import publishing
from survey.practice.model import Practice


def measure_due(db: Session, practice: Practice, *, today: date) -> int:
    """Write down the outcome of every repair whose months are over. Returns how many were written."""
    family = [one for one in _measurable(db, practice.id) if _is_over(one, today)]
    if all(one.effect is not None for one in family):
        return 0
    asked = _items(db, practice)
    found = effect.outcomes(
        [sides(db, practice, one, asked=asked) for one in family], least=practice.k_ratings
    )
    waiting = [(one, outcome) for one, outcome in zip(family, found, strict=True) if one.effect is None]
    for action, outcome in waiting:
        _write(action, outcome)
    db.flush()
    return len(waiting)


def sides(
    db: Session, practice: Practice, action: Action, *, asked: dict[str, tuple[Item, Instrument]]
) -> Sides:
    """The exact scores before and after; nothing of them may be shown but through ``effect.outcomes``."""
    if action.measure not in asked or action.done_on is None or action.span is None:
        return Sides(NOTHING, NOTHING)
    months = effect.months_of(action.done_on, action.span)
    results = reading.read_results(
        db,
        practice.id,
        instrument=asked[action.measure][1].id,
        clinician_id=action.clinician_id,
        months=(*months.before, *months.after),
    )
    item, instrument = asked[action.measure]
    return Sides(
        _score(item, instrument, results, months.before), _score(item, instrument, results, months.after)
    )


def _score(item: Item, instrument: Instrument, results: Results, months: tuple[str, ...]) -> Score:
    return score(item, results.counts(item.key, months), denominator=instrument.denominator)


def _measurable(db: Session, practice_id: int) -> list[Action]:
    query = select(Action).where(
        Action.practice_id == practice_id, Action.done_on.is_not(None), Action.measure != ""
    )
    return list(db.scalars(query.order_by(Action.id)))


def _is_over(action: Action, today: date) -> bool:
    assert action.done_on is not None
    assert action.span is not None
    return effect.is_over(action.done_on, action.span, today=today)


def _items(db: Session, practice: Practice) -> dict[str, tuple[Item, Instrument]]:
    """Every item of any version of the practice's survey by its key, the newest version's words last."""
    return {
        item.key: (item, version)
        for version in publishing.versions(db, practice.id).values()
        if version.id == practice.instrument
        for item in version.counted
    }


def _write(action: Action, outcome: Outcome) -> None:
    action.effect = outcome.effect
    if isinstance(outcome.before, RoundedShare) and isinstance(outcome.after, RoundedShare):
        action.share_before, action.band_before = outcome.before.centre, outcome.before.n.low
        action.share_after, action.band_after = outcome.after.centre, outcome.after.n.low
