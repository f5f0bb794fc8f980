"""The signed part of a "no more mails" link: a contact tag that only we can have written.

Signed with a key of its own made from the contact key, so that it outlives a change of the web's secret.
It holds no address, and it is not the survey's token: it says nothing about an answer.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
from collections.abc import Callable
from functools import lru_cache

from itsdangerous import BadSignature, Signer
from itsdangerous.encoding import base64_encode

from survey.keys import contact
from survey.keys.files import KeyFiles

PRACTICE_BYTES = 8
TAG_BYTES = 16


class BadStopLink(Exception):
    """A link that we did not make, or that was changed on the way."""


def link_signer(files: KeyFiles, practice_id: int) -> Callable[[bytes], str]:
    """A function that gives, for a contact tag, 76 characters that are safe in a path."""
    signer, practice = _signer(files), practice_id.to_bytes(PRACTICE_BYTES, "big")
    key = signer.derive_key()  # the signer would make it anew for each link

    def sign_one(contact_tag: bytes) -> str:
        content = base64.urlsafe_b64encode(practice + contact_tag)
        signature = base64_encode(signer.algorithm.get_signature(key, content))
        return (content + signer.sep + signature).decode("ascii")

    return sign_one


def sign(files: KeyFiles, practice_id: int, contact_tag: bytes) -> str:
    """One link, the same for a person each time; for many, make a ``link_signer`` once."""
    return link_signer(files, practice_id)(contact_tag)


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
