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
        (
            "x",
            "Mill Street Psychology",
            "America/New_York",
            "“psychology” tells .* for example: Mill Street$",
        ),
        ("x", "Centro de Psicología", "Europe/Madrid", "name of your street or building"),
        ("mill-therapy", "Mill", "America/New_York", "“therapy” tells .* for example: mill$"),
        ("salud-mental", "Salud", "Europe/Madrid", "stand in every link, .* for example: salud$"),
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


def test_a_practice_whose_name_tells_too_much_gets_a_neutral_one_for_mails(runtime: Runtime) -> None:
    with transaction(runtime.engine) as db:
        made = declaring.create_practice(
            db, slug="mill", name="Mill Psychology", mail_name="Mill Street", time_zone="America/New_York"
        )
        assert (made.name, made.neutral_name) == ("Mill Psychology", "Mill Street")
        with pytest.raises(declaring.CannotDeclare, match="--mail-name"):
            declaring.rename_practice(db, made, mail_name="")


def test_a_new_name_is_looked_at_with_the_names_of_the_clinicians(
    runtime: Runtime, practice: Practice
) -> None:
    builders.make_clinician(runtime, practice, "Dr. Maya Okafor")
    for name in ("Okafor Practice", "Riverside Therapy", "River\u202eside", "=?utf-8?q?River?="):
        with (
            pytest.raises(declaring.CannotDeclare, match="stand on every mail"),
            transaction(runtime.engine, practice.id) as db,
        ):
            declaring.rename_practice(db, db.get_one(Practice, practice.id), name=name)
    with transaction(runtime.engine, practice.id) as db:
        here = db.get_one(Practice, practice.id)
        declaring.rename_practice(db, here, name="Okafor Practice", mail_name="Riverside")
        assert (here.name, here.neutral_name) == ("Okafor Practice", "Riverside")


@pytest.mark.parametrize(
    "changed",
    [
        {"id": "therapy_check"},
        {"title": {"en": "How was your visit?", "es": "¿Cómo fue su terapia?"}},
        {"title": {"en": "Patient survey", "es": "Encuesta"}},
    ],
)
def test_a_survey_whose_title_or_link_tells_too_much_is_not_published(
    runtime: Runtime, practice: Practice, changed: dict[str, object]
) -> None:
    instrument = builders.load_instrument(runtime).model_copy(update={"version": 9, **changed})
    with (
        pytest.raises(publishing.TellingTitle, match="Choose another"),
        transaction(runtime.engine, practice.id) as db,
    ):
        publishing.publish(db, practice.id, instrument, from_day=runtime.clock.now().date())
