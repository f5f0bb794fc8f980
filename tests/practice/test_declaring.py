"""Practices, people and cells."""

from __future__ import annotations

import pytest

from survey.db import transaction
from survey.practice import declaring, publishing
from survey.practice.model import Practice
from survey.runtime import Runtime
from tests import builders


@pytest.mark.parametrize(
    ("slug", "name", "zone", "words"),
    [
        ("River Side", "A", "America/New_York", "small letters"),
        ("riverside", "A", "America/New_York", "is taken"),
        ("x", "A", "America/Riverside", "is not known"),
        ("x", "A\nBcc: b@example.org", "America/New_York", "no line breaks"),
        ("x", " ", "America/New_York", "1 to 120"),
    ],
)
def test_a_wrong_practice_is_refused(
    runtime: Runtime, practice: Practice, slug: str, name: str, zone: str, words: str
) -> None:
    with pytest.raises(declaring.CannotDeclare, match=words), transaction(runtime.engine) as db:
        declaring.create_practice(db, slug=slug, name=name, time_zone=zone)


def test_declaring_twice_makes_one(runtime: Runtime, practice: Practice) -> None:
    first = builders.make_clinician(runtime, practice, "Ana Ortiz")
    second = builders.make_clinician(runtime, practice, "Ana Ortiz")
    assert first.id == second.id
    with transaction(runtime.engine, practice.id) as db:
        cells = {
            declaring.cell_for(db, practice.id, instrument="after_visit", clinician_id=first.id).id
            for _ in "ab"
        }
        whole = declaring.cell_for(db, practice.id, instrument="after_visit", clinician_id=None)
    assert len(cells) == 1
    assert whole.id not in cells


def test_a_published_version_cannot_be_changed(runtime: Runtime, practice: Practice) -> None:
    instrument = builders.load_instrument(runtime)
    with transaction(runtime.engine, practice.id) as db:
        published = publishing.version_by_label(db, practice.id, instrument.label)
        assert published == instrument
        changed = instrument.model_copy(update={"seconds": instrument.seconds + 1})
        with pytest.raises(publishing.AlreadyPublished, match="raise its version"):
            publishing.publish(db, practice.id, changed, from_day=runtime.clock.now().date())
