"""Results for tests of the dashboards: released atoms of whole months, made up but believable."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from survey.clock import SimulatedClock, at_local
from survey.db import random_id, transaction
from survey.instruments.model import Instrument, Item, Standing
from survey.practice import declaring
from survey.practice.model import Clinician, Practice
from survey.releases.model import Atom, Comment
from survey.runtime import Runtime
from tests import builders

MONTHS = ("2025-12", "2026-01", "2026-02", "2026-03")
PEOPLE = ("Ana Ortiz", "Ben Yu", "Carla Neumann")


def answer_counts(item: Item, *, best: int, problem: int) -> Mapping[str, int]:
    """So many gave the best and so many the worst answer."""
    options = {option.standing: option.value for option in reversed(item.scale.options)}
    return {options[Standing.BEST]: best, options[Standing.PROBLEM]: problem}


def month_counts(
    instrument: Instrument, *, best: int, problem: int, bad: str = "phone"
) -> dict[str, Mapping[str, int]]:
    """Counts for every item; the touchpoint ``bad`` has them the other way round."""
    return {
        item.key: answer_counts(item, best=problem, problem=best)
        if item.touchpoint == bad
        else answer_counts(item, best=best, problem=problem)
        for item in instrument.items
    }


def stage_year(runtime: Runtime, practice: Practice) -> tuple[Clinician, ...]:
    """Three clinicians with four months each, comments of Ana's, and a fourth with too few. In April 2026."""
    assert isinstance(runtime.clock, SimulatedClock)
    instrument = builders.load_instrument(runtime)
    people = tuple(builders.make_clinician(runtime, practice, name) for name in (*PEOPLE, "Dev Patel"))
    with transaction(runtime.engine, practice.id) as db:
        for person in people[:3]:
            for month in MONTHS:
                counts = month_counts(instrument, best=18, problem=2)
                builders.make_atom(db, practice, counts=counts, clinician=person, month=month)
        few = month_counts(instrument, best=5, problem=1)
        builders.make_atom(db, practice, counts=few, clinician=people[3], month=MONTHS[-1])
    add_comments(runtime, practice, people[0], texts=("The phone rang for ever.", "<b>Listened</b> & kind."))
    runtime.clock.move_to(at_local(date(2026, 4, 20), 10, practice.time_zone))
    return people


def add_comments(runtime: Runtime, practice: Practice, person: Clinician, *, texts: tuple[str, ...]) -> None:
    """One released batch of comments of a clinician."""
    with transaction(runtime.engine, practice.id) as db:
        cell = declaring.cell_for(db, practice.id, instrument=practice.instrument, clinician_id=person.id)
        atom_id = random_id()
        db.add(
            Atom(
                practice_id=practice.id,
                id=atom_id,
                cell_id=cell.id,
                instrument=practice.instrument,
                kind="comments",
                month=MONTHS[-1],
                n=10,
            )
        )
        db.flush()
        for text in texts:
            db.add(
                Comment(
                    practice_id=practice.id,
                    id=random_id(),
                    atom_id=atom_id,
                    box="to_change",
                    audience="all",
                    text=text,
                )
            )
