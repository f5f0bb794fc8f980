"""What a survey asks, as frozen objects: touchpoints, scales, items, comment boxes, instruments.

Pure: reads no file, no database and no clock. An instrument holds words and rules only, and must never hold
an answer or anything about a person. A published version is kept as its JSON and is never changed.
"""

from __future__ import annotations

import json
import math
import re
import unicodedata
from collections.abc import Iterator, Mapping
from enum import StrEnum
from typing import Annotated, Final, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    model_validator,
)
from pydantic_core import PydanticCustomError

BLANK: Final = ""  # tally value of an item that was left blank
SECONDS_PER_ITEM: Final = 4.5  # a closed item takes 4 to 5 seconds; comment boxes are not counted
ANSWER_BUDGET: Final = 440  # bytes of ratings that fit the sealed box of 512 with room for its frame

IDENTIFIER: Final = "^[a-z][a-z0-9_]{0,39}$"
VALUE: Final = "^[a-z0-9_]{1,40}$"
LANGUAGE: Final = "^[a-z]{2,3}(-[A-Z]{2})?$"

_SPACES = re.compile("[ \t\r\n]+")
_HIDDEN = frozenset(
    "\u200b\u2060\ufeff\u200e\u200f\u061c\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
)


def _tidy(words: str) -> str:
    tidy = _SPACES.sub(" ", words)
    for character in tidy:
        if character in _HIDDEN or unicodedata.category(character) in ("Cc", "Cs", "Co", "Cn", "Zl", "Zp"):
            raise PydanticCustomError(
                "hidden_character",
                "the text holds an invisible character ({code})",
                {"code": f"U+{ord(character):04X}", "remedy": "Delete the text and type it again by hand."},
            )
    return tidy


def _whole(value: object) -> object:
    if isinstance(value, str) and not re.fullmatch("0|[1-9][0-9]{0,8}", value):
        raise PydanticCustomError(
            "whole_number", "this is not a whole number", {"remedy": "Write a number such as 1, 2 or 45."}
        )
    return value


def _truth(value: object) -> object:
    if isinstance(value, str) and value not in ("true", "false"):
        raise PydanticCustomError(
            "true_or_false", "this is neither true nor false", {"remedy": "Write true or false."}
        )
    return value


Text = Mapping[str, str]  # language code -> words
Identifier = Annotated[str, Field(pattern=IDENTIFIER)]
LanguageCode = Annotated[str, Field(pattern=LANGUAGE)]
Words = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=600), AfterValidator(_tidy)
]
Translated = Annotated[Mapping[LanguageCode, Words], Field(min_length=1)]
Whole = Annotated[int, BeforeValidator(_whole)]
Truth = Annotated[bool, BeforeValidator(_truth)]


class UnknownItem(LookupError):
    """The instrument has no item with this key. The key itself is not repeated: it may come from anyone."""


class UnknownOption(LookupError):
    """The scale has no option with this value. The value itself is not repeated: it may come from anyone."""


class Standing(StrEnum):
    """How an option counts. ``ASIDE`` leaves the denominator, unless the instrument keeps it in."""

    BEST = "best"
    GOOD = "good"
    MIDDLE = "middle"
    PROBLEM = "problem"
    ASIDE = "aside"


class Denominator(StrEnum):
    """Who stands below the line of a share. ``ALL`` keeps "don't know" in, as the FFT does; never blanks."""

    ANSWERED = "answered"
    ALL = "all"


class Frozen(BaseModel):
    """Base of everything here: cannot be changed, refuses unknown keys."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Option(Frozen):
    """One answer of a scale. ``repaired`` says, of something that went wrong, whether it was put right."""

    value: Annotated[str, Field(pattern=VALUE)]
    text: Translated
    standing: Standing
    repaired: Truth | None = None


class Scale(Frozen):
    """The options of an item in the order in which they are shown."""

    id: Identifier
    options: Annotated[tuple[Option, ...], Field(min_length=2, max_length=12)]

    @property
    def values(self) -> tuple[str, ...]:
        """The values a tally can have, without ``BLANK``."""
        return tuple(option.value for option in self.options)

    def option(self, value: str) -> Option:
        """The option with a value. Raises UnknownOption."""
        for option in self.options:
            if option.value == value:
                return option
        raise UnknownOption(f"the scale {self.id} has no such option")


class Item(Frozen):
    """One closed question. A change of wording or scale is a new revision; a typo fix keeps it."""

    id: Identifier
    revision: Annotated[Whole, Field(ge=1, le=9999)]
    touchpoint: Identifier
    text: Translated
    scale: Scale
    note: Translated | None = None

    @property
    def key(self) -> str:
        """Name of this wording of the item in tallies and forms, such as ``phone.1``."""
        return f"{self.id}.{self.revision}"


class CommentBox(Frozen):
    """One open question. ``limit`` counts characters; blank is always allowed."""

    id: Identifier
    touchpoint: Identifier | None = None
    text: Translated
    limit: Annotated[Whole, Field(ge=1, le=1000)] = 1000


class Touchpoint(Frozen):
    """A moment of care the service can improve. ``good`` and ``problem`` are short dashboard phrases."""

    id: Identifier
    name: Translated
    good: Translated
    problem: Translated


class Instrument(Frozen):
    """One version of a survey. ``seconds`` is what patients are told it takes.

    ``asked_from_visit``: 1 asks from the first visit on, 2 from the second; ``asked_every`` 4 then asks at
    every fourth visit. Nobody is asked more often than the cap allows.
    """

    id: Identifier
    version: Annotated[Whole, Field(ge=1, le=9999)]
    title: Translated
    intro: Translated
    languages: Annotated[tuple[LanguageCode, ...], Field(min_length=1, max_length=20)]
    asked_from_visit: Annotated[Whole, Field(ge=1, le=99)]
    asked_every: Annotated[Whole, Field(ge=2, le=99)] | None = None
    seconds: Annotated[Whole, Field(ge=1, le=600)]
    denominator: Denominator
    items: Annotated[tuple[Item, ...], Field(min_length=1, max_length=40)]
    comments: Annotated[tuple[CommentBox, ...], Field(max_length=4)] = ()

    @property
    def label(self) -> str:
        """Name of this version in links, such as ``after-visit-1``."""
        return f"{self.id.replace('_', '-')}-{self.version}"

    @property
    def estimated_seconds(self) -> int:
        """Seconds the closed items take, rounded up."""
        return estimated_seconds(len(self.items))

    @property
    def answer_bytes(self) -> int:
        """Most bytes the ratings of one answer can take as JSON, frame not counted."""
        return sum(rating_bytes(item.key, item.scale.values) for item in self.items)

    def item(self, key: str) -> Item:
        """The item with a key such as ``phone.1``. Raises UnknownItem."""
        for item in self.items:
            if item.key == key:
                return item
        raise UnknownItem(f"{self.label} has no such item")

    def to_json(self) -> str:
        """Canonical JSON: sorted keys, no spaces, absent values left out. Hash the text that was stored."""
        data = self.model_dump(mode="json", exclude_none=True)
        return json.dumps(data, sort_keys=True, ensure_ascii=False, separators=(",", ":"))

    @classmethod
    def from_json(cls, body: str) -> Self:
        """The instrument whose ``to_json`` this is. Raises pydantic's ValidationError on anything else."""
        return cls.model_validate_json(body)

    @model_validator(mode="after")
    def _coherent(self) -> Self:
        # The loader says the same with line and remedy; this guards instruments made in any other way.
        _unique("languages", self.languages)
        _unique("items and comments", (*(item.id for item in self.items), *(box.id for box in self.comments)))
        for item in self.items:
            _unique(f"options of {item.id}", item.scale.values)
        for text in self._texts():
            if set(text) != set(self.languages):
                raise ValueError("every text needs words in each language of the instrument, and in no other")
        if self.answer_bytes > ANSWER_BUDGET:
            raise ValueError("the answers do not fit into one sealed box")
        return self

    def _texts(self) -> Iterator[Text]:
        yield from (self.title, self.intro)
        yield from (box.text for box in self.comments)
        for item in self.items:
            yield item.text
            yield from (option.text for option in item.scale.options)
            if item.note is not None:
                yield item.note


def estimated_seconds(items: int) -> int:
    """Seconds that a number of closed items takes, rounded up."""
    return math.ceil(SECONDS_PER_ITEM * items)


def rating_bytes(key: str, values: tuple[str, ...]) -> int:
    """Most bytes one rating takes in JSON: two quoted ASCII words, a colon and a comma."""
    return len(key) + max(map(len, values), default=0) + 6


def wording(text: Text, language: str) -> str:
    """The words in a language; where there are none, in English, else in the first language there is."""
    return text.get(language) or text.get("en") or next(iter(text.values()))


def _unique(what: str, names: tuple[str, ...]) -> None:
    if len(set(names)) != len(names):
        raise ValueError(f"{what}: a name is used twice")
