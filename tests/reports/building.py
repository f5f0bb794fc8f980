"""A small practice with results, for the tests of reports."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy.orm import Session

from survey.db import transaction
from survey.instruments.loading import load_touchpoints
from survey.instruments.model import Touchpoint
from survey.practice.model import Clinician, Practice
from survey.runtime import Runtime
from survey.settings import shipped
from tests.builders import make_atom, make_clinician

TOUCHPOINTS: Mapping[str, Touchpoint] = load_touchpoints(shipped("surveys_config") / "touchpoints.yaml")
GOOD = {
    "overall.1": {"very_good": 12, "good": 4},
    "phone.1": {"definitely": 13, "mostly": 3},
    "breakdown.1": {"nothing_wrong": 13, "put_right": 2, "not_put_right": 1},
}
BAD = {
    "overall.1": {"very_good": 9, "good": 5, "poor": 2},
    "phone.1": {"definitely": 5, "mostly": 4, "no": 7},
    "breakdown.1": {"nothing_wrong": 10, "put_right": 2, "not_put_right": 4},
}
MONTHS = tuple(f"2026-{number:02d}" for number in range(1, 7))


def three_clinicians(runtime: Runtime, practice: Practice) -> tuple[Clinician, Clinician, Clinician]:
    """Ana is good, Ben's phone is bad, Cy has one month; leftovers were joined each month."""
    ana, ben, cy = (
        make_clinician(runtime, practice, name) for name in ("Ana Ortiz", "Ben Adeyemi", "Cy Young")
    )
    with transaction(runtime.engine, practice.id) as db:
        for month in MONTHS:
            make_atom(db, practice, clinician=ana, month=month, counts=GOOD)
            make_atom(db, practice, clinician=ben, month=month, counts=BAD)
            make_atom(db, practice, joined=True, month=month, counts={"overall.1": {"good": 6}})
        make_atom(db, practice, clinician=cy, month="2026-05", counts={"overall.1": {"very_good": 6}})
    return ana, ben, cy


def add_atom(db: Session, practice: Practice, clinician: Clinician, month: str, n: int) -> None:
    """One more atom in which everybody was content."""
    make_atom(db, practice, clinician=clinician, month=month, counts={"overall.1": {"very_good": n}})
