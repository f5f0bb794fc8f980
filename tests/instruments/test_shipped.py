"""The surveys that come with the product say what they must."""

from __future__ import annotations

import pytest

from survey.instruments.loading import load_all, load_touchpoints
from survey.instruments.model import Denominator, Instrument, Scale, Standing
from tests.instruments.builders import SHIPPED


@pytest.fixture(scope="module")
def after_visit() -> Instrument:
    return load_all(SHIPPED)["after_visit"]


@pytest.fixture(scope="module")
def fft() -> Instrument:
    return load_all(SHIPPED)["fft"]


def standings(scale: Scale) -> dict[str, Standing]:
    return {option.value: option.standing for option in scale.options}


def test_the_default_survey_asks_ten_questions_in_their_order(after_visit: Instrument) -> None:
    touchpoints = load_touchpoints(SHIPPED / "touchpoints.yaml")
    assert after_visit.label == "after-visit-1"
    assert [item.touchpoint for item in after_visit.items] == list(touchpoints)
    assert [item.id for item in after_visit.items] == [
        "overall",
        "first_contact",
        "phone",
        "timeliness",
        "waiting_room",
        "access",
        "front_desk",
        "billing",
        "cancellation",
        "breakdown",
    ]


def test_the_default_survey_stays_under_a_minute_from_the_second_visit_on(after_visit: Instrument) -> None:
    assert after_visit.estimated_seconds <= after_visit.seconds < 60
    assert after_visit.asked_from_visit == 2
    assert after_visit.languages == ("en", "es")


def test_does_not_apply_leaves_the_denominator(after_visit: Instrument) -> None:
    assert after_visit.denominator is Denominator.ANSWERED
    scales = {item.scale.id: item.scale for item in after_visit.items}
    assert standings(scales["definitely"]) == {
        "definitely": Standing.BEST,
        "mostly": Standing.GOOD,
        "no": Standing.PROBLEM,
        "does_not_apply": Standing.ASIDE,
    }
    assert all(Standing.ASIDE in standings(scale).values() for scale in scales.values())


def test_only_the_last_question_knows_what_was_put_right(after_visit: Instrument) -> None:
    repaired = {
        (item.id, option.value): option.repaired
        for item in after_visit.items
        for option in item.scale.options
        if option.repaired is not None
    }
    assert repaired == {("breakdown", "put_right"): True, ("breakdown", "not_put_right"): False}


def test_the_introduction_says_it_is_about_the_service_and_not_the_treatment(
    after_visit: Instrument, fft: Instrument
) -> None:
    for instrument in (after_visit, fft):
        assert "our service" in instrument.intro["en"]
        assert "not about your treatment" in instrument.intro["en"]
        assert "nuestro servicio" in instrument.intro["es"]
        assert "tratamiento" in instrument.intro["es"]


def test_two_boxes_ask_what_works_and_what_to_change(after_visit: Instrument) -> None:
    assert [box.text["en"] for box in after_visit.comments] == ["What works well?", "What should we change?"]


def test_the_friends_and_family_test_has_the_words_of_the_nhs(fft: Instrument) -> None:
    (item,) = fft.items
    assert item.text["en"] == "Overall, how was your experience of our service?"
    assert [option.text["en"] for option in item.scale.options] == [
        "Very good",
        "Good",
        "Neither good nor poor",
        "Poor",
        "Very poor",
        "Don’t know",
    ]
    assert [box.text["en"] for box in fft.comments] == ["Please can you tell us why you gave your answer?"]


def test_the_friends_and_family_test_keeps_dont_know_below_the_line(fft: Instrument) -> None:
    assert fft.denominator is Denominator.ALL
    assert fft.asked_from_visit == 1
    assert list(standings(fft.items[0].scale).values()) == [
        Standing.BEST,
        Standing.GOOD,
        Standing.MIDDLE,
        Standing.PROBLEM,
        Standing.PROBLEM,
        Standing.ASIDE,
    ]


def test_no_text_shouts_and_every_question_ends_with_its_mark(
    after_visit: Instrument, fft: Instrument
) -> None:
    for instrument in (after_visit, fft):
        assert "!" not in instrument.to_json()
        for part in (*instrument.items, *instrument.comments):
            assert part.text["en"].endswith("?")
            assert part.text["es"].endswith("?")
            assert "¿" in part.text["es"]
