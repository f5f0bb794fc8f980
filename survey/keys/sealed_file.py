"""A file of any size, sealed in pieces: written as it comes, read from any place, never in clear on disk.

The key is used for this file and its companion only, and whoever destroys it destroys both. A piece that was
changed, moved, left out or cut off does not open. Nothing here decides where files lie or how long.
"""

from __future__ import annotations

import io
import os
import secrets
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO, Final, cast

from nacl.bindings import (
    crypto_aead_xchacha20poly1305_ietf_decrypt,
    crypto_aead_xchacha20poly1305_ietf_encrypt,
)
from nacl.exceptions import CryptoError

from survey.keys.files import KeyTrouble

KEY: Final = 32
PIECE: Final = 64 * 1024
#: What each piece is longer for being sealed.
SEAL: Final = 16
#: Random bytes at the beginning of a file; with a piece's number and place they make its nonce.
MARK: Final = 15


def _nonce(mark: bytes, number: int, *, last: bool) -> bytes:
    return mark + number.to_bytes(8, "big") + bytes([last])


class SealingStream(io.RawIOBase):
    """Takes bytes and writes them sealed. More than ``most`` bytes are counted and thrown away.

    ``seek`` ends the file: whoever hands it over goes back to its beginning, to read it.
    """

    def __init__(self, path: Path, key: bytes, *, most: int) -> None:
        self.path, self.received = path, 0
        self._key, self._most, self._number = key, most, 0
        self._waiting, self._mark = bytearray(), secrets.token_bytes(MARK)
        self._handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        os.write(self._handle, self._mark)
        self._ended = False

    @property
    def is_too_large(self) -> bool:
        return self.received > self._most

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        """Take some bytes; what does not fill a piece waits in memory."""
        self.received += len(data)
        if not self.is_too_large:
            self._waiting += data
            while len(self._waiting) > PIECE:
                self._seal(bytes(self._waiting[:PIECE]), last=False)
                del self._waiting[:PIECE]
        return len(data)

    def seek(self, offset: int, whence: int = 0, /) -> int:
        self.end()
        return 0

    def end(self) -> None:
        """Write the last piece. Doing it twice is harmless."""
        if self._ended:
            return
        self._ended = True
        self._seal(bytes(self._waiting), last=True)
        self._waiting.clear()
        os.close(self._handle)

    def close(self) -> None:
        self.end()
        super().close()

    def _seal(self, piece: bytes, *, last: bool) -> None:
        nonce = _nonce(self._mark, self._number, last=last)
        sealed = crypto_aead_xchacha20poly1305_ietf_encrypt(piece, None, nonce, self._key)
        view = memoryview(sealed)
        while view:
            view = view[os.write(self._handle, view) :]
        self._number += 1


@dataclass(frozen=True)
class SealedFile:
    """A sealed file and the key that opens it."""

    path: Path
    key: bytes = field(repr=False)

    @property
    def size(self) -> int:
        """Bytes of the content."""
        sealed = self.path.stat().st_size - MARK
        return max(0, sealed - SEAL * self.pieces)

    @property
    def pieces(self) -> int:
        return -(-(self.path.stat().st_size - MARK) // (PIECE + SEAL))

    def open(self) -> BinaryIO:
        """The content; the caller closes it. Reading raises KeyTrouble where the file was changed."""
        return cast(BinaryIO, io.BufferedReader(_Opened(self), PIECE))


class _Opened(io.RawIOBase):
    """The content; one piece at a time is in memory."""

    def __init__(self, sealed: SealedFile) -> None:
        self._stream = sealed.path.open("rb")
        self._key, self._size, self._pieces = sealed.key, sealed.size, sealed.pieces
        self._mark, self._at = self._stream.read(MARK), 0
        self._number, self._piece = -1, b""

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._at

    def seek(self, offset: int, whence: int = 0, /) -> int:
        start = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._size}[whence]
        self._at = max(0, start + offset)
        return self._at

    def readinto(self, buffer: Any, /) -> int:
        number, inside = divmod(self._at, PIECE)
        if self._at >= self._size:
            self._open(max(0, self._pieces - 1))  # a file cut inside its last seal looks like a shorter one
            return 0
        self._open(number)
        taken = self._piece[inside : inside + len(buffer)]
        buffer[: len(taken)] = taken
        self._at += len(taken)
        return len(taken)

    def _open(self, number: int) -> None:
        if number == self._number:
            return
        self._stream.seek(MARK + number * (PIECE + SEAL))
        nonce = _nonce(self._mark, number, last=number == self._pieces - 1)
        try:
            piece = crypto_aead_xchacha20poly1305_ietf_decrypt(
                self._stream.read(PIECE + SEAL), None, nonce, self._key
            )
        except (CryptoError, ValueError):
            raise KeyTrouble("an upload was changed on disk; throw it away and upload it again") from None
        self._number, self._piece = number, piece

    def close(self) -> None:
        self._stream.close()
        super().close()
