"""The halves of a backup key as text: a slip of the pen and the wrong half are noticed."""

from __future__ import annotations

import pytest

from survey.keys import backup_pair
from survey.keys.backup_pair import PRIVATE, PUBLIC, NotAHalf
from survey.keys.sealing import public_half


def test_a_pair_reads_back_however_it_was_typed() -> None:
    private, public = backup_pair.new_pair()
    for typed in (private, private.upper(), private.replace("-", " "), private.replace("-", "") + "\n"):
        assert public_half(backup_pair.read(typed, PRIVATE)) == backup_pair.read(public, PUBLIC)


def test_any_wrong_digit_is_noticed() -> None:
    private, _ = backup_pair.new_pair()
    for place, digit in enumerate(private):
        if digit != "-":
            wrong = private[:place] + ("1" if digit == "0" else "0") + private[place + 1 :]
            with pytest.raises(NotAHalf):
                backup_pair.read(wrong, PRIVATE)


@pytest.mark.parametrize("text", ["", "hello", "ab" * 32, "ab" * 37, "é" * 72])
def test_what_is_no_key_is_refused(text: str) -> None:
    with pytest.raises(NotAHalf):
        backup_pair.read(text, PUBLIC)


def test_one_half_is_not_taken_for_the_other() -> None:
    private, public = backup_pair.new_pair()
    for text, kind in ((private, PUBLIC), (public, PRIVATE)):
        with pytest.raises(NotAHalf):
            backup_pair.read(text, kind)
