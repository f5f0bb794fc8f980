"""Learning more from what people corrected, without the comments that the shipped model was trained on.

The weights start at what is shipped and are held near it, so that a few corrections move a little and many
move much. Only weights of terms that are shipped change: no word of this installation's comments is added.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from survey.comments import features
from survey.comments.guesser import SENTIMENTS, Guesser, with_weights
from survey.comments.regression import Lesson, Weights, fit
from survey.comments.themes import Theme

Said = tuple[str, frozenset[Theme]]
#: As in training: there the pull goes to zero, here to what is shipped.
PULL = 0.3


def learn_more(shipped: Guesser, said: Sequence[Said]) -> Guesser:
    """A model that has also heard these comments with these themes; how they sound is not asked."""
    answers = np.zeros((len(said), len(Theme) + len(SENTIMENTS)))
    for row, (_, chosen) in enumerate(said):
        for place, theme in enumerate(Theme):
            answers[row, place] = theme in chosen
    rows = features.rows([text for text, _ in said], shipped.known, shipped.vectors)
    start = Weights(shipped.weights.astype(float), (shipped.bias - shipped.limits).astype(float))
    counts = np.ones_like(answers)
    counts[:, len(Theme) :] = 0
    found = fit(Lesson(rows, answers, counts), pull=PULL, start=start)
    bias = found.bias + shipped.limits
    return with_weights(shipped, found.of.astype(np.float32), bias.astype(np.float32))
