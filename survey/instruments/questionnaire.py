"""An instrument as a FHIR R4 Questionnaire. Pure.

What FHIR has no word for, such as standing, revision and touchpoint, stands in extensions of our own, so that
nothing is lost. It must never hold an answer: a Questionnaire asks, and has no subject.
"""

from __future__ import annotations

from survey.instruments.fhir import INSTRUMENT, OURS, SCALE, TRANSLATION, Json
from survey.instruments.model import CommentBox, Instrument, Item, Option, Text


def questionnaire(instrument: Instrument) -> Json:
    """The resource as JSON data. Titles and questions stand in the first language, the others beside them."""
    language = instrument.languages[0]
    extensions = [
        *(_whole(key, getattr(instrument, key)) for key in ("asked_from_visit", "seconds")),
        *([_whole("asked_every", instrument.asked_every)] if instrument.asked_every else []),
        _code("denominator", instrument.denominator),
        *_drawn(instrument),
    ]
    return {
        "resourceType": "Questionnaire",
        "language": language,
        "extension": extensions,
        "url": f"{INSTRUMENT}{instrument.id}",
        "version": str(instrument.version),
        "name": instrument.id.title().replace("_", ""),
        **_words("title", instrument.title, language),
        "status": "active",
        **_words("description", instrument.intro, language),
        "item": [
            *(_question(item, instrument, language) for item in instrument.items),
            *(_box(box, language) for box in instrument.comments),
        ],
    }


def _drawn(instrument: Instrument) -> list[Json]:
    if instrument.rotated is None:
        return []
    parts = [{"url": "ask", "valueInteger": instrument.rotated.ask}]
    named = [{"url": "of", "valueString": name} for name in instrument.rotated.of]
    return [{"url": f"{OURS}rotated", "extension": [*parts, *named]}]


def _question(item: Item, instrument: Instrument, language: str) -> Json:
    texts = (("note", item.note), ("low", item.scale.low), ("high", item.scale.high))
    return {
        "extension": [
            _whole("revision", item.revision),
            _code("touchpoint", item.touchpoint),
            *(_sentence(key, text, language) for key, text in texts if text is not None),
        ],
        "linkId": item.id,
        **_words("text", item.text, language),
        "type": "choice",
        **_condition(item, instrument),
        "required": False,
        "repeats": bool(item.several),
        "answerOption": [_answer(option, item.scale.id, language) for option in item.scale.options],
    }


def _condition(item: Item, instrument: Instrument) -> Json:
    if item.only_if is None:
        return {}
    asked = item.only_if.item
    scale = next(each.scale.id for each in instrument.items if each.id == asked)
    when = [
        {"question": asked, "operator": "=", "answerCoding": {"system": f"{SCALE}{scale}", "code": value}}
        for value in item.only_if.values
    ]
    return {"enableWhen": when, "enableBehavior": "any"}


def _answer(option: Option, scale: str, language: str) -> Json:
    truths = (("repaired", option.repaired), ("alone", option.alone))
    return {
        "extension": [
            _code("standing", option.standing),
            *([_code("touchpoint", option.touchpoint)] if option.touchpoint else []),
            *({"url": f"{OURS}{key}", "valueBoolean": truth} for key, truth in truths if truth is not None),
        ],
        "valueCoding": {
            "system": f"{SCALE}{scale}",
            "code": option.value,
            **_words("display", option.text, language),
        },
    }


def _box(box: CommentBox, language: str) -> Json:
    return {
        **({"extension": [_code("touchpoint", box.touchpoint)]} if box.touchpoint else {}),
        "linkId": box.id,
        **_words("text", box.text, language),
        "type": "text",
        "required": False,
        "maxLength": box.limit,
    }


def _words(key: str, text: Text, language: str) -> Json:
    """A text and, beside it, its translations as FHIR has them: under the same name with an underscore."""
    others = [
        {
            "url": TRANSLATION,
            "extension": [{"url": "lang", "valueCode": code}, {"url": "content", "valueString": words}],
        }
        for code, words in text.items()
        if code != language
    ]
    return {key: text[language], **({f"_{key}": {"extension": others}} if others else {})}


def _sentence(key: str, text: Text, language: str) -> Json:
    return {"url": f"{OURS}{key}", **_words("valueString", text, language)}


def _whole(key: str, number: int | None) -> Json:
    return {"url": f"{OURS}{key}", "valueInteger": number}


def _code(key: str, value: str) -> Json:
    return {"url": f"{OURS}{key}", "valueCode": str(value)}
