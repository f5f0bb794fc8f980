"""Names, leaving and merging: files keep working, no result moves, and nothing goes round in a circle."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import insert, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from survey.db import reading, transaction
from survey.invitations.eligibility import Reason
from survey.invitations.model import Invitation
from survey.practice import declaring, rostering
from survey.practice.alias_model import ClinicianMerge
from survey.practice.model import Cell, Clinician, Practice
from survey.practice.rostering import CannotRoster, Obstacle
from survey.runtime import Runtime
from survey.visits.model import Visit
from tests import builders
from tests.invitations.post import invite
from tests.visits.files import line

Two = tuple[Clinician, Clinician]


@pytest.fixture
def two(runtime: Runtime, practice: Practice) -> Two:
    """The same person, spelt in two ways."""
    return builders.make_clinician(runtime, practice), builders.make_clinician(
        runtime, practice, "Ana L. Ortiz"
    )


def change(runtime: Runtime, practice: Practice, what: Callable[[Session], object]) -> None:
    with transaction(runtime.engine, practice.id) as db:
        what(db)


def rename(runtime: Runtime, practice: Practice, one: Clinician, name: str) -> None:
    change(
        runtime,
        practice,
        lambda db: rostering.rename(db, rostering.clinician(db, practice.id, one.id), name),
    )


def merge(runtime: Runtime, practice: Practice, one: Clinician, into: Clinician) -> None:
    def both(db: Session) -> None:
        found = [rostering.clinician(db, practice.id, each.id) for each in (one, into)]
        rostering.merge(db, found[0], into=found[1])

    change(runtime, practice, both)


def whose(runtime: Runtime, practice: Practice) -> dict[str, int]:
    """Whose visit it is, by its reference; the invitation must say the same."""
    with reading(runtime.engine, practice.id) as db:
        visits = dict(db.execute(select(Visit.reference, Visit.clinician_id)).all())
        asked = select(Visit.reference, Cell.clinician_id).join(
            Invitation, Invitation.visit_tag == Visit.visit_tag
        )
        asked = asked.join(Cell, Cell.id == Invitation.cell_id)
        assert all(visits[reference] == one for reference, one in db.execute(asked))
        return visits


def test_a_file_with_the_name_of_before_still_means_the_same_person(
    runtime: Runtime, practice: Practice
) -> None:
    ana = builders.make_clinician(runtime, practice)
    rename(runtime, practice, ana, "Ana Ortiz-Vega")
    rename(runtime, practice, ana, "Ana Vega")
    invite(runtime, practice, line(1), line(2, clinician="Ana Ortiz-Vega"), line(3, clinician="Ana Vega"))
    assert set(whose(runtime, practice).values()) == {ana.id}
    with reading(runtime.engine, practice.id) as db:
        assert [one.name for one in declaring.clinicians(db, practice.id)] == ["Ana Vega"]


def test_a_name_of_before_can_be_taken_again_by_its_own(runtime: Runtime, practice: Practice) -> None:
    ana = builders.make_clinician(runtime, practice)
    rename(runtime, practice, ana, "Ana Vega")
    rename(runtime, practice, ana, "Ana Ortiz")
    with reading(runtime.engine, practice.id) as db:
        assert [(one.name, one.former) for one in rostering.listed(db, practice.id)] == [
            ("Ana Ortiz", ("Ana Vega",))
        ]


@pytest.mark.parametrize("name", ["Ana L. Ortiz", "Old Name"])
def test_a_name_that_means_somebody_else_is_refused(
    runtime: Runtime, practice: Practice, two: Two, name: str
) -> None:
    rename(runtime, practice, two[1], "Old Name")
    rename(runtime, practice, two[1], "Ana L. Ortiz")
    with pytest.raises(CannotRoster) as refused:
        rename(runtime, practice, two[0], name)
    assert refused.value.obstacle is Obstacle.NAME_TAKEN


def test_nobody_is_asked_about_somebody_who_left(runtime: Runtime, practice: Practice) -> None:
    ana = builders.make_clinician(runtime, practice)
    rename(runtime, practice, ana, "Ana Vega")

    def leave(db: Session) -> None:
        rostering.leave(db, rostering.clinician(db, practice.id, ana.id), close_accounts=False)

    change(runtime, practice, leave)
    told = invite(runtime, practice, line(1), line(2, clinician="Ana Vega"), line(3, clinician="Ben Ito"))
    assert (told.invited, told.skipped) == (1, {Reason.CLINICIAN_LEFT: 2})


def test_new_visits_of_both_names_go_to_the_record_that_is_kept(
    runtime: Runtime, practice: Practice, two: Two
) -> None:
    invite(runtime, practice, line(1))
    merge(runtime, practice, *two)
    invite(runtime, practice, line(2), line(3, clinician="Ana L. Ortiz"))
    assert whose(runtime, practice) == {"V-1": two[0].id, "V-2": two[1].id, "V-3": two[1].id}


def test_a_visit_that_was_planned_before_a_merge_is_asked_about_under_the_record_that_is_kept(
    runtime: Runtime, practice: Practice, two: Two
) -> None:
    invite(runtime, practice, line(1, status="scheduled"))
    merge(runtime, practice, *two)
    invite(runtime, practice, line(1))
    assert whose(runtime, practice) == {"V-1": two[1].id}


def test_a_merge_that_is_undone_leaves_everything_as_it_was(
    runtime: Runtime, practice: Practice, two: Two
) -> None:
    with reading(runtime.engine, practice.id) as db:
        before = rostering.listed(db, practice.id)
    merge(runtime, practice, *two)
    change(runtime, practice, lambda db: rostering.part(db, rostering.clinician(db, practice.id, two[0].id)))
    with reading(runtime.engine, practice.id) as db:
        assert rostering.listed(db, practice.id) == before
    invite(runtime, practice, line(1))
    assert whose(runtime, practice) == {"V-1": two[0].id}


def test_merges_never_go_round_in_a_circle(runtime: Runtime, practice: Practice, two: Two) -> None:
    third = builders.make_clinician(runtime, practice, "A. Ortiz")
    merge(runtime, practice, *two)
    merge(runtime, practice, two[1], third)
    for one, into in ((third, two[0]), (two[0], third), (third, third)):
        with pytest.raises(CannotRoster):
            merge(runtime, practice, one, into)
    invite(runtime, practice, line(1))
    assert whose(runtime, practice) == {"V-1": third.id}


def test_the_database_refuses_a_record_that_is_merged_into_itself(owned: Runtime) -> None:
    practice = builders.make_practice(owned)
    ana = builders.make_clinician(owned, practice)
    itself = insert(ClinicianMerge).values(practice_id=practice.id, clinician_id=ana.id, into_id=ana.id)
    with transaction(owned.engine, practice.id) as db, pytest.raises(IntegrityError):
        db.execute(itself)
