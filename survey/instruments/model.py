"""What a survey asks, as frozen objects: touchpoints and instruments, made of items and comment boxes.

Pure: reads no file, no database and no clock. An instrument holds words and rules only, and must never hold
an answer or anything about a person. A published version is kept as its JSON and is never changed.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from enum import StrEnum
from typing import Annotated, Final, Self

from pydantic import Field, model_validator

from survey.instruments.item import CommentBox, Condition, Item, Part, longest_key, rating_bytes
from survey.instruments.scale import (
    BLANK,
    IDENTIFIER,
    LANGUAGE,
    NUMBERS,
    VALUE,
    Frozen,
    Identifier,
    LanguageCode,
    Option,
    Scale,
    Standing,
    Text,
    Translated,
    Truth,
    UnknownOption,
    Value,
    Whole,
    wording,
)

__all__ = [
    "ANSWER_BUDGET",
    "BLANK",
    "IDENTIFIER",
    "LANGUAGE",
    "MOST_KEY",
    "NUMBERS",
    "VALUE",
    "CommentBox",
    "Condition",
    "Denominator",
    "Frozen",
    "Identifier",
    "Instrument",
    "Item",
    "LanguageCode",
    "Option",
    "Part",
    "Rotation",
    "Scale",
    "Standing",
    "Text",
    "Touchpoint",
    "Translated",
    "Truth",
    "UnknownItem",
    "UnknownOption",
    "Value",
    "Whole",
    "estimated_seconds",
    "rating_bytes",
    "wording",
]

SECONDS_PER_ITEM: Final = 4.5  # a closed item takes 4 to 5 seconds; comment boxes are not counted
ANSWER_BUDGET: Final = 440  # bytes of ratings that fit the sealed box of 512 with room for its frame
MOST_KEY: Final = 60  # characters of a name in the tallies, such as ``phone.1`` or ``better.1.billing``


class UnknownItem(LookupError):
    """The instrument has no item with this key. The key itself is not repeated: it may come from anyone."""


class Denominator(StrEnum):
    """Who stands below the line of a share. ``ALL`` keeps "don't know" in, as the FFT does; never blanks."""

    ANSWERED = "answered"
    ALL = "all"


class Touchpoint(Frozen):
    """A moment of care the service can improve. ``good`` and ``problem`` are short dashboard phrases."""

    id: Identifier
    name: Translated
    good: Translated
    problem: Translated


class Rotation(Frozen):
    """``ask`` of the items ``of`` are drawn by lot in the browser; without script all are shown."""

    ask: Annotated[Whole, Field(ge=1, le=39)]
    of: Annotated[tuple[Identifier, ...], Field(min_length=2, max_length=40)]


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
    rotated: Rotation | None = None

    @property
    def label(self) -> str:
        """Name of this version in links, such as ``after-visit-1``."""
        return f"{self.id.replace('_', '-')}-{self.version}"

    @property
    def estimated_seconds(self) -> int:
        """Seconds the closed items take, rounded up."""
        return estimated_seconds(self.asked + sum(bool(item.several) for item in self.items))

    @property
    def asked(self) -> int:
        """How many questions one person is shown where the browser draws them."""
        spared = len(self.rotated.of) - self.rotated.ask if self.rotated else 0
        return len(self.items) - spared

    @property
    def counted(self) -> tuple[Item, ...]:
        """Everything that has figures of its own, in the order of the page."""
        return tuple(part for item in self.items for part in item.counted)

    @property
    def importance(self) -> Item | None:
        """The question what matters most, where it is asked."""
        return next((item for item in self.items if item.importance), None)

    @property
    def questions(self) -> tuple[tuple[int, ...], ...]:
        """Places of the items, each together with its follow-ups: what is one question to the lot."""
        first: dict[str, str] = {}
        places: dict[str, tuple[int, ...]] = {}
        for place, item in enumerate(self.items):
            root = first[item.id] = first[item.only_if.item] if item.only_if else item.id
            places[root] = (*places.get(root, ()), place)
        return tuple(places.values())

    @property
    def answer_bytes(self) -> int:
        """Most bytes the ratings of one answer can take as JSON, frame not counted."""
        return sum(
            rating_bytes(item.key, item.scale.values, several=bool(item.several)) for item in self.items
        )

    def item(self, key: str) -> Item:
        """The item with a key such as ``phone.1``, or its part. Raises UnknownItem."""
        for item in (*self.items, *self.counted):
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
        for item in self.items:
            if longest_key(item.key, item.scale.values, several=bool(item.several)) > MOST_KEY:
                raise ValueError(f"{item.id}: the name of an option is too long to be counted under")
        _require_conditions(self.items)
        _require_rotation(self)
        return self

    def _texts(self) -> Iterator[Text]:
        yield from (self.title, self.intro)
        yield from (box.text for box in self.comments)
        for item in self.items:
            yield item.text
            yield from (option.text for option in item.scale.options)
            yield from filter(None, (item.note, item.scale.low, item.scale.high))


def estimated_seconds(items: int) -> int:
    """Seconds that a number of closed items takes, rounded up; several choices count as two items."""
    return math.ceil(SECONDS_PER_ITEM * items)


def _require_conditions(items: tuple[Item, ...]) -> None:
    before: dict[str, Item] = {}
    for item in items:
        if item.only_if is not None:
            asked = before.get(item.only_if.item)
            if asked is None or not set(item.only_if.values) <= set(asked.scale.values):
                raise ValueError(f"{item.id}: a follow-up names an earlier item and answers of it")
        before[item.id] = item


def _require_rotation(instrument: Instrument) -> None:
    drawn = instrument.rotated
    if drawn is None:
        return
    _unique("rotated", drawn.of)
    linked = {name for item in instrument.items if item.only_if for name in (item.id, item.only_if.item)}
    if drawn.ask >= len(drawn.of) or not set(drawn.of) <= {item.id for item in instrument.items} - linked:
        raise ValueError("items to draw from exist, have no follow-up and are none, and are more than drawn")


def _unique(what: str, names: tuple[str, ...]) -> None:
    if len(set(names)) != len(names):
        raise ValueError(f"{what}: a name is used twice")
