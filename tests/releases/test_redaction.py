"""Identifiers with a form are taken out; what is not caught is written down too."""

from __future__ import annotations

import pytest

from survey.releases.redaction import MARK, redact


@pytest.mark.parametrize(
    "identifier",
    [
        "ana.lopez+x@mail.example.org",
        "https://example.org/me?id=3",
        "www.example.org",
        "555-010-0199",
        "+1 (555) 010-0199",
        "March 3rd",
        "3 de marzo de 2026",
        "12 October",
        "2026-03-02",
        "3/2/26",
        "10:30 am",
        "4pm",
    ],
)
def test_identifiers_with_a_form_are_taken_out(identifier: str) -> None:
    assert redact(f"Please note {identifier}, thank you") == f"Please note {MARK}, thank you"


@pytest.mark.parametrize(
    "words", ["I waited 20 minutes", "They may march on", "Room 4 is cold", "It cost $175", "Maria helped me"]
)
def test_other_words_stay(words: str) -> None:
    assert redact(words) == words
