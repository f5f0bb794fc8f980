"""Other worlds by integer programming: is there one with the same words in which somebody answered otherwise?

Unknown are the counts of each class (best, worst, rest) and, where readers know of the lot, the answers left
out of it. What the words imply are rows of the programme; verdicts are not among them, so that "there is
none" is sure, and every world found is for the caller to show again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import Enum

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_array

Ints = NDArray[np.int64]
Row = tuple[int, ...]
ANSWERS = 3  # best, worst, rest


class Answer(Enum):
    """What came out where no world did."""

    NONE = "there is none"
    NO_TIME = "not decided in time"


@dataclass
class Programme:
    """Rows ``weights . unknowns <= most`` over classes; the same weights are kept once, with the least most.

    ``sizes``: people of each class; ``lots``: how many were left out of each, 0 where nobody knows of a lot.
    """

    sizes: Ints
    lots: Ints
    rows: dict[Row, int] = field(default_factory=dict)

    def limit(self, inside: Ints, weights: Sequence[int], size: int, most: int) -> None:
        """``weights`` of answers and ``size`` of people over classes ``inside`` (0/1): at most ``most``."""
        row = np.outer(inside, np.array(weights)).ravel()
        if row.any():
            key = tuple(map(int, row))
            bound = most - size * int(inside @ self.sizes)
            self.rows[key] = min(bound, self.rows.get(key, bound))

    def solve(
        self, column: int, place: int, *, held: Sequence[tuple[Row, int]] = (), seconds: float
    ) -> Ints | Answer:
        """Counts of a world in which somebody of the class answered not ``place``; ``held`` sums stay."""
        count = len(self.sizes)
        unknowns = ANSWERS * count
        counted = [*self.rows.items(), *held, *((tuple(-one for one in row), -sum_) for row, sum_ in held)]
        matrix = np.array([row for row, _ in counted], dtype=float).reshape(-1, unknowns)
        rows = [np.hstack([matrix, np.zeros_like(matrix)])]
        most = [float(bound) for _, bound in counted]
        per_class = np.kron(np.eye(count), np.ones(ANSWERS))
        rows += [np.hstack([per_class, 0 * per_class]), np.hstack([0 * per_class, per_class])]
        most += [*(self.sizes - self.lots), *self.lots]
        rows.append(-_otherwise(count, column, place).reshape(1, -1))
        most.append(-1.0)
        found = milp(
            np.zeros(2 * unknowns),
            constraints=LinearConstraint(csr_array(np.vstack(rows)), -np.inf, np.array(most, dtype=float)),
            integrality=np.ones(2 * unknowns),
            bounds=Bounds(0, np.concatenate([np.repeat(self.sizes, ANSWERS), np.repeat(self.lots, ANSWERS)])),
            options={"time_limit": seconds},
        )
        if found.x is None:
            return Answer.NONE if found.status == 2 else Answer.NO_TIME
        world = np.rint(found.x[:unknowns]).astype(np.int64).reshape(count, ANSWERS)
        return np.column_stack([world, self.sizes])


def _otherwise(count: int, column: int, place: int) -> NDArray[np.float64]:
    """Answers of a class, counted or left out, that are not the one asked for."""
    row = np.zeros((2, count, ANSWERS))
    row[:, column, [other for other in range(ANSWERS) if other != place]] = 1
    return row.ravel()
