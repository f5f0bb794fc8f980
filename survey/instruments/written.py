"""An instrument as the text of its file: what ``loading`` reads back is the same instrument. Pure.

Texts stand in double quotes, so that no word of theirs means anything to YAML. A scale from 0 to 10
is written as its ends and bands. Comments of a file are not kept: an instrument does not know them.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping

from survey.instruments.model import CommentBox, Instrument, Item, Option, Scale, Standing, Text

Lines = Iterator[str]


def written(instrument: Instrument, *, heading: str = "") -> str:
    """The YAML text. ``heading`` becomes comment lines at the top. Raises ValueError where two scales of
    one name differ: a file has each name once."""
    lines = [f"# {line}".rstrip() for line in heading.splitlines()]
    return "\n".join([*lines, *([""] if lines else []), *_instrument(instrument)]) + "\n"


def _instrument(instrument: Instrument) -> Lines:
    yield f"id: {instrument.id}"
    yield f"version: {instrument.version}"
    yield f"languages: [{', '.join(instrument.languages)}]"
    yield f"asked_from_visit: {instrument.asked_from_visit}"
    if instrument.asked_every is not None:
        yield f"asked_every: {instrument.asked_every}"
    yield f"seconds: {instrument.seconds}"
    yield f"denominator: {instrument.denominator}"
    yield from ("", *_text("title", instrument.title), "", *_text("intro", instrument.intro))
    scales = _scales(instrument)
    listed = [each for each in scales if not each.numbers]
    yield from ("", "scales:" if listed else "scales: {}", *_separated(map(_scale, listed)))
    if any(each.numbers for each in scales):
        yield from ("", "numbers:", *_separated(_numbers(each) for each in scales if each.numbers))
    yield from ("", "items:", *_separated(_item(each) for each in instrument.items))
    if instrument.rotated is not None:
        drawn = instrument.rotated
        yield from ("", "rotated:", f"  ask: {drawn.ask}", f"  of: [{', '.join(drawn.of)}]")
    if instrument.comments:
        yield from ("", "comments:", *_separated(_box(each) for each in instrument.comments))


def _scales(instrument: Instrument) -> list[Scale]:
    found: dict[str, Scale] = {}
    for item in instrument.items:
        if found.setdefault(item.scale.id, item.scale) != item.scale:
            raise ValueError(f"two scales are called {item.scale.id}")
    return list(found.values())


def _scale(scale: Scale) -> Lines:
    yield f"  {scale.id}:"
    for option in scale.options:
        yield from _option(option)


def _option(option: Option) -> Lines:
    yield f"    - value: {_quoted(option.value)}"
    yield f"      standing: {option.standing}"
    if option.repaired is not None:
        yield f"      repaired: {_truth(option.repaired)}"
    if option.touchpoint is not None:
        yield f"      touchpoint: {option.touchpoint}"
    if option.alone is not None:
        yield f"      alone: {_truth(option.alone)}"
    yield from _text("text", option.text, depth=3)


def _numbers(scale: Scale) -> Lines:
    bands: Mapping[Standing, list[int]] = {
        standing: [place for place, option in enumerate(scale.options) if option.standing is standing]
        for standing in Standing
    }
    yield f"  {scale.id}:"
    yield from _text("low", scale.low or {}, depth=2)
    yield from _text("high", scale.high or {}, depth=2)
    yield f"    best_from: {min(bands[Standing.BEST])}"
    if bands[Standing.GOOD]:
        yield f"    good_from: {min(bands[Standing.GOOD])}"
    yield f"    problem_to: {max(bands[Standing.PROBLEM])}"


def _item(item: Item) -> Lines:
    yield f"  - id: {item.id}"
    yield f"    revision: {item.revision}"
    yield f"    touchpoint: {item.touchpoint}"
    yield f"    scale: {item.scale.id}"
    if item.several is not None:
        yield f"    several: {_truth(item.several)}"
    if item.importance is not None:
        yield f"    importance: {_truth(item.importance)}"
    if item.only_if is not None:
        values = ", ".join(map(_quoted, item.only_if.values))
        yield f"    only_if: {{item: {item.only_if.item}, values: [{values}]}}"
    yield from _text("text", item.text, depth=2)
    if item.note is not None:
        yield from _text("note", item.note, depth=2)


def _box(box: CommentBox) -> Lines:
    yield f"  - id: {box.id}"
    if box.touchpoint is not None:
        yield f"    touchpoint: {box.touchpoint}"
    yield f"    limit: {box.limit}"
    yield from _text("text", box.text, depth=2)


def _text(key: str, text: Text, *, depth: int = 0) -> Lines:
    yield f"{'  ' * depth}{key}:"
    for language, words in text.items():
        yield f"{'  ' * (depth + 1)}{language}: {_quoted(words)}"


def _separated(blocks: Iterator[Lines]) -> Lines:
    """The blocks, with a blank line between them."""
    for number, block in enumerate(blocks):
        yield from ("", *block) if number else block


def _quoted(words: str) -> str:
    """Words in double quotes: every text of JSON is one of YAML."""
    return json.dumps(words, ensure_ascii=False)


def _truth(value: bool) -> str:
    return "true" if value else "false"
