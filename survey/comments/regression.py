"""Logistic regression of many yes-or-no answers and one choice of several at once: pure.

Minimises the sum of log losses plus ``pull`` / 2 times the squared distance of the weights from where they
start (zero, or what was learned before), by L-BFGS. Constants follow Hastie, Tibshirani and Friedman, *The
Elements of Statistical Learning*, 2nd edition, sections 4.4 and 18.4.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from survey.comments.features import Rows

Doubles = NDArray[np.float64]
STEPS = 50
LEAST = 1e-12


@dataclass(frozen=True)
class Lesson:
    """Features and what is known of each row: ``answers`` 0 or 1, of the last ``choice`` columns one.

    A row without any of the last columns says nothing about the choice.
    """

    rows: Rows
    answers: Doubles
    choice: int


@dataclass(frozen=True)
class Weights:
    """Weights (features, answers) and one constant for each answer."""

    of: Doubles
    bias: Doubles


def fit(lesson: Lesson, *, pull: float, start: Weights | None = None) -> Weights:
    """The weights that explain the lesson best. With ``start`` they are held near what is known already."""
    size, number = lesson.rows.width, lesson.answers.shape[1]
    origin = np.zeros((size + 1, number))
    if start is None:
        share = lesson.answers.mean(axis=0).clip(1e-4, 1 - 1e-4)
        origin[size] = np.log(share / (1 - share))
    else:
        origin[:size], origin[size] = start.of, start.bias

    def cost(flat: Doubles) -> tuple[float, Doubles]:
        at = flat.reshape(size + 1, number)
        loss, slope = _loss(lesson.rows.times(at[:size].astype(np.float32)) + at[size], lesson)
        away = at[:size] - origin[:size]
        down = np.empty_like(at)
        down[:size] = lesson.rows.turned_times(slope.astype(np.float32)) + pull * away
        down[size] = slope.sum(axis=0)
        if start is not None:  # without this few corrections would move the constants at will
            down[size] += pull * (at[size] - origin[size])
            loss += pull / 2 * float(((at[size] - origin[size]) ** 2).sum())
        return loss + pull / 2 * float((away**2).sum()), down.ravel()

    done: Any = minimize(
        cost, origin.ravel(), jac=True, method="L-BFGS-B", options={"maxiter": STEPS, "maxcor": 8}
    )
    found = done.x.reshape(size + 1, number)
    return Weights(found[:size], found[size])


def _loss(scores: Doubles, lesson: Lesson) -> tuple[float, Doubles]:
    """Sum of losses and its slope by score."""
    cut = scores.shape[1] - lesson.choice
    yes, told = scores[:, :cut], lesson.answers[:, :cut]
    loss = float((np.logaddexp(0, yes) - told * yes).sum())
    slope = np.empty_like(scores)
    slope[:, :cut] = 1 / (1 + np.exp(-yes.clip(-500, 500))) - told
    if lesson.choice:
        chosen = lesson.answers[:, cut:]
        known = chosen.sum(axis=1, keepdims=True)
        likely = np.exp(scores[:, cut:] - scores[:, cut:].max(axis=1, keepdims=True))
        likely /= likely.sum(axis=1, keepdims=True)
        loss -= float((known[:, 0] * np.log((likely * chosen).sum(axis=1) + LEAST)).sum())
        slope[:, cut:] = (likely - chosen) * known
    return loss, slope
