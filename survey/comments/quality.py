"""How well themes and sentiment are guessed on comments that were not learned from: pure.

Intervals of F1: 95 %, by drawing respondents with replacement, since two comments of one person are alike.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from survey.comments.guesser import SENTIMENTS, Guesser
from survey.comments.labelled import Labelled, f1
from survey.comments.themes import Theme

DRAWS, SEED = 1000, 1
MACRO_THEMES, MACRO_SENTIMENT = "mean of the themes", "mean of the sentiments"


@dataclass(frozen=True)
class Row:
    """Of one theme or sentiment: how many have it, precision, recall, F1 and its interval."""

    name: str
    having: int
    precision: float
    recall: float
    f1: float
    low: float
    high: float


def measure(guesser: Guesser, data: Labelled) -> list[Row]:
    """A row for each theme and their mean, then for each sentiment and their mean."""
    number = len(Theme)
    told = data.answers[:, number:].sum(axis=1) > 0
    guessed = guesser.themes(data.texts)
    moods = np.array(guesser.sentiments(data.texts))[:, None] == np.array(SENTIMENTS)
    people = np.array(data.people)
    rows = _rows(
        [theme.value for theme in Theme], guessed, data.answers[:, :number] > 0, people, MACRO_THEMES
    )
    names = [f"sentiment {mood}" for mood in SENTIMENTS]
    truth = data.answers[told, number:] > 0
    return rows + _rows(names, moods[told], truth, people[told], MACRO_SENTIMENT)


def table(rows: Sequence[Row]) -> Iterator[str]:
    """The rows as lines of a document."""
    yield "| | comments | precision | recall | F1 | 95 % interval |"
    yield "|---|---|---|---|---|---|"
    for row in rows:
        parts = (f"{row.precision:.2f}", f"{row.recall:.2f}", f"{row.f1:.2f}")
        yield f"| {row.name} | {row.having} | {' | '.join(parts)} | {row.low:.2f} to {row.high:.2f} |"


def _rows(
    names: Sequence[str],
    guessed: NDArray[np.bool_],
    truth: NDArray[np.bool_],
    people: NDArray[np.str_],
    mean: str,
) -> list[Row]:
    drawn = _drawn(guessed, truth, people)
    low, high = np.percentile(drawn, [2.5, 97.5], axis=0)
    rows = []
    for place, name in enumerate(names):
        hit = int((guessed[:, place] & truth[:, place]).sum())
        having = int(truth[:, place].sum())
        precision, recall = hit / max(int(guessed[:, place].sum()), 1), hit / max(having, 1)
        score = f1(guessed[:, place], truth[:, place])
        rows.append(Row(name, having, precision, recall, score, float(low[place]), float(high[place])))
    ends = np.percentile(drawn.mean(axis=1), [2.5, 97.5])
    average = Row(
        mean,
        len(truth),
        precision=float(np.mean([row.precision for row in rows])),
        recall=float(np.mean([row.recall for row in rows])),
        f1=float(np.mean([row.f1 for row in rows])),
        low=float(ends[0]),
        high=float(ends[1]),
    )
    return [*rows, average]


def _drawn(
    guessed: NDArray[np.bool_], truth: NDArray[np.bool_], people: NDArray[np.str_]
) -> NDArray[np.float64]:
    """F1 by draw and column; each draw weighs every respondent by how often they were drawn."""
    generator = np.random.default_rng(SEED)
    names, owner = np.unique(people, return_inverse=True)
    sums = [np.zeros((len(names), truth.shape[1])) for _ in range(3)]
    for total, each in zip(sums, (guessed & truth, guessed, truth), strict=True):
        np.add.at(total, owner, each)
    weights = generator.multinomial(len(names), np.full(len(names), 1 / len(names)), size=DRAWS)
    hits, yes, having = (weights @ total for total in sums)
    result: NDArray[np.float64] = 2 * hits / np.maximum(yes + having, 1)
    return result
