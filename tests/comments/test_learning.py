"""Corrections move the guess, and move nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest

from survey.comments import guesser, themes
from survey.comments.guesser import Guesser
from survey.comments.learning import learn_more
from survey.comments.themes import Theme

WRONG = "The corridor lights hum and flicker"


@pytest.fixture(scope="module")
def shipped() -> Guesser:
    return guesser.load()


def test_what_was_corrected_often_is_guessed_so(shipped: Guesser) -> None:
    place = list(Theme).index(Theme.FOOD)
    assert not shipped.themes([WRONG])[0, place]
    taught = learn_more(shipped, [(WRONG, frozenset({Theme.FOOD}))] * 20)
    assert taught.themes([WRONG])[0, place]


def test_other_comments_and_sentiment_stay(shipped: Guesser) -> None:
    texts = ["I waited two hours for an appointment", "Excellent service, thank you"]
    taught = learn_more(shipped, [(WRONG, frozenset({Theme.FOOD}))] * 20)
    assert (taught.themes(texts) == shipped.themes(texts)).all()
    assert taught.sentiments([*texts, WRONG]) == shipped.sentiments([*texts, WRONG])


def test_no_word_of_the_corrected_comments_is_added(shipped: Guesser) -> None:
    taught = learn_more(shipped, [("zyxword unheardof", frozenset({Theme.STAFF}))])
    assert taught.known is shipped.known


def test_an_own_model_is_used_and_may_be_taken_away_again(shipped: Guesser, tmp_path: Path) -> None:
    before = themes.predict([WRONG], own=tmp_path)
    path = tmp_path / themes.OWN
    guesser.save(learn_more(shipped, [(WRONG, frozenset({Theme.FOOD}))] * 20), path)
    assert Theme.FOOD in themes.predict([WRONG], own=tmp_path)[0]
    path.unlink()
    assert themes.predict([WRONG], own=tmp_path) == before
