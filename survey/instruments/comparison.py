"""What differs between two versions of a survey, place by place, for people to read. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from survey.instruments.model import CommentBox, Instrument, Item, Text

Part = Item | CommentBox


class Kind(StrEnum):
    """What became of a question or box."""

    ADDED = "added"
    REMOVED = "removed"
    RENEWED = "renewed"  # its figures begin anew
    REWORDED = "reworded"  # same revision: a typo put right, or a language more
    MOVED = "moved"


@dataclass(frozen=True)
class Wording:
    """One text in one language before and after; empty where it was not there."""

    place: str
    language: str
    before: str
    after: str


@dataclass(frozen=True)
class Change:
    """One question or box; ``rules`` says that more than words differ: touchpoint, condition, standings."""

    kind: Kind
    part: Part
    wordings: tuple[Wording, ...] = ()
    rules: bool = False


@dataclass(frozen=True)
class Comparison:
    """``settings`` names what differs beside the questions, such as ``seconds``."""

    changes: tuple[Change, ...]
    wordings: tuple[Wording, ...]
    settings: tuple[str, ...]

    @property
    def empty(self) -> bool:
        """Whether both say the same."""
        return not (self.changes or self.wordings or self.settings)


SETTINGS = ("languages", "seconds", "asked_from_visit", "asked_every", "denominator", "rotated")


def compare(before: Instrument, after: Instrument) -> Comparison:
    """What somebody who knows ``before`` has to learn about ``after``."""
    old, new = _parts(before), _parts(after)
    gone = [Change(Kind.REMOVED, each) for name, each in old.items() if name not in new]
    moved = _moved([name for name in old if name in new], [name for name in new if name in old])
    changes = (_change(old.get(name), each, moved=name in moved) for name, each in new.items())
    return Comparison(
        changes=(*filter(None, changes), *gone),
        wordings=(
            *_wordings("title", before.title, after.title),
            *_wordings("intro", before.intro, after.intro),
        ),
        settings=tuple(key for key in SETTINGS if getattr(before, key) != getattr(after, key)),
    )


def _parts(instrument: Instrument) -> Mapping[str, Part]:
    parts: tuple[Part, ...] = (*instrument.items, *instrument.comments)
    return {each.id: each for each in parts}


def _change(before: Part | None, after: Part, *, moved: bool) -> Change | None:
    if before is None:
        return Change(Kind.ADDED, after)
    words = tuple(_words(before, after))
    if isinstance(before, Item) and isinstance(after, Item):
        if before.key != after.key:
            return Change(Kind.RENEWED, after, words, _rules(before) != _rules(after))
        if _rules(before) != _rules(after):
            return Change(Kind.REWORDED, after, words, rules=True)
    elif type(before) is not type(after) or _rules(before) != _rules(after):
        return Change(Kind.RENEWED, after, words, rules=True)
    if words:
        return Change(Kind.REWORDED, after, words)
    return Change(Kind.MOVED, after) if moved else None


def _rules(each: Part) -> object:
    if isinstance(each, CommentBox):
        return each.touchpoint, each.limit
    options = [(one.value, one.standing, one.repaired, one.touchpoint) for one in each.scale.options]
    return each.touchpoint, each.several, each.importance, each.only_if, each.scale.numbers, options


def _words(before: Part, after: Part) -> Iterator[Wording]:
    old, new = dict(_texts(before)), dict(_texts(after))
    for place in dict.fromkeys([*old, *new]):
        yield from _wordings(place, old.get(place, {}), new.get(place, {}))


def _texts(each: Part) -> Iterator[tuple[str, Text]]:
    yield "text", each.text
    if isinstance(each, Item):
        named = (("note", each.note), ("low", each.scale.low), ("high", each.scale.high))
        yield from ((place, text) for place, text in named if text)
        if not each.scale.numbers:
            yield from ((f"answer {one.value}", one.text) for one in each.scale.options)


def _wordings(place: str, before: Text, after: Text) -> Iterator[Wording]:
    for code in dict.fromkeys([*before, *after]):
        if before.get(code, "") != after.get(code, ""):
            yield Wording(place, code, before.get(code, ""), after.get(code, ""))


def _moved(before: Sequence[str], after: Sequence[str]) -> frozenset[str]:
    """The fewest names that have to be moved so that one order becomes the other."""
    place = {name: number for number, name in enumerate(before)}
    best: list[list[str]] = []
    for name in after:
        fitting = [run for run in best if place[run[-1]] < place[name]]
        best.append([*_longest(fitting), name])
    return frozenset(after) - frozenset(_longest(best))


def _longest(runs: Sequence[list[str]]) -> list[str]:
    return max(runs, key=list.__len__) if runs else []
