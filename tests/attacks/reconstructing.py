"""Can a reader of everything single somebody out? Linear algebra for groups, a search for certainty.

1. *Groups.* People whom no published figure tells apart are a class. Could a sum or difference of published
   figures, were they exact, give the answers of fewer than k people? Such a group is a vector in the row
   space of figures by people, and every such vector is constant on classes.
2. *Certainty.* Inside a class people are alike, so an answer is certain only where everybody of the class who
   answered an item is certain to have given it. It is not certain as soon as there is one other world, in
   which somebody answered otherwise, with every word the same. Where a lot left an answer out, ``worlds`` has
   such a world for everybody; the integer programme is asked all the same and must not deny it. Where there
   is no lot, small changes are tried, then the programme; each world found is shown again by the product's
   own functions before it counts.

The reader is told which batch was published on which day, and forgets no screen.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain, combinations

import numpy as np
from numpy.typing import NDArray

from tests.attacks.programme import Answer, Programme
from tests.attacks.telling import Book, Counts, Told, limits_of, show_of
from tests.attacks.worlds import Truth

Array = NDArray[np.int64]
CHOICES = ("best", "problem", "rest")
SECONDS = 2.0


@dataclass(frozen=True)
class Certain:
    """Everybody of a class who answered an item surely gave this answer."""

    item: str
    choice: str
    size: int
    answered: int


@dataclass
class Findings:
    """What an audit found. ``batches``: classes times items; ``agreed``: how often all who answered truly
    gave the same answer, by that answer; ``undecided``: neither proved certain nor not. ``asked``: how often
    the integer programme was asked though a lot had made another world; ``unsolved``: how often it had not
    enough time.
    """

    smallest: int
    classes: int
    figures: int
    batches: int = 0
    agreed: Counter[str] = field(default_factory=Counter)
    certain: list[Certain] = field(default_factory=list)
    undecided: list[Certain] = field(default_factory=list)
    asked: int = 0
    unsolved: int = 0


def audit(
    book: Book, truth: Truth, *, choices: Sequence[str] = CHOICES, seconds: float = SECONDS
) -> Findings:
    """``choices``: whose certainty to ask for; with none, only groups are looked at. Every figure is checked
    against the truth. ``seconds``: how long each integer programme may take."""
    classes, members = classes_of(book)
    findings = Findings(smallest_isolated(members, classes), len(classes), len(book.told))
    for item in truth.counted:
        _Search(book, item, classes, members, truth, seconds).run(findings, choices)
    return findings


def smallest_group(book: Book, *, k: int) -> int:
    """Size of the smallest group that the figures of a book single out; 0 where it has none."""
    classes, members = classes_of(book)
    return smallest_isolated(members, classes, k=k)


def classes_of(book: Book) -> tuple[list[frozenset[int]], Array]:
    """Classes of people that are in the same groups, and the 0/1 matrix of groups by classes."""
    inside: dict[int, list[int]] = defaultdict(list)
    for people, number in book.groups.items():
        for person in people:
            inside[person].append(number)
    found: dict[tuple[int, ...], set[int]] = defaultdict(set)
    for person, numbers in inside.items():
        found[tuple(sorted(numbers))].add(person)
    members = np.zeros((len(book.groups), len(found)), dtype=np.int64)
    for column, numbers in enumerate(found):
        members[list(numbers), column] = 1
    return [frozenset(people) for people in found.values()], members


def smallest_isolated(members: Array, classes: Sequence[frozenset[int]], k: int = 5) -> int:
    """Size of the smallest group under ``k`` that sums and differences of figures single out, if any;
    else the size of the smallest class, which is then at least k or cannot be reached."""
    sizes = [len(each) for each in classes]
    if not sizes:
        return 0
    small = [place for place, size in enumerate(sizes) if size < k]
    basis = _row_basis(members)
    reached = [
        total
        for number in range(1, min(k, len(small) + 1))
        for some in combinations(small, number)
        if (total := sum(sizes[place] for place in some)) < k and _in_rows(basis, some)
    ]
    return min(reached) if reached else min((size for size in sizes if size >= k), default=k)


def _row_basis(members: Array) -> NDArray[np.float64]:
    _, values, rows = np.linalg.svd(np.unique(members, axis=0).astype(float), full_matrices=False)
    return rows[values > 1e-8]


def _in_rows(basis: NDArray[np.float64], some: Sequence[int]) -> bool:
    wanted = np.zeros(basis.shape[1])
    wanted[list(some)] = 1
    return bool(np.linalg.norm(wanted - basis.T @ (basis @ wanted)) < 1e-6)


class _Search:
    """Other worlds for one item. A world is an array of classes by (best, problem, rest, size)."""

    def __init__(
        self,
        book: Book,
        item: str,
        classes: Sequence[frozenset[int]],
        members: Array,
        truth: Truth,
        seconds: float,
    ) -> None:
        self.item, self.members, self.seconds = item, members, seconds
        self.told = [told for told in book.told if told.item in {item, ""}]
        self.shows = [show_of(told) for told in self.told]
        self.given = _by_class(classes, truth.given[item])
        self.counted = _by_class(classes, truth.counted[item])
        self.sums = members @ self.counted
        self.otherwise = [
            all(item in truth.otherwise.get(person, ()) for person in people) for people in classes
        ]
        lots = [len({truth.batch.get(person) for person in people}) * truth.lot for people in classes]
        self.programme = self._limited(np.array(lots, dtype=np.int64))
        self.by_class = [
            [place for place, told in enumerate(self.told) if members[list(told.groups), column].any()]
            for column in range(len(classes))
        ]

    def run(self, findings: Findings, choices: Sequence[str]) -> None:
        wrong = [told for place, told in enumerate(self.told) if not self._same(place, self._rows_of(told))]
        assert not wrong, f"a figure is not the sum it was taken for: {wrong[0]}"
        findings.batches += len(self.given)
        for column, row in enumerate(self.given):
            for place, choice in enumerate(CHOICES):
                if choice in choices and row[place] and row[place] == row[:3].sum():
                    findings.agreed[choice] += 1
                    self._decide(column, place, choice, findings)

    def _decide(self, column: int, place: int, choice: str, findings: Findings) -> None:
        stands = self.otherwise[column]
        if not stands and self._small_change(column, place):
            return
        found = self._asked(column, place)
        if stands:  # the programme may not find the world in time, but it must not prove that there is none
            findings.asked += 1
            findings.unsolved += found is None
            found = found is not False
        if found is not True:
            row = self.given[column]
            one = Certain(self.item, choice, int(row[3]), int(row[:3].sum()))
            (findings.undecided if found is None else findings.certain).append(one)

    # --- small changes --------------------------------------------------------------------------------

    def _small_change(self, column: int, place: int) -> bool:
        """Whether one person of the class, and perhaps one of another, could have answered otherwise."""
        others = [other for other in range(3) if other != place]
        for move in [(start, other) for start in (place, 3) for other in others]:
            one = self._moved(column, move)
            if one is None:
                continue
            if self._fits({column: one}):
                return True
            if any(self._fits({column: one, **more}) for more in self._answers_to(column)):
                return True
        return False

    def _answers_to(self, column: int) -> Iterator[dict[int, Array]]:
        moves = [(a, b) for a in range(4) for b in range(4) if a != b]
        for other in sorted(range(len(self.counted)), key=lambda each: abs(each - column)):
            if other != column:
                for move in moves:
                    found = self._moved(other, move)
                    if found is not None:
                        yield {other: found}

    def _moved(self, column: int, move: tuple[int, int]) -> Array | None:
        """A class's row with one person moved between answers (3: counted nowhere); None where nobody is."""
        row = self.counted[column].copy()
        for place, step in zip(move, (-1, 1), strict=True):
            if place < 3:
                row[place] += step
        return row if row.min() >= 0 and row[:3].sum() <= row[3] else None

    def _fits(self, changed: Mapping[int, Array]) -> bool:
        columns = list(changed)
        steps = np.array([changed[column] - self.counted[column] for column in columns])
        for place in dict.fromkeys(chain.from_iterable(self.by_class[column] for column in columns)):
            groups = list(self.told[place].groups)
            if not self._same(place, self.sums[groups] + self.members[np.ix_(groups, columns)] @ steps):
                for column in columns:  # what failed once is asked first the next time
                    if place in self.by_class[column]:
                        self.by_class[column].remove(place)
                        self.by_class[column].insert(0, place)
                return False
        return True

    def _rows_of(self, told: Told, world: Array | None = None) -> Array:
        groups = list(told.groups)
        return self.sums[groups] if world is None else self.members[groups] @ world

    def _same(self, place: int, rows: Array) -> bool:
        """Whether these sums over its groups would be shown in the very words that were shown."""
        return self.shows[place]([Counts(*map(int, row)) for row in rows]) == self.told[place].said

    # --- integer programming --------------------------------------------------------------------------

    def _asked(self, column: int, place: int) -> bool | None:
        """True: another world was found. False: there is none. None: could not be decided.

        First without the findings; where the world found would change one, with the sums they rest on held.
        """
        for held in ((), self._held()):
            world = self.programme.solve(column, place, held=held, seconds=self.seconds)
            if world is Answer.NONE and not held:
                return False
            if isinstance(world, np.ndarray) and all(
                self._same(number, self._rows_of(told, world)) for number, told in enumerate(self.told)
            ):
                return True
        return None

    def _limited(self, lots: Array) -> Programme:
        programme = Programme(sizes=self.counted[:, 3], lots=lots)
        for told in self.told:
            for limit in limits_of(told):
                inside = self.members[told.groups[0]]
                programme.limit(inside, limit[:3], limit.size, limit.most)
        return programme

    def _held(self) -> list[tuple[tuple[int, ...], int]]:
        """Sums that findings rest on stay as they are, so that no verdict changes."""
        groups = {
            group
            for told in self.told
            if told.kind.startswith(("finding:", "verdict:")) and self.sums[told.groups[0], :3].sum() >= 30
            for group in told.groups
        }
        held = []
        for group in groups:
            for place in range(3):
                row = np.outer(self.members[group], np.eye(3)[place]).ravel()
                held.append((tuple(map(int, row)), int(self.sums[group, place])))
        return held


def _by_class(classes: Sequence[frozenset[int]], given: Sequence[str]) -> Array:
    """Classes by (best, problem, rest, size)."""
    rows = [
        [*(sum(given[person] == choice for person in people) for choice in CHOICES), len(people)]
        for people in classes
    ]
    return np.array(rows, dtype=np.int64).reshape(len(classes), 4)
