"""An answer as bytes, pure: what goes into the sealed boxes and nothing else.

Ratings and comments are two records with no common mark. Both carry the label of the version shown and the
fortnight, which only decides when a waiting answer expires. Never a time, a language, a sequence or a person.
"""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from survey.instruments.model import BLANK, Instrument, Option
from survey.keys.sealing import PLAIN_COMMENTS, PLAIN_RATINGS

#: Characters that are never part of words: controls except line feed, and invisible or direction marks.
LEFT_OUT = {"Cc", "Cf", "Cs", "Co", "Cn"}


class NotTaken(Exception):
    """An answer that cannot be taken; ``key`` names the question or box, nothing was stored."""

    def __init__(self, message: str, key: str = "") -> None:
        super().__init__(message)
        self.key = key


class UnknownAnswer(NotTaken):
    """A question or option that this survey does not have."""


class NothingAnswered(NotTaken):
    """No question was answered, so nothing is spent."""


class TooLong(NotTaken):
    """A comment with more characters than its box takes."""


class Audience(StrEnum):
    """Who may read a comment: the patient's choice, carried inside the sealed words."""

    ALL = "all"
    MANAGEMENT = "management"
    NOBODY = "nobody"


@dataclass(frozen=True, slots=True)
class Ratings:
    """One respondent's choices: for each item of the version an option's value, or BLANK."""

    label: str
    fortnight: int
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Words:
    """One respondent's comments: for each box of the version the words and who may read them."""

    label: str
    fortnight: int
    texts: tuple[str, ...]
    audience: Audience


def check_ratings(instrument: Instrument, given: Mapping[str, str]) -> tuple[str, ...]:
    """Values in item order. Raises UnknownAnswer or NothingAnswered."""
    items = {item.id: item for item in instrument.items}
    for key, value in given.items():
        if key not in items:
            raise UnknownAnswer(f"This survey has no question {key[:40]!r}.", key)
        if value != BLANK and value not in {option.value for option in items[key].scale.options}:
            raise UnknownAnswer(f"Question {key!r} has no such answer.", key)
    values = tuple(given.get(item.id, BLANK) for item in instrument.items)
    if all(value == BLANK for value in values):
        raise NothingAnswered("Please answer at least one question.", instrument.items[0].id)
    return values


def check_comments(instrument: Instrument, given: Mapping[str, str]) -> tuple[str, ...]:
    """Cleaned words in box order. Raises UnknownAnswer or TooLong."""
    boxes = {box.id: box for box in instrument.comments}
    for key in given:
        if key not in boxes:
            raise UnknownAnswer(f"This survey has no comment box {key[:40]!r}.", key)
    texts = []
    for box in instrument.comments:
        text = clean(given.get(box.id, ""))
        if len(text) > box.limit:
            raise TooLong(f"Please shorten this to {box.limit} characters; it has {len(text)}.", box.id)
        texts.append(text)
    return tuple(texts)


def clean(text: str) -> str:
    """NFKC, one kind of line break, no control, zero-width or direction characters, no outer blanks."""
    folded = unicodedata.normalize("NFKC", text.replace("\r\n", "\n").replace("\r", "\n"))
    kept = (mark for mark in folded if mark == "\n" or unicodedata.category(mark) not in LEFT_OUT)
    return "".join(kept).strip()


def pack_ratings(instrument: Instrument, ratings: Ratings) -> bytes:
    """Compact JSON with option positions (-1 blank); small enough for a box whatever was chosen."""
    positions = [
        _position(item.scale.options, value)
        for item, value in zip(instrument.items, ratings.values, strict=True)
    ]
    packed = _compact([ratings.label, ratings.fortnight, positions])
    if len(packed) > PLAIN_RATINGS - 2:
        raise NotTaken("This survey has more questions than an answer can hold.")
    return packed


def unpack_ratings(content: bytes, versions: Mapping[str, Instrument]) -> Ratings:
    """One answer; for many, make a ``ratings_reader`` once."""
    return ratings_reader(versions)(content)


def ratings_reader(versions: Mapping[str, Instrument]) -> Callable[[bytes], Ratings]:
    """A function that reads what ``pack_ratings`` made for any of these versions."""
    # BLANK stands last, where position -1 finds it.
    choices = {
        label: [(*item.scale.values, BLANK) for item in version.items] for label, version in versions.items()
    }
    labels = {label: label for label in versions}  # one text for all answers, not one for each

    def read(content: bytes) -> Ratings:
        label, fortnight, positions = json.loads(str(content, "utf-8"))
        values = [found[place] for found, place in zip(choices[label], positions, strict=True)]
        return Ratings(label=labels[label], fortnight=fortnight, values=tuple(values))

    return read


def pack_comments(words: Words) -> bytes:
    """Compact JSON. Raises TooLong where the words need more bytes than a box has."""
    packed = _compact([words.label, words.fortnight, list(words.texts), words.audience.value])
    if len(packed) > PLAIN_COMMENTS - 2:
        raise TooLong("Please shorten your comments a little; they are too long to be kept together.")
    return packed


def unpack_comments(content: bytes) -> Words:
    label, fortnight, texts, audience = json.loads(str(content, "utf-8"))
    return Words(label=label, fortnight=fortnight, texts=tuple(texts), audience=Audience(audience))


def _position(options: tuple[Option, ...], value: str) -> int:
    return next((place for place, option in enumerate(options) if option.value == value), -1)


def _compact(content: object) -> bytes:
    return json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode("utf-8")
