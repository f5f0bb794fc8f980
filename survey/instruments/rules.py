"""What must hold across a file: names known, ids used once, texts translated, scales sound, time honest.

Pure. Rules read the raw data and step over what has the wrong form (the form is complained about elsewhere),
so that all faults of a file come at once.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping
from itertools import islice
from typing import Final

from survey.instruments.document import Data, Document
from survey.instruments.faults import Finding, Level, Path, _, quoted
from survey.instruments.model import ANSWER_BUDGET, NUMBERS, Standing, estimated_seconds, rating_bytes

LONGEST_SECONDS: Final = 60
TEXTS: Final = frozenset({"title", "intro", "text", "note", "name", "good", "problem", "low", "high"})
#: No list of a survey may be longer. What lies beyond is a fault of the form, and no rule looks there, so
#: that the work of a rule that compares everything with everything stays small.
MOST_ENTRIES: Final = 100
WHOLE: Final = re.compile("[0-9]{1,2}")

Rule = Callable[[Document], Iterator[Finding]]


def instrument_findings(document: Document, touchpoints: Collection[str] | None) -> list[Finding]:
    """Everything that breaks a rule in an instrument file; ``touchpoints`` None leaves those unchecked."""
    found = [finding for rule in INSTRUMENT_RULES for finding in rule(document)]
    return found if touchpoints is None else [*found, *unknown_touchpoints(document, touchpoints)]


def touchpoint_findings(document: Document) -> list[Finding]:
    """Everything that breaks a rule in the touchpoints file."""
    return [finding for rule in TOUCHPOINT_RULES for finding in rule(document)]


def entries(data: Data | None, *keys: str) -> Iterator[tuple[Path, dict[str, Data]]]:
    """The well-formed entries of the lists under some top keys, with their places."""
    for key in keys:
        found = data.get(key) if isinstance(data, dict) else None
        for index, entry in enumerate(found[:MOST_ENTRIES] if isinstance(found, list) else []):
            if isinstance(entry, dict):
                yield (key, index), entry


def scales(data: Data | None) -> dict[str, list[tuple[Path, dict[str, Data]]]]:
    """The well-formed options of each scale, with their places."""
    named = data.get("scales") if isinstance(data, dict) else None
    if not isinstance(named, dict):
        return {}
    return {
        name: [(("scales", *path), entry) for path, entry in entries({name: options}, name)]
        for name, options in islice(named.items(), MOST_ENTRIES)
    }


def several(data: Data | None) -> set[str]:
    """The scales of which any number of options may be chosen."""
    return {str(entry.get("scale")) for _, entry in entries(data, "items") if entry.get("several") == "true"}


def values(data: Data | None) -> dict[str, tuple[str, ...]]:
    """The values of each scale; of one from 0 to 10 the numbers."""
    listed = {
        name: tuple(str(option.get("value")) for _, option in options)
        for name, options in scales(data).items()
    }
    return dict.fromkeys(names(data, "numbers"), NUMBERS) | listed


def missing_translations(document: Document) -> Iterator[Finding]:
    """Every text has words in each declared language and in no other."""
    declared = _strings(document.data, "languages")
    for path, text in _texts(document.data, ()) if declared else ():
        for language in declared:
            if language not in text:
                remedy = _('Add a line {language}: "…" below {key}.', language=language, key=path[-1])
                yield Finding(
                    path, _("the words in {language} are missing", language=quoted(language)), remedy
                )
        for language in text:
            if language not in declared:
                message = _("the language {language} is not declared", language=quoted(language))
                yield Finding((*path, language), message, _("Add it to languages, or remove this line."))


def repeated_names(document: Document) -> Iterator[Finding]:
    """Ids of items and comment boxes together, of touchpoints, options and languages are used once."""
    yield from _repeated(document, [(p, e.get("id")) for p, e in entries(document.data, "items", "comments")])
    yield from _repeated(document, [(path, e.get("id")) for path, e in entries(document.data, "touchpoints")])
    languages = enumerate(_strings(document.data, "languages"))
    yield from _repeated(document, [(("languages", index), code) for index, code in languages])
    for options in scales(document.data).values():
        yield from _repeated(document, [(path, entry.get("value")) for path, entry in options])


def unknown_scales(document: Document) -> Iterator[Finding]:
    """Each item names a scale of this file."""
    known = [*names(document.data, "scales"), *names(document.data, "numbers")]
    for path, entry in entries(document.data, "items"):
        name = entry.get("scale")
        if isinstance(name, str) and name not in known:
            remedy = _(
                "Use one of {known}, or define it under scales or numbers.",
                known=listed(known) or _("the scales"),
            )
            yield Finding((*path, "scale"), _("no scale is called {name}", name=quoted(name)), remedy)


def unknown_touchpoints(document: Document, touchpoints: Collection[str]) -> Iterator[Finding]:
    """Each item, comment box and option of several choices names a touchpoint of the touchpoints file."""
    options = [each for listed in scales(document.data).values() for each in listed]
    for path, entry in (*entries(document.data, "items", "comments"), *options):
        name = entry.get("touchpoint")
        if isinstance(name, str) and name not in touchpoints:
            remedy = _("Use one of {known}, or add it to touchpoints.yaml.", known=listed(touchpoints))
            yield Finding(
                (*path, "touchpoint"), _("no touchpoint is called {name}", name=quoted(name)), remedy
            )


def unsound_scales(document: Document) -> Iterator[Finding]:
    """A scale has one best answer and a problem; what went wrong was put right or was not."""
    for name, options in scales(document.data).items():
        if name in several(document.data):
            continue
        standings = [entry.get("standing") for _, entry in options]
        place: Path = ("scales", name)
        if options and standings.count(Standing.BEST) != 1:
            yield Finding(
                place, _("a scale needs exactly one best answer"), _("Give one option standing: best.")
            )
        if options and Standing.PROBLEM not in standings:
            yield Finding(place, _("a scale needs a problem answer"), _("Give an option standing: problem."))
        repaired = {str(entry["repaired"]) for _, entry in options if "repaired" in entry}
        if repaired and repaired != {"true", "false"}:
            remedy = _("Give one option repaired: true and one repaired: false.")
            yield Finding(place, _("a repair scale needs both outcomes"), remedy)


def dishonest_time(document: Document) -> Iterator[Finding]:
    """``seconds`` is no less than the items take; more than a minute is a warning."""
    given = document.data.get("seconds") if isinstance(document.data, dict) else None
    if not (isinstance(given, str) and given.isascii() and given.isdecimal() and len(given) < 5):
        return
    needed = estimated_seconds(_shown(document.data))
    if int(given) < needed:
        message = _("the items take about {needed} seconds, more than is promised", needed=needed)
        yield Finding(("seconds",), message, _("Write {needed} or more, or remove items.", needed=needed))
    if max(int(given), needed) > LONGEST_SECONDS:
        remedy = _("Ask less: people stop answering after a minute.")
        yield Finding(("seconds",), _("the survey takes more than a minute"), remedy, Level.WARNING)


def too_much_for_one_box(document: Document) -> Iterator[Finding]:
    """The longest possible ratings fit the sealed box of fixed length."""
    total, known = 0, values(document.data)
    for _path, entry in entries(document.data, "items"):
        key = f"{entry.get('id')}.{entry.get('revision')}"
        answers = known.get(str(entry.get("scale")), ())
        total += rating_bytes(key, answers, several=entry.get("several") == "true")
    if total > ANSWER_BUDGET:
        message = _(
            "the answers need up to {total} bytes and a sealed answer holds {most}",
            total=total,
            most=ANSWER_BUDGET,
        )
        yield Finding(("items",), message, _("Use fewer items, or shorter ids and option values."))


INSTRUMENT_RULES: Final[tuple[Rule, ...]] = (
    missing_translations,
    repeated_names,
    unknown_scales,
    unsound_scales,
    dishonest_time,
    too_much_for_one_box,
)
TOUCHPOINT_RULES: Final[tuple[Rule, ...]] = (missing_translations, repeated_names)


def _texts(data: Data | None, path: Path) -> Iterator[tuple[Path, dict[str, Data]]]:
    if isinstance(data, dict):
        for key, value in data.items():
            if key in TEXTS and isinstance(value, dict):
                yield (*path, key), value
            else:
                yield from _texts(value, (*path, key))
    elif isinstance(data, list):
        for index, value in enumerate(data):
            yield from _texts(value, (*path, index))


def _repeated(document: Document, named: list[tuple[Path, Data | None]]) -> Iterator[Finding]:
    first: dict[str, Path] = {}
    for path, name in named:
        if isinstance(name, str) and first.setdefault(name, path) != path:
            message = _(
                "{name} is used twice, first on line {line}",
                name=quoted(name),
                line=document.line(first[name]),
            )
            yield Finding(path, message, _("Give one of them another name, or remove it."))


def _strings(data: Data | None, key: str) -> list[str]:
    found = data.get(key) if isinstance(data, dict) else None
    return (
        [entry for entry in found[:MOST_ENTRIES] if isinstance(entry, str)] if isinstance(found, list) else []
    )


def _shown(data: Data | None) -> int:
    """How many items one person reads; several choices count as two."""
    items = list(entries(data, "items"))
    rotated = data.get("rotated") if isinstance(data, dict) else None
    ask = rotated.get("ask") if isinstance(rotated, dict) else None
    named = _strings(rotated, "of")
    spared = len(named) - int(ask) if isinstance(ask, str) and WHOLE.fullmatch(ask) else 0
    return len(items) + sum(entry.get("several") == "true" for _, entry in items) - max(spared, 0)


def listed(known: Collection[str]) -> str:
    """Names for a remedy; of very many or very long ones only the beginning."""
    shown = ", ".join(quoted(name)[1:-1] for name in islice(known, 12))
    return f"{shown} …" if len(known) > 12 else shown


def names(data: Data | None, key: str) -> list[str]:
    """The names that are defined under a top key."""
    named = data.get(key) if isinstance(data, dict) else None
    return list(islice(named, MOST_ENTRIES)) if isinstance(named, Mapping) else []
