"""A sealed backup comes back whole from its private half; any change to it is noticed."""

from __future__ import annotations

import io
from collections.abc import Callable

import pytest

from survey.keys import sealed_backup
from survey.keys.sealed_backup import PIECE, AnotherKey, Damaged, seal, unseal
from survey.keys.sealing import new_pair

PRIVATE, PUBLIC = new_pair()
CANARY = b"canary-of-a-patient"
START = len(sealed_backup.BEGINNING) + sealed_backup.MARK + sealed_backup.BOX + sealed_backup.HEADER
FIRST = START + sealed_backup.NOTE + sealed_backup.OVERHEAD
WHOLE = PIECE + sealed_backup.OVERHEAD


def sealed(content: bytes, note: bytes = b"a note") -> bytes:
    target = io.BytesIO()
    seal(io.BytesIO(content), target, public=PUBLIC, note=note)
    return target.getvalue()


def opened(content: bytes, private: bytes = PRIVATE) -> tuple[bytes, bytes]:
    target = io.BytesIO()
    note = unseal(io.BytesIO(content), target, private=private)
    return target.getvalue(), note


@pytest.mark.parametrize("size", [0, 1, PIECE - 1, PIECE, PIECE + 1, 3 * PIECE, 3 * PIECE + 7])
def test_content_and_note_come_back_whatever_the_size(size: int) -> None:
    content = (CANARY * (size // len(CANARY) + 1))[:size]
    there = sealed(content)
    assert opened(there) == (content, b"a note")
    assert CANARY not in there
    assert sealed_backup.is_sealed(there)


def test_the_same_content_is_never_sealed_the_same_way() -> None:
    assert sealed(b"content")[FIRST:] != sealed(b"content")[FIRST:]


def test_another_key_is_told_from_damage() -> None:
    with pytest.raises(AnotherKey):
        opened(sealed(b"content"), new_pair()[0])


CONTENT = bytes(PIECE) + b"1" * PIECE + b"2" * PIECE + b"end"
HARMS: dict[str, Callable[[bytes], bytes]] = {
    "nothing": lambda _: b"",
    "only its beginning": lambda there: there[:30],
    "cut inside the head": lambda there: there[: START - 3],
    "cut inside the note": lambda there: there[: START + 100],
    "cut at the end of a piece": lambda there: there[: FIRST + 2 * WHOLE],
    "cut inside a piece": lambda there: there[: FIRST + 2 * WHOLE + 40],
    "one byte less": lambda there: there[:-1],
    "one byte more": lambda there: there + b"\0",
    "twice": lambda there: there + there[FIRST:],
    "two pieces swapped": lambda there: (
        there[:FIRST]
        + there[FIRST + WHOLE : FIRST + 2 * WHOLE]
        + there[FIRST : FIRST + WHOLE]
        + there[FIRST + 2 * WHOLE :]
    ),
    "a piece left out": lambda there: there[:FIRST] + there[FIRST + WHOLE :],
    "another file's pieces": lambda there: there[:FIRST] + sealed(CONTENT)[FIRST:],
    "another file's head": lambda there: sealed(CONTENT)[:START] + there[START:],
}


@pytest.mark.parametrize("harm", HARMS)
def test_what_is_not_whole_or_not_in_order_is_refused(harm: str) -> None:
    with pytest.raises(Damaged):
        opened(HARMS[harm](sealed(CONTENT)))


def test_a_flipped_bit_anywhere_is_refused() -> None:
    there = sealed(b"content")
    for place in (*range(START), START + 5, FIRST - 1, FIRST, len(there) - 1):
        changed = bytearray(there)
        changed[place] ^= 1
        with pytest.raises((Damaged, AnotherKey)):
            opened(bytes(changed))


def test_a_reader_that_takes_the_end_of_the_file_for_the_end_would_be_noticed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The broken variant: a cut between two pieces goes through as a shorter backup."""
    pull = sealed_backup._pull

    def trusting(state: object, piece: bytes, beside: bytes | None) -> tuple[bytes, int]:
        return pull(state, piece, beside) if piece else (b"", sealed_backup.LAST)  # type: ignore[arg-type]

    monkeypatch.setattr(sealed_backup, "_pull", trusting)
    assert opened(HARMS["cut at the end of a piece"](sealed(CONTENT)))[0] == CONTENT[: 2 * PIECE]
