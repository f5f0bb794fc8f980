"""For every person and question there is another world with the same counts, in which the answer was another.

What is the same in the database is the same in everything that is made of it: no screen, file or copy of any
day can make anybody certain of one person's answer.
"""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from survey.releases import atoms
from tests.releases import lots

ROOT = Path(__file__).resolve().parents[2]
UNANIMOUS = [["poor"] * 5, ["very_good"] * 5]


@st.composite
def batches(draw: st.DrawFn) -> list[list[str]]:
    """Answers of five to eight people to two questions, now and then all the same."""
    people = draw(st.integers(5, 8))
    mixed = st.lists(st.sampled_from(lots.VALUES), min_size=people, max_size=people)
    agreed = st.sampled_from(lots.VALUES).map(lambda value: [value] * people)
    return [draw(st.one_of(mixed, agreed)) for _ in range(2)]


def certain_of(columns: Sequence[Sequence[str]], chosen: Sequence[float]) -> list[tuple[int, int]]:
    """Questions and people of whom what was published leaves only one possible answer."""
    published = lots.counted(columns, chosen)
    return [
        (question, person)
        for question in range(len(columns))
        for person in range(len(columns[question]))
        if not another_world(columns, chosen, published, question=question, person=person)
    ]


def another_world(
    columns: Sequence[Sequence[str]],
    chosen: Sequence[float],
    published: Sequence[Counter[str]],
    *,
    question: int,
    person: int,
) -> bool:
    """Whether the same could have been published had this person answered this question otherwise."""
    truth = columns[question]
    for column in lots.other_worlds(truth, person):
        if column[person] == truth[person]:
            continue
        world = [column if place == question else each for place, each in enumerate(columns)]
        for draw in lots.draws(len(truth)):
            drawn = [draw if place == question else each for place, each in enumerate(chosen)]
            if lots.counted(world, drawn) == tuple(published):
                return True
    return False


@settings(max_examples=40, deadline=None)
@given(batches(), st.data())
def test_nothing_that_is_published_makes_anybody_certain(
    columns: list[list[str]], data: st.DataObject
) -> None:
    chosen = [data.draw(st.sampled_from(lots.draws(len(column)))) for column in columns]
    assert certain_of(columns, chosen) == []


def test_without_the_lot_whoever_agrees_with_all_is_known(monkeypatch: pytest.MonkeyPatch) -> None:
    def not_left_out(counts: Counter[str], lot: Random) -> Counter[str]:
        lot.random()
        return counts

    monkeypatch.setattr(atoms, "_left_out", not_left_out)
    assert certain_of(UNANIMOUS, [0.5, 0.5]) == [(q, person) for q in range(2) for person in range(5)]


def lots_not_from_the_system(source: str) -> list[int]:
    """Lines that tally with a lot that is not a fresh, nameless one of the operating system."""
    tree = ast.parse(source)
    ours = any(
        isinstance(node, ast.ImportFrom) and node.module == "secrets" and _names(node, "SystemRandom")
        for node in ast.walk(tree)
    )
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call) and _called(node) == "tally"]
    return [
        call.lineno
        for call in calls
        if not ours
        or [ast.unparse(each.value) for each in call.keywords if each.arg == "lot"] != ["SystemRandom()"]
    ]


def _names(node: ast.ImportFrom, name: str) -> bool:
    return any(alias.name == name and alias.asname is None for alias in node.names)


def _called(call: ast.Call) -> str:
    return call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")


def test_the_lot_is_the_operating_systems_and_nobody_keeps_it() -> None:
    """The generator has no state that could be seeded or repeated, and no name by which anybody keeps it."""
    sources = {path: path.read_text("utf-8") for path in (ROOT / "survey").rglob("*.py")}
    assert [path.name for path, source in sources.items() if "tally(batch" in source] == ["publication.py"]
    assert not [
        path for path, source in sources.items() if "tally" in source and lots_not_from_the_system(source)
    ]


@pytest.mark.parametrize(
    "breach",
    [
        "from random import Random\ntally(rows, versions, k=5, lot=Random(7))",
        "from secrets import SystemRandom\nlot = SystemRandom()\natoms.tally(rows, versions, k=5, lot=lot)",
        "from random import Random as SystemRandom\ntally(rows, versions, k=5, lot=SystemRandom())",
        "from secrets import SystemRandom\ntally(rows, versions, k=5)",
    ],
)
def test_a_lot_that_can_be_repeated_or_kept_is_noticed(breach: str) -> None:
    assert lots_not_from_the_system(breach)
