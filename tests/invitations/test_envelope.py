"""What shows before a mail is opened."""

import pytest

from survey.invitations.envelope import envelope_faults, is_unsafe_name, telling_words


@pytest.mark.parametrize(
    "text",
    [
        "Riverside Psychology",
        "Centro de Psicología",
        "Talk Therapy Group",
        "Physiotherapy North",
        "Mental Health Clinic",
        "Consejería Familiar",
        "Dr. Tom Alvarez",
        "Hannah Weiss, PsyD",
        "How was your counseling session?",
        "riverside-depression-care",
        "Salud mental",
    ],
)
def test_telling_words_are_found(text: str) -> None:
    assert telling_words(text)


@pytest.mark.parametrize(
    "text",
    ["Riverside Practice", "riverside", "Fundamental questions", "¿Cómo fue su última visita?", "MDR 7"],
)
def test_neutral_words_pass(text: str) -> None:
    assert telling_words(text) == ()


def test_each_fault_names_text_and_word() -> None:
    (fault,) = envelope_faults("Riverside Practice", "river-therapy", "How was your visit?")
    assert (fault.text, fault.trouble) == ("river-therapy", "therapy")


@pytest.mark.parametrize("name", ["=?utf-8?q?River=0ABcc:x?=", "River\nBcc: x", "River\u2028side"])
def test_names_that_could_break_out_of_a_header_are_found(name: str) -> None:
    assert is_unsafe_name(name)
    assert envelope_faults(name, "riverside")
