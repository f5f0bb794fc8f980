"""Pool keys: one pair per practice and kind, replaced every night on which answers wait.

The private half is a file that only the flush reads; it lives at most until the next flush.
"""

from __future__ import annotations

import secrets

from survey.keys.files import KeyFiles
from survey.keys.sealing import new_pair


def new_key(files: KeyFiles) -> tuple[bytes, bytes]:
    """(key id, public half). The private half is safely on disk before this returns."""
    private, public = new_pair()
    kid = secrets.token_bytes(16)
    files.create(_name(kid), private)
    return kid, public


def private_key(files: KeyFiles, kid: bytes) -> bytes:
    """The private half. Raises KeyTrouble where it is gone."""
    return files.read(_name(kid), 32)


def holds(files: KeyFiles, kid: bytes) -> bool:
    return files.exists(_name(kid))


def destroy_key(files: KeyFiles, kid: bytes) -> None:
    files.destroy(_name(kid))


def ids_held(files: KeyFiles) -> frozenset[bytes]:
    return frozenset(
        bytes.fromhex(name.removeprefix("pool/").removesuffix(".sk")) for name in files.names("pool")
    )


def _name(kid: bytes) -> str:
    return f"pool/{kid.hex()}.sk"
