"""The public key with which receivers check our signatures: a DKIM record as RFC 6376 reads it. Pure."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import dataclass

#: Of an RSA key, in bits. Below the first, receivers refuse; below the second, they begin to.
LEAST_BITS, GOOD_BITS = 1024, 2048
SEQUENCE, BIT_STRING, INTEGER = 0x30, 0x03, 0x02


class BadKey(ValueError):
    """What stands after ``p=`` is no public key."""


@dataclass(frozen=True)
class PublicKey:
    """``bits`` is 0 for a kind of key whose size never varies."""

    kind: str
    bits: int
    testing: bool


def tags(text: str) -> dict[str, str]:
    """``v=DKIM1; p=abc`` as a dictionary; names in small letters, a repeated one counts once."""
    found: dict[str, str] = {}
    for piece in text.split(";"):
        name, equals, value = piece.partition("=")
        if equals:
            found.setdefault(name.strip().lower(), value.strip())
    return found


def is_key_record(text: str) -> bool:
    """Whether a text record is meant as a key."""
    return "p" in tags(text) and tags(text).get("v", "DKIM1") == "DKIM1"


def public_key(text: str) -> PublicKey | None:
    """The key of a record, or None where it was withdrawn (``p=`` is empty). Raises BadKey."""
    found: Mapping[str, str] = tags(text)
    packed = "".join(found.get("p", "").split())
    if not packed:
        return None
    kind = found.get("k", "rsa").lower()
    try:
        raw = base64.b64decode(packed, validate=True)
    except ValueError:  # also where it holds letters that base64 does not have
        raise BadKey("the key is not written in base64; a piece may be missing") from None
    if kind == "ed25519":
        if len(raw) != 32:
            raise BadKey("the key is not of the length that ed25519 keys have")
        return PublicKey(kind, 0, "y" in found.get("t", ""))
    return PublicKey(kind, _modulus_bits(raw), "y" in found.get("t", ""))


def _modulus_bits(raw: bytes) -> int:
    """Size of an RSA key in the packing of RFC 5280 (SubjectPublicKeyInfo) or RFC 8017 (RSAPublicKey)."""
    try:
        body = _open(raw, SEQUENCE)[0]
        if body[0] == SEQUENCE:  # the kind of key stands before the key itself
            _, rest = _open(body, SEQUENCE)
            body = _open(_open(rest, BIT_STRING)[0][1:], SEQUENCE)[0]
        modulus = _open(body, INTEGER)[0]
    except IndexError:
        raise BadKey("the key is cut short or is no RSA key") from None
    return int.from_bytes(modulus, "big").bit_length()


def _open(raw: bytes, kind: int) -> tuple[bytes, bytes]:
    """Contents of the first object and what follows it. Raises BadKey or IndexError."""
    if raw[0] != kind:
        raise BadKey("the key is no RSA key")
    length, start = raw[1], 2
    if length & 0x80:
        start += length & 0x7F
        length = int.from_bytes(raw[2:start], "big")
    if len(raw) < start + length:
        raise BadKey("the key is cut short")
    return raw[start : start + length], raw[start + length :]
