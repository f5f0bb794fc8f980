"""Pieces of a FHIR R4 Questionnaire, read without trusting them: whatever stands there, no error comes out.

Pure. It knows the form of FHIR and our extensions to it, and nothing of what becomes of them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final

Json = dict[str, Any]

TRANSLATION: Final = "http://hl7.org/fhir/StructureDefinition/translation"
#: Our own extensions begin so; what follows is the key of the instrument file.
OURS: Final = "urn:afterword:survey:"
INSTRUMENT: Final = "urn:afterword:instrument:"
SCALE: Final = "urn:afterword:scale:"
#: Deeper than this nothing is read.
MOST_LEVELS: Final = 10
IDENTIFIED: Final = re.compile("[a-z][a-z0-9_]{0,39}")


def items(listed: Any, level: int) -> Iterator[tuple[Json, int]]:
    """All items in their order, those inside others after them; deeper than is sensible is left unread."""
    if level > MOST_LEVELS or not isinstance(listed, list):
        return
    for item in listed:
        if isinstance(item, dict):
            yield {key: value for key, value in item.items() if key != "item"}, level
            yield from items(item.get("item"), level + 1)


def translations(holder: Json, key: str) -> dict[str, str]:
    """Language to words of the text ``key``."""
    found: dict[str, str] = {}
    for each in listed(holder.get(f"_{key}"), "extension"):
        parts = {str(part.get("url")): part for part in listed(each, "extension")}
        code, words = parts.get("lang", {}).get("valueCode"), parts.get("content", {}).get("valueString")
        if each.get("url") == TRANSLATION and isinstance(code, str) and isinstance(words, str):
            found[code] = " ".join(words.split())[:600]
    return {code: words for code, words in found.items() if words}


def extension(holder: Json, key: str) -> Json | None:
    """Our own extension with a key of the instrument file."""
    return next((each for each in listed(holder, "extension") if each.get("url") == f"{OURS}{key}"), None)


def ours(holder: Json, key: str, otherwise: Any) -> Any:
    """The value of our own extension, whatever its type."""
    found = extension(holder, key) or {}
    return next((value for name, value in found.items() if name.startswith("value")), otherwise)


def rotated(resource: Json) -> Json | None:
    found = extension(resource, "rotated")
    if found is None:
        return None
    parts = listed(found, "extension")
    ask = [each.get("valueInteger") for each in parts if each.get("url") == "ask"]
    return {
        "ask": ask[0] if ask else None,
        "of": [each.get("valueString") for each in parts if each.get("url") == "of"],
    }


def listed(holder: Any, key: str) -> list[Json]:
    listed = holder.get(key) if isinstance(holder, dict) else None
    return [each for each in listed if isinstance(each, dict)] if isinstance(listed, list) else []


def coding(option: Json) -> Json:
    """An answer as code and display, whichever type it has."""
    coding = option.get("valueCoding")
    if isinstance(coding, dict):
        code = str(coding.get("code") or coding.get("display") or "?")
        return {"display": code, **coding, "code": code}
    value = next((str(each) for key, each in option.items() if key.startswith("value")), "?")
    return {"code": value, "display": value}


def expected(condition: Json) -> str:
    """The code that a condition waits for."""
    coding = condition.get("answerCoding")
    if isinstance(coding, dict):
        return str(coding.get("code"))
    if isinstance(truth := condition.get("answerBoolean"), bool):
        return "yes" if truth else "no"
    return next((str(each) for key, each in condition.items() if key.startswith("answer")), "")


def guess(place: int, number: int, *, several: bool) -> str:
    """As answers usually stand: the best first and the worst last; several choices name problems."""
    if several or place == number - 1:
        return "problem"
    return "middle" if place else "best"


def scale_name(options: list[Json], otherwise: str) -> str:
    """The scale an exported question had; else one of its own, called after the question."""
    systems = {str(coding(option).get("system") or "") for option in options}
    name = next(iter(systems)).removeprefix(SCALE) if len(systems) == 1 else ""
    return (
        name if any(each.startswith(SCALE) for each in systems) and IDENTIFIED.fullmatch(name) else otherwise
    )


def unused(value: str, made: list[Json]) -> str:
    taken = {option["value"] for option in made}
    return next(each for each in (value, *(f"{value}_{n}" for n in range(2, 14))) if each not in taken)


def slug(words: str) -> str:
    """A name as our files have it: small letters, digits and _, a letter first, 40 at most."""
    name = (
        re.sub("[^a-z0-9]+", "_", words.lower()).strip("_")[:40] if not IDENTIFIED.fullmatch(words) else words
    )
    return name if IDENTIFIED.fullmatch(name) else f"q_{name}"[:40].rstrip("_")
