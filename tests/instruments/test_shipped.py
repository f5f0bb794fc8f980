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
    assert [item.touchpoint for item in after_visit.items] == list(touchpoints)[:10]
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


@pytest.mark.parametrize(("name", "questions"), [("short", 6), ("two_tap", 2), ("cg_cahps_visit", 10)])
def test_the_other_surveys_are_short_and_speak_both_languages(name: str, questions: int) -> None:
    instrument = load_all(SHIPPED)[name]
    assert len(instrument.items) == questions
    assert instrument.estimated_seconds <= instrument.seconds < 60
    assert instrument.languages == ("en", "es")


def test_the_short_survey_asks_in_the_words_of_the_default_one(after_visit: Instrument) -> None:
    assert all(item in after_visit.items for item in load_all(SHIPPED)["short"].items)


def test_each_tap_on_what_to_do_better_is_counted_for_its_touchpoint(after_visit: Instrument) -> None:
    _, better = load_all(SHIPPED)["two_tap"].items
    assert [part.touchpoint for part in better.counted] == [
        item.touchpoint for item in after_visit.items if item.touchpoint not in ("overall", "breakdown")
    ]


def test_the_cahps_questions_say_whose_they_are_and_what_they_are_not() -> None:
    source = " ".join((SHIPPED / "cg_cahps_visit.yaml").read_text("utf-8").replace("#", "").split())
    for words in (
        "used and reprinted without permission",
        "registered trademark of AHRQ",
        "must not be called CAHPS results",
        "our own translation and not the official Spanish CAHPS",
    ):
        assert words in source


def test_no_text_shouts_and_every_question_ends_with_its_mark() -> None:
    for instrument in load_all(SHIPPED).values():
        assert "!" not in instrument.to_json()
        for part in (*instrument.items, *instrument.comments):
            assert part.text["en"].endswith("?")
            assert part.text["es"].endswith("?")
            assert "¿" in part.text["es"]
