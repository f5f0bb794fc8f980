"""Can a reader of everything single somebody out? Linear algebra for groups, integer search for certainty.

1. *Groups.* People whom no published figure tells apart are a class. Could a sum or difference of published
   figures, were they exact, give the answers of fewer than k people? Such a group is a vector in the row
   space of figures by people, and every such vector is constant on classes.
2. *Certainty.* Inside a class people are alike, so an answer is certain only where everybody of the class who
   answered an item is certain to have given it. It is not certain as soon as one other world, in which
   somebody answered otherwise, would have shown every word the same. Worlds are looked for by small changes,
   then by integer programming; each one found is shown again by the product's own functions before it counts.

The reader is told which batch was published on which day, and forgets no screen.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain, combinations

import numpy as np
from numpy.typing import NDArray

from tests.attacks.telling import Book, Counts, Told, limits_of, show_of

Array = NDArray[np.int64]
CHOICES = ("best", "problem", "rest")
SECONDS = 5.0


@dataclass(frozen=True)
class Certain:
    """Everybody of a class who answered an item surely gave this answer."""

    item: str
    choice: str
    size: int
    answered: int


@dataclass
class Findings:
    """What an audit found. ``batches``: classes times items; ``agreed``: where all who answered truly gave
    the same answer, so that it could be certain at all; ``undecided``: neither proved certain nor not."""

    smallest: int
    classes: int
    figures: int
    batches: int = 0
    agreed: int = 0
    certain: list[Certain] = field(default_factory=list)
    undecided: list[Certain] = field(default_factory=list)

    def surely(self, choice: str) -> int:
        return sum(one.choice == choice for one in self.certain)


def audit(
    book: Book, categories: Mapping[str, Sequence[str]], *, choices: Sequence[str] = CHOICES
) -> Findings:
    """``categories``: per item, each person's best, problem, rest or aside. ``choices``: whose certainty to
    ask for; with none, only groups are looked at and every figure is checked against the truth."""
    classes, members = classes_of(book)
    findings = Findings(smallest_isolated(members, classes), len(classes), len(book.told))
    for item, given in categories.items():
        _Search(book, item, classes, members, given).run(findings, choices)
    return findings


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
        given: Sequence[str],
    ) -> None:
        self.item, self.members = item, members
        self.told = [told for told in book.told if told.item in {item, ""}]
        self.shows = [show_of(told) for told in self.told]
        self.truth = np.array(
            [
                [*(sum(given[person] == choice for person in people) for choice in CHOICES), len(people)]
                for people in classes
            ],
            dtype=np.int64,
        ).reshape(len(classes), 4)
        self.sums = members @ self.truth
        self.by_class = [
            [place for place, told in enumerate(self.told) if members[list(told.groups), column].any()]
            for column in range(len(classes))
        ]

    def run(self, findings: Findings, choices: Sequence[str]) -> None:
        wrong = [told for place, told in enumerate(self.told) if not self._same(place, self._rows_of(told))]
        assert not wrong, f"a figure is not the sum it was taken for: {wrong[0]}"
        findings.batches += len(self.truth)
        for column, row in enumerate(self.truth):
            for place, choice in enumerate(CHOICES):
                if choice in choices and row[place] and row[place] == row[:3].sum():
                    findings.agreed += 1
                    self._decide(column, place, choice, findings)

    def _decide(self, column: int, place: int, choice: str, findings: Findings) -> None:
        if self._small_change(column, place):
            return
        found = self._program(column, place)
        if found is not True:
            row = self.truth[column]
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
        for other in sorted(range(len(self.truth)), key=lambda each: abs(each - column)):
            if other != column:
                for move in moves:
                    found = self._moved(other, move)
                    if found is not None:
                        yield {other: found}

    def _moved(self, column: int, move: tuple[int, int]) -> Array | None:
        """A class's row with one person moved between answers (3: counted nowhere); None where nobody is."""
        row = self.truth[column].copy()
        for place, step in zip(move, (-1, 1), strict=True):
            if place < 3:
                row[place] += step
        return row if row.min() >= 0 and row[:3].sum() <= row[3] else None

    def _fits(self, changed: Mapping[int, Array]) -> bool:
        columns = list(changed)
        steps = np.array([changed[column] - self.truth[column] for column in columns])
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

    def _program(self, column: int, place: int) -> bool | None:
        """True: another world was found. False: there is none. None: could not be decided.

        First with the sums that verdicts rest on held fast, then without; verdicts are then left out of the
        programme, so that "there is none" is sure, and every world found is shown again.
        """
        for held in (True, False):
            world = self._solve(column, place, hold=held)
            if world is None and not held:
                return False
            if isinstance(world, np.ndarray) and all(
                self._same(number, self._rows_of(told, world)) for number, told in enumerate(self.told)
            ):
                return True
        return None

    def _solve(self, column: int, place: int, *, hold: bool) -> Array | str | None:
        """A world in which somebody of the class answered otherwise; None: there is none."""
        from scipy.optimize import Bounds, LinearConstraint, milp
        from scipy.sparse import csr_array

        count = len(self.truth)
        rows, most = self._limit_rows()
        if hold:
            held, exactly = self._held_rows()
            rows, most = (
                [*rows, *held, *(-row for row in held)],
                [*most, *exactly, *(-one for one in exactly)],
            )
        for number in range(count):  # no more answers than people
            rows.append(_one_row(count, number, (1, 1, 1, -1)))
            most.append(0)
        otherwise = [0, 0, 0, 0]
        for other in {0, 1, 2} - {place}:
            otherwise[other] = -1
        rows.append(_one_row(count, column, otherwise))
        most.append(-1)
        low = np.zeros((count, 4))
        low[:, 3] = self.truth[:, 3]
        found = milp(
            np.zeros(4 * count),
            constraints=LinearConstraint(csr_array(np.array(rows)), -np.inf, np.array(most, dtype=float)),
            integrality=np.ones(4 * count),
            bounds=Bounds(low.ravel(), np.inf),
            options={"time_limit": SECONDS},
        )
        if found.x is None:
            return None if found.status == 2 else "no time"
        return np.rint(found.x).astype(np.int64).reshape(count, 4)

    def _limit_rows(self) -> tuple[list[NDArray[np.float64]], list[float]]:
        rows, most = [], []
        for told in self.told:
            for limit in limits_of(told):
                rows.append(np.outer(self.members[told.groups[0]], limit[:4]).ravel().astype(float))
                most.append(float(limit.most))
        return rows, most

    def _held_rows(self) -> tuple[list[NDArray[np.float64]], list[float]]:
        """Sums that findings rest on stay as they are, so that no verdict changes."""
        groups = {
            group
            for told in self.told
            if told.kind in {"finding", "verdict"} and self.sums[told.groups[0], :3].sum() >= 30
            for group in told.groups
        }
        rows, most = [], []
        for group in groups:
            for place in range(3):
                row = np.zeros_like(self.truth, dtype=float)
                row[:, place] = self.members[group]
                rows.append(row.ravel())
                most.append(float(self.sums[group, place]))
        return rows, most


def _one_row(count: int, column: int, weights: Sequence[int]) -> NDArray[np.float64]:
    row = np.zeros((count, 4))
    row[column] = weights
    return row.ravel()
