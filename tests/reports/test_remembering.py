"""A page is made once, again whenever anything behind it changed, and never for somebody else."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from datetime import date

import pytest
from sqlalchemy import update

from survey.actions.model import ActionState
from survey.db import transaction
from survey.invitations.model import SentTotal
from survey.practice import declaring
from survey.practice.model import Clinician, Practice
from survey.releases import compacting
from survey.releases.model import Comment
from survey.reports import dashboard, remembering
from survey.reports.remembering import Memory
from survey.runtime import Runtime
from tests.actions.register import repair
from tests.reports.building import add_atom, three_clinicians
from tests.reports.test_dashboard import own, whole
from tests.web.stage import add_comments


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What was worked out anew, in order."""
    found: list[str] = []
    real = dashboard._screen

    def screen(*given: object, **more: object) -> object:
        found.append("owner" if more["clinician_id"] is None else "clinician")
        return real(*given, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(dashboard, "_screen", screen)
    monkeypatch.setattr(dashboard, "_OWN", Memory())
    monkeypatch.setattr(dashboard, "_WHOLE", Memory())
    return found


def test_a_second_look_is_the_same_page_and_works_nothing_out(
    runtime: Runtime, practice: Practice, made: list[str]
) -> None:
    ana, ben, _cy = three_clinicians(runtime, practice)
    assert whole(runtime, practice) == whole(runtime, practice)
    assert own(runtime, practice, ana) == own(runtime, practice, ana)
    assert made == ["owner", "clinician"]
    assert own(runtime, practice, ben) != own(runtime, practice, ana)
    assert own(runtime, practice, ana, "es") != own(runtime, practice, ana)
    assert made == ["owner", "clinician", "clinician", "clinician"]


Change = Callable[[Runtime, Practice, Clinician], None]


def release(runtime: Runtime, practice: Practice, who: Clinician) -> None:
    with transaction(runtime.engine, practice.id) as db:
        add_atom(db, practice, who, "2026-06", 40)


def rename(runtime: Runtime, practice: Practice, who: Clinician) -> None:
    with transaction(runtime.engine, practice.id) as db:
        db.merge(who).name = "Anna Ortiz"


def raise_k(runtime: Runtime, practice: Practice, _who: Clinician) -> None:
    with transaction(runtime.engine, practice.id) as db:
        db.merge(practice).k_ratings = 12
    practice.k_ratings = 12


def begin_year(runtime: Runtime, practice: Practice, _who: Clinician) -> None:
    practice.year_begins = 4


def send(runtime: Runtime, practice: Practice, who: Clinician) -> None:
    with transaction(runtime.engine, practice.id) as db:
        cell = declaring.cell_for(db, practice.id, instrument="after_visit", clinician_id=who.id).id
        db.add(SentTotal(practice_id=practice.id, cell_id=cell, month="2026-02", sent=300))


def mend(runtime: Runtime, practice: Practice, _who: Clinician) -> None:
    with transaction(runtime.engine, practice.id) as db:
        repair(db, practice, date(2026, 5, 2), until=ActionState.DONE)


@pytest.mark.parametrize("change", [release, rename, raise_k, begin_year, send, mend])
def test_whatever_changes_is_on_the_next_page(
    runtime: Runtime, practice: Practice, made: list[str], change: Change
) -> None:
    ana, _ben, _cy = three_clinicians(runtime, practice)
    before = whole(runtime, practice)
    change(runtime, practice, ana)
    assert whole(runtime, practice) != before
    assert made == ["owner", "owner"]


def test_joining_a_months_atoms_changes_no_figure(
    runtime: Runtime, practice: Practice, made: list[str]
) -> None:
    ana, _ben, _cy = three_clinicians(runtime, practice)
    with transaction(runtime.engine, practice.id) as db:
        add_atom(db, practice, ana, "2026-05", 40)
    before = own(runtime, practice, ana)
    with transaction(runtime.engine, practice.id) as db:
        compacting.compact(db, practice.id, before_month="2026-06")
    assert own(runtime, practice, ana) == before
    assert made == ["clinician", "clinician"]


def test_comments_are_never_kept_a_hidden_one_is_gone_at_once(
    runtime: Runtime, practice: Practice, made: list[str]
) -> None:
    ana, _ben, _cy = three_clinicians(runtime, practice)
    add_comments(runtime, practice, ana, texts=("Hide me.", "Keep me."))
    assert "Hide me." in str(own(runtime, practice, ana).comments)
    with transaction(runtime.engine, practice.id) as db:
        db.execute(update(Comment).where(Comment.text == "Hide me.").values(hidden=True))
    assert "Hide me." not in str(own(runtime, practice, ana).comments)
    assert "Hide me." not in str(whole(runtime, practice).comments)
    for memory in (dashboard._OWN, dashboard._WHOLE):
        assert "Keep me." not in str(list(memory._kept.values()))


def test_a_mark_that_does_not_say_whose_page_it_is_would_show_a_colleagues(
    runtime: Runtime, practice: Practice, made: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The broken variant: it is noticed by the comparison above."""
    ana, ben, _cy = three_clinicians(runtime, practice)
    real = remembering.mark

    def forgetful(*given: object, **more: object) -> Hashable:
        return real(*given, **{**more, "clinician_id": None, "besides": ()})  # type: ignore[arg-type]

    monkeypatch.setattr(remembering, "mark", forgetful)
    assert own(runtime, practice, ana).lines == own(runtime, practice, ben).lines


def test_the_longest_unused_page_is_dropped() -> None:
    memory: Memory[str] = Memory(most=2)
    for mark in ("a", "b", "a", "c"):
        memory.get(mark, lambda: "made")
    assert list(memory._kept) == ["a", "c"]
