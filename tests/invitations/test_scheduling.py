"""From a visits file to invitations: whom, when, in which week; and that the dry run is the real run."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest
from sqlalchemy import func, select

from survey import clock
from survey.db import reading, transaction
from survey.invitations import opting_out, scheduling
from survey.invitations.eligibility import Reason
from survey.invitations.model import CapMark, Invitation
from survey.keys import contact, issue
from survey.practice.model import Cell, Practice
from survey.runtime import Runtime
from survey.visits.model import Visit
from survey.visits.visit_file import UnreadableFile
from tests.invitations.post import invitations, invite, states
from tests.services import data_folder
from tests.visits.files import line, visits_csv

SEPTEMBER = datetime(2026, 9, 29, 15, 0, tzinfo=UTC)


def real_file() -> bytes:
    return (data_folder() / "visits" / "generic_visits.csv").read_bytes()


def test_an_invitation_goes_out_on_the_next_business_morning(runtime: Runtime, practice: Practice) -> None:
    friday = datetime(2026, 3, 6, 15, 0, tzinfo=UTC)
    invite(runtime, practice, line(1, start="2026-03-06"), now=friday)
    (row,) = invitations(runtime, practice)
    monday = date(2026, 3, 9)
    assert (row.send_day, row.issue_week) == (monday, clock.week_number(monday))
    assert (row.state, row.label, row.language) == ("due", "after-visit-1", "en")


def test_the_address_is_sealed_for_the_week_and_stands_nowhere_else(
    runtime: Runtime, practice: Practice
) -> None:
    invite(runtime, practice, line(1, email="Marker@Example.org"))
    (row,) = invitations(runtime, practice)
    assert issue.open_address(runtime.files, row.issue_week, row.address_sealed) == "Marker@Example.org"
    assert b"arker" not in b"".join(value for value in row if isinstance(value, bytes))


def test_the_cell_is_the_clinicians(runtime: Runtime, practice: Practice) -> None:
    invite(runtime, practice, line(1, clinician="Ana"), line(2, clinician="Ben"))
    with reading(runtime.engine, practice.id) as db:
        cells = db.execute(
            select(Cell.clinician_id).join(Invitation, Invitation.cell_id == Cell.id)
        ).scalars()
        found = list(cells)
    assert len(set(found)) == 2
    assert None not in found


@pytest.mark.parametrize(("wanted", "given"), [("es", "es"), ("en", "en"), ("fr", "en"), ("", "en")])
def test_the_patients_language_is_used_where_the_survey_speaks_it(
    runtime: Runtime, practice: Practice, wanted: str, given: str
) -> None:
    invite(runtime, practice, line(1, language=wanted))
    assert invitations(runtime, practice)[0].language == given


def test_each_skipped_visit_has_one_reason(runtime: Runtime, practice: Practice) -> None:
    with transaction(runtime.engine, practice.id) as db:
        tag = contact.contact_tag(runtime.files, practice.id, "gone@example.org")
        opting_out.opt_out_contact(db, practice.id, tag)
    intake = invite(
        runtime,
        practice,
        line(1),
        line(2, start="2026-02-01"),
        line(3, start="2026-03-04"),
        line(4, email=""),
        line(5, flag="yes"),
        line(6, email="GONE@example.org"),
        line(7, email="person1@example.org", start="2026-03-01"),
        line(8, visit_number="1"),
        line(9, status="cancelled"),
    )
    assert intake.invited == 1
    assert intake.skipped == {
        Reason.TOO_LONG_AGO: 1,
        Reason.IN_THE_FUTURE: 1,
        Reason.NO_ADDRESS: 1,
        Reason.DO_NOT_SURVEY: 1,
        Reason.OPTED_OUT: 1,
        Reason.ASKED_RECENTLY: 1,
        Reason.FIRST_VISIT: 1,
    }
    assert intake.outcome.new == 9


def test_of_several_visits_the_newest_is_asked_about(runtime: Runtime, practice: Practice) -> None:
    lines = [line(n, email="a@example.org", start=f"2026-02-2{n}") for n in (4, 6, 5)]
    intake = invite(runtime, practice, *lines)
    asked = [decision.visit.row.reference for decision in intake.decisions if decision.reason is None]
    assert asked == ["V-6"]


def test_a_flag_on_one_visit_protects_the_person_on_all_of_them(runtime: Runtime, practice: Practice) -> None:
    intake = invite(
        runtime, practice, line(1, email="a@example.org"), line(2, email="A@example.org", flag="yes")
    )
    assert (intake.invited, intake.skipped) == (0, {Reason.DO_NOT_SURVEY: 2})


def test_unnumbered_visits_are_counted_from_those_we_know(runtime: Runtime, practice: Practice) -> None:
    first = invite(runtime, practice, line(1, email="a@example.org", start="2026-02-25", visit_number=""))
    second = invite(runtime, practice, line(2, email="a@example.org", visit_number=""))
    assert first.skipped == {Reason.FIRST_VISIT: 1}
    assert second.invited == 1


def test_the_cap_holds_across_files_clinicians_and_months(runtime: Runtime, practice: Practice) -> None:
    day = datetime(2026, 3, 2, 15, 0, tzinfo=UTC)
    asked = []
    for number in range(60):
        now = day + timedelta(days=7 * number)
        clinician = f"Clinician {number % 3}"
        start = now.date().isoformat()
        visit = line(number, email="a@example.org", start=start, clinician=clinician)
        if invite(runtime, practice, visit, now=now).invited:
            asked.append(now.date())
    gaps = [(later - earlier).days for earlier, later in pairwise(asked)]
    assert len(asked) >= 4
    assert min(gaps) >= 90


def test_the_real_file_schedules_once_and_the_dry_run_says_so_before(
    runtime: Runtime, practice: Practice
) -> None:
    data = real_file()
    with reading(runtime.engine, practice.id) as db:  # the database refuses any write here
        shown = scheduling.dry_run(db, runtime.files, practice, data, now=SEPTEMBER)
        assert db.scalar(select(func.count()).select_from(Visit)) == 0
    with transaction(runtime.engine, practice.id) as db:
        done = scheduling.take_visits(db, runtime.files, practice, data, now=SEPTEMBER)
    assert shown == done
    assert done.invited == sum(states(runtime, practice).values()) == 45
    assert done.invited + sum(done.skipped.values()) == 497
    with transaction(runtime.engine, practice.id) as db:
        again = scheduling.take_visits(db, runtime.files, practice, data, now=SEPTEMBER)
        assert db.scalar(select(func.count()).select_from(CapMark)) == 45
    assert (again.invited, again.skipped, again.outcome.unchanged) == (0, {}, 567)


def test_a_faulty_line_is_left_out_and_comes_in_once_corrected(runtime: Runtime, practice: Practice) -> None:
    first = invite(runtime, practice, line(1), line(2, status="?"))
    assert (first.invited, len(first.file.errors)) == (1, 1)
    second = invite(runtime, practice, line(1), line(2))
    assert (second.invited, second.outcome.new) == (1, 1)


def test_a_refused_file_changes_nothing(runtime: Runtime, practice: Practice) -> None:
    with transaction(runtime.engine, practice.id) as db, pytest.raises(UnreadableFile):
        scheduling.take_visits(
            db, runtime.files, practice, visits_csv(line(1)) + b"\0", now=runtime.clock.now()
        )
    with reading(runtime.engine, practice.id) as db:
        assert db.scalar(select(func.count()).select_from(Visit)) == 0


def test_without_a_published_survey_the_remedy_is_named(runtime: Runtime, practice: Practice) -> None:
    long_ago = datetime(2019, 3, 4, 15, 0, tzinfo=UTC)
    with pytest.raises(scheduling.NoSurveyPublished, match="publish one first"):
        invite(runtime, practice, line(1), now=long_ago)


@pytest.mark.parametrize("change", [{"status": "no-show"}, {"flag": "yes"}])
def test_a_correction_takes_a_waiting_invitation_back(
    runtime: Runtime, practice: Practice, change: dict[str, str]
) -> None:
    invite(runtime, practice, line(1), line(2))
    intake = invite(runtime, practice, line(1, **change), line(2))
    assert intake.withdrawn == 1
    assert states(runtime, practice) == {"due": 1, "cancelled": 1}


def test_a_visit_corrected_twice_is_not_invited_twice(runtime: Runtime, practice: Practice) -> None:
    invite(runtime, practice, line(1))
    invite(runtime, practice, line(1, status="no-show"))
    intake = invite(runtime, practice, line(1, email="other@example.org"))
    assert intake.skipped == {Reason.ALREADY_INVITED: 1}
