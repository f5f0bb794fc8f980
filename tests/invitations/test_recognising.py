"""One visit out of several programs is one visit; two visits that only look alike stay two."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import permutations

import pytest
from sqlalchemy import func, select

from survey.db import reading, transaction
from survey.invitations import scheduling
from survey.invitations.planning import Intake
from survey.practice.model import Practice
from survey.runtime import Runtime
from survey.visits import recognising
from survey.visits.model import Visit, VisitIdentity, VisitStatus
from survey.visits.visit_file import FileKind, Match, Part, open_source
from tests.invitations.post import states

WORDS = {"attended": VisitStatus.ATTENDED, "no-show": VisitStatus.NOT_ATTENDED}
PLAIN = {
    "reference": "id",
    "start": "start",
    "clinician": "who",
    "address": "mail",
    "status": "status",
    "number": "nth",
}
NINE, TEN, DAY = "2026-03-02T09:00:00-05:00", "2026-03-02T10:00:00-05:00", "2026-03-02"


def take(
    runtime: Runtime,
    practice: Practice,
    program: str,
    *lines: str,
    columns: Mapping[str, str] = PLAIN,
) -> Intake:
    """Take lines of ``id,start,mail`` as the export of one program."""
    rows = [f"{line},Ana Ortiz,attended,2" for line in lines]
    data = "\n".join(["id,start,mail,who,status,nth", *rows, ""]).encode()
    match = Match(FileKind.CSV, columns, WORDS, preset=program, time_zone="America/New_York")
    with transaction(runtime.engine, practice.id) as db:
        source = open_source([Part("a.csv", data)], match, now=runtime.clock.now())
        return scheduling.take_visits(db, runtime.files, practice, source, now=runtime.clock.now())


def counts(intake: Intake) -> tuple[int, int, int]:
    return intake.outcome.new, intake.outcome.changed, intake.outcome.unchanged


def stored(runtime: Runtime, practice: Practice) -> int:
    with reading(runtime.engine, practice.id) as db:
        return db.scalar(select(func.count()).select_from(Visit)) or 0


@pytest.mark.parametrize("order", list(permutations(["one", "two", "three"]))[:3])
def test_a_visit_that_three_programs_export_is_stored_and_asked_about_once(
    runtime: Runtime, practice: Practice, order: tuple[str, ...]
) -> None:
    lines = {"one": f"10001,{NINE},a@example.org", "two": f"V-10001,{NINE},A@Example.org"}
    lines["three"] = f"10001,{DAY},a@example.org"
    invited = [take(runtime, practice, program, lines[program]).invited for program in order * 2]
    assert sum(invited) == 1
    assert stored(runtime, practice) == 1
    assert states(runtime, practice) == {"due": 1}


def test_two_programs_may_use_the_same_number_for_two_visits(runtime: Runtime, practice: Practice) -> None:
    take(runtime, practice, "one", f"7,{NINE},a@example.org")
    assert counts(take(runtime, practice, "two", f"7,{NINE},b@example.org")) == (1, 0, 0)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ([f"1,{NINE},a@example.org"], [f"2,{TEN},a@example.org"]),  # two hours
        ([f"1,{DAY},a@example.org", f"2,{DAY},a@example.org"], [f"3,{DAY},a@example.org"]),  # two that day
        ([f"1,{DAY},a@example.org"], [f"2,{DAY},a@example.org", f"3,{DAY},a@example.org"]),  # two in the file
    ],
)
def test_in_doubt_there_are_two_visits(
    runtime: Runtime, practice: Practice, first: list[str], second: list[str]
) -> None:
    take(runtime, practice, "one", *first)
    assert counts(take(runtime, practice, "two", *second)) == (len(second), 0, 0)


def test_another_number_of_the_same_program_is_another_visit(runtime: Runtime, practice: Practice) -> None:
    take(runtime, practice, "one", f"1,{NINE},a@example.org")
    assert counts(take(runtime, practice, "one", f"2,{NINE},a@example.org")) == (1, 0, 0)


def test_what_was_joined_once_is_known_by_its_number_even_when_it_moves(
    runtime: Runtime, practice: Practice
) -> None:
    take(runtime, practice, "one", f"1,{NINE},a@example.org")
    assert counts(take(runtime, practice, "two", f"x,{NINE},a@example.org")) == (0, 0, 1)
    assert counts(take(runtime, practice, "two", f"x,{TEN},b@example.org")) == (0, 0, 1)
    with reading(runtime.engine, practice.id) as db:
        assert db.scalar(select(func.count()).select_from(VisitIdentity)) == 1


def test_joining_by_the_day_alone_would_lose_a_visit(
    runtime: Runtime, practice: Practice, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The broken variant: whoever came on a day came once. The test above would catch it."""
    broken = lambda visit, stored, names: next(  # noqa: E731
        (
            recognising.Likeness(row.visit_tag, frozenset())
            for who in visit.people
            for row in stored.get((who, visit.day), ())
        ),
        None,
    )
    monkeypatch.setattr(recognising, "_likeness", broken)
    take(runtime, practice, "one", f"1,{NINE},a@example.org")
    assert counts(take(runtime, practice, "two", f"2,{TEN},a@example.org")) == (0, 0, 1)
