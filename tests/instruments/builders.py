"""Plain functions that make instruments and files for the tests of this folder."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from survey.instruments.faults import Fault
from survey.instruments.model import (
    CommentBox,
    Denominator,
    Instrument,
    Item,
    Option,
    Scale,
    Standing,
    Text,
    Touchpoint,
)
from survey.instruments.source import ExaminedInstrument, examine_instrument

SHIPPED = Path(__file__).parents[2] / "surveys_config"

FILE = """\
id: tiny
version: 1
languages: [en, es]
asked_from_visit: 1
seconds: 9
denominator: answered
title: {en: "Tiny", es: "Pequeña"}
intro: {en: "About us", es: "Sobre nosotros"}
scales:
  plain:
    - {value: "yes", standing: best, text: {en: Yes, es: Sí}}
    - {value: no, standing: problem, text: {en: No, es: No}}
items:
  - id: phone
    revision: 1
    touchpoint: phone
    scale: plain
    text:
      en: "Was it quick?"
      es: "¿Fue rápido?"
  - id: billing
    revision: 2
    touchpoint: billing
    scale: plain
    text:
      en: "Was it clear?"
      es: "¿Fue claro?"
comments:
  - id: anything
    text: {en: "Anything?", es: "¿Algo más?"}
"""

TOUCHPOINTS = """\
languages: [en, es]
touchpoints:
  - {id: phone, name: {en: A, es: A}, good: {en: A, es: A}, problem: {en: A, es: A}}
  - {id: billing, name: {en: B, es: B}, good: {en: B, es: B}, problem: {en: B, es: B}}
"""


def both(words: str = "words") -> Text:
    return {"en": words, "es": f"{words} (es)"}


def make_scale(**changes: object) -> Scale:
    options = (
        Option(value="yes", text=both("Yes"), standing=Standing.BEST),
        Option(value="no", text=both("No"), standing=Standing.PROBLEM),
    )
    return Scale.model_validate({"id": "plain", "options": options} | changes)


def make_item(**changes: object) -> Item:
    given = {"id": "phone", "revision": 1, "touchpoint": "phone", "text": both(), "scale": make_scale()}
    return Item.model_validate(given | changes)


def make_instrument(**changes: object) -> Instrument:
    given = {
        "id": "tiny_one",
        "version": 3,
        "title": both("Tiny"),
        "intro": both("About us"),
        "languages": ("en", "es"),
        "asked_from_visit": 1,
        "seconds": 5,
        "denominator": Denominator.ANSWERED,
        "items": (make_item(),),
        "comments": (CommentBox(id="anything", text=both()),),
    }
    return Instrument.model_validate(given | changes)


def make_touchpoint(name: str) -> Touchpoint:
    return Touchpoint(id=name, name=both(), good=both(), problem=both())


def known(*names: str) -> Mapping[str, Touchpoint]:
    return {name: make_touchpoint(name) for name in names or ("phone", "billing")}


def examine(text: str | bytes) -> ExaminedInstrument:
    raw = text if isinstance(text, bytes) else text.encode()
    return examine_instrument(raw, file="tiny.yaml", touchpoints=known())


def changed(old: str, new: str) -> str:
    """The good file with one place spoiled."""
    assert FILE.count(old) == 1, "the place to spoil must be there exactly once"
    return FILE.replace(old, new)


def line_of(text: str, words: str) -> int:
    """Line, from 1, on which words stand first."""
    return text[: text.index(words)].count("\n") + 1


def only(faults: tuple[Fault, ...]) -> Fault:
    assert len(faults) == 1, [str(fault) for fault in faults]
    return faults[0]
