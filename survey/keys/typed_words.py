"""Seals what somebody typed into a staff page, so that only their own next sign-in opens it again.

The box travels in a page of their browser and is kept nowhere. Its key follows from the secret key of the
installation, which every web process has.
"""

from __future__ import annotations

import hashlib
import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode

from nacl.exceptions import CryptoError
from nacl.secret import SecretBox

from survey.keys.sealing import BoxUnreadable


def seal(secret_key: str, content: bytes, *, whose: str) -> str:
    """Text for a hidden field; ``whose`` names the account for which alone it opens."""
    return urlsafe_b64encode(bytes(_box(secret_key, whose).encrypt(content))).decode("ascii")


def unseal(secret_key: str, sealed: str, *, whose: str) -> bytes:
    """The content. Raises BoxUnreadable for another account, another installation or a damaged box."""
    try:
        return bytes(_box(secret_key, whose).decrypt(urlsafe_b64decode(sealed.encode("ascii"))))
    except (CryptoError, ValueError, TypeError):
        raise BoxUnreadable("typed words of another account, or damaged") from None


def _box(secret_key: str, whose: str) -> SecretBox:
    head = f"afterword typed words|{whose}".encode()
    return SecretBox(hmac.digest(secret_key.encode("utf-8"), head, hashlib.sha256))
