"""Surveys as FHIR Questionnaires, and Questionnaires of anybody as surveys."""

from __future__ import annotations

import json
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from survey.instruments.foreign import Carried, NotAQuestionnaire, carried
from survey.instruments.loading import load_all, load_touchpoints
from survey.instruments.model import Instrument, Standing
from survey.instruments.questionnaire import questionnaire
from survey.instruments.source import examine_instrument
from survey.instruments.written import written
from tests.instruments.builders import SHIPPED
from tests.instruments.kinds import every_kind

EVERY = [every_kind(), *load_all(SHIPPED).values()]


def bring(**resource: Any) -> Carried:
    return carried(json.dumps({"resourceType": "Questionnaire", "title": "Us", **resource}).encode())


EXTENSION = [{"url": "http://example.org/x", "valueString": "y"}]


def choice(link: str, *answers: str, **more: Any) -> dict[str, Any]:
    options = [{"valueCoding": {"code": each, "display": each.title()}} for each in answers]
    return {"linkId": link, "text": f"{link}?", "type": "choice", "answerOption": options, **more}


@pytest.mark.parametrize("instrument", EVERY, ids=lambda each: each.id)
def test_a_survey_that_went_out_comes_back_the_same_and_nothing_has_to_be_said(
    instrument: Instrument,
) -> None:
    found = carried(json.dumps(questionnaire(instrument)).encode())
    assert found.notes == ()
    assert found.instrument == instrument


def empty_lists(data: Any) -> bool:
    if isinstance(data, dict):
        return any(map(empty_lists, data.values()))
    return isinstance(data, list) and (not data or any(map(empty_lists, data)))


@pytest.mark.parametrize("instrument", EVERY, ids=lambda each: each.id)
def test_what_goes_out_has_the_form_of_fhir(instrument: Instrument) -> None:
    """FHIR allows no empty list; every item has a link and a type; a condition names an item of the form."""
    resource = questionnaire(instrument)
    assert not empty_lists(resource)
    links = [item["linkId"] for item in resource["item"]]
    assert len(set(links)) == len(links)
    for item in resource["item"]:
        assert item["type"] in ("choice", "text")
        assert all(each["question"] in links for each in item.get("enableWhen", ()))
    assert "subject" not in json.dumps(resource)


def test_a_foreign_questionnaire_becomes_a_survey_and_each_guess_is_named() -> None:
    found = bring(
        name="Outpatient Feedback",
        version="2.1",
        publisher="Somebody",
        item=[
            {
                "linkId": "g",
                "type": "group",
                "text": "Your visit",
                "item": [choice("1.1", "good", "fair", "bad")],
            },
            {"linkId": "2", "type": "boolean", "text": "Were we on time?", "required": True},
            choice("3", "bill", "phone", repeats=True, prefix="A"),
            choice("4", "yes", "no", enableWhen=[{"question": "2", "operator": "=", "answerBoolean": False}]),
            choice(
                "5", "yes", "no", enableWhen=[{"question": "9", "operator": "exists", "answerBoolean": True}]
            ),
            {"linkId": "6", "type": "date", "text": "When were you born?"},
            {
                "linkId": "7",
                "type": "text",
                "text": "Anything else?",
                "maxLength": 5000,
                "extension": EXTENSION,
            },
        ],
    )
    asked = found.instrument
    assert (asked.id, asked.version) == ("outpatient_feedback", 1)
    assert [item.id for item in asked.items] == ["q_1_1", "q_2", "q_3", "q_4", "q_5"]
    assert [option.standing for option in asked.items[0].scale.options] == [
        Standing.BEST,
        Standing.MIDDLE,
        Standing.PROBLEM,
    ]
    assert asked.items[2].several
    assert asked.items[2].scale.options[-1].alone
    assert asked.items[3].only_if is not None
    assert (asked.items[3].only_if.item, asked.items[3].only_if.values) == ("q_2", ("no",))
    assert asked.items[4].only_if is None
    assert [box.limit for box in asked.comments] == [1000]
    for said in (
        "version: “2.1” is no whole number",
        "g: the words of this group are left out",
        "1.1: it stood inside another item",
        "1.1: which answers are best and which a problem is guessed",
        "2: it was required",
        "3: “prefix” is not carried over",
        "survey: “publisher” is not carried over",
        "7: “http://example.org/x” is not carried over",
        "3: “None of these” is added",
        "5: its condition is left out",
        "6: a question of type “date” is left out",
        "7: its maxLength becomes 1000",
    ):
        assert any(note.startswith(said) for note in found.notes), (said, found.notes)


def test_what_was_carried_over_is_a_file_without_errors() -> None:
    found = bring(item=[choice("a", "x", "y"), choice("b", "x", "y", "z", repeats=True)])
    known = load_touchpoints(SHIPPED / "touchpoints.yaml")
    examined = examine_instrument(written(found.instrument).encode(), file="x.yaml", touchpoints=known)
    assert examined.instrument == found.instrument, [str(fault) for fault in examined.faults]


def test_missing_translations_are_named() -> None:
    title = {"extension": [{"url": "lang", "valueCode": "es"}, {"url": "content", "valueString": "Nosotros"}]}
    url = "http://hl7.org/fhir/StructureDefinition/translation"
    found = bring(_title={"extension": [{"url": url, **title}]}, item=[choice("a", "x", "y")])
    assert found.instrument.languages == ("en", "es")
    assert found.instrument.title == {"en": "Us", "es": "Nosotros"}
    assert "a: the words in “es” are missing; the others stand there." in found.notes


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        (b'{"resourceType": "QuestionnaireResponse"}', "no answer belongs to a person"),
        (b'{"resourceType": "Bundle"}', "This is a Bundle"),
        (b'{"resourceType": ["Questionnaire"]}', "This is no Questionnaire"),
        (b"[]", "This is no Questionnaire"),
        (b"nonsense", "This is not JSON"),
        (b"\xff\xfe{}", "This is not JSON"),
        (b"[" * 200_000, "This is not JSON"),
        (b" " * 300_000, "larger than 256 KB"),
        (b'{"resourceType": "Questionnaire"}', "No question could be carried over"),
        (b'{"resourceType": "Questionnaire", "language": "English", "item": []}', "No question"),
    ],
)
def test_what_cannot_become_a_survey_is_refused_with_the_reason(raw: bytes, said: str) -> None:
    with pytest.raises(NotAQuestionnaire, match=said):
        carried(raw)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner, max_size=3),
    max_leaves=9,
)
KEYS = st.sampled_from(
    [
        *(
            "linkId",
            "text",
            "_text",
            "type",
            "enableWhen",
            "repeats",
            "answerOption",
            "maxLength",
            "extension",
        ),
        *("item", "required", "language", "title", "description", "version", "url", "name", "valueCoding"),
        *("code", "display", "system", "question", "operator", "answerCoding"),
    ]
)
SHAPED = st.recursive(
    JSON | st.sampled_from(["choice", "boolean", "text", "group", "="]),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=6),
    max_leaves=25,
)


@settings(max_examples=150, deadline=None)
@given(st.dictionaries(KEYS, SHAPED, max_size=6), st.lists(st.dictionaries(KEYS, SHAPED), max_size=4))
def test_whatever_stands_there_a_survey_or_a_reason_comes_out(
    resource: dict[str, Any], items: list[dict[str, Any]]
) -> None:
    good = choice("sound", "x", "y")
    with suppress(NotAQuestionnaire):
        assert bring(**{**resource, "item": [good, *items]}).instrument.items
