"""One question of a survey and how its answers are counted, as frozen objects.

Pure: reads no file, no database and no clock. It holds words and rules only, and must never hold an answer.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Annotated, Final

from pydantic import Field

from survey.instruments.scale import (
    Frozen,
    Identifier,
    Option,
    Scale,
    Standing,
    Translated,
    Truth,
    Value,
    Whole,
)

TOGETHER: Final = "+"  # between the values of one answer of several choices; stands in no value
#: An option of several choices is counted as chosen or not; these words stand beside its figures.
CHOSEN: Final = "chosen"
NOT_CHOSEN: Final = "not_chosen"
CHOSEN_TEXT: Final = {"en": "Chosen", "es": "Elegido"}
NOT_CHOSEN_TEXT: Final = {"en": "Not chosen", "es": "No elegido"}


class Condition(Frozen):
    """When a follow-up is asked: where an earlier item was answered with one of these values."""

    item: Identifier
    values: Annotated[tuple[Value, ...], Field(min_length=1, max_length=12)]


class Item(Frozen):
    """One closed question. A change of wording or scale is a new revision; a typo fix keeps it.

    ``several``: any number of options may be chosen. ``importance``: it asks what matters most, so that its
    options are neither good nor bad, and it has no figures of its own. ``only_if`` makes it a follow-up;
    whoever is not asked counts as blank, so that everybody of a batch stands behind every item.
    """

    id: Identifier
    revision: Annotated[Whole, Field(ge=1, le=9999)]
    touchpoint: Identifier
    text: Translated
    scale: Scale
    note: Translated | None = None
    several: Truth | None = None
    importance: Truth | None = None
    only_if: Condition | None = None

    @property
    def key(self) -> str:
        """Name of this wording of the item in tallies and forms, such as ``phone.1``."""
        return f"{self.id}.{self.revision}"

    @property
    def counted(self) -> tuple[Item, ...]:
        """What has figures of its own: the item, or of several choices each option but "none of these"."""
        if self.importance:
            return ()
        if not self.several:
            return (self,)
        return tuple(_part(self, option) for option in self.scale.options if not option.alone)

    def counts_of(self, answer: str) -> dict[str, str]:
        """Under which names in the tallies an answer counts, and as which value; a blank is a blank in all.

        Of several choices every option is counted, "none of these" too, so that everybody who answered
        stands behind each of them.
        """
        if not self.several:
            return {self.key: answer}
        picked = chosen(answer)
        return {
            part_key(self.key, value): answer and (CHOSEN if value in picked else NOT_CHOSEN)
            for value in self.scale.values
        }


class Part(Item):
    """One option of several choices as a question of its own: was it chosen or not."""

    option: Value

    @property
    def key(self) -> str:
        """Name in the tallies, such as ``better.1.billing``."""
        return part_key(super().key, self.option)


class CommentBox(Frozen):
    """One open question. ``limit`` counts characters; blank is always allowed."""

    id: Identifier
    touchpoint: Identifier | None = None
    text: Translated
    limit: Annotated[Whole, Field(ge=1, le=1000)] = 1000


def chosen(answer: str) -> tuple[str, ...]:
    """The values of an answer: none of a blank, one as a rule, any number of several choices."""
    return tuple(answer.split(TOGETHER)) if answer else ()


def part_key(key: str, value: str) -> str:
    """Name of an option of several choices in the tallies."""
    return f"{key}.{value}"


def longest_key(key: str, values: Collection[str], *, several: bool) -> int:
    """Characters of the longest name under which an item is counted."""
    return max((len(part_key(key, value)) for value in values), default=0) if several else len(key)


def rating_bytes(key: str, values: Collection[str], *, several: bool = False) -> int:
    """Most bytes one rating takes in JSON: two quoted ASCII words, a colon and a comma.

    Of several choices a number says which of at most twelve were chosen: never more than four digits.
    """
    return len(key) + (4 if several else max(map(len, values), default=0)) + 6


def _part(item: Item, option: Option) -> Part:
    # A thing to improve that was not named is at its best; a thing that went well and was not is between.
    other = Standing.BEST if option.standing is Standing.PROBLEM else Standing.MIDDLE
    options = (
        Option(value=CHOSEN, text=CHOSEN_TEXT, standing=option.standing),
        Option(value=NOT_CHOSEN, text=NOT_CHOSEN_TEXT, standing=other),
    )
    return Part(
        id=item.id,
        revision=item.revision,
        touchpoint=option.touchpoint or item.touchpoint,
        text={code: f"{words} {option.text[code]}" for code, words in item.text.items()},
        scale=Scale(id=item.scale.id, options=options),
        option=option.value,
    )
