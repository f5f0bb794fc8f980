"""Follow-ups and several choices: whoever is left out is left out of the whole question, and anybody may be.

All batches of five are tried with every lot. Whatever is published, any answer may still have been anybody's.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import combinations_with_replacement, product
from random import Random
from secrets import SystemRandom
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from survey.instruments.model import BLANK, Instrument
from survey.releases.atoms import Opened, tally
from survey.responses.answers import Ratings, check_ratings
from tests.instruments.kinds import every_kind

Values = tuple[str, ...]
Published = tuple[tuple[str, tuple[tuple[str, int], ...]], ...]

#: What one person may answer to a question and to its follow-up, which is asked after "put_right" only.
PAIRS = [("nothing", ""), ("", ""), ("put_right", ""), ("put_right", "bill"), ("put_right", "phone")]


class Told(Random):
    """A lot that leaves out the answers it is told, question by question."""

    def __init__(self, answers: Sequence[object]) -> None:
        super().__init__(0)
        self.answers = list(answers)

    def choices(self, population: Any, *args: object, **more: object) -> list[Any]:
        answer = self.answers.pop(0)
        assert answer in population
        return [answer]


def two_questions() -> Instrument:
    whole = every_kind()
    return whole.model_copy(update={"items": whole.items[:2], "rotated": None})


def published(asked: Instrument, people: Sequence[Values], lot: Random) -> Published:
    rows = [Opened(1, b"", Ratings(asked.label, 1, values)) for values in people]
    counts = tally(rows, {asked.label: asked}, k=5, lot=lot)
    return tuple((key, tuple(counts[key].items())) for key in counts)


def possible(asked: Instrument, lots: str) -> dict[Published, set[str]]:
    """For everything that five people could make us publish: the answers to the follow-up it leaves open."""
    found: dict[Published, set[str]] = defaultdict(set)
    for people in combinations_with_replacement(PAIRS, 5):
        for left_out in _lots(people, lots):
            found[published(asked, people, Told(left_out))].update(answer for _, answer in people)
    return found


def _lots(people: Sequence[tuple[str, str]], lots: str) -> Iterator[tuple[object, ...]]:
    if lots == "one":
        yield from ((pair,) for pair in set(people))
    else:
        yield from product({first for first, _ in people}, {second for _, second in people})


def test_whatever_is_published_any_answer_to_a_follow_up_may_be_anybodys() -> None:
    found = possible(two_questions(), "one")
    assert len(found) > 30
    assert all(answers == {"", "bill", "phone"} for answers in found.values())


def test_with_a_lot_of_its_own_a_follow_up_would_tell_what_nobody_answered(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The variant that must not be used: whoever was asked is counted, so nobody said more."""
    monkeypatch.setattr(Instrument, "questions", property(lambda self: ((0,), (1,))))
    found = possible(two_questions(), "two")
    assert [answers for answers in found.values() if answers != {"", "bill", "phone"}]


def test_who_is_left_out_is_left_out_of_the_follow_ups_and_of_every_option() -> None:
    asked = two_questions()
    people = [("put_right", "bill+phone")] * 5
    counts = dict(published(asked, people, SystemRandom()))
    assert counts == {
        "trouble.1": (("", 1), ("put_right", 4)),
        "what.1.bill": (("", 1), ("chosen", 4)),
        "what.1.none": (("", 1), ("not_chosen", 4)),
        "what.1.phone": (("", 1), ("chosen", 4)),
    }


CHOICES = {
    item.id: st.sampled_from(
        [BLANK, *item.scale.values, *(["bill+phone"] if item.several else [])],
    )
    for item in every_kind().items
}
PERSON = st.fixed_dictionaries(CHOICES).filter(lambda person: person["recommend"] != BLANK)


@settings(max_examples=60, deadline=None)
@given(st.lists(PERSON, min_size=5, max_size=9))
def test_everybody_of_a_batch_stands_behind_every_item_and_option(people: list[dict[str, str]]) -> None:
    asked = every_kind()
    rows = [check_ratings(asked, person) for person in people]
    counts = dict(published(asked, rows, SystemRandom()))
    assert "what.1" not in counts
    assert {"what.1.bill", "what.1.phone", "what.1.none", "recommend.1", "explained.1"} <= set(counts)
    for values in counts.values():
        assert sum(number for _, number in values) == len(people)
        assert dict(values)[""] >= 1


def test_a_question_that_got_a_follow_up_is_counted_with_and_without_it() -> None:
    new = two_questions()
    old = new.model_copy(update={"version": 9, "items": new.items[:1]})
    rows = [
        *(Opened(1, b"", Ratings(new.label, 1, ("put_right", "bill"))) for _ in range(5)),
        *(Opened(1, b"", Ratings(old.label, 1, ("put_right",))) for _ in range(6)),
    ]
    counts = tally(rows, {new.label: new, old.label: old}, k=5, lot=SystemRandom())
    assert counts["trouble.1"] == {"": 2, "put_right": 9}
    assert counts["what.1.bill"] == {"": 1, "chosen": 4}
    few = tally(rows[1:], {new.label: new, old.label: old}, k=5, lot=SystemRandom())
    assert few == {"trouble.1": {"": 1, "put_right": 5}}, "four were shown the follow-up: none of it is told"
