"""A file of any length that everybody who has the public half can write and only the private half can read.

Layout, version 1: the line ``BEGINNING``; a mark of the public half (8 bytes); the file's own key in a sealed
box (80); the header of the stream (24); a note of fixed length; the content in pieces, of which the last one
says that it is the last (libsodium's secretstream, XChaCha20-Poly1305). What was cut off, swapped, changed or
added anywhere is noticed; at most two pieces are in memory. Opens no key file.
"""

from __future__ import annotations

import hashlib
from typing import BinaryIO

from nacl import bindings
from nacl.bindings import crypto_secretstream as stream
from nacl.exceptions import CryptoError

from survey.keys.sealing import pad, public_half, unpad

BEGINNING = b"Afterword sealed backup 1\n"
MARK = 8
BOX = stream.crypto_secretstream_xchacha20poly1305_KEYBYTES + bindings.crypto_box_SEALBYTES
HEADER = stream.crypto_secretstream_xchacha20poly1305_HEADERBYTES
OVERHEAD = stream.crypto_secretstream_xchacha20poly1305_ABYTES
NOTE = 16 * 1024
PIECE = 64 * 1024
MORE = stream.crypto_secretstream_xchacha20poly1305_TAG_MESSAGE
LAST = stream.crypto_secretstream_xchacha20poly1305_TAG_FINAL


class AnotherKey(Exception):
    """The file was sealed for another pair of keys."""


class Damaged(Exception):
    """The file is not whole, or was changed."""


def is_sealed(beginning: bytes) -> bool:
    """Whether a file that begins so is one of these."""
    return beginning.startswith(BEGINNING)


def mark(public: bytes) -> bytes:
    """What tells one pair of keys from another, 8 bytes; it opens nothing."""
    return hashlib.blake2b(public, digest_size=MARK, person=b"sealed backup").digest()


def seal(source: BinaryIO, target: BinaryIO, *, public: bytes, note: bytes) -> None:
    """Write the content of ``source`` and a note of at most 16,382 bytes. Raises BoxTooSmall, OSError."""
    key = stream.crypto_secretstream_xchacha20poly1305_keygen()
    start = BEGINNING + mark(public) + bindings.crypto_box_seal(key, public)
    state = stream.crypto_secretstream_xchacha20poly1305_state()
    header = stream.crypto_secretstream_xchacha20poly1305_init_push(state, key)
    push = stream.crypto_secretstream_xchacha20poly1305_push
    target.write(start + header)
    target.write(push(state, pad(note, NOTE), start, MORE))
    piece = source.read(PIECE)
    while after := source.read(PIECE):
        target.write(push(state, piece, None, MORE))
        piece = after
    target.write(push(state, piece, None, LAST))


def unseal(source: BinaryIO, target: BinaryIO, *, private: bytes) -> bytes:
    """Write the content to ``target``; returns the note. Only after the return is the content known to be
    whole. Raises AnotherKey, Damaged, OSError."""
    start = source.read(len(BEGINNING) + MARK + BOX)
    if not is_sealed(start) or len(start) < len(BEGINNING) + MARK + BOX:
        raise Damaged
    if start[len(BEGINNING) :][:MARK] != mark(public_half(private)):
        raise AnotherKey
    state = stream.crypto_secretstream_xchacha20poly1305_state()
    try:
        key = bindings.crypto_box_seal_open(start[-BOX:], public_half(private), private)
        header = source.read(HEADER)
        stream.crypto_secretstream_xchacha20poly1305_init_pull(state, header, key)
        note = _pull(state, source.read(NOTE + OVERHEAD), start)[0]
        tag = MORE
        while tag != LAST:
            piece, tag = _pull(state, source.read(PIECE + OVERHEAD), None)
            target.write(piece)
    except (CryptoError, ValueError, RuntimeError):  # a header or piece that is too short
        raise Damaged from None
    if source.read(1):
        raise Damaged
    return unpad(note)


def _pull(
    state: stream.crypto_secretstream_xchacha20poly1305_state, sealed: bytes, beside: bytes | None
) -> tuple[bytes, int]:
    """One piece and whether it is the last. Raises an error of the library for anything else."""
    return stream.crypto_secretstream_xchacha20poly1305_pull(state, sealed, beside)
