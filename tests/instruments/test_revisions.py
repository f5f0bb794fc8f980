"""A question that was published keeps its meaning: other words need another revision."""

from __future__ import annotations

import pytest

from survey.instruments.model import Instrument
from survey.instruments.revisions import Difference, reworded
from tests.instruments.builders import both, make_instrument, make_item, make_scale

OLD = make_instrument()


def renewed(**changes: object) -> Instrument:
    return make_instrument(version=4, items=(make_item(**changes),))


def test_the_same_words_are_no_change() -> None:
    assert reworded(renewed(), [OLD]) == ()


def test_other_words_under_the_same_revision_are_named_with_both_ways_out() -> None:
    (found,) = reworded(renewed(text=both("other words")), [OLD])
    assert (found.key, found.label, found.difference) == ("phone.1", "tiny-one-3", Difference.WORDS)
    assert "give it revision: 2" in str(found)
    assert "--typo phone.1" in str(found)


def test_a_typo_put_right_keeps_the_revision_where_the_owner_says_so() -> None:
    assert reworded(renewed(text=both("wodrs")), [OLD], typos=["phone.1"]) == ()
    assert reworded(renewed(text=both("wodrs")), [OLD], typos=["phone.2"])


@pytest.mark.parametrize(
    "changes",
    [
        {"touchpoint": "billing"},
        {"scale": make_scale(options=make_scale().options[::-1])},
        {
            "scale": make_scale(
                options=tuple(o.model_copy(update={"value": f"{o.value}_2"}) for o in make_scale().options)
            )
        },
    ],
    ids=["touchpoint", "order", "values"],
)
def test_other_answers_or_another_touchpoint_are_never_a_typo(changes: dict[str, object]) -> None:
    (found,) = reworded(renewed(**changes), [OLD], typos=["phone.1"])
    assert found.difference is Difference.MEANING
    assert "Give it revision: 2." in str(found)


def test_another_revision_may_say_anything() -> None:
    assert reworded(renewed(revision=2, text=both("other words")), [OLD]) == ()


def test_the_newest_version_with_the_question_counts() -> None:
    typo = make_instrument(version=4, items=(make_item(text=both("put right")),))
    newest = make_instrument(version=5, items=(make_item(text=both("put right")),))
    assert reworded(newest, [typo, OLD]) == ()
    assert reworded(newest, [OLD])


def test_a_language_more_is_no_change() -> None:
    more = {code: {"en": "words", "es": "words (es)", "fr": "mots"} for code in ("text",)}
    item = make_item().model_copy(update=more)
    assert reworded(make_instrument().model_copy(update={"version": 4, "items": (item,)}), [OLD]) == ()
