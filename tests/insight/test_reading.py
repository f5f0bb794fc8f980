"""Whole atoms only: a clinician never gets what was joined, the practice gets everything."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from survey.db import random_id, reading, transaction
from survey.insight.reading import (
    Results,
    clinicians_with_results,
    months_with_results,
    read_by_clinician,
    read_cards,
    read_comments,
    read_results,
)
from survey.practice import declaring
from survey.practice.model import CARDS, Clinician, Practice
from survey.releases.model import Atom, Comment
from survey.runtime import Runtime
from tests.builders import make_atom, make_clinician

PHONE = "phone.1"


@pytest.fixture
def ana(runtime: Runtime, practice: Practice) -> Clinician:
    return make_clinician(runtime, practice, "Ana Ortiz")


@pytest.fixture
def ben(runtime: Runtime, practice: Practice) -> Clinician:
    return make_clinician(runtime, practice, "Ben Adeyemi")


def read(runtime: Runtime, practice: Practice, clinician: Clinician | None, *months: str) -> Results:
    with reading(runtime.engine, practice.id) as db:
        return read_results(
            db,
            practice.id,
            instrument="after_visit",
            clinician_id=None if clinician is None else clinician.id,
            months=months or None,
        )


def test_a_clinician_gets_own_atoms_and_never_the_join(
    runtime: Runtime, practice: Practice, ana: Clinician, ben: Clinician
) -> None:
    with transaction(runtime.engine, practice.id) as db:
        make_atom(db, practice, clinician=ana, counts={PHONE: {"definitely": 6, "no": 1}})
        make_atom(db, practice, clinician=ben, counts={PHONE: {"no": 5}})
        make_atom(db, practice, joined=True, counts={PHONE: {"mostly": 8}})
        make_atom(db, practice, counts={PHONE: {"mostly": 9}})
    own = read(runtime, practice, ana)
    assert own.counts(PHONE) == {"definitely": 6, "no": 1}
    assert own.n() == 7
    whole = read(runtime, practice, None)
    assert whole.counts(PHONE) == {"definitely": 6, "no": 6, "mostly": 17}
    assert whole.n() == 29


def test_printed_cards_are_read_on_their_own_and_nowhere_else(
    runtime: Runtime, practice: Practice, ana: Clinician
) -> None:
    with transaction(runtime.engine, practice.id) as db:
        make_atom(db, practice, clinician=ana, counts={PHONE: {"definitely": 6}})
        for month in ("2026-03", "2026-04"):
            make_atom(db, practice, visit_type=CARDS, month=month, counts={PHONE: {"no": 9}})
        found = read_cards(db, practice.id, instrument="after_visit", months=("2026-03",))
        assert (found.counts(PHONE), found.n()) == ({"no": 9}, 9)
        assert months_with_results(db, practice.id, instrument="after_visit") == ("2026-03",)
        assert clinicians_with_results(db, practice.id, instrument="after_visit", months=None) == 1
    for whose in (None, ana):
        assert read(runtime, practice, whose).counts(PHONE) == {"definitely": 6}


def test_months_are_unions_of_atoms_and_an_empty_one_is_absent(
    runtime: Runtime, practice: Practice, ana: Clinician
) -> None:
    with transaction(runtime.engine, practice.id) as db:
        make_atom(db, practice, clinician=ana, month="2026-01", counts={PHONE: {"no": 5}})
        make_atom(db, practice, clinician=ana, month="2026-03", counts={PHONE: {"no": 6}})
        make_atom(db, practice, clinician=ana, month="2026-03", counts={PHONE: {"no": 7}})
        found = months_with_results(db, practice.id, instrument="after_visit")
    assert found == ("2026-01", "2026-03")
    results = read(runtime, practice, ana)
    assert [(each.month, each.n) for each in results.months] == [("2026-01", 5), ("2026-03", 13)]
    assert results.counts(PHONE, ["2026-03"]) == {"no": 13}
    assert results.newest == "2026-03"
    assert read(runtime, practice, ana, "2026-02") == Results()


def test_blank_is_counted_and_is_no_answer(runtime: Runtime, practice: Practice, ana: Clinician) -> None:
    with transaction(runtime.engine, practice.id) as db:
        make_atom(
            db,
            practice,
            clinician=ana,
            counts={"overall.1": {"good": 8}, PHONE: {"no": 3, "does_not_apply": 1}},
        )
    results = read(runtime, practice, ana)
    assert results.counts(PHONE)[""] == 4
    assert results.answered(PHONE) == 4


def test_another_survey_and_another_practice_stay_out(
    runtime: Runtime, practice: Practice, ana: Clinician
) -> None:
    with transaction(runtime.engine) as db:
        other = declaring.create_practice(db, slug="hill", name="Hill", time_zone="Europe/Madrid")
        make_atom(db, other, counts={PHONE: {"no": 9}})
        make_atom(db, practice, clinician=ana, instrument="fft", counts={"overall.1": {"good": 9}})
    assert read(runtime, practice, None) == Results()


def test_reading_all_clinicians_at_once_says_the_same_as_one_by_one(
    runtime: Runtime, practice: Practice, ana: Clinician, ben: Clinician
) -> None:
    with transaction(runtime.engine, practice.id) as db:
        for month in ("2026-01", "2026-02"):
            make_atom(db, practice, clinician=ana, month=month, counts={PHONE: {"no": 5, "mostly": 3}})
        make_atom(db, practice, clinician=ben, counts={PHONE: {"no": 5}, "overall.1": {"good": 5}})
        make_atom(db, practice, joined=True, counts={PHONE: {"no": 5}})
        found = read_by_clinician(
            db, practice.id, instrument="after_visit", months=None, items=[PHONE, "overall.1"]
        )
        number = clinicians_with_results(db, practice.id, instrument="after_visit", months=None)
    assert found == {ana.id: read(runtime, practice, ana), ben.id: read(runtime, practice, ben)}
    assert number == 2


def comment_atom(db: Session, practice: Practice, clinician: Clinician | None, *, month: str) -> bytes:
    cell_id = None
    if clinician is not None:
        cell_id = declaring.cell_for(db, practice.id, instrument="after_visit", clinician_id=clinician.id).id
    atom = Atom(
        practice_id=practice.id,
        id=random_id(),
        cell_id=cell_id,
        instrument="after_visit",
        kind="comments",
        month=month,
        n=10,
    )
    db.add(atom)
    db.flush()
    return atom.id


def say(db: Session, practice: Practice, atom_id: bytes, text: str, **more: object) -> None:
    given = {"box": "works_well", "audience": "all", "hidden": False} | more
    db.add(Comment(practice_id=practice.id, id=random_id(), atom_id=atom_id, text=text, **given))
    db.flush()


def test_comments_come_newest_month_first_without_hidden_ones(
    runtime: Runtime, practice: Practice, ana: Clinician
) -> None:
    with transaction(runtime.engine, practice.id) as db:
        old = comment_atom(db, practice, ana, month="2026-01")
        new = comment_atom(db, practice, ana, month="2026-02")
        say(db, practice, old, "earlier")
        say(db, practice, new, "later")
        say(db, practice, new, "unkind", hidden=True)
        found = read_comments(
            db, practice.id, instrument="after_visit", clinician_id=ana.id, months=None, management=True
        )
    assert [(one.month, one.text) for one in found] == [("2026-02", "later"), ("2026-01", "earlier")]


def test_what_was_meant_for_the_management_is_read_for_the_management_only(
    runtime: Runtime, practice: Practice, ana: Clinician
) -> None:
    with transaction(runtime.engine, practice.id) as db:
        own, joined = (
            comment_atom(db, practice, ana, month="2026-02"),
            comment_atom(db, practice, None, month="2026-02"),
        )
        say(db, practice, own, "for all")
        say(db, practice, own, "for the management", audience="management")
        say(db, practice, joined, "joined")

        def texts(clinician: Clinician | None, *, management: bool) -> set[str]:
            found = read_comments(
                db,
                practice.id,
                instrument="after_visit",
                clinician_id=None if clinician is None else clinician.id,
                months=["2026-02"],
                management=management,
            )
            return {one.text for one in found}

        assert texts(ana, management=False) == {"for all"}
        assert texts(None, management=True) == {"for all", "for the management", "joined"}


def test_the_order_inside_a_month_is_not_the_order_of_writing(
    runtime: Runtime, practice: Practice, ana: Clinician
) -> None:
    written = [f"comment {number:02d}" for number in range(40)]
    with transaction(runtime.engine, practice.id) as db:
        atom = comment_atom(db, practice, ana, month="2026-02")
        for text in written:
            say(db, practice, atom, text)
        found = read_comments(
            db, practice.id, instrument="after_visit", clinician_id=None, months=None, management=True
        )
    texts = [one.text for one in found]
    assert sorted(texts) == written
    assert texts != written
