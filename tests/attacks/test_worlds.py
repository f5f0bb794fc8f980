"""For everybody, question by question and in all of them, there is another world that looks the same."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from fractions import Fraction
from itertools import product
from math import prod
from unittest.mock import patch

import pytest

from survey.instruments.model import BLANK
from survey.releases import publication
from survey.runtime import Runtime
from tests.attacks import likelihood
from tests.attacks.collecting import Reader, follow
from tests.attacks.histories import History, Values, begin, draw
from tests.attacks.leaking import without_the_lot
from tests.attacks.scenes import Come, agreed, four_of_six_then_five, lived, unanimous, with_a_join
from tests.attacks.telling import Book
from tests.attacks.worlds import STEPS, Scripted, other_world, same_counts, truth_of

Statement = tuple[str, str, tuple[frozenset[int], ...], str]


@pytest.mark.parametrize("scene", [agreed, unanimous, with_a_join])
def test_everybody_could_have_answered_every_question_otherwise(runtime: Runtime, scene: object) -> None:
    history, _ = scene(runtime, Reader)  # type: ignore[operator]
    questions = {item.key for item in history.instrument.items}
    for released in history.atoms:
        for person in released.people:
            for step in STEPS:
                assert same_counts(history, released, person, step=step) == questions


def test_in_a_random_practice_with_blanks_too(runtime: Runtime) -> None:
    drawn = draw(2, weeks=(9, 10))
    history = begin(runtime, drawn)
    follow(history, drawn, [])
    truth, questions = truth_of(history), frozenset(item.key for item in history.instrument.items)
    assert any(BLANK in values for values in history.answers)
    assert truth.otherwise.keys() == {one for released in history.atoms for one in released.people}
    assert set(truth.otherwise.values()) == {questions}


def test_without_the_lot_nobody_could_have(sqlite_runtime: Runtime) -> None:
    with without_the_lot():
        history, _ = agreed(sqlite_runtime, Reader)
        assert set(truth_of(history).otherwise.values()) == {frozenset()}


def statements(book: Book) -> set[Statement]:
    """All that was said, whatever number a group has."""
    people = {number: group for group, number in book.groups.items()}
    return {
        (told.kind, told.item, tuple(people[one] for one in told.groups), told.said) for told in book.told
    }


@contextmanager
def scripted(scripts: Sequence[Values]) -> Iterator[None]:
    """The lots of the next batches fall as written down."""
    left = list(scripts)
    with patch.object(publication, "SystemRandom", lambda: Scripted(left.pop(0))):
        yield
    assert left == [], "every lot must have been drawn"


def lived_otherwise(runtime: Runtime, history: History, *, step: int) -> tuple[list[Come], list[Values]]:
    """The answers of ``agreed``, but the last person of the second batch answered otherwise; and the lots."""
    first, second = history.atoms
    world, lots = other_world(history, second, max(second.people), step=step)
    come = [four_of_six_then_five(runtime)[0], Come(1, 0, [world[one] for one in sorted(world)])]
    return come, [tuple(first.drawn.values()), lots]


@pytest.mark.parametrize("step", STEPS)
def test_the_other_world_lived_through_the_product_shows_the_same_words_on_every_screen(
    runtime: Runtime, step: int
) -> None:
    history, seen = agreed(runtime, Reader)
    come, lots = lived_otherwise(runtime, history, step=step)
    with scripted(lots):
        other, also_seen = lived(runtime, Reader, come, weeks=2, seed=2000)
    assert other.answers[-1] != history.answers[-1]
    assert len(statements(seen.book)) > 50
    assert statements(also_seen.book) == statements(seen.book)


def test_without_the_lot_the_other_world_shows_other_words(sqlite_runtime: Runtime) -> None:
    with without_the_lot():
        history, seen = agreed(sqlite_runtime, Reader)
        come, _ = lived_otherwise(sqlite_runtime, history, step=0)
        _, also_seen = lived(sqlite_runtime, Reader, come, weeks=2, seed=2000)
    assert statements(also_seen.book) != statements(seen.book)


def test_a_lot_cannot_be_written_down_that_nobody_stands_for() -> None:
    with pytest.raises(AssertionError, match="cannot fall so"):
        Scripted(("1",)).choices(["2", "3"], weights=[1, 1])


@pytest.mark.parametrize("mood", likelihood.MOODS)
def test_the_formula_of_likelihood_is_what_counting_all_worlds_gives(mood: str) -> None:
    n, mixture = 5, likelihood.MOODS[mood]
    seen = unhappy = Fraction(0)
    for world in product((True, False), repeat=n):  # who gave the worst answer
        for out in range(n):  # who was left out
            if all(bad for one, bad in enumerate(world) if one != out):
                chance = sum(
                    (weight * prod((q if bad else 1 - q) for bad in world) for weight, q in mixture),
                    Fraction(0),
                )
                seen += chance / n
                unhappy += chance / n * world[0]
    assert likelihood.after(n, mixture) == unhappy / seen < 1
