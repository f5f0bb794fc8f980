"""A FHIR R4 Questionnaire of anybody as an instrument, and everything that could not come along. Pure.

What is missing is guessed in a way that is easy to put right, and each guess is named. It must never take a
QuestionnaireResponse: an answer there has a subject, and here no answer may have one.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import Any, Final

from pydantic import ValidationError

from survey.instruments.document import MOST_BYTES
from survey.instruments.faults import quoted
from survey.instruments.fhir import (
    IDENTIFIED,
    INSTRUMENT,
    OURS,
    Json,
    coding,
    expected,
    extension,
    guess,
    items,
    listed,
    ours,
    rotated,
    scale_name,
    slug,
    translations,
    unused,
)
from survey.instruments.model import Instrument, Text, estimated_seconds

MOST_ITEMS: Final = 40
MOST_OPTIONS: Final = 12
MOST_BOXES: Final = 4
#: What an item may hold without anything being lost.
CARRIED: Final = frozenset(
    ("linkId", "text", "_text", "type", "enableWhen", "enableBehavior", "repeats", "answerOption")
) | {"maxLength", "extension", "required"}
WHOLE: Final = frozenset(
    ("resourceType", "id", "meta", "language", "extension", "url", "version", "name", "title", "_title")
) | {"status", "description", "_description", "item", "date"}
YES_NO: Final = [
    {"valueCoding": {"code": "yes", "display": "Yes"}},
    {"valueCoding": {"code": "no", "display": "No"}},
]
NONE_OF_THESE: Final = {"value": "none_of_these", "standing": "aside", "alone": True}

REFUSED: Final = {
    "QuestionnaireResponse": (
        "This is a QuestionnaireResponse: somebody's answers, with a subject. Answers are never brought in, "
        "because here no answer belongs to a person. Bring the Questionnaire instead."
    ),
    "Bundle": "This is a Bundle. Save the one Questionnaire in it as a file of its own.",
}


class NotAQuestionnaire(Exception):
    """The file cannot become a survey; the text says why and what to do."""


@dataclass(frozen=True)
class Carried:
    """The instrument, and one sentence for each thing that was guessed or left behind."""

    instrument: Instrument
    notes: tuple[str, ...]


def carried(raw: bytes) -> Carried:
    """Read the bytes of a Questionnaire. Raises NotAQuestionnaire."""
    resource = _resource(raw)
    reading = _Reading(str(resource.get("language") or "en"))
    instrument = reading.instrument(resource)
    try:
        made = Instrument.model_validate(instrument)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        place = ".".join(map(str, first["loc"])) or "the survey"
        raise NotAQuestionnaire(f"{place}: {first['msg']}. Change it in the Questionnaire.") from None
    return Carried(made, tuple(reading.notes))


def _resource(raw: bytes) -> Json:
    if len(raw) > MOST_BYTES:
        raise NotAQuestionnaire("The file is larger than 256 KB. Keep one Questionnaire in it.")
    try:
        data = json.loads(raw.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        raise NotAQuestionnaire("This is not JSON. Save the Questionnaire as JSON, in UTF-8.") from None
    kind = data.get("resourceType") if isinstance(data, dict) else None
    if kind != "Questionnaire":
        text = REFUSED.get(kind) if isinstance(kind, str) else None
        raise NotAQuestionnaire(text or 'This is no Questionnaire: "resourceType" says something else.')
    return dict(data)


@dataclass
class _Reading:
    """What has been read so far, and what has to be said about it."""

    language: str
    notes: list[str] = field(default_factory=list)
    ids: dict[str, str] = field(default_factory=dict)  # linkId -> our id
    codes: dict[str, dict[str, str]] = field(default_factory=dict)  # our id -> their code -> our value
    items: list[Json] = field(default_factory=list)
    boxes: list[Json] = field(default_factory=list)

    def instrument(self, resource: Json) -> Json:
        """Data for an Instrument. Raises NotAQuestionnaire where no question is left."""
        languages = self._languages(resource)
        self._left_behind("survey", resource, WHOLE)
        for item, level in items(resource.get("item"), 0):
            self._item(item, level, languages)
        if not self.items:
            raise NotAQuestionnaire("No question could be carried over. " + " ".join(self.notes))
        several = sum(bool(item["several"]) for item in self.items)
        needed = estimated_seconds(len(self.items) + several)
        name = str(resource.get("url") or "").removeprefix(INSTRUMENT)
        return {
            "id": slug(name if IDENTIFIED.fullmatch(name) else str(resource.get("name") or "survey")),
            "version": self._whole_version(resource),
            "languages": languages,
            "title": self._words(resource, "title", languages, "title", "About your visit"),
            "intro": self._words(resource, "description", languages, "description", "About our service."),
            "asked_from_visit": ours(resource, "asked_from_visit", 1),
            "asked_every": ours(resource, "asked_every", None),
            "seconds": ours(resource, "seconds", needed),
            "denominator": ours(resource, "denominator", "answered"),
            "items": self.items,
            "comments": self.boxes,
            "rotated": rotated(resource),
        }

    def _languages(self, resource: Json) -> list[str]:
        """The resource's own language, and those into which its title is translated."""
        return list(dict.fromkeys([self.language, *translations(resource, "title")]))

    def _whole_version(self, resource: Json) -> int:
        version = str(resource.get("version") or "")
        if re.fullmatch("[1-9][0-9]{0,3}", version):
            return int(version)
        self._note("version", f"{quoted(version)} is no whole number; it becomes 1")
        return 1

    def _item(self, item: Json, level: int, languages: list[str]) -> None:
        link, kind = str(item.get("linkId") or "?"), str(item.get("type") or "")
        self._left_behind(link, item, CARRIED)
        if item.get("required") is True:
            self._note(link, "it was required; here every question may be left blank")
        if level and kind != "group":
            self._note(link, "it stood inside another item; here all stand in one row")
        match kind:
            case "choice" | "open-choice":
                self._question(item, link, item.get("answerOption"), languages)
            case "boolean":
                self._question(item, link, YES_NO, languages)
            case "text" | "string":
                self._box(item, link, languages)
            case "group" | "display":
                self._note(link, f"the words of this {kind} are left out; the items in it are carried over")
            case _:
                self._note(
                    link, f"a question of type {quoted(kind)} is left out; only choices can be counted"
                )

    def _left_behind(self, link: str, holder: Json, known: frozenset[str]) -> None:
        foreign = [str(each.get("url")) for each in listed(holder, "extension")]
        for key in sorted({*set(holder) - known, *(url for url in foreign if not url.startswith(OURS))}):
            self._note(link, f"{quoted(key)} is not carried over")

    def _question(self, item: Json, link: str, given: Any, languages: list[str]) -> None:
        options = listed({"options": given}, "options")
        if not 2 <= len(options) <= MOST_OPTIONS or len(self.items) >= MOST_ITEMS:
            text = "it is left out: a question has 2 to 12 answers in answerOption, a survey 40 questions"
            self._note(link, text)
            return
        if item.get("type") == "open-choice":
            self._note(link, "an answer in own words is left out; add a comment box where you need one")
        name, several = self._name(link), item.get("repeats") is True
        made = self._options(link, name, options, languages, several=several)
        scale: Json = {"id": scale_name(options, name), "options": made}
        for end in ("low", "high"):
            if (found := extension(item, end)) is not None:
                scale[end] = self._words(found, "valueString", languages, link, "?")
        self.items.append(
            {
                "id": name,
                "revision": ours(item, "revision", 1),
                "touchpoint": self._touchpoint(item, link, "overall"),
                "text": self._words(item, "text", languages, link, link),
                "scale": scale,
                "note": self._note_of(item, link, languages),
                "several": several or None,
                "only_if": self._condition(item, link),
            }
        )

    def _options(
        self, link: str, name: str, options: list[Json], languages: list[str], *, several: bool
    ) -> list[Json]:
        made: list[Json] = []
        self.codes[name] = {}
        for place, option in enumerate(options):
            said = coding(option)
            value = unused(re.sub("[^a-z0-9_]+", "_", said["code"].lower())[:36] or "x", made)
            self.codes[name][said["code"]] = value
            standing = ours(option, "standing", None) or guess(place, len(options), several=several)
            made.append(
                {
                    "value": value,
                    "standing": standing,
                    "text": self._words(said, "display", languages, link, said["code"]),
                    "repaired": ours(option, "repaired", None),
                    "touchpoint": ours(option, "touchpoint", None),
                    "alone": ours(option, "alone", None),
                }
            )
        if any(extension(option, "standing") is None for option in options):
            self._note(link, "which answers are best and which a problem is guessed; look at standing")
        if several and not any(option["alone"] for option in made):
            self._note(link, "“None of these” is added; put it into the other languages")
            made.append({**NONE_OF_THESE, "text": dict.fromkeys(languages, "None of these")})
        return made

    def _condition(self, item: Json, link: str) -> Json | None:
        when = item.get("enableWhen")
        if not isinstance(when, list) or not when:
            return None
        asked = {str(each.get("question")) for each in when if isinstance(each, dict)}
        name = self.ids.get(next(iter(asked))) if len(asked) == 1 else None
        codes = self.codes.get(name or "", {})
        values = [codes.get(expected(each)) for each in when if isinstance(each, dict)]
        plain = all(isinstance(each, dict) and each.get("operator") == "=" for each in when)
        if None in values or not plain or (len(when) > 1 and item.get("enableBehavior") != "any"):
            self._note(link, "its condition is left out, so that it is asked of everybody")
            return None
        return {"item": name, "values": values}

    def _box(self, item: Json, link: str, languages: list[str]) -> None:
        if len(self.boxes) >= MOST_BOXES:
            self._note(link, "it is left out: a survey has at most 4 comment boxes")
            return
        if item.get("enableWhen"):
            self._note(link, "its condition is left out: comment boxes are shown to everybody")
        limit = item.get("maxLength")
        fits = isinstance(limit, int) and 1 <= limit <= 1000
        if limit is not None and not fits:
            self._note(link, "its maxLength becomes 1000, which is the most")
        self.boxes.append(
            {
                "id": self._name(link),
                "touchpoint": ours(item, "touchpoint", None),
                "text": self._words(item, "text", languages, link, link),
                "limit": limit if fits else 1000,
            }
        )

    def _words(self, holder: Json, key: str, languages: list[str], link: str, otherwise: str) -> Text:
        """Words in each language; where some are missing, those of the first stand in and are named."""
        given = holder.get(key)
        words = " ".join(given.split())[:600] if isinstance(given, str) else ""
        if not words:
            self._note(link, f"its words are missing; {quoted(otherwise)} stands there")
        others = translations(holder, key)
        text = {self.language: words or otherwise}
        for language in languages[1:]:
            if language not in others:
                self._note(link, f"the words in {quoted(language)} are missing; the others stand there")
            text[language] = others.get(language, text[self.language])
        return text

    def _note_of(self, item: Json, link: str, languages: list[str]) -> Text | None:
        found = extension(item, "note")
        return None if found is None else self._words(found, "valueString", languages, link, "?")

    def _touchpoint(self, item: Json, link: str, otherwise: str) -> str:
        found = ours(item, "touchpoint", None)
        if found is None:
            self._note(link, f"its touchpoint is not known and becomes {otherwise}")
        return str(found or otherwise)

    def _name(self, link: str) -> str:
        name = slug(link)
        taken = {*self.ids.values()}
        number = 2
        while name in taken:
            name, number = f"{slug(link)[:36]}_{number}", number + 1
        self.ids.setdefault(link, name)
        if name != link:
            self._note(link, f"it is called {name} here")
        return name

    def _note(self, link: str, words: str) -> None:
        note = f"{quoted(link)[1:-1]}: {words}."
        if note not in self.notes:
            self.notes.append(note)
