"""The audit log as people read it: what is wanted, in order, and releases without their day."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

from survey.db import reading, transaction
from survey.practice import auditing, recording
from survey.practice.auditing import Kind, Wanted
from survey.practice.model import Practice
from survey.runtime import Runtime
from survey.settings import PACKAGE
from survey.web.people import DEEDS

JUNE = datetime(2026, 6, 1, 4, 30, tzinfo=UTC)


def write(runtime: Runtime, practice: Practice, *entries: tuple[datetime, str, str]) -> None:
    with transaction(runtime.engine, practice.id) as db:
        for at, actor, action in entries:
            recording.record(db, practice.id, actor=actor, action=action, subject="", now=at)


def actions(runtime: Runtime, practice: Practice, wanted: Wanted) -> list[str]:
    with reading(runtime.engine, practice.id) as db:
        return [line.action for line in auditing.lines(db, practice, wanted)]


def marks(runtime: Runtime, practice: Practice) -> dict[str, str]:
    with reading(runtime.engine, practice.id) as db:
        return {each.actor: each.mark for each in auditing.actors(db, practice.id)}


def test_kind_person_and_month_narrow_it_and_the_newest_comes_first(
    runtime: Runtime, practice: Practice
) -> None:
    write(
        runtime,
        practice,
        (JUNE - timedelta(days=40), "olu@example.org", "signed in"),
        (JUNE, "fay@example.org", "signed in"),
        (JUNE + timedelta(hours=1), "fay@example.org", "imported visits"),
        (JUNE + timedelta(hours=2), "job", "never heard of"),
    )
    mine = marks(runtime, practice)["fay@example.org"]
    everything = ["never heard of", "imported visits", "signed in", "signed in"]
    assert actions(runtime, practice, Wanted()) == everything
    assert actions(runtime, practice, Wanted(kind=Kind.SIGN_INS)) == ["signed in", "signed in"]
    assert actions(runtime, practice, Wanted(kind=Kind.OTHER)) == ["never heard of"]
    assert actions(runtime, practice, Wanted(who=mine)) == ["imported visits", "signed in"]
    assert actions(runtime, practice, Wanted(who="0" * 16)) == []
    assert actions(runtime, practice, Wanted(kind=Kind.SIGN_INS, who=mine)) == ["signed in"]


def test_a_month_is_the_practices_own(runtime: Runtime, practice: Practice) -> None:
    """At 4:30 UTC the first of June has begun in Chicago only from 5 on."""
    practice.time_zone = "America/Chicago"
    write(runtime, practice, (JUNE, "olu@example.org", "signed in"))
    assert actions(runtime, practice, Wanted(month="2026-05")) == ["signed in"]
    assert actions(runtime, practice, Wanted(month="2026-06")) == []
    assert actions(runtime, practice, Wanted(month="2026-12")) == []


def test_releases_stand_apart_by_closed_month(runtime: Runtime, practice: Practice) -> None:
    write(
        runtime,
        practice,
        (JUNE, "job", "release"),
        (JUNE + timedelta(days=1), "job", "release"),
        (JUNE + timedelta(days=40), "job", "release"),
        (JUNE + timedelta(days=41), "olu@example.org", "signed in"),
    )
    assert actions(runtime, practice, Wanted()) == ["signed in"]
    with reading(runtime.engine, practice.id) as db:
        assert auditing.release_months(db, practice, today=date(2026, 7, 31))[0][:4] == "2026"
        assert len(auditing.release_months(db, practice, today=date(2026, 7, 31))) == 1
        assert len(auditing.release_months(db, practice, today=date(2026, 8, 1))) == 2


def test_months_reach_from_the_first_entry_to_today(runtime: Runtime, practice: Practice) -> None:
    with reading(runtime.engine, practice.id) as db:
        assert auditing.months(db, practice, today=date(2026, 6, 9)) == ["2026-06"]
    write(runtime, practice, (datetime(2025, 11, 15, tzinfo=UTC), "olu@example.org", "signed in"))
    with reading(runtime.engine, practice.id) as db:
        found = auditing.months(db, practice, today=date(2026, 2, 9))
    assert found == ["2026-02", "2026-01", "2025-12", "2025-11"]


def recorded(source: str) -> Iterator[str]:
    """Actions that a module writes into the log by name."""
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Call):
            continue
        name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        if name == "record":
            given = [word.value for word in node.keywords if word.arg == "action"]
        elif name in ("note", "_note"):
            given = [word for word in node.args[1:] if isinstance(word, ast.Constant)][:1]
        else:
            continue
        yield from (
            each.value for each in given if isinstance(each, ast.Constant) and isinstance(each.value, str)
        )


def test_the_check_finds_an_action_in_a_call() -> None:
    assert list(recorded('recording.record(db, 1, action="flew away", subject="")')) == ["flew away"]
    assert list(recorded('entering.note(db, "flew away", "x")')) == ["flew away"]


def test_the_deeds_of_the_page_of_people_belong_to_a_kind() -> None:
    assert set(DEEDS.values()) <= auditing.KNOWN


def test_every_action_that_is_written_belongs_to_a_kind() -> None:
    modules = [path for path in PACKAGE.rglob("*.py") if not {"attacks", "instruments"} & set(path.parts)]
    written = {action for path in modules for action in recorded(path.read_text("utf-8"))}
    assert len(written) > 40
    assert {each for each in written - auditing.KNOWN - {auditing.RELEASE} if " " in each} == set()
