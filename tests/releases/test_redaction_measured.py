"""Redaction on real comments with planted identifiers, at a small size; the document has the large one."""

from __future__ import annotations

import pytest

from benchmarks import redaction as measuring
from survey.releases.redaction import redact
from tests.services import data_folder

#: What the document says is found, and what it says is missed.
FOUND = {
    "mail address": 0.97,
    "telephone, with a word before it": 0.95,
    "telephone, bare": 0.95,
    "web address": 0.97,
    "date": 0.9,
    "time of day": 0.95,
    "age": 0.75,
    "number of a record": 0.95,
    "long number, bare": 0.95,
    "postcode": 0.93,
    "street and number": 0.95,
    "name after a title": 0.97,
    "first name after a role": 0.97,
    "name after an introduction": 0.97,
}
MISSED = {"full name, bare", "first name, bare", "name in small letters", "town or employer", "month alone"}
EACH = 60


@pytest.fixture(scope="module")
def texts() -> list[str]:
    return measuring.comments(data_folder())


def recalls(texts: list[str], each: int = EACH) -> dict[str, float]:
    return {row.name: row.found / row.tried for row in measuring.measure(texts, each=each, seed=7)}


def test_classes_with_a_form_or_a_cue_are_found_in_real_comments(texts: list[str]) -> None:
    found = recalls(texts)
    assert set(found) == FOUND.keys() | MISSED
    assert {name: found[name] for name in FOUND if found[name] < FOUND[name]} == {}


def test_what_the_document_calls_missed_is_missed(texts: list[str]) -> None:
    """Should this fail because more is found, correct the document."""
    found = recalls(texts)
    assert {name: found[name] for name in MISSED if found[name] > 0.15} == {}


def test_a_program_that_hides_nothing_is_noticed(texts: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(measuring, "redact", lambda text, **_: text)
    assert set(recalls(texts, each=10).values()) == {0.0}


def test_few_untouched_comments_lose_anything(texts: list[str]) -> None:
    some = texts[::10]
    assert sum(bool(measuring.taken_out(text)) for text in some) <= 0.04 * len(some)


def test_the_pieces_taken_out_are_those_that_went() -> None:
    assert measuring.taken_out("Ring 01632 960123 or 01632 960456 now") == ["01632 960123", "01632 960456"]
    assert measuring.taken_out("nothing to see") == []
    assert redact("nothing to see") == "nothing to see"
