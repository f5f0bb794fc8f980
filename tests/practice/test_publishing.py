"""A published version keeps its words, and the next one does not come too soon."""

from __future__ import annotations

from datetime import date

import pytest

from survey.db import reading, transaction
from survey.instruments.model import Instrument
from survey.practice import publishing
from survey.practice.model import Practice
from survey.runtime import Runtime
from tests import builders

DAY = date(2026, 3, 2)


def reworded(runtime: Runtime, **changes: object) -> Instrument:
    """The default survey as version 2, its first question changed."""
    old = builders.load_instrument(runtime)
    words = {"en": "How was it with us?", "es": "¿Cómo le fue con nosotros?"}
    first = old.items[0].model_copy(update={"text": words, **changes})
    return old.model_copy(update={"version": 2, "items": (first, *old.items[1:])})


def publish(runtime: Runtime, practice: Practice, instrument: Instrument, *typos: str) -> None:
    with transaction(runtime.engine, practice.id) as db:
        publishing.publish(db, practice.id, instrument, from_day=DAY, typos=typos)


def published(runtime: Runtime, practice: Practice) -> set[str]:
    with reading(runtime.engine, practice.id) as db:
        return set(publishing.versions(db, practice.id))


def test_other_words_under_the_same_revision_are_refused(runtime: Runtime, practice: Practice) -> None:
    with pytest.raises(publishing.Rewording, match=r"after-visit-2: overall\.1: its words are not those of"):
        publish(runtime, practice, reworded(runtime))
    assert published(runtime, practice) == {"after-visit-1"}


def test_a_new_revision_or_a_typo_put_right_is_published(runtime: Runtime, practice: Practice) -> None:
    publish(runtime, practice, reworded(runtime), "overall.1")
    assert published(runtime, practice) == {"after-visit-1", "after-visit-2"}
    third = reworded(runtime, revision=2).model_copy(update={"version": 3})
    publish(runtime, practice, third)
    assert "after-visit-3" in published(runtime, practice)


def first_day(
    runtime: Runtime, practice: Practice, wanted: date | None, *, today: date, instrument: str = "after_visit"
) -> date:
    with reading(runtime.engine, practice.id) as db:
        return publishing.first_day(db, practice.id, instrument, today=today, wanted=wanted)


def test_a_first_version_begins_at_once(runtime: Runtime, practice: Practice) -> None:
    assert first_day(runtime, practice, None, today=DAY, instrument="fft") == DAY


def test_the_next_one_begins_with_the_quarter(runtime: Runtime, practice: Practice) -> None:
    assert first_day(runtime, practice, None, today=DAY) == date(2026, 4, 1)


def test_or_on_a_monday_28_days_after_the_last(runtime: Runtime, practice: Practice) -> None:
    publish(runtime, practice, reworded(runtime), "overall.1")
    assert first_day(runtime, practice, date(2026, 3, 30), today=DAY) == date(2026, 3, 30)
    for wrong in (date(2026, 3, 23), date(2026, 3, 31), date(2025, 3, 3)):
        with pytest.raises(publishing.TooSoon, match="on 2026-03-30 at the earliest"):
            first_day(runtime, practice, wrong, today=DAY)
