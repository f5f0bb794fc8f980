"""Fixed-length sealed boxes (X25519, PyNaCl): whoever holds only the public half can write, never read."""

from __future__ import annotations

from nacl.exceptions import CryptoError
from nacl.public import PrivateKey, PublicKey, SealedBox

OVERHEAD = 48
PLAIN_ADDRESS = 272
PLAIN_RATINGS = 512
PLAIN_COMMENTS = 4096
SEALED_ADDRESS = PLAIN_ADDRESS + OVERHEAD
SEALED_RATINGS = PLAIN_RATINGS + OVERHEAD
SEALED_COMMENTS = PLAIN_COMMENTS + OVERHEAD


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


def seal(content: bytes, public: bytes, size: int) -> bytes:
    """A sealed box of ``size + 48`` bytes that only the private half of ``public`` opens."""
    return SealedBox(PublicKey(public)).encrypt(pad(content, size))


def unseal(box: bytes, private: bytes) -> bytes:
    """The content of a box. Raises BoxUnreadable for a foreign or damaged one."""
    try:
        return unpad(SealedBox(PrivateKey(private)).decrypt(box))
    except CryptoError:
        raise BoxUnreadable("the box does not open with this key") from None


def new_pair() -> tuple[bytes, bytes]:
    """(private, public), 32 bytes each."""
    private = PrivateKey.generate()
    return bytes(private), bytes(private.public_key)
