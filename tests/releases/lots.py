"""Lots whose draws a test chooses, for batches of one or more questions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from functools import cache
from random import Random

from survey.instruments.loading import load_all
from survey.instruments.model import Instrument
from survey.releases.atoms import Opened, tally
from survey.responses.answers import Ratings
from survey.settings import Settings

VALUES = ("very_good", "good", "poor", "")


class Lot(Random):
    """A lot that draws what it is told, and fails where it is asked once more, or once less than told."""

    def __init__(self, draws: Sequence[float]) -> None:
        super().__init__(0)
        self.left = list(draws)

    def random(self) -> float:
        return self.left.pop(0)


def draws(people: int) -> tuple[float, ...]:
    """One draw for each of so many people, all equally likely."""
    return tuple((person + 0.5) / people for person in range(people))


@cache
def instrument(questions: int) -> Instrument:
    """The one-question survey, with so many questions."""
    one = load_all(Settings().surveys_config)["fft"]
    items = tuple(one.items[0].model_copy(update={"id": f"question_{n}"}) for n in range(questions))
    return one.model_copy(update={"items": items})


def counted(columns: Sequence[Sequence[str]], chosen: Sequence[float]) -> tuple[Counter[str], ...]:
    """What is published of a batch. ``columns``: everybody's answers, by question; ``chosen``: its draws."""
    asked, lot = instrument(len(columns)), Lot(chosen)
    rows = [
        Opened(cell_id=1, content=b"", record=Ratings(label=asked.label, fortnight=1, values=values))
        for values in zip(*columns, strict=True)
    ]
    counts = tally(rows, {asked.label: asked}, k=5, lot=lot)
    assert lot.left == []
    return tuple(counts[item.key] for item in asked.items)


def other_worlds(column: Sequence[str], person: int) -> Iterator[list[str]]:
    """Answers to one question in which this person answered otherwise: alone, or in exchange with another."""
    for value in VALUES:
        yield [value if place == person else answer for place, answer in enumerate(column)]
    for other, answer in enumerate(column):
        exchanged = list(column)
        exchanged[person], exchanged[other] = answer, column[person]
        yield exchanged
