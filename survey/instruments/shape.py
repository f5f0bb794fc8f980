"""The form of the YAML files, and what pydantic's complaints about it mean in plain words.

Pure. A file differs from an Instrument in one point: scales are defined once and items name them. A scale
from 0 to 10 is written as its ends and bands alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from difflib import get_close_matches
from typing import Annotated, Any, Final

from pydantic import BaseModel, Field, ValidationError

from survey.instruments.faults import MOST_FAULTS, Finding, Path, _, in_our_words, quoted
from survey.instruments.model import (
    IDENTIFIER,
    LANGUAGE,
    NUMBERS,
    VALUE,
    CommentBox,
    Condition,
    Denominator,
    Frozen,
    Identifier,
    Instrument,
    Item,
    LanguageCode,
    Option,
    Rotation,
    Scale,
    Standing,
    Touchpoint,
    Translated,
    Truth,
    Whole,
)

Options = Annotated[tuple[Option, ...], Field(min_length=2, max_length=12)]


class Numbers(Frozen):
    """A scale from 0 to 10: words for both ends, and which numbers are how good.

    ``best_from`` and above is best, ``good_from`` and above is good, ``problem_to`` and below is a problem;
    what lies between is neither.
    """

    low: Translated
    high: Translated
    best_from: Annotated[Whole, Field(ge=1, le=10)]
    good_from: Annotated[Whole, Field(ge=1, le=10)] | None = None
    problem_to: Annotated[Whole, Field(ge=0, le=9)]

    def scale(self, name: str) -> Scale:
        """The eleven numbers as options that are their own words in each language."""
        return Scale(
            id=name,
            low=self.low,
            high=self.high,
            options=tuple(
                Option(value=number, text=dict.fromkeys(self.low, number), standing=self._standing(place))
                for place, number in enumerate(NUMBERS)
            ),
        )

    def _standing(self, number: int) -> Standing:
        if number >= self.best_from:
            return Standing.BEST
        if self.good_from is not None and number >= self.good_from:
            return Standing.GOOD
        return Standing.PROBLEM if number <= self.problem_to else Standing.MIDDLE


class ItemEntry(Frozen):
    """An item as written; ``scale`` is the name of one of the file's scales or numbers."""

    id: Identifier
    revision: Annotated[Whole, Field(ge=1, le=9999)]
    touchpoint: Identifier
    scale: Identifier
    text: Translated
    note: Translated | None = None
    several: Truth | None = None
    importance: Truth | None = None
    only_if: Condition | None = None


class InstrumentFile(Frozen):
    """An instrument file. The ranges of the numbers are those of the Instrument."""

    id: Identifier
    version: Annotated[Whole, Field(ge=1, le=9999)]
    languages: Annotated[tuple[LanguageCode, ...], Field(min_length=1, max_length=20)]
    asked_from_visit: Annotated[Whole, Field(ge=1, le=99)]
    asked_every: Annotated[Whole, Field(ge=2, le=99)] | None = None
    seconds: Annotated[Whole, Field(ge=1, le=600)]
    denominator: Denominator
    title: Translated
    intro: Translated
    scales: Annotated[Mapping[Identifier, Options], Field(max_length=60)]
    numbers: Annotated[Mapping[Identifier, Numbers], Field(max_length=12)] = {}
    items: Annotated[tuple[ItemEntry, ...], Field(min_length=1, max_length=40)]
    comments: Annotated[tuple[CommentBox, ...], Field(max_length=4)] = ()
    rotated: Rotation | None = None

    def resolved(self) -> Instrument:
        """The instrument, each item with its scale. Call it on a file without errors only."""
        return Instrument(
            id=self.id,
            version=self.version,
            title=self.title,
            intro=self.intro,
            languages=self.languages,
            asked_from_visit=self.asked_from_visit,
            asked_every=self.asked_every,
            seconds=self.seconds,
            denominator=self.denominator,
            items=tuple(self._item(entry) for entry in self.items),
            comments=self.comments,
            rotated=self.rotated,
        )

    def _item(self, entry: ItemEntry) -> Item:
        return Item(
            id=entry.id,
            revision=entry.revision,
            touchpoint=entry.touchpoint,
            text=entry.text,
            scale=self._scale(entry.scale),
            note=entry.note,
            several=entry.several,
            importance=entry.importance,
            only_if=entry.only_if,
        )

    def _scale(self, name: str) -> Scale:
        if name in self.numbers:
            return self.numbers[name].scale(name)
        return Scale(id=name, options=self.scales[name])


class TouchpointsFile(Frozen):
    """The touchpoints file."""

    languages: Annotated[tuple[LanguageCode, ...], Field(min_length=1, max_length=20)]
    touchpoints: Annotated[tuple[Touchpoint, ...], Field(min_length=1, max_length=60)]


# The form of a list's entries, by the key the list stands under; the last named key of a place decides.
ENTRIES: Final[Mapping[str, type[BaseModel]]] = {
    "items": ItemEntry,
    "comments": CommentBox,
    "scales": Option,
    "touchpoints": Touchpoint,
}

PATTERNS: Final = {
    IDENTIFIER: _("Use small letters, digits and _, starting with a letter, at most 40 in all."),
    VALUE: _("Use small letters, digits and _, at most 40 in all."),
    LANGUAGE: _("Use a language code such as en, es or pt-BR."),
}

WORDS_EXPECTED: Final = (
    _("words for each language belong here"),
    _("Write en: and es: on lines of their own below."),
)
WRONG_KIND: Final = {
    "dict_type": WORDS_EXPECTED,
    "mapping_type": WORDS_EXPECTED,
    "model_type": (_("several keys belong here"), _("Write them on lines of their own, as key: value.")),
    "tuple_type": (_("a list belongs here"), _("Start each entry on a line of its own with a dash.")),
    "string_type": (_("a single text belongs here"), _("Write the text on this line, in double quotes.")),
}


def complaints(error: ValidationError, form: type[BaseModel]) -> list[Finding]:
    """Pydantic's errors as findings with a remedy."""
    found = error.errors(include_url=False)[:MOST_FAULTS]
    # Faulty entries do not count for pydantic, so that it calls a list too short as well; that is noise.
    around = {details["loc"][:depth] for details in found for depth in range(len(details["loc"]))}
    return [_finding(d, form) for d in found if d["type"] != "too_short" or d["loc"] not in around]


def _finding(details: Any, form: type[BaseModel]) -> Finding:
    path: Path = tuple(step for step in details["loc"] if step != "[key]")
    kind, context = str(details["type"]), details.get("ctx", {})
    if kind == "missing":
        return Finding(
            path, _("{name} is missing", name=quoted(path[-1])), _("Add a line {key}: here.", key=path[-1])
        )
    if kind == "extra_forbidden":
        return Finding(path, _("{name} is not a known key", name=quoted(path[-1])), _spelling(path, form))
    if path == ("scales",) and kind in ("dict_type", "mapping_type"):
        return Finding(
            path, _("named scales belong here"), _("Write a name and below it the list of options.")
        )
    if path == ("numbers",) and kind in ("dict_type", "mapping_type"):
        return Finding(
            path, _("named scales from 0 to 10 belong here"), _("Write a name and below it the bands.")
        )
    if kind in WRONG_KIND:
        return Finding(path, *WRONG_KIND[kind])
    known = _limits(kind, context) or _values(kind, context)
    other = in_our_words(str(details["msg"]), _("this does not belong here"))
    return Finding(path, *(known or (other, _("Compare it with a shipped file."))))


def _limits(kind: str, context: Mapping[str, Any]) -> tuple[str, str] | None:
    most, least = context.get("max_length"), context.get("min_length")
    match kind:
        case "string_pattern_mismatch":
            return _("the name has a form that is not allowed"), PATTERNS[context["pattern"]]
        case "enum":
            return _("this word is not known here"), _(
                "Use one of {known}.", known=_either(context["expected"])
            )
        case "string_too_short":
            return _("the text is empty"), _("Write the words, or remove the key.")
        case "string_too_long":
            return _("the text is longer than {most} characters", most=most), _("Shorten it.")
        case "too_short":
            return _("at least {least} must stand here", least=least), _("Add what is missing.")
        case "too_long":
            return _("at most {most} may stand here", most=most), _("Remove what is too much.")
        case "greater_than_equal":
            return _("the number is too small"), _("Use {least} or more.", least=context["ge"])
        case "less_than_equal":
            return _("the number is too large"), _("Use {most} or less.", most=context["le"])
        case _:
            return None


def _either(words: str) -> str:
    """A list of pydantic's, such as ``'answered' or 'all'``, whose last “or” can be translated."""
    others, either, last = words.rpartition(" or ")
    return _("{others} or {last}", others=others, last=last) if either else words


def _values(kind: str, context: Mapping[str, Any]) -> tuple[str, str] | None:
    """What ``scale`` refuses on its own."""
    match kind:
        case "hidden_character":
            message = _("the text holds an invisible character ({code})", code=context["code"])
            return message, _("Delete the text and type it again by hand.")
        case "whole_number":
            return _("this is not a whole number"), _("Write a number such as 1, 2 or 45.")
        case "true_or_false":
            return _("this is neither true nor false"), _("Write true or false.")
        case _:
            return None


def _spelling(path: Path, form: type[BaseModel]) -> str:
    known = list((_inner(path) or form).model_fields)
    near = get_close_matches(str(path[-1])[:60], known, n=1)
    if near:
        return _("Did you mean {key}?", key=near[0])
    return _("Remove it; known here: {known}.", known=", ".join(known))


def _inner(path: Path) -> type[BaseModel] | None:
    """The form around a place below the first level, where it has one of its own."""
    match path:
        case ("numbers", _, _):
            return Numbers
        case ("rotated", _):
            return Rotation
        case ("items", _, "only_if", _):
            return Condition
    # An entry of a list stands one number deep: ("items", 3, "txet"), ("scales", "yes", 0, "txet").
    return ENTRIES.get(str(path[0])) if any(isinstance(step, int) for step in path) else None
