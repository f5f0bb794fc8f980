"""Boxes have one length and open with one key."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey.keys import sealing


@given(st.binary(max_size=510))
def test_a_box_has_one_length_and_gives_its_content_back(content: bytes) -> None:
    private, public = sealing.new_pair()
    box = sealing.seal(content, public, sealing.PLAIN_RATINGS)
    assert len(box) == sealing.SEALED_RATINGS
    assert sealing.unseal(box, private) == content


def test_content_that_does_not_fit_is_refused() -> None:
    _, public = sealing.new_pair()
    with pytest.raises(sealing.BoxTooSmall):
        sealing.seal(b"x" * 511, public, sealing.PLAIN_RATINGS)


def test_a_foreign_key_opens_nothing() -> None:
    _, public = sealing.new_pair()
    other, _ = sealing.new_pair()
    with pytest.raises(sealing.BoxUnreadable):
        sealing.unseal(sealing.seal(b"x", public, sealing.PLAIN_RATINGS), other)


def test_equal_contents_look_different() -> None:
    _, public = sealing.new_pair()
    assert sealing.seal(b"x", public, 512) != sealing.seal(b"x", public, 512)
