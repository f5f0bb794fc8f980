"""Which words tell what kind of care somebody gets, from whom, or that somebody is a patient.

Pure apart from reading ``surveys_config/revealing_words.yaml`` once. It looks at names, links and titles
before they can reach a mailbox. It is a net with holes, not a proof: a person still reads what is sent.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from pathlib import Path

import yaml

from survey.instruments.loading import REVEALING_WORDS
from survey.settings import shipped

WORD = re.compile(r"[a-z0-9]+")
#: Words that say nothing when they stand at the end or the beginning of what is left of a name.
LOOSE = frozenset(
    ("&", "-", "–", ",", "and", "of", "for", "the", "y", "e", "de", "del", "la", "las", "el", "los", "para")
)
#: Words that are no name without another one.
COMMON = LOOSE | {
    "center",
    "centre",
    "centro",
    "group",
    "grupo",
    "clinic",
    "clinica",
    "services",
    "practice",
}
LEAST_OF_A_NAME = 3


class Tells(StrEnum):
    """Why a word must not show; the value stands in the file of words."""

    CARE = "care"
    CONDITION = "condition"
    PROFESSION = "profession"
    PATIENT = "patient"
    CLINICIAN = "clinician"
    HIDDEN = "hidden"

    @property
    def sentence(self) -> str:
        """What goes after the word, in an English sentence."""
        return SENTENCES[self]


SENTENCES = {
    Tells.CARE: "tells what kind of care somebody gets",
    Tells.CONDITION: "tells why somebody may need care",
    Tells.PROFESSION: "tells whom somebody sees",
    Tells.PATIENT: "tells that somebody is a patient",
    Tells.CLINICIAN: "names a clinician",
    Tells.HIDDEN: "could break out of the line of a mail in which it stands",
}


class NotNeutral(Exception):
    """A name, link or title would show too much; the text says which word, why, and what to do."""


@dataclass(frozen=True)
class Telling:
    """A word of a text that tells too much, without accents and capitals."""

    word: str
    tells: Tells

    def __str__(self) -> str:
        return f"“{self.word}” {self.tells.sentence}"


@dataclass(frozen=True)
class Words:
    """The file of words: what is found inside words, what as whole words, what is looked past."""

    parts: Mapping[str, Tells]
    whole: Mapping[str, Tells]
    harmless: tuple[str, ...]


def telling(text: str, *, people: Iterable[str] = ()) -> tuple[Telling, ...]:
    """What a text tells, each word once, in its order. ``people`` are the names of clinicians."""
    words, found = revealing_words(), dict[str, Tells]()
    names = {name for person in people for name in surnames(person)}
    for word in WORD.findall(folded(text)):
        tells = _tells(word, words)
        if tells is None and word in names:
            tells = Tells.CLINICIAN
        if tells is not None:
            found.setdefault(word, tells)
    return tuple(Telling(word, tells) for word, tells in found.items())


def _tells(word: str, words: Words) -> Tells | None:
    if word in words.whole:
        return words.whole[word]
    for piece in words.harmless:
        word = word.replace(piece, " ")
    return next((tells for part, tells in words.parts.items() if part in word), None)


def folded(text: str) -> str:
    """Small letters without accents; other scripts' letters are left out."""
    return unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode("ascii").lower()


def surnames(person: str) -> frozenset[str]:
    """The words of a name that point to one person: all but the first name, titles and initials.

    A name of one word counts whole.
    """
    whole = revealing_words().whole
    name = [word for word in WORD.findall(folded(person)) if word not in whole]
    return frozenset(word for word in name[1:] or name if len(word) >= LEAST_OF_A_NAME and word not in LOOSE)


def is_unsafe_name(name: str) -> bool:
    """Whether a name could break out of a header: an encoded word, or a control character."""
    return "=?" in name or any(unicodedata.category(mark) in {"Cc", "Cf", "Zl", "Zp"} for mark in name)


def name_faults(name: str, *, people: Iterable[str] = ()) -> tuple[Telling, ...]:
    """What is wrong with a sender's name."""
    unsafe = (Telling("=? or an invisible character", Tells.HIDDEN),) if is_unsafe_name(name) else ()
    return (*unsafe, *telling(name, people=people))


def suggest_name(name: str, *, people: Sequence[str] = ()) -> str:
    """What is left of a name without its telling words, or empty where that is no name any more."""
    found = telling(name, people=people)
    if {one.tells for one in found} & {Tells.PROFESSION, Tells.CLINICIAN}:
        return ""  # what is left would still be a person's name
    bad = {one.word for one in found}
    rest = [word for word in name.split() if not bad & set(WORD.findall(folded(word)))]
    while rest and folded(rest[-1]).strip(",") in LOOSE:
        rest.pop()
    while rest and folded(rest[0]) in LOOSE:
        rest.pop(0)
    if all(folded(word) in COMMON for word in rest):
        return ""
    return " ".join(rest).strip(" ,&-–")


def reasons(found: Sequence[Telling]) -> str:
    """All that was found, as one sentence without its full stop."""
    return "; ".join(str(one) for one in found)


def revealing_words() -> Words:
    """The words that ship with the product."""
    return _read(shipped("surveys_config") / REVEALING_WORDS)


@lru_cache(maxsize=4)
def _read(path: Path) -> Words:
    data = yaml.safe_load(path.read_text(encoding="utf-8"))
    kinds = {Tells(kind): lists for kind, lists in data.items() if kind != "harmless"}
    return Words(
        parts=dict(_listed(kinds, "parts")),
        whole=dict(_listed(kinds, "words")),
        harmless=tuple(data["harmless"]),
    )


def _listed(
    kinds: Mapping[Tells, Mapping[str, Mapping[str, list[str]]]], which: str
) -> Iterator[tuple[str, Tells]]:
    for kind, lists in kinds.items():
        for words in lists.get(which, {}).values():
            yield from ((word, kind) for word in words)
