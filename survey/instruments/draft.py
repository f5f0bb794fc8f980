"""A survey that is being written: the data of its file, in which questions may be switched off.

Pure. A draft may hold faults and always has the form of a file that was once read without one: lists of
questions with names, lists of answers, texts by language. It holds words and rules, never an answer.
"""

from __future__ import annotations

import copy
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final, cast

from survey.instruments.document import Data, Document, parse
from survey.instruments.faults import Finding, Level, Path
from survey.instruments.model import Instrument
from survey.instruments.revisions import reworded
from survey.instruments.rules import TEXTS
from survey.instruments.source import instrument_findings
from survey.instruments.written import written

OFF: Final = "off"
Entry = dict[str, Data]


class UnknownPart(LookupError):
    """The draft has no question, box or list of answers of this name."""


@dataclass(frozen=True)
class Examined:
    """What is wrong with a draft, and its survey where nothing is.

    Paths of ``findings`` begin with the name of a part: ``("question", "phone", "text", "en")``,
    ``("answers", "yes_no", 0, "text", "en")``; everything else with ``"survey"``.
    """

    findings: tuple[Finding, ...]
    instrument: Instrument | None

    @property
    def errors(self) -> tuple[Finding, ...]:
        """What keeps the survey from being used."""
        return tuple(each for each in self.findings if each.level is Level.ERROR)

    def about(self, kind: str, *names: str) -> tuple[Finding, ...]:
        """The findings about some parts of a kind."""
        return tuple(f for f in self.findings if f.path[0] == kind and (not names or f.path[1] in names))


def begun(instrument: Instrument, earlier: Iterable[Instrument] = ()) -> Entry:
    """A survey as a draft; questions that only ``earlier`` versions asked come along, switched off."""
    data = data_of(instrument)
    known = {each.id for each in instrument.items} | {each.id for each in instrument.comments}
    gone: dict[str, Instrument] = {}
    for version in sorted(earlier, key=lambda each: each.version):
        gone.update({item.id: version for item in version.items if item.id not in known})
    read = {version.label: data_of(version) for version in gone.values()}
    for name, version in gone.items():
        _bring(data, read[version.label], name)
    return data


def data_of(instrument: Instrument) -> Entry:
    """The data of a survey's file."""
    return cast(Entry, parse(written(instrument).encode("utf-8"), "").data)


def _bring(data: Entry, other: Entry, name: str) -> None:
    """Add a question of another version with its answers, switched off and without condition."""
    entry = copy.deepcopy(part(other, name)[1])
    scale = str(entry["scale"])
    kind = "numbers" if scale in named(other, "numbers") else "scales"
    answers = copy.deepcopy(named(other, kind)[scale])
    for text in texts([entry, answers]):
        speak(text, languages(data))
    if scale in names(data) and named(data, kind).get(scale) != answers:
        scale = free(f"{name}_answers", names(data))
    named(data, kind)[scale] = answers
    entry.pop("only_if", None)
    listed(data, "items").append({**entry, "scale": scale, OFF: "true"})


def speak(text: dict[str, str], codes: Collection[str]) -> None:
    """Give a text the languages, empty where it has no words yet, and take others from it."""
    for code in codes:
        text.setdefault(code, "")
    for code in set(text) - set(codes):
        del text[code]


def texts(data: Data) -> Iterator[dict[str, str]]:
    """Every text somewhere in a draft or a piece of it: words by language, which may be changed in place."""
    if isinstance(data, dict):
        for key, value in data.items():
            if key in TEXTS and isinstance(value, dict):
                yield cast(dict[str, str], value)
            else:
                yield from texts(value)
    elif isinstance(data, list):
        for value in data:
            yield from texts(value)


def listed(data: Entry, key: str) -> list[Entry]:
    """The questions (``items``) or boxes (``comments``), which may be changed in place."""
    return cast(list[Entry], data.setdefault(key, []))


def named(data: Entry, key: str) -> dict[str, Data]:
    """The lists of answers (``scales``) or numbers from 0 to 10 (``numbers``), by name."""
    return cast(dict[str, Data], data.setdefault(key, {}))


def names(data: Entry) -> list[str]:
    """The names of all lists of answers."""
    return [*named(data, "scales"), *named(data, "numbers")]


def languages(data: Entry) -> list[str]:
    """The languages of a draft, in its order."""
    return cast(list[str], data.get("languages", []))


def part(data: Entry, name: str) -> tuple[str, Entry]:
    """A question or box and the list it stands in. Raises UnknownPart."""
    for key in ("items", "comments"):
        for entry in listed(data, key):
            if entry.get("id") == name:
                return key, entry
    raise UnknownPart


def is_off(entry: Mapping[str, Data]) -> bool:
    """Whether a question is switched off: kept in the draft, asked of nobody."""
    return entry.get(OFF) == "true"


def free(wanted: str, taken: Collection[str]) -> str:
    """The name, or the first with a number that nothing else has; at most 40 characters."""
    tries = (wanted[:36] if number == 1 else f"{wanted[:36]}_{number}" for number in range(1, 1000))
    return next(name for name in tries if name not in taken)


def asked(data: Entry) -> Entry:
    """The file that the draft would become: without what is switched off and what nothing uses."""
    whole = copy.deepcopy(data)
    for key in ("items", "comments"):
        whole[key] = [cast(Data, each) for each in listed(whole, key) if not is_off(each)]
        for entry in listed(whole, key):
            entry.pop(OFF, None)
    used = {entry.get("scale") for entry in listed(whole, "items")}
    for key in ("scales", "numbers"):
        whole[key] = {name: each for name, each in named(whole, key).items() if name in used}
    drawn = whole.get("rotated")
    if isinstance(drawn, dict) and isinstance(drawn.get("of"), list):
        there = {entry.get("id") for entry in listed(whole, "items")}
        drawn["of"] = [name for name in cast(list[Data], drawn["of"]) if name in there]
    return whole


def examine(data: Entry, touchpoints: Collection[str]) -> Examined:
    """Everything that is wrong with the survey a draft would become."""
    whole = asked(data)
    findings, form = instrument_findings(Document("", whole), touchpoints)
    placed = tuple(dict.fromkeys(_placed(whole, each) for each in findings))
    found = Examined(placed, None)
    return found if found.errors or form is None else Examined(placed, form.resolved())


def _placed(data: Entry, finding: Finding) -> Finding:
    """A finding whose path goes by the names of parts."""
    match finding.path:
        case ("items" | "comments" as key, int(index), *rest):
            path: Path = ("question", str(listed(data, str(key))[index].get("id")), *rest)
        case ("scales" | "numbers", str(name), *rest):
            path = ("answers", name, *rest)
        case _:
            path = ("survey", *finding.path)
    return Finding(path, finding.message, finding.remedy, finding.level)


def numbered(
    instrument: Instrument, published: Collection[Instrument], typos: Collection[str] = ()
) -> Instrument:
    """The survey as its next version: questions that ask something else than before get a new revision.

    ``typos`` names questions whose words the owner calls a typo put right; they keep theirs. What is
    compared are all surveys of the practice, because figures know a question by its name alone.
    """
    own = [each.version for each in published if each.id == instrument.id]
    fresh = instrument.model_copy(update={"version": max(own) + 1 if own else instrument.version})
    highest: dict[str, int] = {}
    for item in (item for each in published for item in each.items):
        highest[item.id] = max(item.revision, highest.get(item.id, 0))
    changed = {each.after.id for each in reworded(fresh, published, typos=typos)}
    items = tuple(
        item.model_copy(update={"revision": highest[item.id] + 1}) if item.id in changed else item
        for item in fresh.items
    )
    return Instrument.model_validate_json(fresh.model_copy(update={"items": items}).to_json())
