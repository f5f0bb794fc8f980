"""Logistic regression of many yes-or-no answers at once: pure.

Minimises the sum of weighted log losses plus ``pull`` / 2 times the squared distance of the weights from
where they start (zero, or what was learned before), by L-BFGS. Constants follow Hastie, Tibshirani and
Friedman, *The Elements of Statistical Learning*, 2nd edition, sections 4.4 and 18.4.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from survey.comments.features import Rows

Doubles = NDArray[np.float64]
STEPS = 80


@dataclass(frozen=True)
class Lesson:
    """Features, ``answers`` 0 or 1, and how much each counts: 0 where it is not known (rows, answers)."""

    rows: Rows
    answers: Doubles
    counts: Doubles

    def where(self, chosen: NDArray[np.bool_]) -> Lesson:
        """Some of the rows."""
        return Lesson(self.rows.where(chosen), self.answers[chosen], self.counts[chosen])


@dataclass(frozen=True)
class Weights:
    """Weights (features, answers) and one constant for each answer."""

    of: Doubles
    bias: Doubles


def balanced(answers: Doubles, known: Doubles) -> Doubles:
    """How much each answer counts so that yes and no weigh the same in sum; 0 where ``known`` is 0."""
    yes = (answers * known).sum(axis=0).clip(1)
    no = ((1 - answers) * known).sum(axis=0).clip(1)
    counts: Doubles = known * np.where(answers > 0, (yes + no) / (2 * yes), (yes + no) / (2 * no))
    return counts


def ratios(lesson: Lesson) -> Doubles:
    """How much commoner each term is where the answer is yes, as a logarithm; 0 for word vectors.

    The naive Bayes ratio of Wang and Manning, *Baselines and bigrams* (2012), with one added to each count.
    """
    has = lesson.rows.terms.copy()
    has.data = np.ones_like(has.data)
    known = lesson.counts > 0
    yes = 1 + has.T @ (known * (lesson.answers > 0)).astype(np.float64)
    no = 1 + has.T @ (known * (lesson.answers == 0)).astype(np.float64)
    found = np.zeros((lesson.rows.width, lesson.answers.shape[1]))
    found[: len(yes)] = np.log((yes / yes.sum(axis=0)) / (no / no.sum(axis=0)))
    return found


def fit(
    lesson: Lesson, *, pull: float, start: Weights | None = None, scaled: Doubles | None = None
) -> Weights:
    """The weights that explain the lesson best. With ``start`` they are held near it, constants too.

    ``scaled`` (features, answers): how much each feature is stretched first; weights come back unstretched.
    """
    size, number = lesson.rows.width, lesson.answers.shape[1]
    origin = np.zeros((size + 1, number))
    if start is not None:
        origin[:size], origin[size] = start.of, start.bias
    stretch = np.ones((size, 1)) if scaled is None else scaled

    def cost(flat: Doubles) -> tuple[float, Doubles]:
        at = flat.reshape(size + 1, number)
        of = (at[:size] * stretch).astype(np.float32)
        loss, slope = _loss(lesson.rows.times(of) + at[size], lesson)
        away = at - origin
        if start is None:  # a few corrections would move the constants at will; a whole lesson may
            away[size] = 0
        down = pull * away
        down[:size] += stretch * lesson.rows.turned_times(slope.astype(np.float32))
        down[size] += slope.sum(axis=0)
        return loss + pull / 2 * float((away**2).sum()), down.ravel()

    done: Any = minimize(
        cost, origin.ravel(), jac=True, method="L-BFGS-B", options={"maxiter": STEPS, "maxcor": 8}
    )
    found = done.x.reshape(size + 1, number)
    return Weights(found[:size] * stretch, found[size])


def _loss(scores: Doubles, lesson: Lesson) -> tuple[float, Doubles]:
    """Sum of losses and its slope by score."""
    loss = float((lesson.counts * (np.logaddexp(0, scores) - lesson.answers * scores)).sum())
    likely = 1 / (1 + np.exp(-scores.clip(-500, 500)))
    return loss, lesson.counts * (likely - lesson.answers)
