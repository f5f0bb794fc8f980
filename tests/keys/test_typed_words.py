"""Typed words open for their own account only, and say nothing while they are sealed."""

from __future__ import annotations

import pytest

from survey.keys import typed_words
from survey.keys.sealing import BoxUnreadable

KEY = "a secret key of an installation"


def test_words_come_back_to_their_own_account() -> None:
    sealed = typed_words.seal(KEY, "Nobody answers the phone – ñ".encode(), whose="1|2")
    assert "phone" not in sealed
    assert typed_words.unseal(KEY, sealed, whose="1|2").decode() == "Nobody answers the phone – ñ"


@pytest.mark.parametrize(
    ("key", "whose", "change"),
    [(KEY, "1|3", ""), (KEY, "2|2", ""), ("another", "1|2", ""), (KEY, "1|2", "x"), (KEY, "1|2", "ñ")],
)
def test_they_open_for_no_other_account_installation_or_text(key: str, whose: str, change: str) -> None:
    sealed = typed_words.seal(KEY, b"words", whose="1|2")
    with pytest.raises(BoxUnreadable):
        typed_words.unseal(key, change + sealed, whose=whose)
