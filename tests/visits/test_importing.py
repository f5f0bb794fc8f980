"""Importing visits: idempotent, complete, and without a name or an address in the database."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from threading import Barrier, Thread

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from survey.db import lock_practice, reading, transaction
from survey.keys.contact import Tags
from survey.practice.model import Clinician, Location, Practice
from survey.runtime import Runtime
from survey.visits import importing, recognising
from survey.visits.importing import SortedVisits
from survey.visits.model import Visit
from survey.visits.visit_file import read_visits
from tests.services import data_folder
from tests.visits.files import line, visits_csv

TODAY = date(2026, 3, 2)


def take(runtime: Runtime, practice: Practice, *lines: str, today: date = TODAY) -> SortedVisits:
    return take_file(runtime, practice, visits_csv(*lines), today=today)


def take_file(runtime: Runtime, practice: Practice, data: bytes, *, today: date = TODAY) -> SortedVisits:
    with transaction(runtime.engine, practice.id) as db:
        lock_practice(db, practice.id)
        known = recognising.Recogniser(Tags(runtime.files, practice.id), practice)
        visits = [known.recognise(row) for row in read_visits(data).rows]
        found = importing.sort_out(db, practice, visits, today=today)
        importing.write(db, practice, found)
        return found


def counts(found: SortedVisits) -> tuple[int, int, int, int]:
    return len(found.new), len(found.changed), len(found.unchanged), len(found.newly_attended)


@contextmanager
def looking(runtime: Runtime, practice: Practice) -> Iterator[Session]:
    with reading(runtime.engine, practice.id) as db:
        yield db


def test_the_real_file_is_imported_once_however_often_it_comes(runtime: Runtime, practice: Practice) -> None:
    data = (data_folder() / "visits" / "generic_visits.csv").read_bytes()
    today = date(2026, 9, 30)
    assert counts(take_file(runtime, practice, data, today=today)) == (567, 0, 0, 497)
    header, *lines = data.decode().splitlines()
    shuffled = "\n".join([header, *reversed(lines)]).encode()
    assert counts(take_file(runtime, practice, shuffled, today=today)) == (0, 0, 567, 0)
    with looking(runtime, practice) as db:
        assert db.scalar(select(func.count()).select_from(Clinician)) == 5
        assert db.scalar(select(func.count()).select_from(Location)) == 3


def test_overlapping_files_in_any_order_lead_to_the_same_visits(runtime: Runtime, practice: Practice) -> None:
    first, second = [line(n) for n in (1, 2, 3)], [line(n) for n in (3, 4)]
    for lines in itertools.chain([second, first], [first, second]):
        take(runtime, practice, *lines)
    with looking(runtime, practice) as db:
        assert sorted(db.scalars(select(Visit.reference))) == ["V-1", "V-2", "V-3", "V-4"]


def test_a_changed_line_changes_its_visit(runtime: Runtime, practice: Practice) -> None:
    take(runtime, practice, line(1), line(2))
    moved = line(1, start="2026-03-03", clinician="Ben Roth", location="Main Street")
    assert counts(take(runtime, practice, moved, line(2))) == (0, 1, 1, 0)
    with looking(runtime, practice) as db:
        day, name = db.execute(
            select(Visit.day, Clinician.name)
            .join(Clinician, Visit.clinician_id == Clinician.id)
            .where(Visit.reference == "V-1")
        ).one()
    assert (day, name) == (date(2026, 3, 3), "Ben Roth")


def test_a_visit_that_turns_out_attended_is_newly_attended_once(runtime: Runtime, practice: Practice) -> None:
    assert counts(take(runtime, practice, line(1, status="booked"))) == (1, 0, 0, 0)
    assert counts(take(runtime, practice, line(1))) == (0, 1, 0, 1)
    assert counts(take(runtime, practice, line(1))) == (0, 0, 1, 0)


def test_visits_without_a_number_are_recognised_by_client_and_start(
    runtime: Runtime, practice: Practice
) -> None:
    header = "start,clinician,email,status,client"
    row = "2026-03-02T09:00:00-05:00,Ana,a@example.org,attended,C7"
    same = "2026-03-02T14:00:00Z,Ana,A@Example.org,attended,C7"
    assert counts(take_file(runtime, practice, visits_csv(row, header=header))) == (1, 0, 0, 1)
    assert counts(take_file(runtime, practice, visits_csv(same, header=header))) == (0, 0, 1, 0)


def test_the_day_is_the_practices_own(runtime: Runtime, practice: Practice) -> None:
    take(runtime, practice, line(1, start="2026-03-02T02:00:00Z"))
    with looking(runtime, practice) as db:
        assert db.scalar(select(Visit.day)) == date(2026, 3, 1)


def test_visits_older_than_what_is_kept_are_counted_and_not_taken(
    runtime: Runtime, practice: Practice
) -> None:
    outcome = take(runtime, practice, line(1, start="2025-01-10"), line(2)).outcome
    assert (outcome.new, outcome.too_old) == (1, 1)


def test_no_address_reaches_the_database(runtime: Runtime, practice: Practice) -> None:
    take(runtime, practice, line(1, email="marker@example.org"))
    with looking(runtime, practice) as db:
        row = db.execute(select(Visit)).scalar_one()
    assert "marker" not in repr(
        {column.name: getattr(row, column.name) for column in Visit.__table__.columns}
    )


def test_another_practice_gets_other_tags(runtime: Runtime, practice: Practice) -> None:
    from tests.builders import make_practice

    other = make_practice(runtime, slug="lakeside", name="Lakeside Practice")
    take(runtime, practice, line(1))
    take(runtime, other, line(1))
    with reading(runtime.engine) as db:
        rows = db.execute(select(Visit.visit_tag, Visit.client_tag)).all()
    assert len({tag for row in rows for tag in row}) == 4


@pytest.mark.parametrize("workers", [4])
def test_the_same_file_at_the_same_moment_is_imported_once(
    runtime: Runtime, practice: Practice, workers: int
) -> None:
    barrier, outcomes = Barrier(workers), []

    def work() -> None:
        barrier.wait()
        outcomes.append(counts(take(runtime, practice, *[line(n) for n in range(20)])))

    threads = [Thread(target=work) for _ in range(workers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == [(0, 0, 20, 0)] * 3 + [(20, 0, 0, 20)]
