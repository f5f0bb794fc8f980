"""Identifiers with a form and names after a cue are taken out; what is not caught is written down too."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from survey.releases.redaction import MARK, redact
from tests.limits import ends
from tests.releases.corpus import BRACED, HARMLESS, NAMES, STRUCTURED, said, survives

EVERYTHING = [said(text) for part in (*STRUCTURED.values(), NAMES, HARMLESS) for text in part]


def recall(sentences: tuple[str, ...]) -> float:
    return sum(not survives(each, redact(said(each))) for each in sentences) / len(sentences)


@pytest.mark.parametrize("kind", STRUCTURED)
def test_identifiers_with_a_form_are_taken_out(kind: str) -> None:
    assert recall(STRUCTURED[kind]) >= 0.95


def test_names_after_a_cue_are_taken_out() -> None:
    assert recall(NAMES) >= 0.90


def test_a_program_that_hides_nothing_would_be_noticed() -> None:
    assert all(survives(each, said(each)) for part in STRUCTURED.values() for each in part)
    assert survives("Dr. {Ana Ortiz}", f"Dr. {MARK} Ortiz")


@pytest.mark.parametrize("words", HARMLESS)
def test_other_words_stay(words: str) -> None:
    assert redact(words) == words


def test_what_stands_around_an_identifier_stays() -> None:
    whole = [each for part in (*STRUCTURED.values(), NAMES) for each in part]
    exact = sum(redact(said(each)) == BRACED.sub(MARK, each) for each in whole)
    assert exact / len(whole) >= 0.95


def test_clinicians_names_go_too() -> None:
    assert redact("Dr. Ortiz and nurse Pilar were kind.") == f"Dr. {MARK} and nurse {MARK} were kind."


@pytest.mark.parametrize(
    "telling", ["maria helped me", "since the car crash", "I am the only one who comes by boat"]
)
def test_names_without_a_cue_and_stories_are_not_caught(telling: str) -> None:
    """Written down so that nobody believes otherwise."""
    assert redact(telling) == telling


def test_numbers_are_read_as_in_the_practices_country() -> None:
    assert redact("Ring 020 7946 0018 ext. 5 then", country="GB") == f"Ring {MARK} then"
    assert redact("Ring 020 7946 0018", country="??") == f"Ring {MARK}"


PIECES = st.one_of(
    st.text(max_size=30), st.sampled_from([*EVERYTHING, MARK, "\n", "- ", "/", "@", "1", "Dr. "])
)


@settings(max_examples=150, deadline=None)
@given(st.lists(PIECES, max_size=5).map("".join))
def test_it_never_fails_never_grows_much_and_twice_is_once(text: str) -> None:
    once = redact(text)
    assert len(once) <= 3 * len(text)
    assert redact(once) == once


HOSTILE = [
    "1",
    "1 ",
    "1-",
    "1/",
    "1.",
    "1:",
    "a",
    "A",
    "a.",
    "a@",
    "@",
    "A1-",
    "Ana ",
    "Dr. ",
    "Dr. Ana ",
    "de ",
    "-",
    " ",
    "\n",
    "– Ana ",
    "case ",
    "case no ",
    "my name is ",
    "http://",
    "3 de ",
    "the first of ",
    "twenty five ",
    "at 1 ",
    "12 34 ",
    "i am ",
    "(1",
    "+1 ",
    "am 1 de ",
    "lunes ",
]


# More than twice what a comment can hold: what goes back over its text again and again does not end with it.
HOSTILE_WORK = """
from survey.releases.redaction import redact
from tests.releases.test_redaction import HOSTILE
for piece in HOSTILE:
    redact((piece * 10_000)[:10_000])
"""


def test_a_hostile_text_does_not_make_it_hang() -> None:
    assert ends(HOSTILE_WORK)


def test_a_pattern_that_goes_back_over_its_text_again_and_again_would_be_stopped() -> None:
    slow = "import re, survey.releases.redaction as it\nit.redact = re.compile(r'^(1+)+x').match\n"
    assert not ends(slow + HOSTILE_WORK, seconds=5)
