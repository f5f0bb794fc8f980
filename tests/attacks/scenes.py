"""Small histories made on purpose: a join of leftovers, batches in which all agree."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from survey.instruments.model import Instrument, Standing
from survey.runtime import Runtime
from tests.attacks.collecting import Reader
from tests.attacks.histories import History, Plan, Values, answer, begin
from tests.attacks.releasing import night
from tests.builders import load_instrument

Looking = Callable[[History], Reader]
START = date(2026, 2, 2)
WEEK = timedelta(weeks=1)


@dataclass(frozen=True)
class Come:
    """So many answers to one clinician (0 or 1) in a week."""

    week: int
    clinician: int
    values: Sequence[Values]


def lived(
    runtime: Runtime, looking: Looking, given: Sequence[Come], *, weeks: int, seed: int
) -> tuple[History, Reader]:
    """A practice of two clinicians to which these answers come; every Monday is looked at."""
    history = begin(runtime, Plan(seed=seed, clinicians=2, weeks=0, mood="usual", start=START))
    reader, cells = looking(history), list(history.clinicians)
    for week in range(weeks):
        monday = START + WEEK * week
        for each in given:
            for values in each.values if each.week == week else ():
                answer(history, cells[each.clinician], values, monday)
                reader.arrived(monday)
        for day, _happened in night(history, monday + WEEK, before=monday):
            reader.look(day)
    return history, reader


def all_of(runtime: Runtime) -> tuple[Values, Values]:
    """The best and the worst answer to every question."""
    instrument = load_instrument(runtime)
    return same(instrument, Standing.BEST), same(instrument, Standing.PROBLEM)


def same(instrument: Instrument, standing: Standing) -> Values:
    """One answer of this standing to every item."""
    return tuple(
        next(option.value for option in item.scale.options if option.standing is standing)
        for item in instrument.items
    )


def with_a_join(runtime: Runtime, looking: Looking) -> tuple[History, Reader]:
    """One of two clinicians has a full batch; two and three more answers are joined after eight weeks."""
    fine, bad = all_of(runtime)
    first = [Come(0, 0, [fine] * 4 + [bad] * 2), Come(0, 1, [bad] * 3)]
    found = lived(runtime, looking, [*first, Come(1, 0, [fine] * 2)], weeks=12, seed=1001)
    assert [atom.clinician_id is None for atom in found[0].atoms] == [False, True]
    return found


def agreed(runtime: Runtime, looking: Looking) -> tuple[History, Reader]:
    """Four of six were unhappy, then all of five."""
    found = lived(runtime, looking, four_of_six_then_five(runtime), weeks=2, seed=1002)
    assert [len(atom.people) for atom in found[0].atoms] == [6, 5]
    return found


def four_of_six_then_five(runtime: Runtime) -> list[Come]:
    """The answers of ``agreed``."""
    fine, bad = all_of(runtime)
    return [Come(0, 0, [bad] * 4 + [fine] * 2), Come(1, 0, [bad] * 5)]


def unanimous(runtime: Runtime, looking: Looking, *, people: int = 6) -> tuple[History, Reader]:
    """All of six were unhappy; of five, four would be counted, and nothing shown."""
    _, bad = all_of(runtime)
    return lived(runtime, looking, [Come(0, 0, [bad] * people)], weeks=1, seed=1003)


def five(runtime: Runtime, looking: Looking) -> tuple[History, Reader]:
    """All of five were unhappy; 80 % of them is an edge between two bands."""
    return unanimous(runtime, looking, people=5)
