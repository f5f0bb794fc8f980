"""An answer as bytes, pure: what goes into the sealed boxes and nothing else.

Ratings and comments are two records with no common mark. Both carry the label of the version shown and the
fortnight, which only decides when a waiting answer expires. Never a time, a language, a sequence or a person.
"""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from survey.instruments.item import TOGETHER, chosen
from survey.instruments.model import BLANK, Instrument, Item
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


class Contradiction(NotTaken):
    """ "None of these" together with one of them."""


class TooLong(NotTaken):
    """A comment with more characters than its box takes."""


class Audience(StrEnum):
    """Who may read a comment: the patient's choice, carried inside the sealed words."""

    ALL = "all"
    MANAGEMENT = "management"
    NOBODY = "nobody"


@dataclass(frozen=True, slots=True)
class Ratings:
    """One respondent's choices: for each item of the version an option's value, or BLANK.

    Of several choices: the values in the order of the page, joined by TOGETHER.
    """

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
    """Values in item order. Raises UnknownAnswer, Contradiction or NothingAnswered.

    An answer to a follow-up whose condition is not met counts as blank. It is not refused: without script
    every question is shown, and whoever answers one too many has done nothing wrong. So each page without
    script takes the same answers as one with it.
    """
    items = {item.id: item for item in instrument.items}
    for key in given:
        if key not in items:
            raise UnknownAnswer(f"This survey has no question {key[:40]!r}.", key)
    values: dict[str, str] = {}
    for item in instrument.items:
        answer = _checked(item, given.get(item.id, BLANK))
        values[item.id] = answer if applies(item, values) else BLANK
    if all(value == BLANK for value in values.values()):
        raise NothingAnswered("Please answer at least one question.", instrument.items[0].id)
    return tuple(values.values())


def applies(item: Item, earlier: Mapping[str, str]) -> bool:
    """Whether a question is asked of somebody who gave these earlier answers."""
    condition = item.only_if
    return condition is None or not set(condition.values).isdisjoint(chosen(earlier[condition.item]))


def contradicts(item: Item, values: Collection[str]) -> bool:
    """Whether "none of these" stands beside one of them."""
    return len(values) > 1 and any(option.alone and option.value in values for option in item.scale.options)


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
    if folded.replace("\n", "").isprintable():  # none of ``LEFT_OUT`` is
        return folded.strip()
    kept = (mark for mark in folded if mark == "\n" or unicodedata.category(mark) not in LEFT_OUT)
    return "".join(kept).strip()


def pack_ratings(instrument: Instrument, ratings: Ratings) -> bytes:
    """Compact JSON with one number for each answer; small enough for a box whatever was chosen."""
    positions = [number(item, value) for item, value in zip(instrument.items, ratings.values, strict=True)]
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
        label: [
            (*(_sets(item.scale.values) if item.several else item.scale.values), BLANK)
            for item in version.items
        ]
        for label, version in versions.items()
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


def number(item: Item, answer: str) -> int:
    """What stands for an answer in the record: the place of its option from 0, or -1 for a blank.

    Of several choices: the sum of 1, 2, 4, 8 ... for the first, second, third, fourth ... option chosen.
    """
    if answer == BLANK:
        return -1
    places = [item.scale.values.index(value) for value in chosen(answer)]
    return sum(1 << place for place in places) if item.several else places[0]


@lru_cache(maxsize=64)
def _sets(values: tuple[str, ...]) -> tuple[str, ...]:
    """Every choice of several by its number; at most 4,096."""
    return tuple(
        TOGETHER.join(value for place, value in enumerate(values) if choice >> place & 1)
        for choice in range(1 << len(values))
    )


def _checked(item: Item, answer: str) -> str:
    """The answer as it is packed: known values, each once, in the order of the page."""
    if answer == BLANK:
        return BLANK
    values, known = chosen(answer) if item.several else (answer,), item.scale.values
    if len(set(values)) < len(values) or not set(values) <= set(known):
        raise UnknownAnswer(f"Question {item.id!r} has no such answer.", item.id)
    if contradicts(item, values):
        raise Contradiction("“None of these” stands beside another answer.", item.id)
    return TOGETHER.join(value for value in known if value in values)


def _compact(content: object) -> bytes:
    return json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode("utf-8")
