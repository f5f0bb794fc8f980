"""Comments of a dashboard by touchpoint: none lost, none invented, each where its box or its words say."""

from __future__ import annotations

from survey.insight.reading import ReleasedComment
from survey.instruments.loading import load_all
from survey.reports import mentions
from survey.reports.voice import Voice
from survey.settings import shipped
from tests.reports.building import TOUCHPOINTS

SURVEY = load_all(shipped("surveys_config"))["after_visit"]
VOICE = Voice(SURVEY, TOUCHPOINTS)
SAID = [
    ReleasedComment("2026-03", "to_change", "The bill came twice."),
    ReleasedComment("2026-03", "works_well", "All of it."),
    ReleasedComment("2026-02", "to_change", "Clearer bills, please."),
    ReleasedComment("2026-01", "a_box_of_old", "The phone."),
]


def test_comments_stand_by_touchpoint_then_month_and_the_rest_comes_last() -> None:
    groups = mentions.by_touchpoint(SAID, voice=VOICE, first=["billing"])
    told = {
        group.anchor: [(month.label, [quote.text for quote in month.quotes]) for month in group.months]
        for group in groups
    }
    assert list(told) == ["billing", "phone", "breakdown", "else"]
    assert told["billing"] == [
        ("Mar 2026", ["The bill came twice."]),
        ("Feb 2026", ["Clearer bills, please."]),
    ]
    assert told["else"] == [("Mar 2026", ["All of it."])]
    shown = {quote.text for group in groups for month in group.months for quote in month.quotes}
    assert shown == {each.text for each in SAID}


def test_a_box_made_for_a_touchpoint_lists_its_comments_there() -> None:
    boxes = [box.model_copy(update={"touchpoint": "access"}) for box in SURVEY.comments]
    voice = Voice(SURVEY.model_copy(update={"comments": tuple(boxes)}), TOUCHPOINTS)
    groups = mentions.by_touchpoint(SAID[1:2], voice=voice, first=[])
    assert [group.anchor for group in groups] == ["access"]


def test_the_question_stands_beside_the_words() -> None:
    (group, *_) = mentions.by_touchpoint(SAID[:1], voice=VOICE, first=[])
    assert group.months[0].quotes[0].question == "What should we change?"


def test_a_long_month_is_cut_and_says_that_there_is_more() -> None:
    many = [ReleasedComment("2026-03", "to_change", f"Bill {number}.") for number in range(9)]
    (group,) = mentions.by_touchpoint(many, voice=VOICE, first=[])
    assert [quote.text for quote in group.months[0].quotes] == [each.text for each in many[:8]]
    assert group.more
    (group,) = mentions.by_touchpoint(many[:8], voice=VOICE, first=[])
    assert not group.more


def test_where_not_all_could_be_looked_at_every_group_says_so() -> None:
    many = [ReleasedComment(f"2026-{place % 3 + 1:02d}", "to_change", "The stairs.") for place in range(200)]
    (group,) = mentions.by_touchpoint([*many[:7], *[SAID[1]] * 193], voice=VOICE, first=[])[:1]
    assert group.more
