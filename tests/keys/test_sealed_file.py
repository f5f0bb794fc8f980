"""Files sealed in pieces: read from any place, and refused where a byte of them is not as it was written."""

from __future__ import annotations

import io
import secrets
from collections.abc import Callable
from pathlib import Path

import pytest

from survey.keys.files import KeyTrouble
from survey.keys.sealed_file import KEY, MARK, PIECE, SEAL, SealedFile, SealingStream

SIZES = [0, 1, PIECE - 1, PIECE, PIECE + 1, 3 * PIECE, 3 * PIECE + 17]


@pytest.fixture
def key() -> bytes:
    return secrets.token_bytes(KEY)


def sealed(path: Path, key: bytes, content: bytes, *, step: int = 10_000, most: int = 2**30) -> SealedFile:
    """A sealed file that was written as a network brings it, some bytes at a time."""
    stream = SealingStream(path, key, most=most)
    for start in range(0, len(content), step):
        assert stream.write(content[start : start + step]) == len(content[start : start + step])
    stream.close()
    return SealedFile(path, key)


def content_of(file: SealedFile) -> bytes:
    with file.open() as stream:
        return stream.read()


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("step", [10_000, PIECE, 5 * PIECE])
def test_what_was_written_is_read(tmp_path: Path, key: bytes, size: int, step: int) -> None:
    content = secrets.token_bytes(size)
    file = sealed(tmp_path / "file", key, content, step=step)
    assert (content_of(file), file.size) == (content, size)
    assert content[:16] not in (tmp_path / "file").read_bytes() or size < 16


def test_nobody_else_may_read_it_and_a_file_that_is_there_is_not_written_over(
    tmp_path: Path, key: bytes
) -> None:
    sealed(tmp_path / "file", key, b"content")
    assert (tmp_path / "file").stat().st_mode & 0o777 == 0o600
    with pytest.raises(FileExistsError):
        SealingStream(tmp_path / "file", key, most=10)


def test_it_is_read_from_any_place(tmp_path: Path, key: bytes) -> None:
    content = secrets.token_bytes(3 * PIECE + 17)
    plain = io.BytesIO(content)
    with sealed(tmp_path / "file", key, content).open() as stream:
        for offset, whence in ((PIECE - 3, 0), (2 * PIECE, 1), (-5, 2), (0, 0), (4 * PIECE, 0), (-17, 2)):
            assert stream.seek(offset, whence) == plain.seek(offset, whence)
            assert stream.read(40) == plain.read(40)
            assert stream.tell() == plain.tell()


def test_the_same_content_is_sealed_differently_each_time(tmp_path: Path, key: bytes) -> None:
    for name in ("one", "two"):
        sealed(tmp_path / name, key, b"content")
    assert (tmp_path / "one").read_bytes()[MARK:] != (tmp_path / "two").read_bytes()[MARK:]


def test_more_than_allowed_is_counted_and_thrown_away(tmp_path: Path, key: bytes) -> None:
    stream = SealingStream(tmp_path / "file", key, most=2 * PIECE)
    for _ in range(5):
        stream.write(bytes(PIECE))
    stream.end()
    assert (stream.is_too_large, stream.received) == (True, 5 * PIECE)
    assert (tmp_path / "file").stat().st_size <= MARK + 3 * (PIECE + SEAL)


def test_whoever_goes_back_to_the_beginning_has_ended_the_file(tmp_path: Path, key: bytes) -> None:
    stream = SealingStream(tmp_path / "file", key, most=100)
    stream.write(b"content")
    assert stream.seek(0) == 0
    assert content_of(SealedFile(tmp_path / "file", key)) == b"content"


def pieces_of(stored: bytes) -> list[bytes]:
    return [stored[at : at + PIECE + SEAL] for at in range(MARK, len(stored), PIECE + SEAL)]


def _swapped(stored: bytes) -> bytes:
    first, second, *others = pieces_of(stored)
    return stored[:MARK] + b"".join((second, first, *others))


def _doubled(stored: bytes) -> bytes:
    first, *others = pieces_of(stored)
    return stored[:MARK] + b"".join((first, first, *others))


CHANGES: dict[str, Callable[[bytes], bytes]] = {
    "a byte was changed": lambda stored: stored[:-1] + bytes([stored[-1] ^ 1]),
    "the mark was changed": lambda stored: bytes([stored[0] ^ 1]) + stored[1:],
    "the last bytes were cut off": lambda stored: stored[:-5],
    "less than a seal was left of the last piece": lambda stored: stored[: MARK + 2 * (PIECE + SEAL) + 4],
    "only a seal was left of the last piece": lambda stored: stored[: MARK + 2 * (PIECE + SEAL) + SEAL],
    "the last piece was cut off": lambda stored: stored[: MARK + 2 * (PIECE + SEAL)],
    "everything but the mark was cut off": lambda stored: stored[:MARK],
    "it is empty": lambda stored: b"",
    "two pieces changed places": _swapped,
    "one piece stands twice": _doubled,
    "the first piece was left out": lambda stored: stored[:MARK] + b"".join(pieces_of(stored)[1:]),
    "bytes were added": lambda stored: stored + b"more",
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES.keys())
def test_a_file_that_was_changed_does_not_open(
    tmp_path: Path, key: bytes, change: Callable[[bytes], bytes]
) -> None:
    file = sealed(tmp_path / "file", key, bytes(2 * PIECE + 100))
    file.path.write_bytes(change(file.path.read_bytes()))
    with pytest.raises(KeyTrouble, match="changed on disk"):
        content_of(file)


def test_a_piece_of_another_file_under_the_same_key_does_not_open(tmp_path: Path, key: bytes) -> None:
    one, two = (sealed(tmp_path / name, key, bytes(PIECE + 5)) for name in ("one", "two"))
    other = pieces_of(two.path.read_bytes())
    stored = one.path.read_bytes()
    one.path.write_bytes(stored[:MARK] + other[0] + pieces_of(stored)[1])
    with pytest.raises(KeyTrouble):
        content_of(one)


@pytest.mark.parametrize("size", [0, 10, 2 * PIECE])
def test_another_key_does_not_open_it(tmp_path: Path, key: bytes, size: int) -> None:
    sealed(tmp_path / "file", key, bytes(size))
    with pytest.raises(KeyTrouble):
        content_of(SealedFile(tmp_path / "file", secrets.token_bytes(KEY)))


def test_the_key_is_not_part_of_what_is_printed(tmp_path: Path, key: bytes) -> None:
    assert str(key) not in repr(SealedFile(tmp_path / "file", key))
