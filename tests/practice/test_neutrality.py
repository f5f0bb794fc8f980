"""Words that tell what kind of care somebody gets, from whom, or that somebody is a patient."""

from __future__ import annotations

import pytest
import yaml

from survey.practice.neutrality import (
    Tells,
    folded,
    is_unsafe_name,
    name_faults,
    revealing_words,
    suggest_name,
    surnames,
    telling,
)
from survey.settings import shipped


@pytest.mark.parametrize(
    ("text", "word", "tells"),
    [
        ("Riverside Psychology", "psychology", Tells.CARE),
        ("Centro de Psicología", "psicologia", Tells.CARE),
        ("CENTRO PSIQUIÁTRICO", "psiquiatrico", Tells.CARE),
        ("Neuropsicología del Sur", "neuropsicologia", Tells.CARE),
        ("Talk Therapy Group", "therapy", Tells.CARE),
        ("Physiotherapy North", "physiotherapy", Tells.CARE),
        ("Mental Health Clinic", "mental", Tells.CARE),
        ("Salud mental", "mental", Tells.CARE),
        ("Consejería Familiar", "consejeria", Tells.CARE),
        ("How was your counseling session?", "counseling", Tells.CARE),
        ("riversidepsych", "riversidepsych", Tells.CARE),
        ("riverside-depression-care", "depression", Tells.CONDITION),
        ("Clínica de Adicciones", "adicciones", Tells.CONDITION),
        ("ADHD North", "adhd", Tells.CONDITION),
        ("Dr. Tom Alvarez", "dr", Tells.PROFESSION),
        ("Hannah Weiss, PsyD", "psyd", Tells.PROFESSION),
        ("Encuesta para pacientes", "pacientes", Tells.PATIENT),
        ("Patient survey", "patient", Tells.PATIENT),
    ],
)
def test_telling_words_are_found_with_the_reason(text: str, word: str, tells: Tells) -> None:
    (found,) = telling(text)
    assert (found.word, found.tells) == (word, tells)
    assert tells.sentence in str(found)


@pytest.mark.parametrize(
    "text",
    [
        "Riverside Practice",
        "riverside",
        "Fundamental questions",
        "Continental",
        "¿Cómo fue su última visita?",
        "How was your recent visit?",
        "San Juan Bautista",
        "Sin contradicciones",
        "MDR 7",
        "Drake Street",
        "Popsicle House",
        "Impatiens Garden",
        "Río & Söhne",
        "Осень",
        "",
    ],
)
def test_neutral_words_pass(text: str) -> None:
    assert telling(text) == ()


def test_without_the_harmless_pieces_a_saint_would_be_an_illness() -> None:
    words = revealing_words()
    assert any(part in "bautista" for part in words.parts)
    assert telling("Bautista") == ()
    assert telling("Bautista autista")


def test_clinicians_are_found_by_all_but_their_first_name() -> None:
    people = ["Dr. Maya Okafor", "Hannah Weiss, PsyD", "Ana María de la Cruz Peña", "Olu"]
    assert {one.word for one in telling("Okafor & Weiss, Peña-Straße, Olu", people=people)} == {
        "okafor",
        "weiss",
        "pena",
        "olu",
    }
    assert telling("Santa Ana", people=people) == ()
    assert telling("Hannah Street on the Bay", people=people) == ()
    assert surnames("Dr. M. Okafor") == {"okafor"}


@pytest.mark.parametrize("name", ["=?utf-8?q?River=0ABcc:x?=", "River\nBcc: x", "River\u2028side"])
def test_names_that_could_break_out_of_a_header_are_found(name: str) -> None:
    assert is_unsafe_name(name)
    assert [one.tells for one in name_faults(name)] == [Tells.HIDDEN]


@pytest.mark.parametrize(
    ("name", "suggested"),
    [
        ("Riverside Psychology", "Riverside"),
        ("Mill Street Counseling and Therapy", "Mill Street"),
        ("Centro de Psicología", ""),
        ("The Therapy Center", ""),
        ("Centro Psicológico del Río", "Centro del Río"),
        ("Dr. Tom Alvarez", ""),
        ("Psychology & More", "More"),
    ],
)
def test_what_is_suggested_is_itself_neutral(name: str, suggested: str) -> None:
    assert suggest_name(name) == suggested
    assert telling(suggested) == ()


def test_the_words_are_written_as_they_are_looked_for() -> None:
    data = yaml.safe_load((shipped("surveys_config") / "revealing_words.yaml").read_text("utf-8"))
    lists = [
        words
        for kind, parts in data.items()
        if kind != "harmless"
        for some in parts.values()
        for words in some.values()
    ]
    every = [word for words in [*lists, data["harmless"]] for word in words]
    assert [
        word for word in every if not isinstance(word, str) or folded(word) != word or not word.isalnum()
    ] == []
    parts = revealing_words().parts
    assert min(map(len, parts)) >= 4
    assert [word for word in data["harmless"] if not any(part in word for part in parts)] == []
