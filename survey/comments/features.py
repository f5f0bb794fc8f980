"""Words of a comment as numbers: known words and pairs, pieces of words, and the mean of word vectors: pure.

Only what many different people wrote is known. A word, pair or piece that fewer than ``LEAST_PEOPLE`` wrote
is never written down, nor any three words in a row; so no comment can be put together from what is kept.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

LEAST_PEOPLE = 5
#: A comment's box takes less; whatever is longer is read up to here.
MOST_CHARACTERS = 6000
SHORTEST, LONGEST = 2, 5
#: How much the word vectors weigh beside words and pieces, which have length 1 each.
VECTOR_WEIGHT = 1.5
#: No token looks like these.
BEGIN, END, LENGTH = "^", "$", "#"
#: A comment of so many words at most is a term as a whole; lengths are told apart up to so many words.
WHOLE, MOST_COUNTED = 2, 32
TOKEN = re.compile(r"[^\W_][\w']*|[!?]")
NUMBER = re.compile(r"\d+")
NOT = re.compile(r"n't\b")

Floats = NDArray[np.float32]


@dataclass(frozen=True)
class Known:
    """Terms and their weights by rarity: ``places`` of words and pairs, then of pieces, in one numbering."""

    words: Mapping[str, int]
    pieces: Mapping[str, int]
    rarity: Floats
    #: Places of the pieces of a word, as they are met.
    met: dict[str, tuple[int, ...]] = field(default_factory=dict, compare=False, repr=False)

    def pieces_of(self, word: str) -> tuple[int, ...]:
        """Places of the known pieces of a word, remembered for common words."""
        found = self.met.get(word)
        if found is None:
            places = (self.pieces.get(piece) for piece in pieces(word))
            found = tuple(place for place in places if place is not None)
            if len(self.met) < 50_000:
                self.met[word] = found
        return found


@dataclass(frozen=True)
class Vectors:
    """Vectors of common English words, one row each, weighted so that frequent words count less."""

    places: Mapping[str, int]
    rows: Floats


def plain(text: str) -> str:
    """Small letters, one kind of apostrophe, "not" spelled out, every number alike."""
    text = text[:MOST_CHARACTERS].lower().replace("’", "'")
    return NUMBER.sub("0", NOT.sub(" not", text))


def tokens(text: str) -> list[str]:
    """Words, and marks that carry a mood, in order."""
    return TOKEN.findall(plain(text))


def terms(words: Sequence[str]) -> Iterator[str]:
    """Single words, pairs, what begins and ends, a comment of two words or fewer, about how many words."""
    yield from words
    for first, second in pairwise((BEGIN, *words, END)):
        yield f"{first} {second}"
    if len(words) <= WHOLE:
        yield " ".join((BEGIN, *words, END))
    yield f"{LENGTH}{min(len(words) + 1, MOST_COUNTED).bit_length()}"


def pieces(word: str) -> Iterator[str]:
    """Runs of two to five letters, the word's ends marked by a space."""
    padded = f" {word[:40]} "
    for length in range(SHORTEST, LONGEST + 1):
        if length > len(padded):
            break
        for start in range(len(padded) - length + 1):
            yield padded[start : start + length]


def learn(texts: Sequence[str], people: Sequence[str], *, least: int = LEAST_PEOPLE) -> Known:
    """What at least ``least`` different people wrote, in a fixed order."""
    who_words, who_pieces = defaultdict[str, set[str]](set), defaultdict[str, set[str]](set)
    in_words, in_pieces = Counter[str](), Counter[str]()
    for text, person in zip(texts, people, strict=True):
        words = tokens(text)
        _note(who_words, in_words, set(terms(words)), person)
        _note(who_pieces, in_pieces, {piece for word in words for piece in pieces(word)}, person)
    kept = sorted(term for term, who in who_words.items() if len(who) >= least)
    parts = sorted(piece for piece, who in who_pieces.items() if len(who) >= least)
    counts = [*(in_words[term] for term in kept), *(in_pieces[piece] for piece in parts)]
    rarity = np.log((1 + len(texts)) / (1 + np.array(counts, dtype=float))) + 1
    return Known(numbered(kept), numbered(parts, len(kept)), rarity.astype(np.float32))


def _note(who: dict[str, set[str]], within: Counter[str], found: set[str], person: str) -> None:
    within.update(found)
    for each in found:
        who[each].add(person)


def numbered(terms: Iterable[str], start: int = 0) -> dict[str, int]:
    """Each term and its place."""
    return {term: place for place, term in enumerate(terms, start)}


@dataclass(frozen=True)
class Rows:
    """Features of texts: ``terms`` (texts, terms), sparse, and ``means`` (texts, dimensions)."""

    terms: sparse.csr_matrix
    means: Floats

    @property
    def width(self) -> int:
        return int(self.terms.shape[1] + self.means.shape[1])

    def times(self, weights: NDArray[np.floating]) -> NDArray[np.floating]:
        """Each row's sum of features times weights (width, answers)."""
        cut = self.terms.shape[1]
        done: NDArray[np.floating] = self.terms @ weights[:cut] + self.means @ weights[cut:]
        return done

    def turned_times(self, slope: NDArray[np.floating]) -> NDArray[np.floating]:
        """Each feature's sum over rows: the other way round."""
        return np.concatenate([self.terms.T @ slope, self.means.T @ slope])

    def where(self, chosen: NDArray[np.bool_]) -> Rows:
        """Some of the rows."""
        return Rows(self.terms[chosen], self.means[chosen])


def rows(texts: Sequence[str], known: Known, vectors: Vectors) -> Rows:
    """Words and pairs, then pieces, each of length one; and the weighted mean of the word vectors."""
    split = [tokens(text) for text in texts]
    words = _rows([_count(known.words.get(term) for term in terms(each)) for each in split], known)
    parts = _rows([Counter(p for word in each for p in known.pieces_of(word)) for each in split], known)
    return Rows(words + parts, VECTOR_WEIGHT * means(split, vectors))


def means(split: Sequence[Sequence[str]], vectors: Vectors) -> Floats:
    """The summed vectors of each text's words, brought to length one; zeros where none is known."""
    places = [[vectors.places[word] for word in each if word in vectors.places] for each in split]
    lengths = np.array([len(each) for each in places])
    ends = np.cumsum(lengths)
    flat = np.fromiter((place for each in places for place in each), dtype=np.int64, count=int(lengths.sum()))
    ones = np.ones(len(flat), dtype=np.float32)
    chosen = sparse.csr_matrix((ones, flat, np.concatenate([[0], ends])), (len(split), len(vectors.rows)))
    summed: Floats = chosen @ vectors.rows
    size = np.linalg.norm(summed, axis=1, keepdims=True)
    return (summed / np.where(size > 0, size, 1)).astype(np.float32)


def _count(places: Iterable[int | None]) -> Counter[int]:
    return Counter(place for place in places if place is not None)


def _rows(counted: Sequence[Counter[int]], known: Known) -> sparse.csr_matrix:
    """Damped counts times rarity, each row of length one."""
    lengths = np.cumsum([0, *(len(each) for each in counted)])
    total = int(lengths[-1])
    places = np.fromiter((place for each in counted for place in each), dtype=np.int64, count=total)
    times = np.fromiter((n for each in counted for n in each.values()), dtype=np.float32, count=total)
    values = (1 + np.log(times)) * known.rarity[places]
    owner = np.repeat(np.arange(len(counted)), np.diff(lengths))
    size = np.sqrt(np.bincount(owner, values**2, minlength=len(counted)))
    values = (values / size[owner]).astype(np.float32)
    return sparse.csr_matrix((values, places, lengths), (len(counted), len(known.rarity)))
