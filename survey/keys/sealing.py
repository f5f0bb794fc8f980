"""Fixed-length sealed boxes (X25519, PyNaCl): whoever holds only the public half can write, never read."""

from __future__ import annotations

from collections.abc import Callable

from nacl.bindings import crypto_box_seal, crypto_box_seal_open
from nacl.exceptions import CryptoError
from nacl.public import PrivateKey, PublicKey

OVERHEAD = 48
PLAIN_ADDRESS = 272
PLAIN_RATINGS = 512
PLAIN_COMMENTS = 4096
PLAIN_REQUEST = 4096
SEALED_ADDRESS = PLAIN_ADDRESS + OVERHEAD
SEALED_RATINGS = PLAIN_RATINGS + OVERHEAD
SEALED_COMMENTS = PLAIN_COMMENTS + OVERHEAD
SEALED_REQUEST = PLAIN_REQUEST + OVERHEAD


class BoxTooSmall(Exception):
    """The content does not fit into its fixed length; nothing was sealed."""


class BoxUnreadable(Exception):
    """The box was not made for this key, or was damaged."""


def pad(content: bytes, size: int) -> bytes:
    """Length (2 bytes), content, zeros: always ``size`` bytes. Raises BoxTooSmall."""
    if len(content) > size - 2:
        raise BoxTooSmall(f"{len(content)} bytes do not fit into {size - 2}")
    return len(content).to_bytes(2, "big") + content.ljust(size - 2, b"\0")


def unpad(padded: bytes) -> bytes:
    length = int.from_bytes(padded[:2], "big")
    if length > len(padded) - 2:
        raise BoxUnreadable("the padding is damaged")
    return padded[2 : 2 + length]


def sealer(public: bytes, size: int) -> Callable[[bytes], bytes]:
    """A function that puts content into boxes of ``size + 48`` bytes; only the private half opens them."""
    key = bytes(PublicKey(public))
    return lambda content: crypto_box_seal(pad(content, size), key)


def opener(private: bytes) -> Callable[[bytes], bytes]:
    """A function that gives the content of boxes; it raises BoxUnreadable for a foreign or damaged one."""
    public = public_half(private)

    def open_box(sealed: bytes) -> bytes:
        try:
            return unpad(crypto_box_seal_open(sealed, public, private))
        except CryptoError:
            raise BoxUnreadable("the box does not open with this key") from None

    return open_box


def seal(content: bytes, public: bytes, size: int) -> bytes:
    """One box; for many, make a ``sealer`` once."""
    return sealer(public, size)(content)


def unseal(box: bytes, private: bytes) -> bytes:
    """The content of one box; for many, make an ``opener`` once."""
    return opener(private)(box)


def new_pair() -> tuple[bytes, bytes]:
    """(private, public), 32 bytes each."""
    private = PrivateKey.generate()
    return bytes(private), bytes(private.public_key)


def public_half(private: bytes) -> bytes:
    """The half that belongs to a private one, 32 bytes each."""
    return bytes(PrivateKey(private).public_key)
