"""The corpus of planted identifiers is what it says, and what has no form is known to survive."""

from __future__ import annotations

from survey.attacks import planted


def test_every_sentence_holds_what_was_planted_in_it() -> None:
    for cases in planted.corpus(20).values():
        assert all(each in text for text, each in cases)
        assert planted.recall(cases) <= 1


def test_the_corpus_is_the_same_every_time() -> None:
    assert planted.corpus(8) == planted.corpus(8)


def test_names_in_small_letters_and_life_events_survive_as_the_documents_say() -> None:
    found = planted.corpus(40)
    assert planted.recall(found["small"]) == 0
    assert planted.recall(found["events"]) == 0


def test_half_an_identifier_left_over_counts_as_survived() -> None:
    assert planted._survives("June 4, 2026", "My visit on […], 2026 started late.")
    assert planted._survives("Maya Okafor", "Dr. […] Okafor listened.")
    assert not planted._survives("June 4, 2026", "My visit on […] started late.")
