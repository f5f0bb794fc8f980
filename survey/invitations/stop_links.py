"""The signed part of a "no more mails" link: a contact tag that only we can have written.

Signed with a key of its own made from the contact key, so that it outlives a change of the web's secret.
It holds no address, and it is not the survey's token: it says nothing about an answer.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
from functools import lru_cache

from itsdangerous import BadSignature, Signer

from survey.keys import contact
from survey.keys.files import KeyFiles

PRACTICE_BYTES = 8
TAG_BYTES = 16


class BadStopLink(Exception):
    """A link that we did not make, or that was changed on the way."""


def sign(files: KeyFiles, practice_id: int, contact_tag: bytes) -> str:
    """76 characters that are safe in a path; the same for a person each time."""
    content = practice_id.to_bytes(PRACTICE_BYTES, "big") + contact_tag
    return _signer(files).sign(base64.urlsafe_b64encode(content)).decode("ascii")


def read(files: KeyFiles, signed: str) -> tuple[int, bytes]:
    """(practice id, contact tag). Raises BadStopLink."""
    try:
        text = _signer(files).unsign(signed.encode("ascii"))
        content = base64.b64decode(text, altchars=b"-_", validate=True)
    except (BadSignature, UnicodeEncodeError, binascii.Error, ValueError):
        raise BadStopLink("this link is not complete, or was not made by us") from None
    if len(content) != PRACTICE_BYTES + TAG_BYTES:
        raise BadStopLink("this link is not complete")
    return int.from_bytes(content[:PRACTICE_BYTES], "big"), content[PRACTICE_BYTES:]


def _signer(files: KeyFiles) -> Signer:
    return _signer_with(files.read(contact.NAME, 32))


@lru_cache(maxsize=1)
def _signer_with(key: bytes) -> Signer:
    return Signer(
        key,
        salt=b"afterword.stop-link",
        key_derivation="hmac",
        digest_method=hashlib.sha256,
    )
