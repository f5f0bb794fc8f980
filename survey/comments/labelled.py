"""Learning themes and sentiment from comments that people have labelled: pure but for reading the file.

A fifth of the respondents is held out: their comments are used for nothing but the stated quality. Everything
that is chosen, limits included, is chosen inside the rest, by five parts that share no respondent.
"""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from survey.comments import features
from survey.comments.features import Rows, Vectors
from survey.comments.guesser import SENTIMENTS, Guesser
from survey.comments.regression import Doubles, Lesson, Weights, balanced, fit, ratios
from survey.comments.themes import Theme

#: Of the regression on all features, and of the one on terms stretched by their ratios.
PULL, PULL_OF_RATIOS = 0.5, 0.33
PARTS = 5
FILE = Path("comments") / "comments_dev.csv"
SENTIMENT = "sentiment_1_best_5_worst"
#: Steps of the search for the five sentiments' constants.
STEPS = np.linspace(-1.5, 1.5, 13)
#: Limits are taken from the smoothed curve of F1, since with few examples its peak is luck.
SMOOTH = 9


@dataclass(frozen=True)
class Labelled:
    """Comments with respondent, themes (0 or 1) and sentiment (one of five, or none of them set)."""

    texts: tuple[str, ...]
    people: tuple[str, ...]
    answers: Doubles

    def where(self, chosen: NDArray[np.bool_]) -> Labelled:
        """The comments of these rows."""
        places = [int(place) for place in np.flatnonzero(chosen)]
        texts, people = (tuple(row[place] for place in places) for row in (self.texts, self.people))
        return Labelled(texts, people, self.answers[chosen])


def read(folder: Path) -> Labelled:
    """The labelled comments below a data folder. Raises OSError and KeyError."""
    with (folder / FILE).open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    themes = [[float(row[f"theme: {theme.value}"]) for theme in Theme] for row in rows]
    moods = [[float(row[SENTIMENT] == str(mood)) for mood in SENTIMENTS] for row in rows]
    return Labelled(
        tuple(row["text"] for row in rows),
        tuple(row["respondent"] for row in rows),
        np.hstack([np.array(themes), np.array(moods)]),
    )


def part(person: str, purpose: str) -> int:
    """Which of ``PARTS`` parts a respondent belongs to; always the same."""
    digest = hashlib.sha256(f"{purpose}: {person}".encode()).digest()
    return int.from_bytes(digest[:4], "big") % PARTS


def split(data: Labelled) -> tuple[Labelled, Labelled]:
    """For learning, and the fifth that is held out."""
    held = np.array([part(person, "held out") == 0 for person in data.people])
    return data.where(~held), data.where(held)


def train(data: Labelled, vectors: Vectors) -> Guesser:
    """Learn weights from all of ``data``, and limits from parts of it that were left out in turn."""
    known = features.learn(data.texts, data.people)
    lesson = lesson_of(features.rows(data.texts, known, vectors), data.answers)
    found = explained(lesson)
    return Guesser(
        known,
        vectors,
        found.of.astype(np.float32),
        found.bias.astype(np.float32),
        limits(left_out_scores(lesson, data.people), data.answers).astype(np.float32),
    )


def lesson_of(rows: Rows, answers: Doubles) -> Lesson:
    """Yes and no weigh the same; a comment without a sentiment says nothing about any."""
    number = len(Theme)
    known = np.ones_like(answers)
    known[:, number:] = answers[:, number:].sum(axis=1, keepdims=True) > 0
    return Lesson(rows, answers, balanced(answers, known))


def explained(lesson: Lesson) -> Weights:
    """The mean of two regressions, brought to the same spread first: a sum of weights is weights again."""
    both = [fit(lesson, pull=PULL), fit(lesson, pull=PULL_OF_RATIOS, scaled=ratios(lesson))]
    spread = [(lesson.rows.times(each.of) + each.bias).std(axis=0).clip(1e-6) for each in both]
    share = [sum(spread) / 4 / own for own in spread]
    of = sum(part * each.of for part, each in zip(share, both, strict=True))
    bias = sum(part * each.bias for part, each in zip(share, both, strict=True))
    return Weights(np.asarray(of), np.asarray(bias))


def left_out_scores(lesson: Lesson, people: Sequence[str]) -> Doubles:
    """Scores of each comment by weights that have not seen its respondent."""
    mine = np.array([part(person, "inner") for person in people])
    scores = np.zeros_like(lesson.answers)
    for number in range(PARTS):
        others = mine != number
        found = explained(lesson_of(lesson.rows.where(others), lesson.answers[others]))
        scores[~others] = lesson.rows.where(~others).times(found.of) + found.bias
    return scores


def limits(scores: Doubles, answers: Doubles) -> Doubles:
    """A limit for each theme, and a constant to take off each sentiment, that make F1 best."""
    number = len(Theme)
    themes = [limit(scores[:, place], answers[:, place]) for place in range(number)]
    told = answers[:, number:].sum(axis=1) > 0
    moods = constants(scores[told, number:], answers[told, number:].argmax(axis=1))
    return np.array([*themes, *moods])


def limit(scores: Doubles, answers: Doubles) -> float:
    """The score above which guessing yes makes F1 best, from a smoothed curve."""
    order = np.argsort(-scores)
    hits = np.cumsum(answers[order])
    curve = 2 * hits / (np.arange(1, len(scores) + 1) + answers.sum())
    width = min(SMOOTH, len(curve))
    best = int(np.convolve(curve, np.ones(width) / width, mode="same").argmax())
    following = min(best + 1, len(scores) - 1)
    return float((scores[order[best]] + scores[order[following]]) / 2)


def constants(scores: Doubles, truth: NDArray[np.int_]) -> Doubles:
    """What to take off each sentiment's score so that the mean F1 of the five is best; twice round."""
    found = np.zeros(scores.shape[1])
    for _ in range(2):
        for place in range(len(found)):
            tried = [_mean_f1(scores, truth, found, place, float(step)) for step in STEPS]
            found[place] = STEPS[int(np.argmax(tried))]
    return found


def _mean_f1(scores: Doubles, truth: NDArray[np.int_], found: Doubles, place: int, step: float) -> float:
    tried = found.copy()
    tried[place] = step
    return mean_f1((scores - tried).argmax(axis=1), truth, len(tried))


def mean_f1(guessed: NDArray[np.int_], truth: NDArray[np.int_], classes: int) -> float:
    """Mean of F1 over classes."""
    return float(np.mean([f1(guessed == each, truth == each) for each in range(classes)]))


def f1(guessed: NDArray[np.bool_], truth: NDArray[np.bool_]) -> float:
    """Harmonic mean of precision and recall; 0 where neither has anything."""
    both = 2 * int((guessed & truth).sum())
    return both / max(int(guessed.sum()) + int(truth.sum()), 1)
