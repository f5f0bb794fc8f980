"""For every batch, question and person another world with the same counts, in which they answered otherwise.

In it that person was the one left out; whoever truly was left out gave that person's answer. Nothing is
believed about this: the other world's answers go through the product's own ``tally``, with a lot whose
outcome is written down beforehand, and what comes out must be, count by count, what stands in the database.
Whatever is shown is made from these counts, so every word of every screen is the same in both worlds.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from random import Random
from typing import TYPE_CHECKING, TypeVar

from survey.instruments.model import Item
from survey.releases import atoms
from survey.releases.atoms import Opened
from survey.responses.answers import Ratings
from tests.attacks.histories import History, Released, Values, category

if TYPE_CHECKING:
    from _typeshed import SupportsLenAndGetItem

T = TypeVar("T")
#: Tried for everybody: the next kind of answer than their own, and the one after it.
STEPS = (0, 1)


class Scripted(Random):
    """A lot that falls as it was written down: one answer for each question, in their order."""

    def __init__(self, script: Values) -> None:
        super().__init__(0)
        self.script = list(script)

    def __new__(cls, script: Values) -> Scripted:
        return super().__new__(cls, 0)

    def choices(
        self,
        population: SupportsLenAndGetItem[T],
        weights: Sequence[float | Fraction] | None = None,
        *,
        cum_weights: Sequence[float | Fraction] | None = None,
        k: int = 1,
    ) -> list[T]:
        """What was written down; nobody can be drawn whom nobody stands for."""
        wanted = self.script.pop(0)
        found = [place for place in range(len(population)) if population[place] == wanted]
        assert found, "the lot cannot fall so"
        assert weights is None or weights[found[0]] > 0
        return [population[found[0]]]


@dataclass(frozen=True)
class Truth:
    """What truly was, and who could have answered otherwise.

    ``given``, ``counted``: per item everybody's category as it was answered, and as it was counted.
    ``otherwise``: per person the items for which another world stands. ``batch``: whose batch is which.
    ``lot``: whether readers know that in each batch and question somebody was left out.
    """

    given: Mapping[str, Sequence[str]]
    counted: Mapping[str, Sequence[str]]
    otherwise: Mapping[int, frozenset[str]] = field(default_factory=dict)
    batch: Mapping[int, int] = field(default_factory=dict)
    lot: bool = True


def truth_of(history: History, *, lot: bool = True) -> Truth:
    """The truth about a history, with another world tried for everybody and every question of every batch."""
    otherwise: dict[int, frozenset[str]] = {}
    batch: dict[int, int] = {}
    for number, released in enumerate(history.atoms):
        for person in released.people:
            batch[person] = number
            stand = [same_counts(history, released, person, step=step) for step in STEPS]
            otherwise[person] = stand[0] & stand[1]
    return Truth(
        given=history.categories(counted=False),
        counted=history.categories(),
        otherwise=otherwise,
        batch=batch,
        lot=lot,
    )


def same_counts(history: History, released: Released, person: int, *, step: int) -> frozenset[str]:
    """Questions whose counts are the same in the world in which this person answered otherwise to each."""
    world, lots = other_world(history, released, person, step=step)
    instrument, k = history.instrument, history.practice.k_ratings
    rows = [Opened(0, b"", Ratings(instrument.label, 0, values)) for values in world.values()]
    found = atoms.tally(rows, {instrument.label: instrument}, k=k, lot=Scripted(lots))
    return frozenset(item for item, counts in released.counts.items() if found.get(item) == counts)


def other_world(
    history: History, released: Released, person: int, *, step: int
) -> tuple[dict[int, Values], Values]:
    """What the batch answers there, and whose answer to each question is left out."""
    world = {one: list(history.answers[one]) for one in released.people}
    lots = []
    for place, item in enumerate(history.instrument.items):
        own, drawn = world[person][place], released.drawn[item.key]
        out = person if own == drawn else _somebody(world, place, drawn, person)
        world[out][place] = own
        world[person][place] = other_answer(item, own, step=step)
        lots.append(world[person][place])
    return {one: tuple(values) for one, values in world.items()}, tuple(lots)


def _somebody(world: Mapping[int, Sequence[str]], place: int, value: str, person: int) -> int:
    """Somebody who gave this answer; the person asked about where nobody did, which then is no world."""
    return next((one for one, values in world.items() if values[place] == value), person)


def other_answer(item: Item, own: str, *, step: int) -> str:
    """An answer of another kind than one's own: of best, worst and rest, the first or second other one."""
    kinds: dict[str, str] = {}
    for option in item.scale.options:
        kinds.setdefault(category(item, option.value), option.value)
    kinds.pop(category(item, own), None)
    others = [value for kind, value in kinds.items() if kind != "aside"] or list(kinds.values())
    return others[step % len(others)]
