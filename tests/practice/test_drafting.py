"""A draft is never overwritten unseen, and belongs to one practice."""

from __future__ import annotations

import pytest
from sqlalchemy import insert
from sqlalchemy.exc import IntegrityError

from survey.db import reading, transaction
from survey.instruments.document import Data
from survey.practice import drafting
from survey.practice.model import Practice, SurveyDraft
from survey.runtime import Runtime
from tests import builders


def said(runtime: Runtime, practice: Practice) -> tuple[int, dict[str, Data]] | None:
    with reading(runtime.engine, practice.id) as db:
        found = drafting.draft_of(db, practice.id, "after_visit")
        return None if found is None else (found.number, drafting.content(found))


def test_saves_are_counted_and_an_older_one_is_refused(runtime: Runtime, practice: Practice) -> None:
    with transaction(runtime.engine, practice.id) as db:
        drafting.begin(db, practice.id, "after_visit", {"id": "a"})
        drafting.save(db, practice.id, "after_visit", {"id": "b"}, number=1)
    with pytest.raises(drafting.Outdated), transaction(runtime.engine, practice.id) as db:
        drafting.save(db, practice.id, "after_visit", {"id": "c"}, number=1)
    with pytest.raises(drafting.Outdated), transaction(runtime.engine, practice.id) as db:
        drafting.discard(db, practice.id, "after_visit", number=1)
    with pytest.raises(drafting.Outdated), transaction(runtime.engine, practice.id) as db:
        drafting.begin(db, practice.id, "after_visit", {"id": "d"})
    assert said(runtime, practice) == (2, {"id": "b"})


def test_a_discarded_draft_is_gone(runtime: Runtime, practice: Practice) -> None:
    with transaction(runtime.engine, practice.id) as db:
        drafting.begin(db, practice.id, "after_visit", {})
        drafting.discard(db, practice.id, "after_visit", number=1)
    assert said(runtime, practice) is None


def test_a_draft_of_another_practice_is_out_of_reach(runtime: Runtime, practice: Practice) -> None:
    other = builders.make_practice(runtime, slug="lakeside", name="Lakeside")
    with transaction(runtime.engine, practice.id) as db:
        drafting.begin(db, practice.id, "after_visit", {"id": "ours"})
    assert said(runtime, other) is None
    with pytest.raises(drafting.Outdated), transaction(runtime.engine, other.id) as db:
        drafting.save(db, other.id, "after_visit", {}, number=1)
    with reading(runtime.engine, practice.id) as db:
        assert drafting.drafts(db, practice.id) == ["after_visit"]


@pytest.mark.parametrize("words", ["\x00", "\ud800", "\u202e", "<b>&amp;", "😀" * 300])
def test_whatever_was_pasted_comes_back(runtime: Runtime, practice: Practice, words: str) -> None:
    with transaction(runtime.engine, practice.id) as db:
        drafting.begin(db, practice.id, "after_visit", {"title": {"en": words}})
    assert said(runtime, practice) == (1, {"title": {"en": words}})


def test_the_database_refuses_a_draft_that_was_saved_no_time(runtime: Runtime, practice: Practice) -> None:
    values = {"practice_id": practice.id, "instrument": "fft", "number": 0, "body": "{}"}
    with pytest.raises(IntegrityError), transaction(runtime.engine, practice.id) as db:
        db.execute(insert(SurveyDraft).values(**values))
