"""What was learned of themes and sentiment, as a file of plain numbers and words, and a guess from it: pure.

The file is numpy's archive, read without pickle: nothing in it can run. It holds words that many people wrote
(see ``features``) and a weight of each; no text, no respondent.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from survey.comments import features
from survey.comments.features import Floats, Known, Vectors, numbered

#: Sentiments, the best first.
SENTIMENTS = (1, 2, 3, 4, 5)
SHIPPED = Path(__file__).with_name("learned.npz")
VECTORS = Path(__file__).with_name("vectors.npz")
FORMAT = 2
AT_ONCE = 2000


class UnreadableModel(Exception):
    """The file of a model is damaged or of another version."""


@dataclass(frozen=True)
class Guesser:
    """Weights (terms + dimensions, themes + sentiments), and the score from which on a theme is guessed."""

    known: Known
    vectors: Vectors
    weights: Floats
    bias: Floats
    limits: Floats

    def scores(self, texts: Sequence[str]) -> Floats:
        """One row a text: a score for each theme, then for each sentiment."""
        found = np.zeros((len(texts), len(self.bias)), dtype=np.float32)
        for start in range(0, len(texts), AT_ONCE):
            end = start + AT_ONCE
            rows = features.rows(texts[start:end], self.known, self.vectors)
            found[start:end] = rows.times(self.weights) + self.bias
        return found

    def themes(self, texts: Sequence[str]) -> NDArray[np.bool_]:
        """Which themes are guessed, one row a text."""
        number = len(self.bias) - len(SENTIMENTS)
        guessed: NDArray[np.bool_] = (self.scores(texts) > self.limits)[:, :number]
        return guessed

    def sentiments(self, texts: Sequence[str]) -> list[int]:
        """The likeliest sentiment of each text, 1 best to 5 worst."""
        scores = (self.scores(texts) - self.limits)[:, -len(SENTIMENTS) :]
        return [SENTIMENTS[place] for place in scores.argmax(axis=1)]


def save(guesser: Guesser, path: Path) -> None:
    """Write the learned part in one step; weights in half precision."""
    known = guesser.known
    waiting = path.with_suffix(".writing")
    with waiting.open("wb") as stream:
        np.savez_compressed(
            stream,
            format=np.array(FORMAT),
            words=_packed(known.words),
            pieces=_packed(known.pieces),
            rarity=known.rarity,
            weights=guesser.weights.astype(np.float16),
            bias=guesser.bias,
            limits=guesser.limits,
        )
    waiting.replace(path)


def load(path: Path = SHIPPED, vectors: Path = VECTORS) -> Guesser:
    """Read a model. Raises UnreadableModel."""
    try:
        with path.open("rb") as stream, np.load(stream, allow_pickle=False) as file:
            if int(file["format"]) != FORMAT:
                raise UnreadableModel(f"{path.name} was made by another version.")
            words = _unpacked(file["words"])
            pieces = _unpacked(file["pieces"])
            known = Known(numbered(words), numbered(pieces, len(words)), file["rarity"])
            weights, bias, limits = file["weights"].astype(np.float32), file["bias"], file["limits"]
    except (OSError, ValueError, KeyError, EOFError, BadZipFile) as trouble:
        raise UnreadableModel(f"{path.name} cannot be read.") from trouble
    guesser = Guesser(known, load_vectors(vectors), weights, bias, limits)
    if weights.shape != (len(known.rarity) + guesser.vectors.rows.shape[1], len(bias)):
        raise UnreadableModel(f"{path.name} does not fit the word vectors.")
    return guesser


def load_vectors(path: Path = VECTORS) -> Vectors:
    """Vectors of common words: whole numbers from -127 to 127 and one scale for each word."""
    with np.load(path, allow_pickle=False) as file:
        rows = file["rows"].astype(np.float32) * file["scale"][:, None]
        return Vectors(numbered(_unpacked(file["words"])), rows)


def with_weights(guesser: Guesser, weights: Floats, bias: Floats) -> Guesser:
    """The same terms with other weights."""
    return replace(guesser, weights=weights, bias=bias)


def _packed(terms: Mapping[str, int]) -> NDArray[np.uint8]:
    text = "\n".join(sorted(terms, key=lambda term: terms[term]))
    return np.frombuffer(text.encode("utf-8"), dtype=np.uint8)


def _unpacked(packed: NDArray[np.uint8]) -> list[str]:
    return packed.tobytes().decode("utf-8").split("\n")
