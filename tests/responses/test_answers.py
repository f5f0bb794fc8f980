"""Packing and checking one answer."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey.instruments.loading import load_all
from survey.instruments.model import ANSWER_BUDGET, BLANK
from survey.keys.sealing import PLAIN_COMMENTS, PLAIN_RATINGS
from survey.responses import answers
from survey.settings import Settings
from tests.instruments.kinds import every_kind

INSTRUMENT = load_all(Settings().surveys_config)["after_visit"]
CHOICES = {item.id: [BLANK, *(option.value for option in item.scale.options)] for item in INSTRUMENT.items}


@given(st.fixed_dictionaries({key: st.sampled_from(values) for key, values in CHOICES.items()}))
def test_ratings_come_back_as_they_went_in(given: dict[str, str]) -> None:
    record = answers.Ratings(INSTRUMENT.label, 1470, tuple(given[item.id] for item in INSTRUMENT.items))
    packed = answers.pack_ratings(INSTRUMENT, record)
    assert len(packed) <= PLAIN_RATINGS - 2
    assert answers.unpack_ratings(packed, {INSTRUMENT.label: INSTRUMENT}) == record


def test_one_reader_reads_answers_to_every_version() -> None:
    shorter = INSTRUMENT.model_copy(update={"version": 99, "items": INSTRUMENT.items[:-1]})
    versions = {each.label: each for each in (INSTRUMENT, shorter)}
    read = answers.ratings_reader(versions)
    for each in versions.values():
        values = (BLANK, *(item.scale.values[-1] for item in each.items[1:]))
        record = answers.Ratings(each.label, 1470, values)
        assert read(answers.pack_ratings(each, record)) == record


def test_an_answer_with_a_value_too_many_or_too_few_is_not_read() -> None:
    read = answers.ratings_reader({INSTRUMENT.label: INSTRUMENT})
    for number in (len(INSTRUMENT.items) - 1, len(INSTRUMENT.items) + 1):
        with pytest.raises(ValueError, match="zip"):
            read(json.dumps([INSTRUMENT.label, 1470, [0] * number]).encode())


@given(st.text(max_size=1000), st.sampled_from(answers.Audience))
def test_comments_come_back_cleaned(text: str, audience: answers.Audience) -> None:
    box = INSTRUMENT.comments[0].id
    if len(answers.clean(text)) > 1000:
        return  # a few marks fold into several letters
    texts = answers.check_comments(INSTRUMENT, {box: text})
    words = answers.Words(INSTRUMENT.label, 1470, texts, audience)
    packed = answers.pack_comments(words)
    assert len(packed) <= PLAIN_COMMENTS - 2
    assert answers.unpack_comments(packed) == words


def test_marks_nobody_can_see_are_removed() -> None:
    assert answers.clean("a\u200bb\u202ec\x00d\r\ne") == "abcd\ne"


def test_an_empty_answer_is_refused() -> None:
    with pytest.raises(answers.NothingAnswered):
        answers.check_ratings(INSTRUMENT, dict.fromkeys(CHOICES, BLANK))


def test_a_question_of_another_survey_is_named() -> None:
    with pytest.raises(answers.UnknownAnswer) as refused:
        answers.check_ratings(INSTRUMENT, {"colour": "blue"})
    assert refused.value.key == "colour"


def test_an_option_of_another_question_is_refused() -> None:
    with pytest.raises(answers.UnknownAnswer):
        answers.check_ratings(INSTRUMENT, {INSTRUMENT.items[0].id: "purple"})


def test_too_many_characters_are_counted_for_the_reader() -> None:
    with pytest.raises(answers.TooLong, match="1000 characters; it has 1001"):
        answers.check_comments(INSTRUMENT, {INSTRUMENT.comments[0].id: "x" * 1001})


def test_words_of_many_bytes_are_refused_before_anything_is_stored() -> None:
    texts = ("\U0001d49c" * 1000, "\U0001d49c" * 1000)
    with pytest.raises(answers.TooLong):
        answers.pack_comments(answers.Words(INSTRUMENT.label, 1, texts, answers.Audience.ALL))


KINDS = every_kind()
GIVEN = {
    item.id: st.lists(st.sampled_from(item.scale.values), unique=True, max_size=len(item.scale.values))
    if item.several
    else st.lists(st.sampled_from(item.scale.values), max_size=1)
    for item in KINDS.items
}


@given(st.fixed_dictionaries(GIVEN))
def test_answers_of_every_kind_come_back_as_they_were_checked(chosen: dict[str, list[str]]) -> None:
    given = {key: "+".join(values) for key, values in chosen.items()}
    try:
        values = answers.check_ratings(KINDS, given)
    except answers.NotTaken:
        return
    record = answers.Ratings(KINDS.label, 1470, values)
    packed = answers.pack_ratings(KINDS, record)
    assert len(packed) <= PLAIN_RATINGS - 2
    assert answers.unpack_ratings(packed, {KINDS.label: KINDS}) == record


@given(st.integers(1, 12), st.integers(1, 40))
def test_what_the_budget_allows_fits_its_box_whatever_was_chosen(options: int, items: int) -> None:
    """The budget counts names that the record does not hold, so it always errs on the side of room."""
    scale = KINDS.items[1].scale
    many = tuple(scale.options[0].model_copy(update={"value": f"v{n}"}) for n in range(options))
    item = KINDS.items[1].model_copy(
        update={"scale": scale.model_copy(update={"options": many}), "only_if": None}
    )
    version = KINDS.model_copy(
        update={"items": tuple(item.model_copy(update={"id": f"i{n}"}) for n in range(items))}
    )
    everything = "+".join(each.value for each in many)
    record = answers.Ratings(version.label, 9999, (everything,) * items)
    if version.answer_bytes <= ANSWER_BUDGET:
        packed = answers.pack_ratings(version, record)
        assert len(packed) <= PLAIN_RATINGS - 2
        assert answers.unpack_ratings(packed, {version.label: version}) == record


def test_several_choices_are_kept_in_the_order_of_the_page() -> None:
    values = answers.check_ratings(KINDS, {"trouble": "not_yet", "what": "phone+bill"})
    assert values[:2] == ("not_yet", "bill+phone")
    assert answers.number(KINDS.items[1], "bill+phone") == 3


def test_an_answer_to_a_follow_up_that_was_not_asked_counts_as_blank() -> None:
    """Also through two steps: without the first, the second is not asked either."""
    given = {"trouble": "nothing", "what": "bill", "explained": "no", "one": "yes"}
    assert answers.check_ratings(KINDS, given) == ("nothing", "", "", "", "yes", "", "")
    with pytest.raises(answers.NothingAnswered):
        answers.check_ratings(KINDS, {"what": "bill", "explained": "no"})


@pytest.mark.parametrize("values", ["bill+bill", "bill+purple", "+", "bill+", "nothing"])
def test_several_choices_are_known_and_stand_once(values: str) -> None:
    with pytest.raises(answers.UnknownAnswer):
        answers.check_ratings(KINDS, {"trouble": "not_yet", "what": values})


def test_one_answer_is_taken_where_one_is_asked_for() -> None:
    with pytest.raises(answers.UnknownAnswer):
        answers.check_ratings(KINDS, {"one": "yes+no"})


def test_none_of_these_goes_with_nothing_else() -> None:
    with pytest.raises(answers.Contradiction):
        answers.check_ratings(KINDS, {"trouble": "not_yet", "what": "bill+none"})
