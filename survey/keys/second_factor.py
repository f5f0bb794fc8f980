"""The key that seals the secrets of authenticator apps, so that a stolen database signs nobody in.

It lies among the keys, outside the database and its backups. Where it is lost, recovery codes still work
and everybody sets their app up anew.
"""

from __future__ import annotations

import secrets
from typing import Final

from nacl.exceptions import CryptoError
from nacl.secret import SecretBox

from survey.keys.files import KeyFiles
from survey.keys.sealing import BoxUnreadable

NAME: Final = "second-factor.key"


def ensure_key(files: KeyFiles) -> None:
    """Make the key where there is none yet."""
    if not files.exists(NAME):
        files.create(NAME, secrets.token_bytes(SecretBox.KEY_SIZE))


def seal(files: KeyFiles, practice_id: int, staff_id: int, secret: str) -> bytes:
    """The secret of one account, sealed so that it opens for no other account."""
    return bytes(_box(files).encrypt(_head(practice_id, staff_id) + secret.encode("ascii")))


def unseal(files: KeyFiles, practice_id: int, staff_id: int, sealed: bytes) -> str:
    """The secret. Raises BoxUnreadable for another key, another account or a damaged box."""
    head = _head(practice_id, staff_id)
    try:
        content = _box(files).decrypt(sealed)
    except CryptoError:
        raise BoxUnreadable("the second factor was sealed with another key") from None
    if not content.startswith(head):
        raise BoxUnreadable("the second factor belongs to another account")
    return content.removeprefix(head).decode("ascii")


def _head(practice_id: int, staff_id: int) -> bytes:
    return f"{practice_id}|{staff_id}|".encode("ascii")


def _box(files: KeyFiles) -> SecretBox:
    return SecretBox(files.read(NAME, SecretBox.KEY_SIZE))
