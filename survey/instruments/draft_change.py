"""What the editor's buttons do to a draft: move, switch off, add, remove. Pure; changes a draft in place.

Nothing here may take from a draft the form that ``survey.instruments.draft`` promises; faults are allowed.
"""

from __future__ import annotations

import copy
from collections.abc import Collection
from typing import Final, cast

from survey.instruments.document import Data
from survey.instruments.draft import (
    OFF,
    Entry,
    UnknownPart,
    free,
    is_off,
    languages,
    listed,
    named,
    names,
    part,
    speak,
    texts,
)

#: Questions and boxes that one draft may hold, those switched off too.
MOST_PARTS: Final = 60
MOST_OPTIONS: Final = 12
#: The words of a new list of two answers.
YES: Final = {"en": "Yes", "es": "Sí"}
NO: Final = {"en": "No", "es": "No"}
NONE: Final = {"en": "None of these", "es": "Nada de esto"}


class NoRoom(Exception):
    """The draft, or a list of answers, is as long as it may be."""


def move(data: Entry, name: str, step: int) -> None:
    """Put a question or box before (-1) or after (1) its neighbour; at the end nothing happens."""
    key, entry = part(data, name)
    there = listed(data, key)
    alike = [each for each in there if is_off(each) == is_off(entry)]
    place = alike.index(entry) + step
    if 0 <= place < len(alike):
        one, other = there.index(entry), there.index(alike[place])
        there[one], there[other] = there[other], there[one]


def switch(data: Entry, name: str) -> None:
    """Switch a question or box off, or on again; then it stands last."""
    key, entry = part(data, name)
    there = listed(data, key)
    there.remove(entry)
    there.append(entry)
    if is_off(entry):
        del entry[OFF]
        last = [place for place, each in enumerate(there) if not is_off(each) and each is not entry]
        there.insert(last[-1] + 1 if last else 0, there.pop())
    else:
        entry[OFF] = "true"


def remove(data: Entry, name: str) -> None:
    """Take out what is switched off. Raises UnknownPart for everything else."""
    key, entry = part(data, name)
    if not is_off(entry):
        raise UnknownPart
    listed(data, key).remove(entry)


def add(data: Entry, kind: str, *, touchpoint: str, taken: Collection[str]) -> str:
    """A new question or box without words, last in its list; returns its name.

    ``kind``: ``box``, ``list`` (a list of answers of its own), ``several``, ``numbers``, or the name of a
    list of answers after ``like:``. ``taken`` are names that figures know already. Raises NoRoom, and
    UnknownPart for a kind there is not.
    """
    parts = [*listed(data, "items"), *listed(data, "comments")]
    if len(parts) >= MOST_PARTS:
        raise NoRoom
    known = {*taken, *(str(each.get("id")) for each in parts)}
    name = free("words" if kind == "box" else touchpoint or "question", known)
    entry: Entry = {"id": name, "touchpoint": touchpoint, "text": _empty(data)}
    if kind == "box":
        if not touchpoint:
            del entry["touchpoint"]
        listed(data, "comments").append({**entry, "limit": "1000"})
        return name
    entry |= {"revision": "1", "scale": _answers(data, kind, name)}
    if kind == "several":
        entry["several"] = "true"
    there = listed(data, "items")
    there.insert(sum(not is_off(each) for each in there), entry)
    return name


def own_answers(data: Entry, name: str) -> str:
    """Give a question a copy of its list of answers, for itself alone; returns the list's name."""
    entry = part(data, name)[1]
    scale = str(entry["scale"])
    fresh = free(f"{name}_answers", names(data))
    kind = "numbers" if scale in named(data, "numbers") else "scales"
    named(data, kind)[fresh] = copy.deepcopy(named(data, kind)[scale])
    entry["scale"] = fresh
    return fresh


def set_languages(data: Entry, codes: Collection[str]) -> None:
    """Speak these languages: a new one has no words yet, the words of one left out are dropped."""
    data["languages"] = list(codes)
    for text in texts(data):
        speak(text, codes)


def options(data: Entry, scale: str) -> list[Entry]:
    """The answers of a list. Raises UnknownPart."""
    found = named(data, "scales").get(scale)
    if not isinstance(found, list):
        raise UnknownPart
    return cast(list[Entry], found)


def add_option(data: Entry, scale: str) -> None:
    """One more answer, before those that stand aside. Raises NoRoom."""
    there = options(data, scale)
    if len(there) >= MOST_OPTIONS:
        raise NoRoom
    place = sum(each.get("standing") != "aside" for each in there)
    value = free("answer", [str(each.get("value")) for each in there])
    there.insert(place, {"value": value, "standing": "problem", "text": _empty(data)})


def move_option(data: Entry, scale: str, place: int, step: int) -> None:
    """Put an answer before (-1) or after (1) its neighbour; at the end nothing happens."""
    there = options(data, scale)
    if 0 <= place < len(there) and 0 <= place + step < len(there):
        there[place], there[place + step] = there[place + step], there[place]


def remove_option(data: Entry, scale: str, place: int) -> None:
    """Take an answer out of a list; two always stay."""
    there = options(data, scale)
    if 0 <= place < len(there) and len(there) > 2:
        del there[place]


def draw(data: Entry, name: str, *, drawn: bool) -> None:
    """Let a question be drawn by lot, or ask it of everybody."""
    lot = data.get("rotated")
    if not isinstance(lot, dict):
        if not drawn:
            return
        lot = data["rotated"] = {"ask": "1", "of": []}
    of = cast(list[Data], lot["of"])
    if drawn and name not in of:
        of.append(name)
    if not drawn and name in of:
        of.remove(name)
    if not of:
        del data["rotated"]


def is_drawn(data: Entry, name: str) -> bool:
    """Whether a question is drawn by lot."""
    lot = data.get("rotated")
    return isinstance(lot, dict) and name in cast(list[Data], lot["of"])


def _answers(data: Entry, kind: str, name: str) -> str:
    if kind.startswith("like:"):
        wanted = kind.removeprefix("like:")
        if wanted not in names(data):
            raise UnknownPart
        return wanted
    fresh = free(f"{name}_answers", names(data))
    if kind == "numbers":
        named(data, "numbers")[fresh] = {
            "low": _empty(data),
            "high": _empty(data),
            "best_from": "9",
            "good_from": "7",
            "problem_to": "6",
        }
    elif kind == "several":
        none: Entry = {"value": "none", "standing": "aside", "alone": "true", "text": _words(data, NONE)}
        first: Entry = {"value": "answer", "standing": "problem", "text": _empty(data)}
        named(data, "scales")[fresh] = [first, none]
    elif kind == "list":
        yes: Entry = {"value": "yes", "standing": "best", "text": _words(data, YES)}
        named(data, "scales")[fresh] = [yes, {"value": "no", "standing": "problem", "text": _words(data, NO)}]
    else:
        raise UnknownPart
    return fresh


def _empty(data: Entry) -> Entry:
    return dict.fromkeys(languages(data), "")


def _words(data: Entry, known: dict[str, str]) -> Entry:
    return {code: known.get(code, "") for code in languages(data)}
