"""The invented year: always the same, of the promised size, with its people and its bad spell."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta

import pytest

from survey.demo import feelings, story
from survey.instruments.loading import load_all
from survey.settings import shipped
from survey.visits.visit_file import read_visits

LAST_DAY = date(2026, 11, 22)


@pytest.fixture(scope="module")
def told() -> story.Story:
    return story.tell(LAST_DAY)


def test_the_same_seed_tells_the_same_story(told: story.Story) -> None:
    assert story.tell(LAST_DAY) == told
    assert story.tell(LAST_DAY, seed=21) != told


@pytest.mark.parametrize("last_day", [LAST_DAY, date(2026, 1, 31), date(2027, 2, 28), date(2028, 7, 4)])
def test_a_year_has_about_two_and_a_half_thousand_visits(last_day: date) -> None:
    assert 2300 <= story.tell(last_day).total <= 2700


def test_five_clinicians_share_two_locations_and_one_sees_very_few(told: story.Story) -> None:
    visits = [visit for day in told.visits.values() for visit in day]
    counts = Counter(visit.clinician for visit in visits)
    assert set(counts) == {name for name, _, _ in story.CLINICIANS}
    assert len(counts) == 5
    assert min(counts, key=lambda name: counts[name]) == "Ines Duarte, LMFT"
    patients = {visit.email for visit in visits if visit.clinician == "Ines Duarte, LMFT"}
    assert 0 < len(patients) < 25
    assert {visit.location for visit in visits} == set(story.LOCATIONS)


def test_visits_lie_in_the_year_on_working_days(told: story.Story) -> None:
    assert told.first_day == LAST_DAY - timedelta(days=364)
    assert all(told.first_day <= day <= LAST_DAY and day.weekday() < 5 for day in told.visits)


def test_the_spell_begins_is_heard_promised_ended_and_checked_in_this_order(told: story.Story) -> None:
    spell = told.spell
    days = [spell.begins, spell.heard, spell.promised, spell.ends, spell.checked]
    assert days == sorted(set(days))
    assert told.first_day < spell.begins
    assert spell.checked < LAST_DAY


def test_every_day_is_a_file_that_the_product_reads_without_an_error(told: story.Story) -> None:
    for visits in list(told.visits.values())[::20]:
        file = read_visits(story.visits_file(visits))
        assert file.errors == ()
        assert len(file.rows) == len(visits)


def test_every_answer_is_one_that_the_survey_offers(told: story.Story) -> None:
    import random

    instrument = load_all(shipped("surveys_config"))["after_visit"]
    rng = random.Random(1)
    offered = {item.id: {"", *item.scale.values} for item in instrument.items}
    for day in (told.first_day, told.spell.begins):
        for _ in range(200):
            felt = feelings.feel(
                rng, instrument, clinician=feelings.RUNS_LATE, day=day, language="es", spell=told.spell
            )
            assert all(value in offered[item] for item, value in felt.ratings.items())


def test_in_the_spell_the_phone_is_clearly_worse(told: story.Story) -> None:
    import random

    instrument = load_all(shipped("surveys_config"))["after_visit"]

    def best(day: date) -> int:
        rng = random.Random(3)
        felt = [
            feelings.feel(rng, instrument, clinician="x", day=day, language="en", spell=told.spell)
            for _ in range(300)
        ]
        return sum(1 for each in felt if each.ratings["phone"] == "definitely")

    assert best(told.spell.begins) * 2 < best(told.spell.ends)
