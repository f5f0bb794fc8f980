"""What a question can be answered with: translated words, options and scales, as frozen objects.

Pure: reads no file, no database and no clock.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
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
NUMBERS: Final = tuple(map(str, range(11)))  # the values of a scale from 0 to 10

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
                {"code": f"U+{ord(character):04X}"},
            )
    return tidy


def _whole(value: object) -> object:
    if isinstance(value, str) and not re.fullmatch("0|[1-9][0-9]{0,8}", value):
        raise PydanticCustomError("whole_number", "this is not a whole number")
    return value


def _truth(value: object) -> object:
    if isinstance(value, str) and value not in ("true", "false"):
        raise PydanticCustomError("true_or_false", "this is neither true nor false")
    return value


Text = Mapping[str, str]  # language code -> words
Identifier = Annotated[str, Field(pattern=IDENTIFIER)]
Value = Annotated[str, Field(pattern=VALUE)]
LanguageCode = Annotated[str, Field(pattern=LANGUAGE)]
Words = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=600), AfterValidator(_tidy)
]
Translated = Annotated[Mapping[LanguageCode, Words], Field(min_length=1)]
Whole = Annotated[int, BeforeValidator(_whole)]
Truth = Annotated[bool, BeforeValidator(_truth)]


class UnknownOption(LookupError):
    """The scale has no option with this value. The value itself is not repeated: it may come from anyone."""


class Standing(StrEnum):
    """How an option counts. ``ASIDE`` leaves the denominator, unless the instrument keeps it in."""

    BEST = "best"
    GOOD = "good"
    MIDDLE = "middle"
    PROBLEM = "problem"
    ASIDE = "aside"


class Frozen(BaseModel):
    """Base of everything here: cannot be changed, refuses unknown keys."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Option(Frozen):
    """One answer of a scale. ``repaired`` says, of something that went wrong, whether it was put right.

    Of several choices only: ``touchpoint`` is what an option is about, and ``alone`` marks "none of these",
    which stands with no other.
    """

    value: Value
    text: Translated
    standing: Standing
    repaired: Truth | None = None
    touchpoint: Identifier | None = None
    alone: Truth | None = None


class Scale(Frozen):
    """The options of an item in the order in which they are shown.

    With words for its ends, ``low`` and ``high``, it is a scale from 0 to 10 and shown as one row.
    """

    id: Identifier
    options: Annotated[tuple[Option, ...], Field(min_length=2, max_length=12)]
    low: Translated | None = None
    high: Translated | None = None

    @property
    def numbers(self) -> bool:
        """Whether this is a scale from 0 to 10."""
        return self.low is not None

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

    @model_validator(mode="after")
    def _whole_row(self) -> Self:
        if (self.low is None) != (self.high is None) or (self.numbers and self.values != NUMBERS):
            raise ValueError("a scale with words for its ends has both, and the numbers from 0 to 10")
        return self


def wording(text: Text, language: str) -> str:
    """The words in a language; where there are none, in English, else in the first language there is."""
    return text.get(language) or text.get("en") or next(iter(text.values()))
